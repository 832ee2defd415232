//! What a rule is.

use gatecheck_sdk::{Severity, Unavailable, Unknown};

use crate::check::Check;
use crate::known::Known;

/// One rule of the pack.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Stable over time: reports, settings and exceptions name it.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// That of Security Hub where it has the control.
    pub(crate) severity: Severity,
    pub(crate) level: Level,
    /// What is a violation.
    pub(crate) what: &'static str,
    pub(crate) why: &'static str,
    /// What to do, in one sentence.
    pub(crate) fix: &'static str,
    /// The line that does it, in a task definition unless `fix` says where.
    pub(crate) line: &'static str,
    /// To what it does not apply, and where it differs from its namesakes.
    pub(crate) except: &'static str,
    /// Its names in the catalogues, such as `security-hub:ECS.4`.
    pub(crate) controls: &'static [&'static str],
    /// The fact families that it may read, first the one without which it says nothing.
    pub(crate) reads: &'static [&'static str],
    pub(crate) parameters: &'static [Parameter],
    pub(crate) evaluate: fn(&Known, &mut Check) -> Result<(), Unknown>,
}

/// From which profile on a rule is part of the profiles that have levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// Few teams would turn it off.
    Recommended,
    /// For teams that want all of it.
    Strict,
}

/// What can be set for a rule beside its severity.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) kind: Kind,
}

/// Of what type a parameter is, with the value that it has if it is not set.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Text(&'static str),
    Texts(&'static [&'static str]),
    /// A list, without which the rule is off.
    Required,
}

/// A rule that does not apply to the task is not named in the verdict.
pub(crate) fn not_applicable(family: &'static str, why: &str) -> Result<(), Unknown> {
    Err(Unknown { family, reason: Unavailable::NotApplicable(why.to_owned()) })
}
