//! The stages of a run, in their order.

use serde_json::Value;

use crate::event::{self, EventError, Received, Skip};
use crate::facts::{Fact, FactSource, Facts, Family};
use crate::history::History;
use crate::judge::judge;
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

/// Takes an event through the house: parse, gather, evaluate, combine, deliver.
pub async fn run(
    event: &Value,
    policies: &PolicySet,
    engine: &Engine,
    source: &impl FactSource,
    sink: &impl Sink,
    memory: &Memory,
) -> Result<Outcome, EventError> {
    let event = match event::parse(event)? {
        Received::Task(event) => event,
        Received::Skipped(reason) => return Ok(Outcome::Skipped(reason)),
    };
    if memory.has_judged(&event) {
        return Ok(Outcome::Repeated);
    }
    let history = History { event: &event, open: memory.left_open(&event) };
    let facts = Facts::from_iter([(Family::Task, Fact::known(event.task.clone()))]);
    let report = judge(engine, policies, Some(history), facts, source).await;
    let failures = sink.deliver(&report).await;
    if failures.is_empty() {
        memory.remember(&event, &report);
    }
    Ok(Outcome::Judged(report, failures))
}
