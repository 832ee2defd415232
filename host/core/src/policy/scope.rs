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
    /// Each of them leaves tasks out.
    exclude: Vec<Selector>,
    /// It is written as one object.
    is_object: bool,
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
        let one = |(position, selector): (usize, Value)| {
            let selector: Selector = understand(selector)
                .map_err(|(pointer, problem)| (format!("/exclude/{position}{pointer}"), problem))?;
            // It would leave out every task.
            let is_empty = selector == Selector::default();
            if is_empty { Err((format!("/exclude/{position}"), "an empty scope".to_owned())) } else { Ok(selector) }
        };
        let is_object = matches!(&exclude, Some(Value::Object(keys)) if keys.len() > 1);
        let exclude = match exclude {
            None => Vec::new(),
            Some(Value::Array(exclude)) => exclude.into_iter().enumerate().map(one).collect::<Result<_, _>>()?,
            Some(exclude) => {
                let exclude: Selector =
                    understand(exclude).map_err(|(pointer, problem)| (format!("/exclude{pointer}"), problem))?;
                if exclude == Selector::default() { Vec::new() } else { vec![exclude] }
            }
        };
        Ok(Self { include: understand(scope)?, exclude, is_object })
    }

    /// What its author may not expect.
    pub fn warning(&self) -> Option<&'static str> {
        self.is_object.then_some(
            "`exclude` is one object, and leaves out only what matches all of its keys; to leave out what matches any of them, \
             write a list of objects with one key each",
        )
    }

    /// The families that tell whether a task is in scope, besides the task itself.
    pub fn reads(&self) -> BTreeSet<Family> {
        let by_tags = [&self.include].into_iter().chain(&self.exclude).any(|selector| !selector.tags.is_empty());
        by_tags.then_some(Family::TaskDetails).into_iter().collect()
    }

    /// Whether the task is in scope. Before there is a task, only its definition can leave it out.
    pub fn applies(&self, facts: &Facts) -> Applies {
        let Some(Fact::Known(task)) = facts.get(Family::Task) else { return self.applies_to_definition(facts) };
        let task = match Task::from_document(task) {
            Ok(task) => task,
            Err(reason) => return Applies::unknown(Family::Task, &reason),
        };
        match self.include.selects(&task, facts) {
            Applies::Yes => {
                // One that leaves it out decides, whatever is not known of the others.
                let mut unsure = None;
                for exclude in &self.exclude {
                    match exclude.selects(&task, facts) {
                        Applies::Yes => return Applies::No,
                        Applies::No => {}
                        other => unsure = unsure.or(Some(other)),
                    }
                }
                unsure.unwrap_or(Applies::Yes)
            }
            not => not,
        }
    }

    fn applies_to_definition(&self, facts: &Facts) -> Applies {
        let Some(Fact::Known(definition)) = facts.get(Family::TaskDefinition) else { return Applies::Yes };
        let family = definition.get("family").and_then(Value::as_str);
        let launch_types = definition.get("requiresCompatibilities").and_then(Value::as_array);
        let may_be = |selector: &Selector| {
            family.is_none_or(|family| any(&selector.families, &[family]))
                && (selector.launch_types.is_empty()
                    || launch_types.is_none_or(|types| {
                        types.is_empty()
                            || selector.launch_types.iter().any(|one| types.iter().any(|name| name == one.name()))
                    }))
        };
        // Whether it is left out is only known if nothing but its family decides that.
        let is_left_out = |selector: &Selector| {
            let by_family = Selector { families: selector.families.clone(), ..Selector::default() };
            !selector.families.is_empty()
                && *selector == by_family
                && family.is_some_and(|family| any(&selector.families, &[family]))
        };
        if !may_be(&self.include) || self.exclude.iter().any(is_left_out) { Applies::No } else { Applies::Yes }
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
    fn any_of_a_list_leaves_out() {
        let list = json!({"clusters": ["prod-*"], "exclude": [{"clusters": ["sandbox"]}, {"services": ["web"]}]});
        assert_eq!(applies(list), Applies::No);
        assert_eq!(applies(json!({"exclude": [{"clusters": ["sandbox"]}, {"services": ["api"]}]})), Applies::Yes);
        // What leaves it out decides, whatever the others need.
        assert_eq!(applies(json!({"exclude": [{"tags": {"a": "b"}}, {"services": ["web"]}]})), Applies::No);
        let needs = json!({"exclude": [{"tags": {"a": "b"}}, {"services": ["api"]}]});
        assert_eq!(applies(needs), Applies::Needs(Family::TaskDetails));
        assert_eq!(Scope::read(json!({"exclude": [{}]})).unwrap_err().0, "/exclude/0");
        assert_eq!(Scope::read(json!({"exclude": [{"services": []}, {"cluster": []}]})).unwrap_err().0, "/exclude/0");
        let warns = |scope| Scope::read(scope).unwrap().warning().is_some();
        assert!(warns(json!({"exclude": {"clusters": ["sandbox"], "services": ["legacy"]}})));
        assert!(
            !warns(json!({"exclude": {"clusters": ["sandbox"]}})) && !warns(json!({"exclude": [{"services": ["a"]}]}))
        );
    }

    #[test]
    fn a_definition_tells_its_family_and_what_it_can_be_launched_as() {
        let definition = json!({"family": "web", "requiresCompatibilities": ["FARGATE"]});
        let facts = Facts::from_iter([(Family::TaskDefinition, Fact::known(definition))]);
        let applies = |scope: Value| Scope::read(scope).unwrap().applies(&facts);
        for scope in [
            json!({"families": ["w*"], "launch_types": ["FARGATE"]}),
            json!({"clusters": ["prod"], "services": ["web"], "tags": {"env": "prod"}}),
            json!({"exclude": [{"families": ["api"]}, {"families": ["web"], "clusters": ["sandbox"]}]}),
        ] {
            assert_eq!(applies(scope.clone()), Applies::Yes, "{scope}");
        }
        for scope in [
            json!({"families": ["api"]}),
            json!({"launch_types": ["EC2"]}),
            json!({"exclude": [{"families": ["web"]}]}),
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
