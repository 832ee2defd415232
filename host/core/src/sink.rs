//! Where reports go.

use std::collections::BTreeSet;
use std::time::Instant;

use thiserror::Error;

use crate::facts::Family;
use crate::pipeline::Judged;

/// Takes reports to somebody: a log, a webhook.
pub trait Sink {
    /// The fact families that decide where a report goes. They are gathered for reports that say something.
    fn reads(&self) -> BTreeSet<Family> {
        BTreeSet::new()
    }

    /// Whether somebody is to be told that a task has stopped. Its report is empty then.
    fn closes(&self) -> bool {
        false
    }

    /// Delivers the reports of a run, until `deadline`. Every failure is returned, and none keeps another report or sink from
    /// its turn.
    fn deliver(&self, judged: &[Judged], deadline: Option<Instant>) -> impl Future<Output = Vec<Undelivered>> + Send;
}

/// A report that did not reach a sink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// Which of the reports.
    pub position: usize,
    /// Why not.
    pub error: SinkError,
}

/// Why a report did not reach its sink. Names no URL and no key: they are secrets.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the sink `{sink}` did not take the report: {why}")]
pub struct SinkError {
    /// Which sink.
    pub sink: String,
    /// What happened.
    pub why: String,
}
