//! What is known about the task. Each fact is read once, however many rules ask for it.

use std::cell::OnceCell;

use gatecheck_sdk::{ExposedAddress, Facts, SecurityGroupRule, Task, Unavailable, Unknown};
use serde_json::Value;

use crate::document::Document;

type Once<T> = OnceCell<Result<T, Unknown>>;

/// The facts of one evaluation.
pub(crate) struct Known<'a> {
    facts: &'a Facts,
    task: Once<Task>,
    task_document: Once<Value>,
    tags: Once<Vec<(String, String)>>,
    definition: Once<Value>,
    exposed: Once<Vec<ExposedAddress>>,
    security_group_rules: Once<Vec<SecurityGroupRule>>,
    security_groups: Once<Vec<Value>>,
    service: Once<Value>,
    cluster: Once<Value>,
}

/// Attributes that rules read. The rest of a document is skipped.
const OF_TASK: [&str; 1] = ["overrides"];
const OF_DEFINITION: [&str; 13] = [
    "containerDefinitions",
    "cpu",
    "enableFaultInjection",
    "executionRoleArn",
    "ipcMode",
    "memory",
    "networkMode",
    "pidMode",
    "requiresCompatibilities",
    "runtimePlatform",
    "taskRoleArn",
    "volumes",
    "compatibilities",
];
const OF_SERVICE: [&str; 12] = [
    "capacityProviderStrategy",
    "deploymentConfiguration",
    "deploymentController",
    "desiredCount",
    "launchType",
    "networkConfiguration",
    "platformFamily",
    "platformVersion",
    "propagateTags",
    "schedulingStrategy",
    "tags",
    "taskSets",
];
const OF_CLUSTER: [&str; 3] = ["configuration", "settings", "tags"];

/// A container of the task definition.
#[derive(Clone, Copy)]
pub(crate) struct Container<'a> {
    pub(crate) name: &'a str,
    pub(crate) definition: Document<'a>,
}

impl<'a> Container<'a> {
    fn new(definition: Document<'a>) -> Result<Self, Unknown> {
        Ok(Self { name: definition.text("name")?.unwrap_or("?"), definition })
    }
}

impl<'a> Known<'a> {
    pub(crate) fn new(facts: &'a Facts) -> Self {
        Self {
            facts,
            task: OnceCell::new(),
            task_document: OnceCell::new(),
            tags: OnceCell::new(),
            definition: OnceCell::new(),
            exposed: OnceCell::new(),
            security_group_rules: OnceCell::new(),
            security_groups: OnceCell::new(),
            service: OnceCell::new(),
            cluster: OnceCell::new(),
        }
    }

    /// A task definition alone has no service, cluster, interface or task yet, and a rule about them does not apply to it. Once there
    /// is a task, what it does not have yet leaves the rule undecided.
    pub(crate) fn of_subject(&self, unknown: Unknown) -> Unknown {
        match unknown.reason {
            Unavailable::NotYet(why) if unknown.family != "task-definition" && self.is_planned() => {
                Unknown { reason: Unavailable::NotApplicable(why), ..unknown }
            }
            reason => Unknown { reason, ..unknown },
        }
    }

    /// There is no task yet.
    pub(crate) fn is_planned(&self) -> bool {
        matches!(self.task(), Err(Unknown { reason: Unavailable::NotYet(_), .. }))
    }

    pub(crate) fn task(&self) -> Result<&Task, Unknown> {
        once(&self.task, || self.facts.task())
    }

    /// What RunTask was given in place of what the task definition says.
    pub(crate) fn overrides(&self) -> Result<Document<'_>, Unknown> {
        let task = once(&self.task_document, || self.facts.task_document_keys(&OF_TASK))?;
        Document::new("task", task).object("overrides")
    }

    pub(crate) fn tags(&self) -> Result<&[(String, String)], Unknown> {
        once(&self.tags, || self.facts.tags()).map(Vec::as_slice)
    }

    pub(crate) fn definition(&self) -> Result<Document<'_>, Unknown> {
        let definition = once(&self.definition, || self.facts.task_definition_document_keys(&OF_DEFINITION))?;
        Ok(Document::new("task-definition", definition))
    }

    /// The containers of the task definition. Those that AWS injects are not among them: nobody here can change them.
    pub(crate) fn containers(&self) -> Result<Vec<Container<'_>>, Unknown> {
        self.definition()?.list("containerDefinitions")?.map(Container::new).collect()
    }

    /// The operating system is a Windows; Linux is what ECS takes where none is named.
    pub(crate) fn is_windows(&self) -> Result<bool, Unknown> {
        let family = self.definition()?.object("runtimePlatform")?.text("operatingSystemFamily")?;
        Ok(family.is_some_and(|family| family.starts_with("WINDOWS")))
    }

    /// On Fargate: the task is, or its definition can run nowhere else.
    pub(crate) fn is_fargate(&self) -> Result<bool, Unknown> {
        match self.task() {
            Ok(task) => {
                let provider = task.capacity_provider.as_deref().unwrap_or_default();
                Ok(task.launch_type.as_deref() == Some("FARGATE") || provider.starts_with("FARGATE"))
            }
            Err(Unknown { reason: Unavailable::NotYet(_), .. }) => {
                Ok(self.definition()?.texts("requiresCompatibilities")? == ["FARGATE"])
            }
            Err(unknown) => Err(unknown),
        }
    }

    pub(crate) fn exposed_addresses(&self) -> Result<&[ExposedAddress], Unknown> {
        once(&self.exposed, || self.facts.exposed_addresses()).map(Vec::as_slice)
    }

    pub(crate) fn security_group_rules(&self) -> Result<&[SecurityGroupRule], Unknown> {
        once(&self.security_group_rules, || self.facts.security_group_rules()).map(Vec::as_slice)
    }

    pub(crate) fn security_groups(&self) -> Result<impl Iterator<Item = Document<'_>>, Unknown> {
        let groups = once(&self.security_groups, || self.facts.security_group_documents())?;
        Ok(groups.iter().map(|group| Document::new("security-groups", group)))
    }

    pub(crate) fn service(&self) -> Result<Document<'_>, Unknown> {
        let service = once(&self.service, || self.facts.service_document_keys(&OF_SERVICE))?;
        Ok(Document::new("service", service))
    }

    pub(crate) fn cluster(&self) -> Result<Document<'_>, Unknown> {
        let cluster = once(&self.cluster, || self.facts.cluster_document_keys(&OF_CLUSTER))?;
        Ok(Document::new("cluster", cluster))
    }
}

fn once<T>(fact: &Once<T>, read: impl FnOnce() -> Result<T, Unknown>) -> Result<&T, Unknown> {
    fact.get_or_init(read).as_ref().map_err(Clone::clone)
}
