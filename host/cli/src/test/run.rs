//! Judges the cases: each module is loaded once, however many suites and cases it is for.

use std::collections::BTreeMap;
use std::path::PathBuf;

use gatecheck_core::judge;
use gatecheck_core::policy::{Location, ModuleReference, PolicySet};
use gatecheck_core::report::Report;
use gatecheck_store::{Loaded, module_of};

use super::case::{Case, Wanted};
use super::coverage::{Coverage, Seen};
use super::folder;
use super::plan::Planned;
use super::results::{CaseResult, Outcome, Problem, Results, SuiteResult};
use crate::host::Host;

/// Runs all cases. With `update`, the reports that come are written over those that folders expect; with `threshold`, so many
/// percent of the rules of each policy must be covered.
pub(super) async fn run(host: &Host, mut suites: Vec<Planned>, update: bool, threshold: Option<u8>) -> Results {
    unify(&mut suites);
    let loaded = host.load(cases(&suites).flat_map(|case| case.policies.iter().flatten())).await;

    let mut results = Results { update, ..Results::default() };
    for suite in suites {
        let mut ended = Vec::new();
        match suite.cases {
            Err(error) => ended.push(CaseResult { name: None, outcome: Outcome::NotRun(error.into()), report: None }),
            Ok(cases) => {
                for (name, case) in cases {
                    let (outcome, report) = match case {
                        Err(error) => (Outcome::NotRun(error.into()), None),
                        Ok(case) => {
                            let (report, seen) = judged(host, &loaded, &case).await;
                            if let Some(policy) = &suite.policy {
                                results.coverage.add(policy, seen);
                            }
                            (outcome(&case, &report, update), Some(report))
                        }
                    };
                    ended.push(CaseResult { name: Some(name), outcome, report });
                }
            }
        }
        results.suites.push(SuiteResult { path: suite.path, cases: ended });
    }
    if let Some(percent) = threshold {
        results.suites.extend(covered(&results.coverage, percent).collect::<Vec<_>>());
    }
    results
}

/// That a policy is covered is a case of its own.
fn covered(coverage: &Coverage, percent: u8) -> impl Iterator<Item = SuiteResult> {
    coverage.policies().map(move |policy| {
        let outcome =
            policy.falls_short(percent).map_or(Outcome::Passed, |difference| Outcome::Failed(vec![difference]));
        let case = CaseResult { name: Some("coverage".to_owned()), outcome, report: None };
        SuiteResult { path: policy.policy.into(), cases: vec![case] }
    })
}

async fn judged(host: &Host, loaded: &Loaded, case: &Case) -> (Report, Seen) {
    let policies = PolicySet::load(case.policies.iter().cloned(), |document| module_of(loaded, document));
    let report = judge(&host.engine, &policies, case.known(), &case.recording).await;
    let seen = Seen::of(&report, policies.reads(&host.engine));
    (report, seen)
}

fn outcome(case: &Case, report: &Report, update: bool) -> Outcome {
    let differences = case.differences(report);
    if differences.is_empty() {
        return Outcome::Passed;
    }
    match &case.wanted {
        Wanted::Report { path, .. } if update => match folder::write(path, report) {
            Ok(()) => Outcome::Updated,
            Err(error) => Outcome::NotRun(Problem::from(error)),
        },
        _ => Outcome::Failed(differences),
    }
}

/// Suites in different folders name the same file by different paths. One of them is enough.
fn unify(suites: &mut [Planned]) {
    let mut first: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    let cases = suites.iter_mut().filter_map(|suite| suite.cases.as_mut().ok()).flatten();
    let documents =
        cases.filter_map(|(_, case)| case.as_mut().ok()).flat_map(|case| case.policies.iter_mut().flatten());
    for document in documents {
        if let ModuleReference::Elsewhere { location: Location::File(path), .. } = &mut document.module
            && let Ok(same) = path.canonicalize()
        {
            path.clone_from(first.entry(same).or_insert_with(|| path.clone()));
        }
    }
}

fn cases(suites: &[Planned]) -> impl Iterator<Item = &Case> {
    suites.iter().filter_map(|suite| suite.cases.as_ref().ok()).flatten().filter_map(|(_, case)| case.as_ref().ok())
}
