//! The task at hand: from an event, from what the AWS CLI prints, from a recording, or from several of them.

use std::path::{Path, PathBuf};

use gatecheck_core::event::{self, Received, Skip, TaskEvent};
use gatecheck_core::facts::{Fact, Facts, Family, Unavailable};
use gatecheck_core::probe;
use gatecheck_core::recording::Recording;

use crate::args::Subject as Args;
use crate::input::{InputError, is_stdin, read_json, unwrapped};
use crate::recorded::{self, recorded};

/// What there is of a task.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) event: Option<TaskEvent>,
    /// What is known from the start.
    pub(crate) known: Facts,
    /// What answers the rest as it is asked for.
    pub(crate) recording: Recording,
}

impl Subject {
    /// Reads it. Policies may come from standard input as well, but not both.
    pub(crate) fn read(args: &Args, policies: &[PathBuf]) -> Result<Self, InputError> {
        let inputs = [&args.event, &args.task, &args.task_definition, &args.facts];
        if inputs.into_iter().flatten().chain(policies).filter(|path| is_stdin(path)).count() > 1 {
            return Err(InputError::StandardInputTwice);
        }
        let event = args.event.as_deref().map(read_event).transpose()?;
        let recording = args.facts.as_deref().map_or_else(|| Ok(Recording::new(Facts::new())), recorded)?;
        let known = known(args, event.as_ref(), &recording)?;
        Ok(Self { event, known, recording })
    }
}

pub(crate) fn read_event(path: &Path) -> Result<TaskEvent, InputError> {
    match event::parse(&read_json(path)?) {
        Ok(Received::Task(event)) => Ok(*event),
        Ok(Received::Skipped(reason)) => Err(InputError::Skipped { path: path.to_owned(), reason }),
        Ok(Received::Probe(_)) => {
            let reason =
                Skip::OtherKind { source_name: probe::SOURCE.to_owned(), detail_type: probe::DETAIL_TYPE.to_owned() };
            Err(InputError::Skipped { path: path.to_owned(), reason })
        }
        Err(source) => Err(InputError::NotAnEvent { path: path.to_owned(), source }),
    }
}

fn known(args: &Args, event: Option<&TaskEvent>, recording: &Recording) -> Result<Facts, InputError> {
    let mut facts = Facts::from_iter([(Family::Task, recorded::task(recording))]);
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
    Ok(facts)
}

/// The task where there is none.
pub(crate) fn no_task() -> Fact {
    Fact::Unavailable(Unavailable::NotYet("there is no task yet".to_owned()))
}
