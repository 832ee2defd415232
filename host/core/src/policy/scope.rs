//! Which tasks a policy is for.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use crate::entry::understand;
use crate::facts::task::{Task, tags};
use crate::facts::{Fact, Facts, Family, Unavailable};
use crate::glob::matches;
use crate::report::Missing;

/// The tasks that a policy judges: those that `include` selects and `exclude` does not.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scope {
    include: Selector,
    exclude: Selector,
}

/// All keys must match, each with one of its globs. A key without globs, or not given, matches every task.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Selector {
    clusters: Vec<String>,
    services: Vec<String>,
    families: Vec<String>,
    launch_types: Vec<LaunchType>,
    tags: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum LaunchType {
    Ec2,
    Fargate,
    External,
    ManagedInstances,
}

/// Whether a task is in scope.
#[derive(Debug, PartialEq)]
pub enum Applies {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// The family that tells has not been gathered.
    Needs(Family),
    /// The fact that would tell cannot be had.
    Unknown(Missing),
}

impl Applies {
    fn unknown(family: Family, reason: &Unavailable) -> Self {
        Self::Unknown(Missing { family: family.name().to_owned(), reason: reason.clone() })
    }
}

impl Scope {
    /// Reads the value of the key `scope`. An error is a JSON pointer into it, and what is wrong there.
    pub fn read(mut scope: Value) -> Result<Self, (String, String)> {
        let exclude = scope.as_object_mut().and_then(|scope| scope.remove("exclude"));
        let exclude = exclude.map_or_else(|| Ok(Selector::default()), understand);
        let exclude = exclude.map_err(|(pointer, problem)| (format!("/exclude{pointer}"), problem))?;
        Ok(Self { include: understand(scope)?, exclude })
    }

    /// The families that tell whether a task is in scope, besides the task itself.
    pub fn reads(&self) -> BTreeSet<Family> {
        let by_tags = !self.include.tags.is_empty() || !self.exclude.tags.is_empty();
        by_tags.then_some(Family::TaskDetails).into_iter().collect()
    }

    /// Whether the task is in scope. Before there is a task, no scope leaves it out.
    pub fn applies(&self, facts: &Facts) -> Applies {
        let Some(Fact::Known(task)) = facts.get(Family::Task) else { return Applies::Yes };
        let task = match Task::from_document(task) {
            Ok(task) => task,
            Err(reason) => return Applies::unknown(Family::Task, &reason),
        };
        match self.include.selects(&task, facts) {
            Applies::Yes if self.exclude == Selector::default() => Applies::Yes,
            Applies::Yes => match self.exclude.selects(&task, facts) {
                Applies::Yes => Applies::No,
                Applies::No => Applies::Yes,
                unsure => unsure,
            },
            not => not,
        }
    }
}

impl Selector {
    fn selects(&self, task: &Task, facts: &Facts) -> Applies {
        let cluster = task.cluster_arn.rsplit('/').next().unwrap_or_default();
        let launch_type = task.launch_type.as_deref();
        let selected = any(&self.clusters, &[cluster, &task.cluster_arn])
            && any(&self.services, task.service.as_deref().as_slice())
            && any(&self.families, &[&task.family])
            && (self.launch_types.is_empty() || self.launch_types.iter().any(|one| launch_type == Some(one.name())));
        if !selected {
            return Applies::No;
        }
        if self.tags.is_empty() {
            return Applies::Yes;
        }
        // Only now: tags cost a call.
        match facts.get(Family::TaskDetails) {
            None => Applies::Needs(Family::TaskDetails),
            Some(fact) => {
                let tags = match fact.view(tags) {
                    Ok(tags) => tags,
                    Err(reason) => return Applies::unknown(Family::TaskDetails, &reason),
                };
                let has = |(key, glob): (&String, &String)| {
                    tags.iter().any(|(name, value)| name == key && matches(glob, value))
                };
                if self.tags.iter().all(has) { Applies::Yes } else { Applies::No }
            }
        }
    }
}

impl LaunchType {
    fn name(self) -> &'static str {
        match self {
            Self::Ec2 => "EC2",
            Self::Fargate => "FARGATE",
            Self::External => "EXTERNAL",
            Self::ManagedInstances => "MANAGED_INSTANCES",
        }
    }
}

fn any(globs: &[String], names: &[&str]) -> bool {
    globs.is_empty() || globs.iter().any(|glob| names.iter().any(|name| matches(glob, name)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn facts() -> Facts {
        let task = json!({
            "taskArn": "arn:aws:ecs:us-west-2:1:task/prod-eu/t", "clusterArn": "arn:aws:ecs:us-west-2:1:cluster/prod-eu",
            "taskDefinitionArn": "arn:aws:ecs:us-west-2:1:task-definition/web:3", "group": "service:web", "launchType": "FARGATE",
        });
        Facts::from_iter([(Family::Task, Fact::known(task))])
    }

    fn applies(scope: Value) -> Applies {
        Scope::read(scope).unwrap().applies(&facts())
    }

    #[test]
    fn every_key_must_match_with_one_of_its_globs() {
        for scope in [
            json!({}),
            json!({"clusters": [], "services": [], "tags": {}}),
            json!({"clusters": ["staging", "prod-*"]}),
            json!({"clusters": ["arn:aws:ecs:*:1:cluster/*"]}),
            json!({"clusters": ["prod-*"], "services": ["w*b"], "families": ["web"], "launch_types": ["EC2", "FARGATE"]}),
            json!({"exclude": {}}),
            json!({"exclude": {"clusters": ["prod-*"], "services": ["api"]}}),
        ] {
            assert_eq!(applies(scope.clone()), Applies::Yes, "{scope}");
        }
        for scope in [
            json!({"clusters": ["prod"]}),
            json!({"clusters": ["prod-?u"]}),
            json!({"clusters": ["prod-*"], "services": ["api"]}),
            json!({"launch_types": ["EC2"], "tags": {"env": "prod"}}),
            json!({"exclude": {"services": ["web"]}}),
        ] {
            assert_eq!(applies(scope.clone()), Applies::No, "{scope}");
        }
    }

    #[test]
    fn a_standalone_task_is_of_no_service() {
        let task = Facts::from_iter([(Family::Task, Fact::known(json!({"group": "family:batch"})))]);
        assert_eq!(Scope::read(json!({"services": ["*"]})).unwrap().applies(&task), Applies::No);
        assert_eq!(Scope::read(json!({"services": ["*"]})).unwrap().applies(&Facts::new()), Applies::Yes);
    }

    #[test]
    fn tags_are_asked_for_last() {
        let scope = Scope::read(json!({"clusters": ["prod-*"], "tags": {"env": "prod*"}})).unwrap();
        let mut facts = facts();
        assert_eq!(scope.applies(&facts), Applies::Needs(Family::TaskDetails));
        let mut tagged = |value: &str| {
            facts.set(Family::TaskDetails, Fact::known(json!({"tags": [{"key": "env", "value": value}]})));
            scope.applies(&facts)
        };
        assert_eq!((tagged("production"), tagged("test")), (Applies::Yes, Applies::No));
        facts.set(Family::TaskDetails, Fact::Unavailable(Unavailable::Denied("ecs:DescribeTasks".into())));
        assert!(matches!(scope.applies(&facts), Applies::Unknown(_)));
        facts.set(Family::TaskDetails, Fact::known(json!({"tags": {"env": "prod"}})));
        assert!(matches!(scope.applies(&facts), Applies::Unknown(_)));
        facts.set(Family::Task, Fact::known(json!({"clusterArn": ["prod-eu"]})));
        assert!(matches!(scope.applies(&facts), Applies::Unknown(_)));
    }

    #[test]
    fn mistakes_have_their_place() {
        let mistake = |scope| Scope::read(scope).unwrap_err();
        let (place, message) = mistake(json!({"launch_types": ["FARGATE", "LAMBDA"]}));
        assert_eq!(place, "/launch_types/1");
        assert!(message.starts_with("unknown variant `LAMBDA`, expected one of `EC2`, `FARGATE`"), "{message}");
        assert_eq!(mistake(json!({"exclude": {"cluster": []}})).0, "/exclude/cluster");
        assert_eq!(mistake(json!({"clusters": "prod"})).0, "/clusters");
        assert_eq!(mistake(json!({"exclude": {"tags": {"a/b~[c]": 1}}})).0, "/exclude/tags/a~1b~0[c]");
        assert_eq!(mistake(json!([])).0, "");
    }
}
