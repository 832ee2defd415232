//! Whose a service, a cluster and a task are.

use gatecheck_sdk::{Severity, Unknown};
use serde_json::Value;

use crate::check::Check;
use crate::document::Document;
use crate::known::Known;
use crate::rule::{Kind, Level, Parameter, Rule};

const WHY: &str = "Without an owner, nobody knows whom to ask when there is a violation, and who pays.";

const KEYS: Parameter = Parameter {
    name: "requiredTagKeys",
    description: "Keys of tags that have to be there, in this case. Without any, one tag of any key will do.",
    kind: Kind::Texts(&[]),
};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "service-tags",
        title: "Services have tags",
        severity: Severity::Low,
        level: Level::Strict,
        what: "The service lacks a tag of `requiredTagKeys`; without keys, it has no tag.",
        why: WHY,
        fix: "tag the service",
        line: r#""tags": [{"key": "team", "value": "web"}]"#,
        except: "Tags of AWS, which begin with `aws:`, do not count. Standalone tasks have no service.",
        controls: &["security-hub:ECS.13", "cis-compute-1.1.0:3.10"],
        reads: &["service"],
        parameters: &[KEYS],
        evaluate: of_service,
    },
    Rule {
        id: "cluster-tags",
        title: "Clusters have tags",
        severity: Severity::Low,
        level: Level::Strict,
        what: "The cluster lacks a tag of `requiredTagKeys`; without keys, it has no tag.",
        why: WHY,
        fix: "tag the cluster",
        line: r#""tags": [{"key": "team", "value": "web"}]"#,
        except: "Tags of AWS, which begin with `aws:`, do not count.",
        controls: &["security-hub:ECS.14", "cis-compute-1.1.0:3.11"],
        reads: &["cluster"],
        parameters: &[KEYS],
        evaluate: of_cluster,
    },
    Rule {
        id: "task-tags",
        title: "Tasks have tags",
        severity: Severity::Low,
        level: Level::Strict,
        what: "The task lacks a tag of `requiredTagKeys`; without keys, it has no tag.",
        why: WHY,
        fix: "tag the task at RunTask, or set `propagateTags` of the service",
        line: r#""propagateTags": "SERVICE""#,
        except: "Tags of AWS, which begin with `aws:`, do not count. No catalogue looks at tasks.",
        controls: &[],
        reads: &["task-details"],
        parameters: &[KEYS],
        evaluate: of_task,
    },
];

fn of_service(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    let keys = keys(known.service()?)?;
    of("service", &keys, check);
    Ok(())
}

fn of_cluster(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    let keys = keys(known.cluster()?)?;
    of("cluster", &keys, check);
    Ok(())
}

fn of_task(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    let keys: Vec<_> = known.tags()?.iter().map(|(key, _)| key.as_str()).collect();
    of("task", &keys, check);
    Ok(())
}

/// The keys of the tags that a document has.
fn keys(document: Document<'_>) -> Result<Vec<&str>, Unknown> {
    document.list("tags")?.map(|tag| Ok(tag.text("key")?.unwrap_or_default())).collect()
}

fn of(object: &str, keys: &[&str], check: &mut Check) {
    let own: Vec<_> = keys.iter().copied().filter(|key| !key.starts_with("aws:")).collect();
    let required = check.texts("requiredTagKeys");
    if required.is_empty() && own.is_empty() {
        check.violated(object, "tags", Value::Null, format!("the {object} has no tags"));
    }
    for missing in required.iter().filter(|required| !own.contains(required)) {
        check.violated(object, &format!("tags.{missing}"), Value::Null, format!("the {object} has no tag `{missing}`"));
    }
}
