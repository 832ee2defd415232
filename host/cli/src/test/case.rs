//! A case, read and ready to be judged.

use std::path::{Component, Path, PathBuf};

use gatecheck_core::event::TaskEvent;
use gatecheck_core::facts::{Fact, Facts, Family};
use gatecheck_core::policy::PolicyDocument;
use gatecheck_core::recording::Recording;
use gatecheck_core::report::{Fault, Report};
use serde_json::Value;

use super::difference::Difference;
use super::error::TestError;
use super::expectation::Expectation;
use super::facts::{patched, patched_task};
use super::folder;
use super::suite::SuiteCase;
use crate::input::InputError;
use crate::recorded::{is_file, recorded, task};
use crate::subject::read_event;

/// Documents of policies, and the faults of those that are none.
pub(super) type Policies = Vec<Result<PolicyDocument, Fault>>;

/// A case.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) policies: Policies,
    pub(super) recording: Recording,
    pub(super) event: Option<TaskEvent>,
    pub(super) wanted: Wanted,
}

/// What the report of a case must be like.
#[derive(Debug)]
pub(super) enum Wanted {
    /// As a suite says it.
    Expectation(Expectation),
    /// This one, which is in a file.
    Report { path: PathBuf, report: Value },
}

impl Case {
    /// A case of the suite at `suite`, the `position`th, for these policies.
    pub(super) fn of_suite(
        suite: &Path,
        position: usize,
        case: SuiteCase,
        policies: &Policies,
        policy: &Path,
    ) -> Result<Self, InputError> {
        if case.facts.is_none() && case.event.is_none() {
            return Err(TestError::NothingToJudge.into());
        }
        let facts = match &case.facts {
            Some(name) => facts(suite, name)?,
            None => Facts::new(),
        };
        let facts = patched(facts, &case.patch)?;
        let event = case.event.map(|path| read_event(&beside(suite, &path))).transpose()?;
        let event = event.map(|event| {
            let task = patched_task(event.task, &case.patch)?;
            Ok::<_, TestError>(TaskEvent { task, ..event })
        });
        let mut policies = policies.clone();
        if let Some(settings) = case.settings {
            if policies.len() != 1 {
                return Err(TestError::SettingsOfMany { policy: policy.to_owned(), policies: policies.len() }.into());
            }
            for document in policies.iter_mut().flatten() {
                document.settings = settings.clone();
                document.place = format!("{}#/cases/{position}/settings", suite.display());
            }
        }
        Ok(Self {
            policies,
            recording: Recording::new(facts),
            event: event.transpose()?,
            wanted: Wanted::Expectation(case.expect),
        })
    }

    /// What is known from the start. The recording answers the rest as it is asked for.
    pub(super) fn known(&self) -> Facts {
        let task = match &self.event {
            Some(event) => Fact::known(event.task.clone()),
            None => task(&self.recording),
        };
        Facts::from_iter([(Family::Task, task)])
    }

    /// How a report differs from the one that is wanted.
    pub(super) fn differences(&self, report: &Report) -> Vec<Difference> {
        match &self.wanted {
            Wanted::Expectation(expectation) => expectation.differences(report),
            Wanted::Report { report: expected, .. } => folder::differences(expected, report),
        }
    }
}

/// A path that is relative to a suite.
pub(super) fn beside(suite: &Path, path: &Path) -> PathBuf {
    let joined = suite.parent().map_or_else(|| path.to_owned(), |folder| folder.join(path));
    let mut plain = PathBuf::new();
    for part in joined.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    // Behind a link, `..` leads elsewhere than it seems.
    let same = matches!((plain.canonicalize(), joined.canonicalize()), (Ok(one), Ok(other)) if one == other);
    if same { plain } else { joined }
}

fn facts(suite: &Path, name: &Path) -> Result<Facts, InputError> {
    let named = if is_file(name) { &beside(suite, name) } else { name };
    Ok(recorded(named)?.facts)
}
