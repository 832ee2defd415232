//! What came of measuring.

use gatecheck_core::report::Fault;

use super::figures::{CaseFigures, Figures, PolicyFigures, Sizes};

/// What came of all policies, in their order.
#[derive(Debug)]
pub(super) struct Results(pub(super) Vec<PolicyResult>);

/// What came of a policy.
#[derive(Debug)]
pub(super) struct PolicyResult {
    /// Its name; where two have the same, with the place it is written.
    pub(super) policy: String,
    /// A policy without a module has no figures at all.
    pub(super) measured: Result<Measured, Fault>,
}

/// What came of a policy that has a module.
#[derive(Debug)]
pub(super) struct Measured {
    pub(super) sizes: Sizes,
    pub(super) cases: Vec<CaseResult>,
}

/// What came of a policy on a recording.
#[derive(Debug)]
pub(super) struct CaseResult {
    pub(super) recording: String,
    pub(super) figures: Result<CaseFigures, Vec<Fault>>,
}

/// A fault, and on which recording it came up if it needed one.
pub(super) type Told<'a> = (&'a str, Option<&'a str>, &'a Fault);

impl Results {
    /// All cases that were tried.
    pub(super) fn cases(&self) -> impl Iterator<Item = (&str, &CaseResult)> {
        self.0.iter().flat_map(|result| {
            let cases = result.measured.as_ref().map(|measured| measured.cases.as_slice()).unwrap_or_default();
            cases.iter().map(|case| (result.policy.as_str(), case))
        })
    }

    /// What kept policies from being measured.
    pub(super) fn faults(&self) -> impl Iterator<Item = Told<'_>> {
        let without_module = self.0.iter().filter_map(|result| {
            let fault = result.measured.as_ref().err()?;
            Some((result.policy.as_str(), None, fault))
        });
        let on_recordings = self.cases().flat_map(|(policy, case)| {
            let faults = case.figures.as_ref().err().into_iter().flatten();
            faults.map(move |fault| (policy, Some(case.recording.as_str()), fault))
        });
        without_module.chain(on_recordings)
    }

    /// What was measured.
    pub(super) fn figures(&self) -> Figures {
        let policies = self.0.iter().filter_map(|result| {
            let measured = result.measured.as_ref().ok()?;
            let cases = measured.cases.iter().filter_map(|case| case.figures.as_ref().ok().cloned()).collect();
            Some(PolicyFigures { policy: result.policy.clone(), sizes: measured.sizes.clone(), cases })
        });
        Figures::new(policies.collect())
    }
}
