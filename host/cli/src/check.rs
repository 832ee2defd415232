//! `gatecheck check`: what is at hand becomes facts, policies judge them, the report is printed.

use std::io::Write;
use std::path::Path;

use gatecheck_core::event::{self, Received, TaskEvent};
use gatecheck_core::facts::{Fact, Facts, Family, Unavailable};
use gatecheck_core::recording::Recording;
use gatecheck_core::{History, judge};

use crate::args::{CheckArgs, Format};
use crate::exit::Exit;
use crate::host::Host;
use crate::input::{InputError, is_stdin, read_json, unwrapped};
use crate::policies;
use crate::recorded::recorded;
use crate::render;

pub(crate) async fn check(args: &CheckArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    let inputs = [&args.event, &args.task, &args.task_definition, &args.facts];
    if inputs.into_iter().flatten().chain(&args.policy).filter(|path| is_stdin(path)).count() > 1 {
        return Err(InputError::StandardInputTwice);
    }
    let event = args.event.as_deref().map(read_event).transpose()?;
    let recording = read_recording(args)?;
    let facts = known(args, event.as_ref(), &recording)?;
    let host = Host::new()?;
    let policies = policies::load(&host, &args.policy).await?;

    let history = event.as_ref().filter(|_| !args.all).map(History::of);
    let report = judge(&host.engine, &policies, history, facts, &recording).await;
    match args.format {
        Format::Human => render::human(&report, policies.names().count(), out),
        Format::Json => render::json(&report, out),
    }
    .map_err(InputError::Output)?;
    Ok(Exit::of(&report))
}

pub(crate) fn read_event(path: &Path) -> Result<TaskEvent, InputError> {
    match event::parse(&read_json(path)?) {
        Ok(Received::Task(event)) => Ok(*event),
        Ok(Received::Skipped(reason)) => Err(InputError::Skipped { path: path.to_owned(), reason }),
        Err(source) => Err(InputError::NotAnEvent { path: path.to_owned(), source }),
    }
}

fn read_recording(args: &CheckArgs) -> Result<Recording, InputError> {
    match &args.facts {
        Some(path) => recorded(path),
        None => Ok(Recording::new(Facts::new())),
    }
}

/// What is known from the start. The recording answers the rest as it is asked for.
fn known(args: &CheckArgs, event: Option<&TaskEvent>, recording: &Recording) -> Result<Facts, InputError> {
    let mut facts = Facts::new();
    if let Some(fact) = recording.facts.get(Family::Task) {
        facts.set(Family::Task, fact.clone());
    }
    if let Some(path) = &args.task {
        let task = Fact::known(unwrapped(path, "task", read_json(path)?, ("tasks", "task", "taskArn"))?);
        facts.set(Family::Task, task.clone());
        facts.set(Family::TaskDetails, task);
    }
    if let Some(path) = &args.task_definition {
        let shape = ("taskDefinitions", "taskDefinition", "family");
        let definition = unwrapped(path, "task definition", read_json(path)?, shape)?;
        facts.set(Family::TaskDefinition, Fact::known(definition));
    }
    if let Some(event) = event {
        facts.set(Family::Task, Fact::known(event.task.clone()));
    }
    if facts.get(Family::Task).is_none() {
        facts.set(Family::Task, no_task());
    }
    Ok(facts)
}

/// The task where there is none.
pub(crate) fn no_task() -> Fact {
    Fact::Unavailable(Unavailable::NotYet("there is no task yet".to_owned()))
}
