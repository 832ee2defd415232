//! What is to be run: suites and folders found, read, and chosen by `--filter`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gatecheck_core::policy::{Location, ModuleReference};

use super::case::{Case, Policies, beside};
use super::error::TestError;
use super::find::{Found, find};
use super::folder;
use super::suite::Suite;
use crate::args::TestArgs;
use crate::host::Host;
use crate::input::InputError;
use crate::policies::{documents_at, location};
use crate::recorded::is_file;

/// What is to be run.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) suites: Vec<Planned>,
    /// The files that it depends on.
    pub(super) files: BTreeSet<PathBuf>,
}

/// The cases of a suite, or of the folders in a folder.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) path: PathBuf,
    /// That of the suite; none for folders, each of which has its own.
    pub(super) policy: Option<PathBuf>,
    pub(super) cases: Result<Cases, InputError>,
}

/// Cases by name, in their order.
pub(super) type Cases = Vec<(String, Result<Case, InputError>)>;

impl Plan {
    /// What the arguments name.
    pub(super) async fn of(host: &Host, args: &TestArgs) -> Result<Self, InputError> {
        let mut plan = Self { suites: Vec::new(), files: BTreeSet::new() };
        for found in find(&args.path)? {
            match found {
                Found::Suite(path) => plan.add_suite(host, path).await,
                Found::Folder(path) => plan.add_folder(&path, args.update),
            }
        }
        let is_empty = plan.suites.is_empty();
        if let Some(text) = &args.filter {
            plan.keep(text);
            if plan.suites.is_empty() && !is_empty {
                return Err(TestError::NothingMatches { filter: text.clone() }.into());
            }
        }
        if args.require_tests && !plan.has_cases() {
            return Err(TestError::NoCases { paths: args.path.clone() }.into());
        }
        Ok(plan)
    }

    /// A suite with a mistake stays in the plan, so that the others are run and it is told.
    async fn add_suite(&mut self, host: &Host, path: PathBuf) {
        self.files.insert(path.clone());
        let (policy, cases) = match self.read_suite(host, &path).await {
            Ok((policy, cases)) => (Some(policy), Ok(cases)),
            Err(error) => (None, Err(error)),
        };
        self.suites.push(Planned { path, policy, cases });
    }

    async fn read_suite(&mut self, host: &Host, path: &Path) -> Result<(PathBuf, Cases), InputError> {
        let suite = Suite::read(path)?;
        let policy = match location(&suite.policy)? {
            Location::File(file) => beside(path, &file),
            _ => suite.policy,
        };
        self.files.insert(policy.clone());
        let policies = documents_at(host, &policy).await?;
        self.depend_on(&policies);
        let cases = suite.cases.into_iter().enumerate().map(|(position, case)| {
            let facts = case.facts.iter().filter(|name| is_file(name));
            self.files.extend(facts.chain(&case.event).map(|file| beside(path, file)));
            (case.name.clone(), Case::of_suite(path, position, case, &policies, &policy))
        });
        let cases = cases.collect();
        Ok((policy, cases))
    }

    fn add_folder(&mut self, folder: &Path, update: bool) {
        self.files.extend(folder::files(folder));
        let case = folder::read(folder, update);
        if let Ok(case) = &case {
            self.depend_on(&case.policies);
        }
        let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned();
        let path = folder.parent().filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
        match self.suites.last_mut() {
            Some(Planned { path: last, policy: None, cases: Ok(cases) }) if *last == path => cases.push((name, case)),
            _ => self.suites.push(Planned { path, policy: None, cases: Ok(vec![(name, case)]) }),
        }
    }

    fn depend_on(&mut self, policies: &Policies) {
        for document in policies.iter().flatten() {
            self.files.insert(document.source.clone().into());
            if let ModuleReference::Elsewhere { location: Location::File(module), .. } = &document.module {
                self.files.insert(module.clone());
            }
        }
    }

    /// Keeps what has `text` in its path or name. What cannot be read may have it, and is told in any case.
    fn keep(&mut self, text: &str) {
        for suite in &mut self.suites {
            let path = suite.path.display().to_string();
            if let Ok(cases) = &mut suite.cases {
                cases.retain(|(name, _)| format!("{path}/{name}").contains(text));
            }
        }
        self.suites.retain(|suite| suite.cases.as_ref().map_or(true, |cases| !cases.is_empty()));
    }

    fn has_cases(&self) -> bool {
        self.suites.iter().any(|suite| suite.cases.as_ref().map_or(true, |cases| !cases.is_empty()))
    }
}
