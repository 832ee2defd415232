//! A probe: an event that proves the path from rule to verdict. Nothing has started, and nobody is told of what it finds.

use serde_json::{Value, json};

use crate::event::{EventError, text};
use crate::facts::Facts;
use crate::recording::Recording;
use crate::report::{Report, id_of};

/// `source` of the event.
pub const SOURCE: &str = "gatecheck";

/// `detail-type` of the event.
pub const DETAIL_TYPE: &str = "Gatecheck Probe";

/// The probe of the schedule, which brings no facts: it asks whether there are policies to judge by.
pub const HEARTBEAT: &str = "heartbeat";

/// What is told of an identifier; the rest of a long one is not.
const LONGEST_ID: usize = 64;

/// A probe.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    /// By which its sender knows it again.
    pub id: String,
    /// What the policies in force are to judge.
    pub facts: Option<Facts>,
}

/// What came of a probe.
#[derive(Debug, Clone, PartialEq)]
pub struct Probed {
    /// By which its sender knows it again.
    pub id: String,
    /// How many policies are in force.
    pub policies: usize,
    /// What they say of the facts that came with it. Without facts, only what is wrong with policies themselves.
    pub report: Report,
}

impl Probe {
    /// `detail` of the event.
    pub fn detail(&self) -> Value {
        let recording = self.facts.clone().map(Recording::new);
        json!({"id": self.id, "recording": recording})
    }

    pub(crate) fn parse(event: &Value) -> Result<Self, EventError> {
        let id = text(event, "/detail/id")?.chars().take(LONGEST_ID).collect();
        let facts = match event.pointer("/detail/recording") {
            None | Some(Value::Null) => None,
            Some(recording) => {
                let wrong = |_| EventError::WrongType { pointer: "/detail/recording", expected: "a recording" };
                Some(Recording::parse(recording.clone()).map_err(wrong)?.facts)
            }
        };
        Ok(Self { id, facts })
    }
}

impl Probed {
    /// A digest of the verdict: two hosts that judge the same facts by the same policies have the same.
    pub fn verdict(&self) -> String {
        id_of(&self.report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Received, parse};

    fn received(detail: Value) -> Result<Received, EventError> {
        parse(&json!({"source": SOURCE, "detail-type": DETAIL_TYPE, "detail": detail}))
    }

    #[test]
    fn a_probe_arrives_as_it_was_sent() {
        let facts: Facts =
            serde_json::from_value(json!({"task": {"known": {"taskArn": "arn:t"}}})).expect("facts of a task");
        for facts in [None, Some(facts)] {
            let probe = Probe { id: "p-1".to_owned(), facts };
            assert_eq!(received(probe.detail()), Ok(Received::Probe(Box::new(probe))));
        }
    }

    #[test]
    fn what_is_wrong_with_one_is_named() {
        let error = |detail| received(detail).unwrap_err().to_string();
        assert_eq!(error(json!({})), "the event has no `/detail/id`");
        let odd = json!({"id": "p", "recording": {"format": 1, "facts": []}});
        assert_eq!(error(odd), "`/detail/recording` of the event is not a recording");
        let long = received(json!({"id": "x".repeat(1000)}));
        assert!(matches!(long, Ok(Received::Probe(probe)) if probe.id.len() == LONGEST_ID));
    }
}
