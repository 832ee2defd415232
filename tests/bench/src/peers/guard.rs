//! AWS `CloudFormation` Guard.

use anyhow::{Result, ensure};
use cfn_guard::{ValidateInput, run_checks};
use serde_json::Value;

/// What its policy cannot say.
pub const CANNOT: &str = "cfn-guard: its library parses rules and facts at each call, so the difference to no rules is told as \
    well; reports are text, without severity or remedy";

const RULES: &str = include_str!("../../peers/allow_list.guard");

/// One that applies to nothing: what it takes to parse facts.
const NO_RULES: &str = "rule nothing when nothing exists { nothing exists }";

/// Facts, as text.
#[derive(Debug)]
pub struct Guard(String);

impl Guard {
    /// Takes facts.
    pub fn new(facts: &Value) -> Self {
        Self(facts.to_string())
    }

    /// Parses, and evaluates all rules: how many fail.
    pub fn violations(&self) -> Result<usize> {
        let report: Value = serde_json::from_str(&self.run(RULES)?)?;
        let rules = |key: &str| report[key].as_array().map_or(0, Vec::len);
        let judged = rules("compliant") + rules("not_compliant");
        ensure!(judged == RULES.matches("rule ").count(), "cfn-guard judges {judged} rules: {report}");
        Ok(rules("not_compliant"))
    }

    /// The same without looking at the report. It is the text that it was when somebody looked at it.
    pub fn run_again(&self) -> Result<impl FnMut() -> Result<usize> + '_> {
        let (violations, expected) = (self.violations()?, self.run(RULES)?);
        Ok(move || {
            ensure!(self.run(RULES)? == expected, "cfn-guard: another report");
            Ok(violations)
        })
    }

    /// Parses, and evaluates nothing.
    pub fn run_nothing(&self) -> Result<usize> {
        self.run(NO_RULES).map(|_| 0)
    }

    fn run(&self, rules: &str) -> Result<String> {
        let facts = ValidateInput { content: &self.0, file_name: "facts.json" };
        let rules = ValidateInput { content: rules, file_name: "allow_list.guard" };
        Ok(run_checks(facts, rules, false)?)
    }
}
