//! Events that this process has judged already. EventBridge delivers at least once, and duplicates carry the version of the
//! original. What another process has judged is not known here: told twice is better than never.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

/// How many events are remembered: duplicates follow each other closely.
const CAPACITY: usize = 4096;

/// ARN of the task and `detail.version` of the events that were judged last.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<VecDeque<(String, u64)>>);

impl Seen {
    pub(crate) fn contains(&self, event: &Value) -> bool {
        key(event).is_some_and(|key| self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&key))
    }

    pub(crate) fn insert(&self, event: &Value) {
        if let Some(key) = key(event) {
            let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if seen.len() >= CAPACITY {
                seen.pop_front();
            }
            seen.push_back(key);
        }
    }
}

fn key(event: &Value) -> Option<(String, u64)> {
    let arn = event.pointer("/detail/taskArn")?.as_str()?;
    Some((arn.to_owned(), event.pointer("/detail/version")?.as_u64()?))
}
