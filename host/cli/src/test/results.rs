//! How tests ended.

use std::path::PathBuf;

use gatecheck_core::report::Report;
use serde::Serialize;

use super::coverage::Coverage;
use super::difference::Difference;
use crate::exit::Exit;
use crate::input::InputError;

/// How all of them ended.
#[derive(Debug, Default)]
pub(super) struct Results {
    pub(super) suites: Vec<SuiteResult>,
    pub(super) coverage: Coverage,
    /// What is expected was to be overwritten.
    pub(super) update: bool,
}

/// How the cases of a suite ended.
#[derive(Debug)]
pub(super) struct SuiteResult {
    pub(super) path: PathBuf,
    pub(super) cases: Vec<CaseResult>,
}

/// How a case ended.
#[derive(Debug)]
pub(super) struct CaseResult {
    /// None if it is the suite that cannot be read.
    pub(super) name: Option<String>,
    pub(super) outcome: Outcome,
    pub(super) report: Option<Report>,
}

/// How a case can end.
#[derive(Debug)]
pub(super) enum Outcome {
    Passed,
    /// What is expected was overwritten.
    Updated,
    Failed(Vec<Difference>),
    NotRun(Problem),
}

/// What kept a case from being run.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Problem {
    pub(super) message: String,
    pub(super) remedy: Option<String>,
}

impl From<InputError> for Problem {
    fn from(error: InputError) -> Self {
        Self { message: error.to_string(), remedy: error.remedy() }
    }
}

/// How many ended in which way.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Totals {
    pub(super) passed: usize,
    pub(super) updated: usize,
    pub(super) failed: usize,
    pub(super) not_run: usize,
}

impl Totals {
    fn of<'a>(cases: impl Iterator<Item = &'a CaseResult>) -> Self {
        cases.fold(Self::default(), |mut totals, case| {
            *match case.outcome {
                Outcome::Passed => &mut totals.passed,
                Outcome::Updated => &mut totals.updated,
                Outcome::Failed(_) => &mut totals.failed,
                Outcome::NotRun(_) => &mut totals.not_run,
            } += 1;
            totals
        })
    }

    pub(super) fn all(self) -> usize {
        self.passed + self.updated + self.failed + self.not_run
    }
}

impl SuiteResult {
    pub(super) fn totals(&self) -> Totals {
        Totals::of(self.cases.iter())
    }
}

impl Results {
    pub(super) fn totals(&self) -> Totals {
        Totals::of(self.suites.iter().flat_map(|suite| &suite.cases))
    }

    pub(super) fn exit(&self) -> Exit {
        match self.totals() {
            Totals { not_run: 1.., .. } => Exit::NotJudged,
            Totals { failed: 1.., .. } => Exit::Violations,
            _ => Exit::Clean,
        }
    }
}

impl CaseResult {
    /// What it is called where the suite is named as well.
    pub(super) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("the suite can be read")
    }
}
