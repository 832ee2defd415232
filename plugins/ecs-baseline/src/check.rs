//! A rule while it is evaluated: its severity and parameters, and what it finds.

use gatecheck_sdk::{Rule as Findings, Violation};
use serde_json::Value;

use crate::settings::Active;

/// A rule while it is evaluated.
pub(crate) struct Check<'a, 'v> {
    active: &'a Active,
    findings: &'a mut Findings<'v>,
}

impl<'a, 'v> Check<'a, 'v> {
    pub(crate) fn new(active: &'a Active, findings: &'a mut Findings<'v>) -> Self {
        Self { active, findings }
    }

    /// `object` broke the rule with its `attribute`, where `found` is; null if there is nothing.
    pub(crate) fn violated(
        &mut self,
        object: &str,
        attribute: &str,
        found: impl Into<Value>,
        message: impl Into<String>,
    ) {
        let mut violation =
            Violation::new(object, attribute, message).severity(self.active.severity).remediation(self.active.rule.fix);
        let found = found.into();
        if !found.is_null() {
            violation = violation.found(found);
        }
        self.findings.violated(violation);
    }

    /// A parameter that is a list.
    pub(crate) fn texts(&self, name: &str) -> Vec<&'a str> {
        self.active.texts(name)
    }

    /// A parameter that is one text.
    pub(crate) fn text(&self, name: &str) -> &'a str {
        self.texts(name).first().copied().unwrap_or_default()
    }
}
