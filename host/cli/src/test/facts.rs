//! The facts of a case: a recording, with what is different in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use gatecheck_core::facts::{Fact, Facts, Family, Unavailable};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::error::TestError;

/// What a patch says of a family.
#[derive(Debug, Clone, PartialEq)]
enum Patch {
    /// It is as if nobody had recorded it.
    Absent,
    /// It has other documents.
    Known(Value),
    /// It cannot be had.
    Unavailable(Fact),
}

/// Applies a patch. The two documents of a task describe the same one: what changes `task` changes `task-details`.
pub(super) fn patched(mut facts: Facts, patch: &BTreeMap<Family, Value>) -> Result<Facts, TestError> {
    if let Some(task) = patch.get(&Family::Task)
        && let Patch::Known(change) = read(Family::Task, task)?
        && let Some(Fact::Known(details)) = facts.get(Family::TaskDetails)
    {
        let details = merged(Value::clone(details), change);
        facts.set(Family::TaskDetails, Fact::known(details));
    }
    let mut all: BTreeMap<Family, Fact> = facts.iter().map(|(family, fact)| (family, fact.clone())).collect();
    for (&family, value) in patch {
        match read(family, value)? {
            Patch::Absent => {
                all.remove(&family);
            }
            Patch::Unavailable(fact) => {
                all.insert(family, fact);
            }
            Patch::Known(change) => {
                let before = match all.remove(&family) {
                    Some(Fact::Known(document)) => Arc::unwrap_or_clone(document).into_value(),
                    _ => Value::Null,
                };
                all.insert(family, Fact::known(merged(before, change)));
            }
        }
    }
    Ok(all.into_iter().collect())
}

/// Applies the patch of `task` to the task that an event tells.
pub(super) fn patched_task(task: Value, patch: &BTreeMap<Family, Value>) -> Result<Value, TestError> {
    match patch.get(&Family::Task).map(|patch| read(Family::Task, patch)).transpose()? {
        None => Ok(task),
        Some(Patch::Known(change)) => Ok(merged(task, change)),
        Some(_) => Err(TestError::EventWithoutTask),
    }
}

fn read(family: Family, patch: &Value) -> Result<Patch, TestError> {
    // As in a recording. No AWS document has a single key of these names.
    let only = patch.as_object().filter(|object| object.len() == 1);
    let under = |key: &str| only.and_then(|object| object.get(key));
    if patch.is_null() {
        return Ok(Patch::Absent);
    }
    if let Some(reason) = under("unavailable") {
        let reason = Unavailable::deserialize(reason)
            .map_err(|error| TestError::Unavailable { family, reason: error.to_string() })?;
        return Ok(Patch::Unavailable(Fact::Unavailable(reason)));
    }
    Ok(Patch::Known(under("known").unwrap_or(patch).clone()))
}

/// RFC 7396.
fn merged(target: Value, patch: Value) -> Value {
    let Value::Object(patch) = patch else { return patch };
    let mut target = match target {
        Value::Object(target) => target,
        _ => Map::new(),
    };
    for (key, change) in patch {
        match (change, target.remove(&key)) {
            (Value::Null, _) => {}
            (change, before) => {
                target.insert(key, merged(before.unwrap_or_default(), change));
            }
        }
    }
    Value::Object(target)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn merging_is_that_of_rfc_7396() {
        // The examples of its appendix A.
        for (target, patch, result) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a": "b"}), json!(["c"]), json!(["c"])),
            (json!({"a": "foo"}), json!(null), json!(null)),
            (json!({"a": "foo"}), json!("bar"), json!("bar")),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!([1, 2]), json!({"a": "b", "c": null}), json!({"a": "b"})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            assert_eq!(merged(target.clone(), patch.clone()), result, "{target} with {patch}");
        }
    }

    #[test]
    fn a_family_is_changed_made_unavailable_or_forgotten() {
        let facts = Facts::from_iter([
            (Family::Task, Fact::known(json!({"cpu": "256", "memory": "512"}))),
            (Family::TaskDetails, Fact::known(json!({"cpu": "256", "tags": []}))),
            (Family::Subnets, Fact::known(json!([]))),
            (Family::Cluster, Fact::known(json!({}))),
        ]);
        let patch = BTreeMap::from([
            (Family::Task, json!({"cpu": "512"})),
            (Family::TaskDetails, json!({"healthStatus": "HEALTHY"})),
            (Family::Subnets, json!({"unavailable": {"denied": "ec2:DescribeSubnets"}})),
            (Family::Cluster, json!(null)),
            (Family::Service, json!({"known": {"serviceName": "web"}})),
        ]);
        let patched = serde_json::to_value(patched(facts, &patch).unwrap()).unwrap();
        assert_eq!(
            patched,
            json!({
                "task": {"known": {"cpu": "512", "memory": "512"}},
                "task-details": {"known": {"cpu": "512", "tags": [], "healthStatus": "HEALTHY"}},
                "subnets": {"unavailable": {"denied": "ec2:DescribeSubnets"}},
                "service": {"known": {"serviceName": "web"}},
            })
        );
    }
}
