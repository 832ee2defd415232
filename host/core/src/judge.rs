//! Evaluation: facts are gathered as policies ask for them, and every policy is evaluated until it has what it needs.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::budget::Budget;
use crate::evaluate::{Evaluation, Judged, Spent, evaluate};
use crate::facts::{Fact, FactSource, Facts, Family, Unavailable};
use crate::pipeline;
use crate::policy::{Applies, Engine, Policy, PolicySet};
use crate::report::Report;

/// Judges a task by all policies.
///
/// `facts` is what is known from the start; the rest comes from `source`, only what the policies ask for, and all of it at
/// once as far as possible.
pub async fn judge(engine: &Engine, policies: &PolicySet, facts: Facts, source: &impl FactSource) -> Report {
    judge_within(&Budget::unlimited(), engine, policies, facts, source).await.report
}

/// The same, with an end to the time that all policies have together.
pub(crate) async fn judge_within(
    budget: &Budget,
    engine: &Engine,
    policies: &PolicySet,
    facts: Facts,
    source: &impl FactSource,
) -> pipeline::Judged {
    let Evaluated { facts, judged, .. } = evaluate_all(budget, engine, &policies.policies, facts, source).await;
    let mut report = Report::of_task(&facts);
    report.faults.extend(policies.faults.iter().cloned());
    for (_, judged) in judged {
        report.absorb(judged.report);
    }
    pipeline::Judged { report, facts }
}

/// A policy and the time it has taken.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    pub(crate) policy: &'a Policy,
    position: usize,
    spent: Spent,
}

/// Policies that have judged to the end.
pub(crate) struct Evaluated<'a> {
    /// All that was asked for.
    pub(crate) facts: Arc<Facts>,
    /// In the order of the policies.
    pub(crate) judged: Vec<(Turn<'a>, Judged)>,
    /// How often facts were gathered and policies evaluated.
    #[cfg_attr(not(feature = "compiler"), expect(dead_code, reason = "who measures asks for it"))]
    pub(crate) rounds: usize,
}

/// Evaluates every policy until each has the facts it asks for. What is left of the time is shared evenly, so that none takes
/// it all.
pub(crate) async fn evaluate_all<'a>(
    budget: &Budget,
    engine: &Engine,
    policies: &'a [Policy],
    mut facts: Facts,
    source: &impl FactSource,
) -> Evaluated<'a> {
    // What a policy reads of tasks in its scope is nothing that the others should cost.
    let in_scope = policies.iter().filter(|policy| policy.scope.applies(&facts) == Applies::Yes);
    let mut wanted: BTreeSet<_> = in_scope.flat_map(Policy::remembered_reads).collect();
    let turn = |(position, policy)| Turn { policy, position, spent: Spent::default() };
    let mut pending: Vec<_> = policies.iter().enumerate().map(turn).collect();
    let mut judged = Vec::new();
    let mut rounds = 0;
    while !pending.is_empty() {
        gather(source, &mut facts, &wanted).await;
        wanted.clear();
        rounds += 1;
        let shared = Arc::new(facts);
        let mut left = pending.len();
        for mut turn in std::mem::take(&mut pending) {
            match evaluate(engine, turn.policy, &shared, &mut turn.spent, budget.share(left)) {
                Evaluation::Needs(family) => {
                    wanted.insert(family);
                    pending.push(turn);
                }
                Evaluation::Done(done) => {
                    turn.policy.remember_reads(&done.reads);
                    judged.push((turn, done));
                }
            }
            left -= 1;
        }
        facts = Arc::unwrap_or_clone(shared);
    }
    judged.sort_by_key(|(turn, _)| turn.position);
    Evaluated { facts: Arc::new(facts), judged, rounds }
}

/// Gathers what of `wanted` is missing. Every family asked for has an answer afterwards, or the next evaluation would ask
/// again for ever.
pub(crate) async fn gather(source: &impl FactSource, facts: &mut Facts, wanted: &BTreeSet<Family>) {
    let missing = facts.missing(wanted);
    if missing.is_empty() {
        return;
    }
    let gathered = source.gather(&missing, facts).await;
    for (family, fact) in gathered.iter() {
        if facts.get(family).is_none() {
            facts.set(family, fact.clone());
        }
    }
    for family in facts.missing(&missing) {
        facts.set(family, Fact::Unavailable(Unavailable::Failed("its source gave no answer".to_owned())));
    }
}
