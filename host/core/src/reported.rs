//! Each violation once: what was reported of a task is remembered, and left out when a later event finds it again.
//!
//! Only what is known to have been reported is left out. A report counts as reported once every sink has taken it. Whatever is in
//! doubt is reported again: events get lost, first attempts fail, and facts and policies change between two events of a task, so
//! nothing is concluded about an earlier event from what is known now.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::event::TaskEvent;
use crate::report::Report;

/// Identifies a violation or an undecided rule among all those of a task.
pub type ReportedId = u128;

/// What was reported, by the ARN of the task.
pub type Reported = HashMap<String, HashSet<ReportedId>>;

/// Where processes share what they have reported.
pub trait SharedMemory {
    /// What was reported of these tasks by any process. What cannot be read is left out, and reported again.
    fn read(&self, tasks: &BTreeSet<&str>) -> impl Future<Output = Reported> + Send;

    /// Adds what was reported just now. What cannot be written may be reported again by another process.
    fn add(&self, reported: Reported) -> impl Future<Output = ()> + Send;
}

/// No process knows what another has reported, so that each may report it again.
#[derive(Debug, Clone, Copy, Default)]
pub struct NotShared;

impl SharedMemory for NotShared {
    async fn read(&self, _: &BTreeSet<&str>) -> Reported {
        Reported::new()
    }

    async fn add(&self, _: Reported) {}
}

/// How many tasks are remembered: duplicates and the next events of a task follow closely.
const MOST_TASKS: usize = 4096;

/// How many identifiers are remembered of all tasks together: 32 bytes each, with what a set needs for them.
const MOST_IDS: usize = 100_000;

/// What this process has evaluated and reported.
#[derive(Debug, Default)]
pub struct Memory(Mutex<Tasks>);

#[derive(Debug, Default)]
struct Tasks {
    known: HashMap<String, Known>,
    /// The tasks in the order in which they were first seen.
    order: VecDeque<String>,
    ids: usize,
}

/// What is known of a task.
#[derive(Debug, Default)]
struct Known {
    /// The versions of events that were evaluated, and whose reports were delivered.
    versions: BTreeSet<u64>,
    reported: HashSet<ReportedId>,
}

impl Memory {
    /// Whether this very event was evaluated: `EventBridge` delivers at least once, and duplicates carry the version of the original.
    pub(crate) fn has_evaluated(&self, event: &TaskEvent) -> bool {
        self.tasks().known.get(&event.task_arn).is_some_and(|known| known.versions.contains(&event.version))
    }

    /// Remembers an event that was evaluated and whose report was delivered.
    pub(crate) fn evaluated(&self, event: &TaskEvent) {
        self.tasks().of(&event.task_arn).versions.insert(event.version);
    }

    /// Whether something was reported of a task.
    pub(crate) fn has_reported(&self, task: &str, id: ReportedId) -> bool {
        self.tasks().known.get(task).is_some_and(|known| known.reported.contains(&id))
    }

    /// Remembers what was reported, here or elsewhere.
    pub(crate) fn reported(&self, reported: &Reported) {
        let mut tasks = self.tasks();
        for (task, ids) in reported {
            let known = tasks.of(task);
            let before = known.reported.len();
            known.reported.extend(ids);
            let added = known.reported.len() - before;
            tasks.ids += added;
            tasks.shrink();
        }
    }

    fn tasks(&self) -> MutexGuard<'_, Tasks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tasks {
    fn of(&mut self, task: &str) -> &mut Known {
        if !self.known.contains_key(task) {
            self.order.push_back(task.to_owned());
            self.shrink();
        }
        self.known.entry(task.to_owned()).or_default()
    }

    /// Forgets the oldest tasks. What is forgotten may be reported again.
    fn shrink(&mut self) {
        while self.order.len() > MOST_TASKS || (self.ids > MOST_IDS && self.order.len() > 1) {
            let Some(known) = self.order.pop_front().and_then(|oldest| self.known.remove(&oldest)) else { return };
            self.ids -= known.reported.len();
        }
    }
}

/// Leaves out of reports what was reported before: by this process, by another one, or in a report before it in the list.
pub(crate) async fn leave_out_reported(reports: Vec<&mut Report>, memory: &Memory, shared: &impl SharedMemory) {
    let is_new = |report: &Report| {
        report.task.as_deref().is_some_and(|task| report.ids().any(|id| !memory.has_reported(task, id)))
    };
    let tasks: Vec<_> =
        reports.iter().filter(|report| is_new(report)).filter_map(|report| report.task.clone()).collect();
    if !tasks.is_empty() {
        memory.reported(&shared.read(&tasks.iter().map(String::as_str).collect()).await);
    }
    let mut before = Reported::new();
    for report in reports {
        let Some(task) = report.task.clone() else { continue };
        let seen = before.entry(task.clone()).or_default();
        let ids: Vec<_> = report.ids().collect();
        report.leave_out(|id| seen.contains(&id) || memory.has_reported(&task, id));
        seen.extend(ids);
    }
}
