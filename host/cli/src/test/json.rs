//! Results as one JSON document.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::results::{CaseResult, Outcome, Results};
use crate::render;

pub(super) fn print(results: &Results, out: &mut impl Write) -> io::Result<()> {
    let suites = results.suites.iter().map(|suite| {
        let cases: Vec<_> = suite.cases.iter().map(case).collect();
        json!({"path": suite.path.display().to_string(), "cases": cases})
    });
    let coverage: Vec<_> = results.coverage.policies().collect();
    let document =
        json!({"totals": results.totals(), "suites": suites.collect::<Vec<_>>(), "coverage": json!(coverage)});
    render::json(&document, out)
}

fn case(case: &CaseResult) -> Value {
    let (outcome, differences, problem) = match &case.outcome {
        Outcome::Passed => ("passed", json!([]), Value::Null),
        Outcome::Updated => ("updated", json!([]), Value::Null),
        Outcome::Failed(differences) => ("failed", json!(differences), Value::Null),
        Outcome::NotRun(problem) => ("not-run", json!([]), json!(problem)),
    };
    json!({"name": case.name, "outcome": outcome, "differences": differences, "problem": problem, "report": case.report})
}
