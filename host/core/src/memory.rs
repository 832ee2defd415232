//! What this process remembers of the tasks that it has judged. Another process remembers nothing of them: told twice is
//! better than never.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::event::TaskEvent;
use crate::history::Open;
use crate::report::Report;

/// How many are remembered: duplicates and the next events of a task follow closely.
const CAPACITY: usize = 4096;

/// The events that were judged last.
#[derive(Debug, Default)]
pub struct Memory(Mutex<VecDeque<Judged>>);

#[derive(Debug)]
struct Judged {
    task_arn: String,
    version: u64,
    left_open: Open,
}

impl Memory {
    /// This very event was judged: `EventBridge` delivers at least once, and duplicates carry the version of the original.
    pub(crate) fn has_judged(&self, event: &TaskEvent) -> bool {
        let is_same = |judged: &Judged| judged.task_arn == event.task_arn && judged.version == event.version;
        self.judged().iter().any(is_same)
    }

    /// What could not be judged when the task was judged last.
    pub(crate) fn left_open(&self, event: &TaskEvent) -> Open {
        let of_task = |judged: &&Judged| judged.task_arn == event.task_arn;
        self.judged().iter().rev().find(of_task).map(|judged| judged.left_open.clone()).unwrap_or_default()
    }

    /// Remembers a judged event.
    pub(crate) fn remember(&self, event: &TaskEvent, report: &Report) {
        let mut judged = self.judged();
        if judged.len() >= CAPACITY {
            judged.pop_front();
        }
        judged.push_back(Judged {
            task_arn: event.task_arn.clone(),
            version: event.version,
            left_open: Open::after(report),
        });
    }

    fn judged(&self) -> MutexGuard<'_, VecDeque<Judged>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
