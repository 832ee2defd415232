//! What a policy says: rules, each with its violations, or undecided.

use serde::Serialize;

use crate::bindings::gatecheck::policy::types;
use crate::facts::Unknown;
use crate::{Missing, Severity, Unavailable, Undecided};

/// What a policy says about a task.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Verdict {
    /// Rules that were broken.
    pub violations: Vec<types::Violation>,
    /// Rules that could not be judged.
    pub undecided: Vec<Undecided>,
    /// Rules that were judged and found nothing wrong.
    pub passed: Vec<String>,
}

impl Verdict {
    /// Judges one rule. `judge` reports violations, and returns early with `?` when a fact is not available: the rule is
    /// undecided then, unless the fact does not apply to this task. What it found before that stays.
    pub fn rule(&mut self, name: &str, judge: impl FnOnce(&mut Rule) -> Result<(), Unknown>) {
        let before = self.violations.len();
        match judge(&mut Rule { name, violations: &mut self.violations }) {
            Ok(()) if self.violations.len() == before => self.passed.push(name.to_owned()),
            Ok(()) | Err(Unknown { reason: Unavailable::NotApplicable(_), .. }) => {}
            Err(Unknown { family, reason }) => self.undecided.push(Undecided {
                rule: name.to_owned(),
                unavailable: vec![Missing { family: family.to_owned(), reason }],
            }),
        }
    }
}

impl From<Verdict> for types::Verdict {
    fn from(verdict: Verdict) -> Self {
        Self { violations: verdict.violations, undecided: verdict.undecided, passed: verdict.passed }
    }
}

/// A rule while it is judged.
#[derive(Debug)]
pub struct Rule<'a> {
    name: &'a str,
    violations: &'a mut Vec<types::Violation>,
}

impl Rule<'_> {
    /// Reports that the rule is broken.
    pub fn violated(&mut self, violation: Violation) {
        self.violations.push(types::Violation { rule: self.name.to_owned(), ..violation.0 });
    }
}

/// A violation in the making.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation(types::Violation);

impl Violation {
    /// `object` (a container's name, the id of an interface or subnet, or `task`) broke the rule with its `attribute`.
    /// `message` is one sentence for the person who reads it. The severity is medium.
    pub fn new(object: impl Into<String>, attribute: impl Into<String>, message: impl Into<String>) -> Self {
        Self(types::Violation {
            rule: String::new(),
            severity: Severity::Medium,
            object: object.into(),
            attribute: attribute.into(),
            found: None,
            allowed: None,
            check: None,
            message: message.into(),
            remediation: None,
        })
    }

    /// What was found.
    #[must_use]
    pub fn found(mut self, found: impl Serialize) -> Self {
        self.0.found = serde_json::to_string(&found).ok();
        self
    }

    /// What is allowed.
    #[must_use]
    pub fn allowed(mut self, allowed: impl Serialize) -> Self {
        self.0.allowed = serde_json::to_string(&allowed).ok();
        self
    }

    /// How found and allowed were compared.
    #[must_use]
    pub fn check(mut self, check: impl Into<String>) -> Self {
        self.0.check = Some(check.into());
        self
    }

    /// How bad it is.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.0.severity = severity;
        self
    }

    /// What to do about it.
    #[must_use]
    pub fn remediation(mut self, remediation: impl Into<String>) -> Self {
        self.0.remediation = Some(remediation.into());
        self
    }
}
