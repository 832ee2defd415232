//! The stages of a run, in their order.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use futures_util::StreamExt;
use futures_util::stream;
use serde_json::Value;

use crate::budget::Budget;
use crate::event::{self, EventError, Received, Skip, TaskEvent};
use crate::facts::{Fact, FactSource, Facts, Family};
use crate::judge::{gather, judge_within};
use crate::policy::{Engine, PolicySet};
use crate::probe::{Probe, Probed};
use crate::recording::Recording;
use crate::report::Report;
use crate::reported::{Memory, Reported, SharedMemory, leave_out_reported};
use crate::sink::{Sink, SinkError, Undelivered};

/// How many tasks are judged at a time: as many as one DescribeTasks describes.
const AT_A_TIME: usize = 100;

/// How a run ended for one event.
#[derive(Debug)]
pub enum Outcome {
    /// The task was judged, and the report delivered but for these failures.
    Judged(Report, Vec<SinkError>),
    /// There was nothing to judge.
    Skipped(Skip),
    /// The event was judged before. If that was in the same run, these are its failures.
    Repeated(Vec<SinkError>),
    /// The task has stopped, and who closes what was open was told but for these failures.
    Closed(Vec<SinkError>),
    /// It was a probe, and this is what policies say. Nobody is told.
    Probed(Probed),
}

/// A task that was judged.
#[derive(Debug, Clone)]
pub struct Judged {
    /// What is to be told of it.
    pub report: Report,
    /// What is known about it.
    pub facts: Arc<Facts>,
}

/// What judges, from one run to the next.
#[derive(Debug, Clone, Copy)]
pub struct Host<'a> {
    /// Runs policies.
    pub engine: &'a Engine,
    /// The policies in force.
    pub policies: &'a PolicySet,
    /// What this process has evaluated and reported.
    pub memory: &'a Memory,
    /// When policies must have come to their end; none if only each has its own limit.
    pub judge_until: Option<Instant>,
    /// When reports must be delivered.
    pub deliver_until: Option<Instant>,
}

/// Runs the stages on events: parse, gather, evaluate, leave out what was reported, deliver, remember. One outcome for each, in
/// their order. `shared` is where other processes say what they have reported.
pub async fn run(
    events: &[Value],
    host: &Host<'_>,
    source: &impl FactSource,
    sink: &impl Sink,
    shared: &impl SharedMemory,
) -> Vec<Result<Outcome, EventError>> {
    let received: Vec<_> = events.iter().map(event::parse).collect();
    let tasks = by_task(&received);
    let probes = received.iter().filter(|received| matches!(received, Ok(Received::Probe(_)))).count();
    let budget = Budget::new(host.judge_until, tasks.len() + probes);
    let judged = tasks.into_values().map(|events| judge_task(events, host, &budget, source));
    let mut judged = stream::iter(judged).buffered(AT_A_TIME).collect::<Vec<_>>().await.concat();
    leave_out_reported(judged.iter_mut().map(|(_, one)| &mut one.report).collect(), host.memory, shared).await;
    let judged = judged.into_iter().map(|one| route(one, source, sink));
    let judged = stream::iter(judged).buffered(AT_A_TIME).collect::<Vec<_>>().await;
    let (positions, judged): (Vec<_>, Vec<_>) = judged.into_iter().chain(gone(&received, sink)).unzip();
    let undelivered = sink.deliver(&judged, host.deliver_until).await;
    let (mut outcomes, reported) = settle(host.memory, &received, positions.into_iter().zip(judged), undelivered);
    if !reported.is_empty() {
        shared.add(reported).await;
    }
    for (position, received) in received.iter().enumerate() {
        if let Ok(Received::Probe(probe)) = received {
            outcomes.insert(position, Outcome::Probed(judge_probe(probe, host, &budget).await));
        }
    }
    let outcome = |(position, received)| match received {
        Err(error) => Err(error),
        Ok(Received::Skipped(reason)) => Ok(outcomes.remove(&position).unwrap_or(Outcome::Skipped(reason))),
        Ok(Received::Task(_) | Received::Probe(_)) => {
            Ok(outcomes.remove(&position).unwrap_or_else(|| Outcome::Repeated(Vec::new())))
        }
    };
    received.into_iter().enumerate().map(outcome).collect()
}

/// The events of each task, in the order in which they happened.
fn by_task(received: &[Result<Received, EventError>]) -> BTreeMap<&str, Vec<(usize, &TaskEvent)>> {
    let mut tasks: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (position, received) in received.iter().enumerate() {
        if let Ok(Received::Task(event)) = received {
            tasks.entry(event.task_arn.as_str()).or_default().push((position, &**event));
        }
    }
    for events in tasks.values_mut() {
        events.sort_by_key(|(_, event)| event.version);
    }
    tasks
}

/// Tasks that have stopped, for who closes what was open. There is nothing to judge.
fn gone(received: &[Result<Received, EventError>], sink: &impl Sink) -> Vec<(usize, Judged)> {
    let gone = |(position, received): (usize, &Result<Received, EventError>)| match received {
        Ok(Received::Skipped(Skip::Gone(task))) => {
            let facts = Arc::new(Facts::from_iter([(Family::Task, Fact::known(Value::clone(task)))]));
            Some((position, Judged { report: Report::of_task(&facts), facts }))
        }
        _ => None,
    };
    if sink.closes() { received.iter().enumerate().filter_map(gone).collect() } else { Vec::new() }
}

/// Evaluates a task at each of its events but those that were evaluated before.
async fn judge_task(
    events: Vec<(usize, &TaskEvent)>,
    host: &Host<'_>,
    budget: &Budget,
    source: &impl FactSource,
) -> Vec<(usize, Judged)> {
    let mut judged = Vec::new();
    let mut last = None;
    for (position, event) in events {
        if last == Some(event.version) || host.memory.has_evaluated(event) {
            continue;
        }
        let facts = Facts::from_iter([(Family::Task, Fact::known(event.task.clone()))]);
        judged.push((position, judge_within(budget, host.engine, host.policies, facts, source).await));
        last = Some(event.version);
    }
    budget.done();
    judged
}

/// Gathers what decides where a report goes, if it says something.
async fn route((position, mut one): (usize, Judged), source: &impl FactSource, sink: &impl Sink) -> (usize, Judged) {
    if one.report.is_to_be_told() {
        gather(source, Arc::make_mut(&mut one.facts), &sink.reads()).await;
    }
    (position, one)
}

/// What the policies in force say of the facts that a probe brought. No others are gathered.
async fn judge_probe(probe: &Probe, host: &Host<'_>, budget: &Budget) -> Probed {
    let report = match &probe.facts {
        Some(facts) => {
            let recorded = Recording::new(facts.clone());
            judge_within(budget, host.engine, host.policies, facts.clone(), &recorded).await.report
        }
        None => Report { faults: host.policies.faults.clone(), ..Report::default() },
    };
    budget.done();
    Probed { id: probe.id.clone(), policies: host.policies.policies.len(), report }
}

/// What came of the events that were evaluated and of those that repeat them, and what was reported now.
fn settle(
    memory: &Memory,
    received: &[Result<Received, EventError>],
    judged: impl Iterator<Item = (usize, Judged)>,
    undelivered: Vec<Undelivered>,
) -> (BTreeMap<usize, Outcome>, Reported) {
    let mut reported = Reported::new();
    let mut failures: BTreeMap<usize, Vec<SinkError>> = BTreeMap::new();
    for Undelivered { position, error } in undelivered {
        failures.entry(position).or_default().push(error);
    }
    let mut failed: BTreeMap<(&str, u64), Vec<SinkError>> = BTreeMap::new();
    let mut outcomes = BTreeMap::new();
    for (number, (position, Judged { report, .. })) in judged.enumerate() {
        let failures = failures.remove(&number).unwrap_or_default();
        if let Some(Ok(Received::Skipped(_))) = received.get(position) {
            outcomes.insert(position, Outcome::Closed(failures));
            continue;
        }
        if let Some(Ok(Received::Task(event))) = received.get(position) {
            if failures.is_empty() {
                memory.evaluated(event);
                let mut ids = report.ids().peekable();
                if ids.peek().is_some() {
                    reported.entry(event.task_arn.clone()).or_default().extend(ids);
                }
            } else {
                failed.insert((&event.task_arn, event.version), failures.clone());
            }
        }
        outcomes.insert(position, Outcome::Judged(report, failures));
    }
    for (position, received) in received.iter().enumerate() {
        if let Ok(Received::Task(event)) = received
            && let Some(failures) = failed.get(&(event.task_arn.as_str(), event.version))
        {
            outcomes.entry(position).or_insert_with(|| Outcome::Repeated(failures.clone()));
        }
    }
    memory.reported(&reported);
    (outcomes, reported)
}
