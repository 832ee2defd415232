//! What a case expects of a report, and whether the report is so.

use fancy_regex::Regex;
use gatecheck_core::report::{Fault, FaultReason, Report, Severity, Undecided, Violation};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use super::difference::{Difference, keys};
use super::expected::{Expected, Fits};

/// What is expected. Nothing, unless it is said.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Expectation {
    violations: Expected<ExpectedViolation>,
    undecided: Expected<ExpectedUndecided>,
    faults: Expected<ExpectedFault>,
}

impl Expectation {
    /// How a report differs from what is expected.
    pub(super) fn differences(&self, report: &Report) -> Vec<Difference> {
        let mut differences = self.violations.differences("violations", &report.violations, |_| true);
        // A rule whose fact is not there yet is left to a later event, and that is as it should be.
        let told = |undecided: &Undecided| !undecided.is_expected();
        differences.extend(self.undecided.differences("undecided", &report.undecided, told));
        differences.extend(self.faults.differences("faults", &report.faults, |_| true));
        differences
    }
}

/// An expected violation. Only the keys that are given are compared.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedViolation {
    policy: Option<String>,
    rule: Option<String>,
    object: Option<String>,
    attribute: Option<String>,
    /// `null` is nothing found, which is not the same as no such key.
    #[serde(default, deserialize_with = "given")]
    found: Option<Value>,
    #[serde(default, deserialize_with = "given")]
    allowed: Option<Value>,
    check: Option<String>,
    message: Option<Pattern>,
    remediation: Option<Pattern>,
    severity: Option<Severity>,
}

impl Fits<Violation> for ExpectedViolation {
    fn fits(&self, violation: &Violation) -> bool {
        same(self.policy.as_ref(), &violation.policy)
            && same(self.rule.as_ref(), &violation.rule)
            && same(self.object.as_ref(), &violation.object)
            && same(self.attribute.as_ref(), &violation.attribute)
            && same(self.found.as_ref(), violation.found.as_ref().unwrap_or(&Value::Null))
            && same(self.allowed.as_ref(), violation.allowed.as_ref().unwrap_or(&Value::Null))
            && same(self.severity.as_ref(), &violation.severity)
            && (self.check.is_none() || self.check == violation.check)
            && finds(self.message.as_ref(), &violation.message)
            && finds(self.remediation.as_ref(), violation.remediation.as_deref().unwrap_or_default())
    }

    fn shown(&self) -> String {
        let keys = keys([
            ("policy", self.policy.as_ref().map(|policy| json!(policy))),
            ("rule", self.rule.as_ref().map(|rule| json!(rule))),
            ("object", self.object.as_ref().map(|object| json!(object))),
            ("attribute", self.attribute.as_ref().map(|attribute| json!(attribute))),
            ("found", self.found.clone()),
            ("allowed", self.allowed.clone()),
            ("check", self.check.as_ref().map(|check| json!(check))),
            ("message", self.message.as_ref().map(|message| json!(message))),
            ("remediation", self.remediation.as_ref().map(|remediation| json!(remediation))),
            ("severity", self.severity.map(|severity| json!(severity))),
        ]);
        format!("violation {keys}")
    }
}

/// An expected undecided rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedUndecided {
    policy: Option<String>,
    rule: Option<String>,
    /// A family that it lacks.
    family: Option<String>,
    /// Why it lacks it.
    reason: Option<Pattern>,
}

impl Fits<Undecided> for ExpectedUndecided {
    fn fits(&self, undecided: &Undecided) -> bool {
        let lacks = undecided.unavailable.iter().any(|missing| {
            same(self.family.as_ref(), &missing.family) && finds(self.reason.as_ref(), &missing.reason.to_string())
        });
        let anything = self.family.is_none() && self.reason.is_none();
        same(self.policy.as_ref(), &undecided.policy)
            && same(self.rule.as_ref(), &undecided.rule)
            && (lacks || anything)
    }

    fn shown(&self) -> String {
        let keys = keys([
            ("policy", self.policy.as_ref().map(|policy| json!(policy))),
            ("rule", self.rule.as_ref().map(|rule| json!(rule))),
            ("family", self.family.as_ref().map(|family| json!(family))),
            ("reason", self.reason.as_ref().map(|reason| json!(reason))),
        ]);
        format!("undecided {keys}")
    }
}

/// An expected fault.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedFault {
    policy: Option<String>,
    reason: Option<FaultReason>,
    detail: Option<Pattern>,
}

impl Fits<Fault> for ExpectedFault {
    fn fits(&self, fault: &Fault) -> bool {
        same(self.policy.as_ref(), &fault.policy)
            && same(self.reason.as_ref(), &fault.reason)
            && finds(self.detail.as_ref(), &fault.detail)
    }

    fn shown(&self) -> String {
        let keys = keys([
            ("policy", self.policy.as_ref().map(|policy| json!(policy))),
            ("reason", self.reason.map(|reason| json!(reason))),
            ("detail", self.detail.as_ref().map(|detail| json!(detail))),
        ]);
        format!("fault {keys}")
    }
}

/// A regular expression that is found anywhere in a text, in the syntax that the patterns of policies have.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
struct Pattern(Regex);

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Regex::new(&text).map(Self).map_err(|error| format!("`{text}` is not a pattern: {error}"))
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.0.as_str().to_owned()
    }
}

/// Whether a value is as expected, or nothing is expected of it.
fn same<T: PartialEq>(expected: Option<&T>, actual: &T) -> bool {
    expected.is_none_or(|expected| expected == actual)
}

/// Whether a pattern finds something. One that takes too many steps to tell finds nothing.
fn finds(pattern: Option<&Pattern>, text: &str) -> bool {
    pattern.is_none_or(|Pattern(pattern)| pattern.is_match(text).unwrap_or(false))
}

/// A value that is there, also if it is `null`.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
