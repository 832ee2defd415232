//! What is known about the task. Each fact is read once, however many statements ask for it.

use std::cell::OnceCell;

use gatecheck_sdk::{Attachment, Container, Facts, NetworkInterface, Subnet, Task, TaskDefinition, Unknown};
use serde_json::Value;

use crate::expression::JOINED;
use crate::statement::Statement;

type Once<T> = OnceCell<Result<T, Unknown>>;

/// The facts of one evaluation.
pub(crate) struct Known<'a> {
    pub(crate) facts: &'a Facts,
    statements: &'a [Statement],
    task: Once<Task>,
    definition: Once<TaskDefinition>,
    containers: Once<Vec<Container>>,
    attachments: Once<Vec<Attachment>>,
    interfaces: Once<Vec<NetworkInterface>>,
    subnets: Once<Vec<Subnet>>,
    document: Once<Value>,
    details_document: Once<Value>,
    joined: [Once<Value>; JOINED.len()],
}

impl<'a> Known<'a> {
    pub(crate) fn new(facts: &'a Facts, statements: &'a [Statement]) -> Self {
        Self {
            facts,
            statements,
            task: OnceCell::new(),
            definition: OnceCell::new(),
            containers: OnceCell::new(),
            attachments: OnceCell::new(),
            interfaces: OnceCell::new(),
            subnets: OnceCell::new(),
            document: OnceCell::new(),
            details_document: OnceCell::new(),
            joined: [const { OnceCell::new() }; JOINED.len()],
        }
    }

    pub(crate) fn task(&self) -> Result<&Task, Unknown> {
        once(&self.task, || self.facts.task())
    }

    pub(crate) fn definition(&self) -> Result<&TaskDefinition, Unknown> {
        once(&self.definition, || self.facts.task_definition())
    }

    pub(crate) fn containers(&self) -> Result<&[Container], Unknown> {
        once(&self.containers, || self.facts.containers()).map(Vec::as_slice)
    }

    pub(crate) fn attachments(&self) -> Result<&[Attachment], Unknown> {
        once(&self.attachments, || self.facts.attachments()).map(Vec::as_slice)
    }

    pub(crate) fn interfaces(&self) -> Result<&[NetworkInterface], Unknown> {
        once(&self.interfaces, || self.facts.interfaces()).map(Vec::as_slice)
    }

    pub(crate) fn subnets(&self) -> Result<&[Subnet], Unknown> {
        once(&self.subnets, || self.facts.subnets()).map(Vec::as_slice)
    }

    /// The task's document, as far as the statements read it: from DescribeTasks, or from the event.
    pub(crate) fn document(&self, with_details: bool) -> Result<&Value, Unknown> {
        let document = if with_details { &self.details_document } else { &self.document };
        once(document, || match (self.wanted(), with_details) {
            (Some(wanted), false) => self.facts.task_document_keys(&wanted),
            (Some(wanted), true) => self.facts.task_details_document_keys(&wanted),
            (None, false) => self.facts.task_document(),
            (None, true) => self.facts.task_details_document(),
        })
    }

    /// The keys of it that the statements read, unless one of them takes it as a whole.
    fn wanted(&self) -> Option<Vec<&str>> {
        let mut wanted = Vec::new();
        for statement in self.statements {
            wanted.extend(statement.attribute.roots()?.iter().map(String::as_str));
        }
        wanted.sort_unstable();
        wanted.dedup();
        Some(wanted)
    }

    /// A document beside the task's own, by its place in [`JOINED`].
    pub(crate) fn joined(&self, index: usize) -> Result<&Value, Unknown> {
        match (self.joined.get(index), JOINED.get(index)) {
            (Some(document), Some((_, read))) => once(document, || read(self.facts)),
            _ => Ok(&Value::Null),
        }
    }
}

fn once<T>(fact: &Once<T>, read: impl FnOnce() -> Result<T, Unknown>) -> Result<&T, Unknown> {
    fact.get_or_init(read).as_ref().map_err(Clone::clone)
}
