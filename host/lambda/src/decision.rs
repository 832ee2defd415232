//! Decision records: what was decided about a task, and on what grounds, for who wants to know later. `gatecheck replay` takes one.

use gatecheck_core::Judged;
use gatecheck_core::recording::{Recording, Redactor};
use serde_json::{Map, Value, json};
use tracing::Level;

use crate::log::LogFormat;

/// Which tasks a decision is recorded of (`GATECHECK_RECORD`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decisions {
    /// None.
    None,
    /// Those with something to tell.
    Told,
    /// All of them.
    All,
}

/// Bytes of a record. CloudWatch took 256 KiB for years.
const LONGEST: usize = 250_000;

impl Decisions {
    /// Reads `none`, `violations` or `all`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "none" => Some(Self::None),
            "violations" => Some(Self::Told),
            "all" => Some(Self::All),
            _ => None,
        }
    }

    /// Writes the decision about a task. Whoever loses it has the violations all the same.
    pub(crate) fn write(self, judged: &Judged) {
        let is_wanted = match self {
            Self::None => false,
            Self::Told => judged.report.is_to_be_told(),
            Self::All => true,
        };
        if is_wanted {
            // JSON in any case: it is for programs.
            let _ = LogFormat::Json.write(Level::INFO, "decision", record(judged));
        }
    }
}

fn record(Judged { report, facts }: &Judged) -> Map<String, Value> {
    let of = |key: &str, value: Value| (key.to_owned(), value);
    let task = of("task_arn", json!(report.task));
    let recording = Recording::new(Redactor::default().facts(facts));
    let whole = Map::from_iter([task.clone(), of("report", json!(report)), of("recording", json!(recording))]);
    let length = json!(whole).to_string().len();
    if length <= LONGEST { whole } else { Map::from_iter([task, of("too_large", length.into())]) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use gatecheck_core::facts::{Fact, Facts, Family};
    use gatecheck_core::report::Report;

    use super::*;

    fn record_of(environment: Value) -> Value {
        let definition = json!({"containerDefinitions": [{"name": "web", "environment": environment}]});
        let facts = Arc::new(Facts::from_iter([(Family::TaskDefinition, Fact::known(definition))]));
        json!(record(&Judged { report: Report { task: Some("arn:t".to_owned()), ..Report::default() }, facts }))
    }

    #[test]
    fn a_decision_is_a_report_with_its_grounds_and_without_secrets() {
        let record = record_of(json!([{"name": "PASSWORD", "value": "hunter2"}]));
        assert_eq!((&record["task_arn"], &record["report"]["violations"]), (&json!("arn:t"), &json!([])));
        assert!(Recording::parse(record.clone()).is_ok());
        assert!(!record.to_string().contains("hunter2"), "{record}");
        let large: Vec<_> = (0..10_000).map(|name| json!({"name": name.to_string(), "value": "x"})).collect();
        let record = record_of(json!(large));
        assert!(record.get("recording").is_none() && record["too_large"].as_u64() > Some(LONGEST as u64), "{record}");
    }
}
