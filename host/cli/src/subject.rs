//! What is evaluated: from an event, from what the AWS CLI prints, from a recording, or from several of them.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use gatecheck_core::event::{self, Received, Skip, TaskEvent};
use gatecheck_core::facts::shape::{Placeholder, placeholders};
use gatecheck_core::facts::{Fact, Facts, Family, Unavailable};
use gatecheck_core::probe;
use gatecheck_core::recording::Recording;
use serde_json::Value;

use crate::args::Subject as Args;
use crate::definition::read_definitions;
use crate::document::read_document;
use crate::input::{InputError, is_stdin, read_json};
use crate::recorded::{self, recorded};

/// What there is of a task.
#[derive(Debug)]
pub(crate) struct Subject {
    /// What is known from the start.
    pub(crate) known: Facts,
    /// What answers the rest as it is asked for.
    pub(crate) recording: Rc<Recording>,
    /// What the task definition leaves open.
    pub(crate) placeholders: Vec<Placeholder>,
}

impl Subject {
    /// Reads all that files hold. Policies may come from standard input as well, but not both.
    pub(crate) fn read_all(args: &Args, policies: &[PathBuf]) -> Result<Vec<Self>, InputError> {
        let inputs = [&args.event, &args.task, &args.task_definition, &args.facts];
        if inputs.into_iter().flatten().chain(policies).filter(|path| is_stdin(path)).count() > 1 {
            return Err(InputError::StandardInputTwice);
        }
        let event = args.event.as_deref().map(read_event).transpose()?;
        let recording = args.facts.as_deref().map_or_else(|| Ok(Recording::new(Facts::new())), recorded)?;
        let tasks = each(args.task.as_deref(), read_tasks)?;
        let definitions = each(args.task_definition.as_deref(), read_definitions)?;
        if let (Some(path), true) = (&args.task, tasks.len() > 1 && definitions.len() > 1) {
            let reason = "several tasks and several task definitions are given, and nothing says which belong together";
            return Err(InputError::WrongShape { path: path.clone(), what: "single task", reason: reason.to_owned() });
        }
        let recording = Rc::new(recording);
        let mut subjects = Vec::new();
        for task in &tasks {
            for definition in &definitions {
                let known = known(event.as_ref(), task.as_ref(), definition.as_ref(), &recording);
                let placeholders = definition.as_ref().map(placeholders).unwrap_or_default();
                subjects.push(Self { known, recording: Rc::clone(&recording), placeholders });
            }
        }
        Ok(subjects)
    }

    /// Reads it where there must be one.
    pub(crate) fn read(args: &Args, policies: &[PathBuf]) -> Result<Self, InputError> {
        let mut subjects = Self::read_all(args, policies)?;
        match (subjects.pop(), subjects.len()) {
            (Some(subject), 0) => Ok(subject),
            (_, others) => {
                let path = args.task.as_ref().or(args.task_definition.as_ref()).cloned().unwrap_or_default();
                let reason = format!("there are {}, and this looks at one", others + 1);
                Err(InputError::WrongShape { path, what: "single task or task definition", reason })
            }
        }
    }
}

/// What a file holds; once nothing if no file is given.
fn each(
    path: Option<&Path>,
    read: fn(&Path) -> Result<Vec<Value>, InputError>,
) -> Result<Vec<Option<Value>>, InputError> {
    path.map_or_else(|| Ok(vec![None]), |path| Ok(read(path)?.into_iter().map(Some).collect()))
}

/// The tasks in what `aws ecs describe-tasks` prints, or one of them alone.
fn read_tasks(path: &Path) -> Result<Vec<Value>, InputError> {
    let wrong = |reason: String| InputError::WrongShape { path: path.to_owned(), what: "task", reason };
    let Value::Object(mut document) = read_document(path)? else { return Err(wrong("it is not an object".to_owned())) };
    let failures = document.remove("failures");
    let tasks = match document.remove("tasks") {
        Some(Value::Array(tasks)) => tasks,
        Some(_) => return Err(wrong("`tasks` is not a list".to_owned())),
        None => vec![document.remove("task").unwrap_or(Value::Object(document))],
    };
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or("?").to_owned();
    let failures: Vec<_> = failures.as_ref().and_then(Value::as_array).into_iter().flatten().collect();
    if !failures.is_empty() {
        let failure = |failure: &&Value| format!("{} `{}`", text(failure, "reason"), text(failure, "arn"));
        return Err(wrong(format!("AWS said: {}", failures.iter().map(failure).collect::<Vec<_>>().join(", "))));
    }
    if tasks.is_empty() {
        return Err(wrong("`tasks` is empty".to_owned()));
    }
    if tasks.iter().any(|task| !task.get("taskArn").is_some_and(Value::is_string)) {
        return Err(wrong("there is no `taskArn`".to_owned()));
    }
    Ok(tasks)
}

pub(crate) fn read_event(path: &Path) -> Result<TaskEvent, InputError> {
    match event::parse(&event::unwrapped(read_json(path)?)) {
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

fn known(event: Option<&TaskEvent>, task: Option<&Value>, definition: Option<&Value>, recording: &Recording) -> Facts {
    let mut facts = Facts::from_iter([(Family::Task, recorded::task(recording))]);
    if let Some(task) = task {
        facts.set(Family::Task, Fact::known(task.clone()));
        // DescribeTasks leaves tags out unless it is asked for them, and a task without any has an empty list.
        let details = if task.get("tags").is_some() {
            Fact::known(task.clone())
        } else {
            let why = "the document has no `tags`: describe the task with `--include TAGS`";
            Fact::Unavailable(Unavailable::Other(why.to_owned()))
        };
        facts.set(Family::TaskDetails, details);
    }
    if let Some(definition) = definition {
        facts.set(Family::TaskDefinition, Fact::known(definition.clone()));
    }
    if let Some(event) = event {
        facts.set(Family::Task, Fact::known(event.task.clone()));
    }
    facts
}

/// The task where there is none.
pub(crate) fn no_task() -> Fact {
    Fact::Unavailable(Unavailable::NotYet("there is no task yet".to_owned()))
}
