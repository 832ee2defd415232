//! The webhook of a Slack workflow, as the Python tool of 2023 posted to it: a flat object with one text. Workflows and whatever
//! else was built for that text keep working.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::alert::{Alert, Content, Finding, counted};
use crate::text::{clip, plain, shown};

/// Bytes of the text, and what says how much is left out comes on top. Slack takes 40,000 characters.
const LONGEST: usize = 30_000;

/// Characters of an ARN, which has fewer.
const ARN: usize = 500;

/// Characters of a violation, so that one has room in any case.
const PART: usize = 4_000;

/// Tasks that are named.
const TASKS: usize = 3;

/// `{KEY: TEXT}`.
pub(crate) fn body(alert: &Alert, key: &str) -> Value {
    Value::Object(Map::from_iter([(key.to_owned(), text(alert).into())]))
}

fn text(alert: &Alert) -> String {
    let arns = alert.tasks.iter().take(TASKS).chain(&alert.place.task_definition);
    let arns: Vec<_> = arns.map(|arn| format!("'{}'", harmless(&shown(arn, ARN)))).collect();
    let more = alert.tasks.len().saturating_sub(TASKS);
    let more = if more == 0 { String::new() } else { format!(" and {}", counted(more, "more task")) };
    let (kind, parts): (_, Vec<String>) = match &alert.content {
        Content::Violations(findings) => {
            ("violation", findings.iter().flat_map(of_finding).map(|parts| format!("violation: {parts}")).collect())
        }
        Content::Troubles(troubles) => {
            let parts = troubles.iter().map(|trouble| {
                let [policy, subject, detail] =
                    [&trouble.policy, &trouble.subject, &trouble.detail].map(|text| harmless(&plain(text)));
                format!("fault: policy: {policy}, fault: {subject}, detail: {detail}")
            });
            ("fault", parts.collect())
        }
    };
    let mut text = format!("Policy {kind} alert for [{}]{more}", arns.join(", "));
    for (position, part) in parts.iter().enumerate() {
        let line = format!(" \n Policy {part}");
        if text.len() + line.len() > LONGEST {
            // Writing to a string does not fail.
            let _ = write!(text, " \n and {} more in the log", parts.len() - position);
            break;
        }
        text += &line;
    }
    text + " \n "
}

/// What the Python tool wrote of each object.
fn of_finding(finding: &Finding) -> impl Iterator<Item = String> {
    finding.objects.iter().map(|object| {
        let mut violation = finding.violation.clone();
        violation.object.clone_from(object);
        harmless(&violation.parts().to_string())
    })
}

/// Workflows put the text into a message, where `<!channel>` would call everybody and `<https://...|name>` be a link. The text of
/// the Python tool stays what it was, but for that.
fn harmless(text: &str) -> String {
    clip(text, PART).replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use gatecheck_core::report::Severity;
    use serde_json::json;

    use super::*;
    use crate::example::{alert_of, odd_ones, report, trouble, violation};

    #[test]
    fn the_text_is_that_of_the_python_tool() {
        let image = |object| violation("image", Severity::Medium, object, json!("nginx"));
        let alert = alert_of(&[report("web", "1", vec![image("web"), image("log")])]);
        let arn = "arn:aws:ecs:us-west-2:111122223333";
        let line = |object| {
            format!(
                "Policy violation: object: {object}, attribute: image, value: nginx, allowed_values: ['private'], check_type: exact"
            )
        };
        let text = format!(
            "Policy violation alert for ['{arn}:task/prod/1', '{arn}:task-definition/web:3'] \n {} \n {} \n ",
            line("web"),
            line("log")
        );
        assert_eq!(body(&alert, "text"), json!({"text": text}));
    }

    #[test]
    fn many_tasks_are_counted_and_faults_are_told() {
        let image = || vec![violation("image", Severity::Medium, "web", json!("nginx"))];
        let alert = alert_of(&["1", "2", "3", "4", "5"].map(|task| report("web", task, image())));
        let text = text(&alert);
        assert!(
            text.contains("task/prod/3', 'arn:aws:ecs:us-west-2:111122223333:task-definition/web:3'] and 2 more tasks"),
            "{text}"
        );
        let text = super::text(&trouble("time-limit"));
        assert!(
            text.ends_with(" \n Policy fault: policy: baseline, fault: time-limit, detail: it took too long \n "),
            "{text}"
        );
    }

    #[test]
    fn the_nastiest_alert_is_short_and_calls_nobody() {
        for alert in odd_ones() {
            let text = text(&alert);
            assert!(text.len() <= LONGEST + 100 && text.matches(" \n Policy ").count() >= 1, "{}", text.len());
            assert!(!text.contains('<') && !text.replace(" \n ", "").contains('\n'), "{text}");
        }
    }
}
