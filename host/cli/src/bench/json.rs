//! Figures as one JSON document.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::comparison::Comparison;
use super::results::Results;
use crate::render;

pub(super) fn print(results: &Results, comparison: Option<&Comparison<'_>>, out: &mut impl Write) -> io::Result<()> {
    let faults = results.faults().map(|(policy, recording, fault)| {
        json!({"policy": policy, "recording": recording, "reason": fault.reason, "detail": fault.detail})
    });
    let document = json!({
        "figures": results.figures(),
        "faults": faults.collect::<Vec<_>>(),
        "comparison": comparison.map(compared),
    });
    render::json(&document, out)
}

fn compared(comparison: &Comparison<'_>) -> Value {
    let changes = comparison.changes.iter().map(|change| {
        json!({
            "policy": change.policy,
            "recording": change.recording,
            "instructions": {"before": change.before, "now": change.now},
            "outcome": change.outcome.name(),
        })
    });
    let cases = |cases: &[(&str, &str)]| {
        let cases = cases.iter().map(|(policy, recording)| json!({"policy": policy, "recording": recording}));
        cases.collect::<Vec<_>>()
    };
    json!({
        "with": comparison.path.display().to_string(),
        "gatecheck": comparison.before.gatecheck,
        "threshold": comparison.threshold,
        "cases": changes.collect::<Vec<_>>(),
        "new": cases(&comparison.new),
        "gone": cases(&comparison.gone),
    })
}
