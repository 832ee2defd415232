//! What a policy costs, beside what it says: the run that [`judge`](crate::judge()) makes, looked at from outside.
//!
//! Time is no part of it, since there is no clock here: whoever has one holds it beside [`Trial::run`].

use std::collections::BTreeSet;
use std::fmt;
use std::slice;
use std::sync::Arc;

use crate::budget::Budget;
use crate::evaluate::{Evaluation, Spent, conclude, evaluate};
use crate::facts::{FactSource, Facts, Family};
use crate::judge::{Evaluated, evaluate_all};
use crate::policy::{self, Allowance, Cost, Engine, Meter, MeteredModule, Module, Policy, PolicyDocument, Run, Scope};
use crate::report::{Fault, FaultReason};

/// A policy and a task with everything at hand that the policy asks for.
#[derive(Debug)]
pub struct Trial {
    policy: Policy,
    facts: Arc<Facts>,
    rounds: usize,
    reads: BTreeSet<Family>,
}

impl Trial {
    /// Gathers what a policy asks for, as it is done for a task that is the first of its kind. Its scope does not matter: what
    /// it costs is asked for a task that it judges.
    pub async fn prepare(
        engine: &Engine,
        document: PolicyDocument,
        module: Arc<Module>,
        facts: Facts,
        source: &impl FactSource,
    ) -> Result<Self, Vec<Fault>> {
        let policy = Policy::new(PolicyDocument { scope: Scope::default(), ..document }, module);
        let Evaluated { facts, judged, rounds } =
            evaluate_all(&Budget::unlimited(), engine, slice::from_ref(&policy), facts, source).await;
        let mut reads = BTreeSet::new();
        let mut faults = Vec::new();
        for (_, judged) in judged {
            reads.extend(judged.reads);
            faults.extend(judged.report.faults);
        }
        if faults.is_empty() { Ok(Self { policy, facts, rounds, reads }) } else { Err(faults) }
    }

    /// How often it is evaluated until nothing is missing. The host remembers what a policy reads, so that it is once from the
    /// second task on.
    pub fn rounds(&self) -> usize {
        self.rounds
    }

    /// The families it reads.
    pub fn reads(&self) -> &BTreeSet<Family> {
        &self.reads
    }

    /// One run as in production, from a fresh instance to the verdict.
    pub fn run(&self, engine: &Engine) -> Result<(), Vec<Fault>> {
        self.faults(evaluate(engine, &self.policy, &self.facts, &mut Spent::default(), None))
    }

    /// An instance that is configured, and evaluates as often as it is asked.
    pub fn warm<'a>(&'a self, engine: &'a Engine) -> Result<Warm<'a>, Vec<Fault>> {
        let Policy { module, settings, limits, .. } = &self.policy;
        let allowance = limits.within(&engine.limits);
        match policy::Warm::new(engine, module, settings, &self.facts, allowance) {
            Ok(instance) => Ok(Warm { trial: self, allowance, instance }),
            Err(run) => Err(self.faults(conclude(&self.policy, &allowance, run)).err().unwrap_or_default()),
        }
    }

    /// One run that is counted.
    pub fn meter(&self, meter: &Meter, module: &MeteredModule) -> Result<Cost, Vec<Fault>> {
        let allowance = self.policy.limits.within(meter.limits());
        let (run, cost) = meter.run(module, &self.policy.settings, &self.facts, allowance);
        self.faults(conclude(&self.policy, &allowance, run)).map(|()| cost)
    }

    fn faults(&self, evaluation: Evaluation) -> Result<(), Vec<Fault>> {
        let faults = match evaluation {
            Evaluation::Done(judged) => judged.report.faults,
            // A policy that does not do the same every time; nothing gives it a reason to.
            Evaluation::Needs(family) => vec![Fault {
                policy: self.policy.name.clone(),
                reason: FaultReason::Policy,
                detail: format!("it did not read `{family}` before, with the same facts"),
            }],
        };
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

/// An instance of a [`Trial`] that evaluates again and again. Production never does that: it is there to tell how much of a run
/// is evaluation.
pub struct Warm<'a> {
    trial: &'a Trial,
    allowance: Allowance,
    instance: policy::Warm<'a>,
}

impl Warm<'_> {
    /// Evaluates, and says how many violations there are.
    pub fn evaluate(&mut self) -> Result<usize, Vec<Fault>> {
        match self.instance.evaluate() {
            Run::Judged(judgement) => Ok(judgement.verdict.map_or(0, |verdict| verdict.violations.len())),
            run => Err(self.trial.faults(conclude(&self.trial.policy, &self.allowance, run)).err().unwrap_or_default()),
        }
    }
}

impl fmt::Debug for Warm<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Warm").field("trial", self.trial).finish_non_exhaustive()
    }
}
