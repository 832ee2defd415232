//! A recording: facts saved as JSON, to be judged again anywhere.

mod redact;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::facts::{Fact, FactSource, Facts, Family, Unavailable, task};

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
/// if it was when the recording was taken. Without a task, all that it has is known.
impl FactSource for Recording {
    async fn gather(&self, wanted: &BTreeSet<Family>, known: &Facts) -> Facts {
        let has_task = known.get(Family::Task).is_none_or(|task| task.as_result().is_ok());
        let gather = |family| match (task::expects(known, family), self.facts.get(family)) {
            (Err(reason), _) if has_task => Fact::Unavailable(reason),
            (_, Some(fact)) => fact.clone(),
            (Err(reason), None) => Fact::Unavailable(reason),
            (Ok(()), None) => Fact::Unavailable(Unavailable::Other("it is not among the given facts".to_owned())),
        };
        wanted.iter().map(|family| (*family, gather(*family))).collect()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use serde_json::json;

    use super::*;

    #[test]
    fn without_a_task_what_is_given_is_known_and_the_rest_is_not() {
        let reason = Unavailable::NotYet("there is no task yet".to_owned());
        let known = Facts::from_iter([(Family::Task, Fact::Unavailable(reason.clone()))]);
        let service = Fact::known(json!({"serviceName": "web"}));
        let recording = Recording::new(Facts::from_iter([(Family::Service, service.clone())]));
        let gathered = recording.gather(&[Family::Service, Family::Cluster].into(), &known).now_or_never().unwrap();
        assert_eq!(gathered.get(Family::Service), Some(&service));
        assert_eq!(gathered.get(Family::Cluster), Some(&Fact::Unavailable(reason)));
    }

    #[test]
    fn a_standalone_task_has_no_service_whatever_is_given() {
        let task =
            json!({"taskArn": "arn:t", "clusterArn": "arn:c", "taskDefinitionArn": "arn:d", "lastStatus": "RUNNING"});
        let known = Facts::from_iter([(Family::Task, Fact::known(task))]);
        let service = Fact::known(json!({"serviceName": "web"}));
        let recording = Recording::new(Facts::from_iter([(Family::Service, service)]));
        let gathered = recording.gather(&[Family::Service].into(), &known).now_or_never().unwrap();
        assert!(matches!(gathered.get(Family::Service), Some(Fact::Unavailable(Unavailable::NotApplicable(_)))));
    }
}
