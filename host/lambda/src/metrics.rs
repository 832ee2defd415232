//! Metrics, as log records that CloudWatch reads numbers from (embedded metric format).

use std::io::{self, Write as _};

use gatecheck_store::Counted;
use serde_json::{Value, json};

/// Where CloudWatch files them.
const NAMESPACE: &str = "Gatecheck";

/// Writes what was counted, if anything was.
pub(crate) fn write(counted: &Counted) {
    if *counted != Counted::default() {
        // A metric that cannot be written must not keep a task from being judged.
        let _ = writeln!(io::stdout().lock(), "{}", record(counted, jiff::Timestamp::now().as_millisecond()));
    }
}

fn record(counted: &Counted, milliseconds: i64) -> String {
    let Counted {
        modules_fetched,
        modules_compiled,
        artifacts_loaded,
        artifacts_ignored,
        refreshes_failed,
        policies_refused,
    } = *counted;
    let values = [
        ("ModulesFetched", modules_fetched),
        ("ModulesCompiled", modules_compiled),
        ("ArtifactsLoaded", artifacts_loaded),
        ("ArtifactsIgnored", artifacts_ignored),
        ("RefreshesFailed", refreshes_failed),
        ("PoliciesRefused", policies_refused),
    ];
    let happened = values.into_iter().filter(|(_, count)| *count > 0);
    let metrics: Vec<_> = happened.clone().map(|(name, _)| json!({"Name": name, "Unit": "Count"})).collect();
    let document = json!({
        "Timestamp": milliseconds,
        "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": [[]], "Metrics": metrics}],
    });
    let values = happened.map(|(name, count)| (name.to_owned(), json!(count)));
    Value::Object([("_aws".to_owned(), document)].into_iter().chain(values).collect()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_happened_is_a_metric() {
        let counted = Counted { modules_compiled: 2, ..Counted::default() };
        let record: Value = serde_json::from_str(&record(&counted, 17)).unwrap();
        let expected = json!({
            "_aws": {"Timestamp": 17, "CloudWatchMetrics": [{
                "Namespace": "Gatecheck",
                "Dimensions": [[]],
                "Metrics": [{"Name": "ModulesCompiled", "Unit": "Count"}],
            }]},
            "ModulesCompiled": 2,
        });
        assert_eq!(record, expected);
    }
}
