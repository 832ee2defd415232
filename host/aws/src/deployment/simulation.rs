//! `SimulatePrincipalPolicy`: a form goes, XML comes back.

use aws_smithy_xml::decode::{Document, ScopedDecoder, try_data};

/// The fields of the form.
pub(super) fn request(role: &str, actions: &[&str], resource: &str, region: &str) -> Vec<(String, String)> {
    let mut fields = [
        ("Action", "SimulatePrincipalPolicy"),
        ("Version", "2010-05-08"),
        ("PolicySourceArn", role),
        ("ResourceArns.member.1", resource),
        ("ContextEntries.member.1.ContextKeyName", "aws:RequestedRegion"),
        ("ContextEntries.member.1.ContextKeyType", "string"),
        ("ContextEntries.member.1.ContextKeyValues.member.1", region),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    let action =
        |(number, action): (usize, &&str)| (format!("ActionNames.member.{}", number + 1), (*action).to_owned());
    fields.extend(actions.iter().enumerate().map(action));
    fields
}

/// The actions that are not allowed; none if the answer is no answer.
pub(super) fn refused(xml: &str) -> Option<Vec<String>> {
    let mut document = Document::new(xml);
    let mut root = document.root_element().ok()?;
    let mut refused = None;
    while let Some(mut result) = root.next_tag() {
        while let Some(mut results) = result.next_tag() {
            if results.start_el().local() != "EvaluationResults" {
                continue;
            }
            let refused = refused.get_or_insert_with(Vec::new);
            while let Some(mut member) = results.next_tag() {
                let (action, is_allowed) = evaluation(&mut member)?;
                if !is_allowed {
                    refused.push(action);
                }
            }
        }
    }
    refused
}

/// An action, and whether it is allowed.
fn evaluation(member: &mut ScopedDecoder<'_, '_>) -> Option<(String, bool)> {
    let (mut action, mut decision) = (None, None);
    while let Some(mut tag) = member.next_tag() {
        match tag.start_el().local() {
            "EvalActionName" => action = Some(try_data(&mut tag).ok()?.into_owned()),
            "EvalDecision" => decision = Some(try_data(&mut tag).ok()? == "allowed"),
            _ => {}
        }
    }
    Some((action?, decision?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_allowed_is_refused() {
        let xml = r#"<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
            <SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults>
              <member><EvalActionName>ecs:DescribeTasks</EvalActionName><EvalDecision>allowed</EvalDecision>
                <MatchedStatements><member><SourcePolicyId>p</SourcePolicyId></member></MatchedStatements></member>
              <member><MatchedStatements/><EvalActionName>sns:Publish</EvalActionName>
                <EvalDecision>implicitDeny</EvalDecision></member>
            </EvaluationResults></SimulatePrincipalPolicyResult>
            <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></SimulatePrincipalPolicyResponse>"#;
        assert_eq!(refused(xml), Some(vec!["sns:Publish".to_owned()]));
        assert_eq!(refused("<a><b/></a>"), None);
        assert_eq!(refused("no XML"), None);
    }
}
