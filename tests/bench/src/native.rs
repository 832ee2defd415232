//! The allow-list as a Rust crate, without WebAssembly: what no sandbox can beat.

use anyhow::{Result, anyhow};
use gatecheck_sdk::testing::recorded;
use gatecheck_sdk::{Facts, Settings, Verdict};
use serde_json::Value;

use crate::subject::Task;

/// A policy with its settings: how many violations it finds.
pub fn prepared<S: Settings>(
    evaluate: fn(&S, &Facts, &mut Verdict),
    settings: &Value,
) -> Result<impl Fn(&Facts) -> usize + use<S>> {
    let (settings, problems) = S::read(settings.clone()).map_err(|problems| anyhow!("{problems:?}"))?;
    anyhow::ensure!(problems.is_empty(), "{problems:?}");
    Ok(move |facts: &Facts| {
        let mut verdict = Verdict::default();
        evaluate(&settings, facts, &mut verdict);
        verdict.violations.len()
    })
}

/// Facts of a recorded task, as the SDK gives them to unit tests.
pub fn facts(task: &Task) -> Facts {
    recorded(task.name)
}
