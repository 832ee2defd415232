//! Where reports go.

use thiserror::Error;

use crate::report::Report;

/// Takes reports to somebody: a log, a webhook.
pub trait Sink {
    /// Delivers one report. Every failure is returned, and none keeps another sink from its turn.
    fn deliver(&self, report: &Report) -> impl Future<Output = Vec<SinkError>> + Send;
}

/// Why a report did not reach its sink. Names no URL and no key: they are secrets.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the {sink} did not take the report: {why}")]
pub struct SinkError {
    /// Which sink.
    pub sink: &'static str,
    /// What happened.
    pub why: String,
}
