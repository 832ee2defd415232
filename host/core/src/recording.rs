//! A recording: facts saved as JSON, to be judged again anywhere.

mod redact;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::facts::{Fact, FactSource, Facts, Unavailable, task};

pub use redact::{REDACTED, Redactor};

/// The format this version writes, and the only one it reads.
pub const FORMAT: u32 = 1;

/// Facts with the version of their format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// [`FORMAT`].
    pub format: u32,
    /// What was known.
    pub facts: Facts,
}

/// Why a document is not a recording.
#[derive(Debug, Error)]
pub enum RecordingError {
    /// Written by another version.
    #[error("the recording has format `{0}`, this version reads format `{FORMAT}`")]
    Format(Value),
    /// Not of the documented shape.
    #[error("not a recording: {0}")]
    Shape(#[source] serde_json::Error),
}

impl Recording {
    /// A recording of `facts`.
    pub fn new(facts: Facts) -> Self {
        Self { format: FORMAT, facts }
    }

    /// Reads `{"format": 1, "facts": {FAMILY: {"known": ...} or {"unavailable": {REASON: ...}}}}`, also where it stands under
    /// `recording`, as it does in the decision records of the function.
    pub fn parse(mut document: Value) -> Result<Self, RecordingError> {
        if document.get("format").is_none()
            && let Some(recording) = document.get_mut("recording").map(Value::take)
        {
            document = recording;
        }
        match document.get("format") {
            Some(format) if *format != FORMAT => Err(RecordingError::Format(format.clone())),
            _ => serde_json::from_value(document).map_err(RecordingError::Shape),
        }
    }
}

/// A recording answers like the account it was taken from: what the task at hand does not have yet is not yet known, even
/// if it was when the recording was taken.
impl FactSource for Recording {
    async fn gather(&self, wanted: &BTreeSet<crate::facts::Family>, known: &Facts) -> Facts {
        let gather = |family| {
            if let Err(reason) = task::expects(known, family) {
                return Fact::Unavailable(reason);
            }
            let absent = || Fact::Unavailable(Unavailable::Other("it is not among the given facts".to_owned()));
            self.facts.get(family).cloned().unwrap_or_else(absent)
        };
        wanted.iter().map(|family| (*family, gather(*family))).collect()
    }
}
