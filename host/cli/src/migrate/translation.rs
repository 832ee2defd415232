//! The policy as today's allow-list takes it: what the table of behaviours makes of it, tried out on the allow-list itself.

use gatecheck_core::policy::PolicyDocument;
use gatecheck_core::report::Fault;
use serde_json::{Map, Value, json};

use super::changes::{Brought, Change, Refused, bring};
use super::deployment::Deployment;
use super::document::Document;
use super::samconfig::PREFIX;
use crate::host::Host;
use crate::policies::faults;

/// The name of a policy whose parameter is not known.
const NAME: &str = "task-policy";

/// A policy that is brought over.
pub(super) struct Translation {
    pub(super) name: String,
    /// The entry.
    pub(super) entry: Value,
    /// How many statements there were, and how many are left.
    pub(super) statements: (usize, usize),
    pub(super) changes: Vec<Change>,
    /// What has to be done by hand.
    pub(super) problem: Option<String>,
}

impl Translation {
    pub(super) async fn make(host: &Host, document: &Document, deployment: &Deployment) -> Self {
        let parameter = document.parameter.as_deref().or(deployment.parameter.as_deref());
        let name = name(parameter);
        let is_read = |parameter: &&str| parameter.starts_with(&format!("{PREFIX}/policies/"));
        let problem = parameter.filter(is_read).map(|parameter| {
            format!(
                "the old parameter `{parameter}` lies where the new function reads all policies, so it judges by both: give the \
                 new stack another `ParameterPrefix`, or delete the parameter with the old stack"
            )
        });
        let mut refused = Refused::new();
        loop {
            let Brought { statements, changes } = bring(document, deployment, &refused);
            let places: Vec<_> = statements.iter().map(|(place, _)| *place).collect();
            let entry = entry(statements, &deployment.scope);
            // Only the allow-list knows which attributes and keys there are. Each round takes one away, so there is a last one.
            if !refuse(host, &name, &entry, &places, document, &mut refused).await {
                return Self { name, entry, statements: (document.statements.len(), places.len()), changes, problem };
            }
        }
    }
}

/// What keeps a policy from judging.
pub(super) async fn tried(host: &Host, document: Result<PolicyDocument, Fault>) -> Vec<Fault> {
    let loaded = host.load(&document).await;
    faults(host, &loaded, document).await
}

fn entry(statements: Vec<(usize, Value)>, scope: &Map<String, Value>) -> Value {
    let statements: Vec<_> = statements.into_iter().map(|(_, statement)| statement).collect();
    let mut entry = json!({"module": "allow-list", "settings": {"task": statements}});
    if let (Value::Object(entry), false) = (&mut entry, scope.is_empty()) {
        entry.insert("scope".to_owned(), scope.clone().into());
    }
    entry
}

/// Adds what the allow-list refuses and a statement can do without, or cannot be without; whether there was any.
async fn refuse(
    host: &Host,
    name: &str,
    entry: &Value,
    places: &[usize],
    document: &Document,
    refused: &mut Refused,
) -> bool {
    let parsed = PolicyDocument::parse(name, name, entry.clone());
    let mut is_new = false;
    for fault in tried(host, parsed).await {
        let Some((_, problem)) = fault.detail.split_once("#/settings/task/") else { continue };
        let Some((position, problem)) = problem.split_once('/') else { continue };
        let Some(place) = position.parse::<usize>().ok().and_then(|position| places.get(position)) else { continue };
        let entries = document.statements.get(*place).and_then(Value::as_object).into_iter().flatten();
        // What is wrong with a value that it compares with is for its author to mend.
        let keys = entries.map(|(key, _)| key).filter(|key| *key != "allowed_values");
        for key in keys {
            let pointer = key.replace('~', "~0").replace('/', "~1");
            if let Some(reason) = problem.strip_prefix(&pointer).and_then(|rest| rest.strip_prefix(": ")) {
                is_new |= refused.entry(*place).or_default().insert(key.clone(), reason.to_owned()).is_none();
            }
        }
    }
    is_new
}

/// The last part of the parameter's name, which becomes that of a file and of a parameter.
fn name(parameter: Option<&str>) -> String {
    let parameter = parameter.unwrap_or(NAME);
    let last = parameter.rsplit('/').next().unwrap_or_default();
    // A label or version is no part of the name.
    let last = last.split(':').next().unwrap_or_default();
    let is_good = last.chars().all(|one| one.is_ascii_alphanumeric() || "-_.".contains(one))
        && last.contains(|one: char| one.is_ascii_alphanumeric());
    let name = if is_good { last } else { NAME };
    // The old function goes on reading its parameter.
    let is_taken = parameter.trim_matches('/') == format!("{PREFIX}/policies/{name}").trim_matches('/');
    if is_taken { format!("{name}-v2") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_policy_has_the_name_of_its_parameter_and_never_its_place() {
        assert_eq!(name(None), "task-policy");
        assert_eq!(name(Some("ecs-task-policy")), "ecs-task-policy");
        assert_eq!(name(Some("/gatecheck/ecs-task-policy:3")), "ecs-task-policy");
        assert_eq!(name(Some("/a/../..")), "task-policy");
        assert_eq!(name(Some("/a/b c")), "task-policy");
        assert_eq!(name(Some("/gatecheck/policies/images")), "images-v2");
        assert_eq!(name(Some("gatecheck/policies/images")), "images-v2");
    }
}
