//! Exit codes.

use std::process::ExitCode;

use gatecheck_core::report::Report;

/// How a command ends. A violation is no failure of Gatecheck, and a failure no violation. In the order in which one covers
/// the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: no violation.
    Clean,
    /// 1: violations; a test that failed; a policy that became too expensive.
    Violations,
    /// 2: it could not be judged, or not all of it: usage, bad input, a fault, a fact that is not available.
    NotJudged,
}

impl Exit {
    /// No later event decides what is undecided on the command line.
    pub(crate) fn of(report: &Report) -> Self {
        let is_undecided = report.undecided.iter().any(|undecided| !undecided.is_inapplicable());
        if is_undecided { Self::NotJudged } else { Self::of_decided(report) }
    }

    /// The same, but for undecided rules.
    pub(crate) fn of_decided(report: &Report) -> Self {
        if !report.faults.is_empty() {
            Self::NotJudged
        } else if report.violations.is_empty() {
            Self::Clean
        } else {
            Self::Violations
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Violations => 1,
            Exit::NotJudged => 2,
        })
    }
}
