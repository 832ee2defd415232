//! Which reports a sink is told of.

use std::collections::BTreeSet;

use gatecheck_core::Judged;
use gatecheck_core::facts::Family;
use gatecheck_core::policy::{Applies, Scope};
use gatecheck_core::report::{Report, Severity, Violation};

/// What a sink is told: what every part of this lets through.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// Violations that are as bad or worse.
    pub min_severity: Severity,
    /// Globs over the names of policies; none means all.
    pub policies: Vec<String>,
    /// Tasks.
    pub scope: Scope,
    /// Faults too.
    pub faults: bool,
    /// Only tasks that no sink with a narrower scope is for.
    pub fallback: bool,
}

impl Filter {
    /// Lets everything through.
    pub fn all() -> Self {
        Self {
            min_severity: Severity::Info,
            policies: Vec::new(),
            scope: Scope::default(),
            faults: true,
            fallback: false,
        }
    }

    /// The fact families that tell what a task's scope is.
    pub fn reads(&self) -> BTreeSet<Family> {
        self.scope.reads()
    }

    /// Whether the sink is for a task. In doubt it is: whoever is told too much can ask, who is told nothing cannot.
    pub fn is_for(&self, judged: &Judged) -> bool {
        self.scope.applies(&judged.facts) != Applies::No
    }

    /// Whether the sink is for some tasks and not for others.
    pub fn is_narrow(&self) -> bool {
        self.scope != Scope::default()
    }

    /// The violations of a task that the sink is for.
    pub fn violations<'a>(&self, report: &'a Report) -> impl Iterator<Item = &'a Violation> {
        let violations = report.violations.iter();
        violations.filter(|violation| violation.severity >= self.min_severity && self.names(&violation.policy))
    }

    /// Whether it is told of a policy.
    pub fn names(&self, policy: &str) -> bool {
        self.policies.is_empty() || self.policies.iter().any(|glob| gatecheck_core::glob::matches(glob, policy))
    }
}
