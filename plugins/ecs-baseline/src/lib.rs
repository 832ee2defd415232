//! The bundled baseline: the controls that Security Hub, AWS Config, CIS, Control Tower, Prowler, Trivy, Checkov and KICS have for
//! Amazon ECS, and more, on what really runs.
//!
//! ```json
//! {"module": "ecs-baseline"}
//! ```
//!
//! A rule is one entry of a topic in `src/rules`. Its table is what `describe` returns, what settings are checked against, and what the
//! documentation is made of.

mod catalogue;
mod check;
#[cfg(test)]
mod docs;
mod document;
mod known;
mod rule;
mod rules;
mod settings;
mod table;
#[cfg(test)]
mod tests;

use gatecheck_sdk::{Facts, Verdict};

use check::Check;
use known::Known;
use settings::Baseline;

gatecheck_sdk::policy!(evaluate);

/// Evaluates every rule that is on.
pub fn evaluate(baseline: &Baseline, facts: &Facts, verdict: &mut Verdict) {
    let known = Known::new(facts);
    for active in &baseline.rules {
        verdict.rule(active.rule.id, |findings| {
            let result = (active.rule.evaluate)(&known, &mut Check::new(active, findings));
            result.map_err(|unknown| known.of_subject(unknown))
        });
    }
}
