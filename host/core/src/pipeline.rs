//! The stages of a run, in their order.

use std::time::Instant;

use serde_json::Value;

use crate::event::{self, EventError, Received, Skip};
use crate::facts::{Fact, FactSource, Facts, Family};
use crate::history::History;
use crate::judge::judge_until;
use crate::memory::Memory;
use crate::policy::{Engine, PolicySet};
use crate::report::Report;
use crate::sink::{Sink, SinkError};

/// How a run ended.
#[derive(Debug)]
pub enum Outcome {
    /// The task was judged, and the report delivered but for these failures.
    Judged(Report, Vec<SinkError>),
    /// There was nothing to judge.
    Skipped(Skip),
    /// The event was judged before.
    Repeated,
}

/// What judges, from one event to the next.
#[derive(Debug, Clone, Copy)]
pub struct Host<'a> {
    /// Runs policies.
    pub engine: &'a Engine,
    /// The policies in force.
    pub policies: &'a PolicySet,
    /// The events that were judged before.
    pub memory: &'a Memory,
    /// When the policies must have come to their end; none if only each has its own limit.
    pub deadline: Option<Instant>,
}

/// Takes an event through the house: parse, gather, evaluate, combine, deliver.
pub async fn run(
    event: &Value,
    host: &Host<'_>,
    source: &impl FactSource,
    sink: &impl Sink,
) -> Result<Outcome, EventError> {
    let event = match event::parse(event)? {
        Received::Task(event) => event,
        Received::Skipped(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let &Host { engine, policies, memory, deadline } = host;
    if memory.has_judged(&event) {
        return Ok(Outcome::Repeated);
    }
    let history = History { event: &event, open: memory.left_open(&event) };
    let facts = Facts::from_iter([(Family::Task, Fact::known(event.task.clone()))]);
    let report = judge_until(deadline, engine, policies, Some(history), facts, source).await;
    let failures = sink.deliver(&report).await;
    if failures.is_empty() {
        memory.remember(&event, &report);
    }
    Ok(Outcome::Judged(report, failures))
}
