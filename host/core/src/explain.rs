//! How a verdict came about: what each policy read, and how each of its rules came out.

use std::collections::{BTreeMap, BTreeSet};

use crate::budget::Budget;
use crate::evaluate::Judged;
use crate::facts::{Fact, FactSource, Facts, Family};
use crate::judge::{Evaluated, Turn, evaluate_all};
use crate::policy::{Engine, PolicySet};
use crate::report::Report;

/// What one policy says of a task, and what it read for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Name of the policy.
    pub policy: String,
    /// The policy is for this task.
    pub is_in_scope: bool,
    /// What it read.
    pub read: BTreeMap<Family, Fact>,
    /// What its module could have read besides.
    pub not_read: BTreeSet<Family>,
    /// What it says, and no other policy.
    pub report: Report,
}

/// Judges a task as [`judge`](crate::judge()) does, and keeps apart what each policy says. Policies that could not be loaded are
/// not among them.
pub async fn explain(
    engine: &Engine,
    policies: &PolicySet,
    facts: Facts,
    source: &impl FactSource,
) -> Vec<Explanation> {
    let Evaluated { facts, judged, .. } =
        evaluate_all(&Budget::unlimited(), engine, &policies.policies, facts, source).await;
    let explain = |(Turn { policy, .. }, judged): (Turn<'_>, Judged)| {
        let readable = policy.module.imports(engine).families;
        Explanation {
            policy: policy.name.clone(),
            is_in_scope: judged.report.out_of_scope.is_empty(),
            not_read: readable.difference(&judged.reads).copied().collect(),
            read: judged.reads.iter().filter_map(|family| Some((*family, facts.get(*family)?.clone()))).collect(),
            report: judged.report,
        }
    };
    judged.into_iter().map(explain).collect()
}
