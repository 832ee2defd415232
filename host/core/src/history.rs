//! Each violation once, without a database: what an earlier event of the same task surely told.
//!
//! A task sends several events, and each brings facts that the one before did not have. Judging again with those facts
//! masked tells what the earlier event already said. Only what was surely known then stays unmasked: in doubt a violation
//! is told twice, never not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Map, Value};

use crate::event::{Phase, TaskEvent};
use crate::facts::task::{Placement, placement};
use crate::facts::{Fact, Facts, Family, Unavailable};
use crate::report::{Report, Violation};

/// What is known of a task's earlier events.
#[derive(Debug, Clone)]
pub struct History<'a> {
    /// The event at hand: its version and status tell which came before.
    pub(crate) event: &'a TaskEvent,
    pub(crate) open: Open,
}

impl<'a> History<'a> {
    /// What the event itself tells of those before it.
    pub fn of(event: &'a TaskEvent) -> Self {
        Self { event, open: Open::default() }
    }
}

/// What could not be judged at an earlier event, so that it surely told nothing. Kept as hashes: policies choose how long the
/// names of their rules are, and two that fall together are only told twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Open {
    policies: BTreeSet<u64>,
    rules: BTreeSet<u64>,
}

/// A policy that leaves more rules open is kept as a whole.
const MOST_RULES: usize = 100;

impl Open {
    /// What a report leaves open. A mistake in a policy's settings leaves nothing open: it is there at every event.
    pub(crate) fn after(report: &Report) -> Self {
        let mut open = Self::default();
        let failed = report.faults.iter().filter(|fault| fault.reason.ended_evaluation());
        open.policies.extend(failed.map(|fault| hash(&fault.policy)));
        let mut unresolved: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
        for undecided in report.unresolved() {
            unresolved.entry(&undecided.policy).or_default().insert(hash((&undecided.policy, &undecided.rule)));
        }
        for (policy, rules) in unresolved {
            if rules.len() > MOST_RULES {
                open.policies.insert(hash(policy));
            } else {
                open.rules.extend(rules);
            }
        }
        open
    }

    pub(crate) fn has(&self, violation: &Violation) -> bool {
        self.policies.contains(&hash(&violation.policy))
            || self.rules.contains(&hash((&violation.policy, &violation.rule)))
    }
}

/// The same in one process.
fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The facts as the event before this one surely had them; none if this is the first.
pub(crate) fn before(event: &TaskEvent, facts: &Facts) -> Option<Facts> {
    let earlier = match event.phase {
        // The first change of a task has version 1: nobody heard of it before.
        _ if event.version <= 1 => return None,
        Phase::Provisioning => return None,
        Phase::Pending => Phase::Provisioning,
        Phase::Running => Phase::Pending,
    };
    let own_interface = matches!(placement(&event.task), Ok(Placement::Own(_)));
    // A task with an interface of its own has PROVISIONING (version 1) and PENDING (version 2) behind it only from version
    // 3 on; at version 2 its interface may have been attached since.
    let interfaces_known = earlier == Phase::Pending && (!own_interface || event.version >= 3);

    let masked = facts.iter().map(|(family, fact)| {
        let fact = match (family, fact) {
            (Family::Task | Family::TaskDetails, Fact::Known(task)) => {
                Fact::known(rewind(task, earlier, interfaces_known))
            }
            (Family::Interfaces | Family::SecurityGroups, _) if !interfaces_known => not_yet(),
            // A task without an interface of its own stands in its instance's subnet, once it has an instance.
            (Family::Subnets, _) if !own_interface && !interfaces_known => not_yet(),
            _ => fact.clone(),
        };
        (family, fact)
    });
    Some(masked.collect())
}

fn not_yet() -> Fact {
    Fact::Unavailable(Unavailable::NotYet("it was not known at the task's earlier event".to_owned()))
}

/// The task's document as it was at an earlier phase.
fn rewind(task: &Value, to: Phase, interfaces_known: bool) -> Value {
    let Value::Object(task) = task else { return task.clone() };
    let mut task = task.clone();
    for later in ["connectivity", "connectivityAt", "healthStatus", "pullStartedAt", "pullStoppedAt", "startedAt"] {
        task.remove(later);
    }
    let status = if to == Phase::Provisioning { "PROVISIONING" } else { "PENDING" };
    task.insert("lastStatus".to_owned(), status.into());
    if !interfaces_known {
        task.remove("containerInstanceArn");
        each(task.get_mut("attachments"), |attachment| {
            each_kept(attachment.get_mut("details"), |detail| {
                detail.get("name").and_then(Value::as_str) == Some("subnetId")
            });
        });
    }
    // Containers that AWS injects appear late, and without an image.
    each_kept(task.get_mut("containers"), |container| container.contains_key("image"));
    each(task.get_mut("containers"), |container| {
        for later in ["healthStatus", "imageDigest", "managedAgents", "networkBindings", "runtimeId"] {
            container.remove(later);
        }
        container.insert("lastStatus".to_owned(), "PENDING".into());
        if !interfaces_known {
            container.insert("networkInterfaces".to_owned(), Value::Array(vec![]));
        }
    });
    Value::Object(task)
}

fn each(list: Option<&mut Value>, change: impl Fn(&mut Map<String, Value>)) {
    list.and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut).for_each(change);
}

fn each_kept(list: Option<&mut Value>, keep: impl Fn(&Map<String, Value>) -> bool) {
    if let Some(list) = list.and_then(Value::as_array_mut) {
        list.retain(|item| item.as_object().is_none_or(&keep));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::report::{Severity, Undecided};

    fn event(phase: Phase, version: u64, attachments: Value) -> (TaskEvent, Facts) {
        let task = json!({
            "lastStatus": "RUNNING", "attachments": attachments, "containerInstanceArn": "arn:i", "startedAt": "2026",
            "containers": [{"name": "web", "image": "nginx", "imageDigest": "sha256:1"}, {"name": "aws-guardduty-agent"}],
        });
        let mut facts = Facts::new();
        facts.set(Family::Task, Fact::known(task.clone()));
        facts.set(Family::Interfaces, Fact::known(json!([])));
        facts.set(Family::Subnets, Fact::known(json!([])));
        (TaskEvent { task_arn: "arn:t".into(), version, phase, task }, facts)
    }

    fn eni() -> Value {
        json!([{"type": "ElasticNetworkInterface", "details": [
            {"name": "subnetId", "value": "subnet-1"}, {"name": "networkInterfaceId", "value": "eni-1"}]}])
    }

    fn known(facts: &Facts, family: Family) -> bool {
        matches!(facts.get(family), Some(Fact::Known(_)))
    }

    #[test]
    fn what_is_left_open_is_remembered_in_little_space() {
        let undecided = |policy: &str, rule: usize| Undecided {
            policy: policy.to_owned(),
            rule: rule.to_string(),
            unavailable: vec![],
        };
        let few = (0..MOST_RULES).map(|rule| undecided("few", rule));
        let many = (0..=MOST_RULES).map(|rule| undecided("many", rule));
        let report = Report { undecided: few.chain(many).collect(), ..Report::default() };
        let open = Open::after(&report);
        assert_eq!((open.policies.len(), open.rules.len()), (1, MOST_RULES));
        let is_open = |policy: &str, rule: &str| {
            open.has(&Violation {
                policy: policy.to_owned(),
                rule: rule.to_owned(),
                severity: Severity::Low,
                object: String::new(),
                attribute: String::new(),
                found: None,
                allowed: None,
                check: None,
                message: String::new(),
                remediation: None,
            })
        };
        assert!(is_open("few", "1") && is_open("many", "1") && is_open("many", "other"));
        assert!(!is_open("few", "other") && !is_open("other", "1"));
    }

    #[test]
    fn the_first_event_tells_everything() {
        for phase in [Phase::Provisioning, Phase::Pending, Phase::Running] {
            let (event, facts) = event(phase, 1, eni());
            assert_eq!(before(&event, &facts), None);
        }
    }

    #[test]
    fn pending_brings_the_interface() {
        let (event, facts) = event(Phase::Pending, 2, eni());
        let before = before(&event, &facts).unwrap();
        assert!(!known(&before, Family::Interfaces));
        assert!(known(&before, Family::Subnets));
        let task = before.get(Family::Task).unwrap().as_result().unwrap();
        assert_eq!(task["attachments"][0]["details"], json!([{"name": "subnetId", "value": "subnet-1"}]));
    }

    #[test]
    fn running_brings_digests_and_injected_containers() {
        let (event, facts) = event(Phase::Running, 4, eni());
        let before = before(&event, &facts).unwrap();
        assert!(known(&before, Family::Interfaces));
        let task = before.get(Family::Task).unwrap().as_result().unwrap();
        assert_eq!(task["containers"], json!([{"name": "web", "image": "nginx", "lastStatus": "PENDING"}]));
        assert_eq!(task["lastStatus"], "PENDING");
    }

    #[test]
    fn in_doubt_it_is_told_again() {
        let (running_at_2, facts) = event(Phase::Running, 2, eni());
        assert!(!known(&before(&running_at_2, &facts).unwrap(), Family::Interfaces));
    }

    #[test]
    fn a_bridge_task_told_everything_when_pending() {
        let (running, facts) = event(Phase::Running, 2, json!([]));
        let told = before(&running, &facts).unwrap();
        assert!(known(&told, Family::Interfaces) && known(&told, Family::Subnets));
        let (waited, facts) = event(Phase::Pending, 2, json!([]));
        let told = before(&waited, &facts).unwrap();
        assert!(!known(&told, Family::Interfaces) && !known(&told, Family::Subnets));
    }
}
