//! The way through the house: facts are gathered as policies ask for them, policies judge, and what an earlier event of the
//! task already told is left out.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::evaluate::{Evaluation, Judged, evaluate};
use crate::facts::{Fact, FactSource, Facts, Family, Unavailable};
use crate::history::{self, History, Open};
use crate::policy::{Applies, Engine, Policy, PolicySet};
use crate::report::Report;

/// Judges a task by all policies.
///
/// `facts` is what is known from the start; the rest comes from `source`, only what the policies ask for, and all of it at
/// once as far as possible. With `history`, the report leaves out what an earlier event of the same task surely told.
pub async fn judge(
    engine: &Engine,
    policies: &PolicySet,
    history: Option<History<'_>>,
    facts: Facts,
    source: &impl FactSource,
) -> Report {
    let Evaluated { facts, judged, .. } = evaluate_all(engine, &policies.policies, facts, source).await;
    let told = history.and_then(|history| Some((Arc::new(history::before(history.event, &facts)?), history.open)));

    let of_task = |key| facts.of_task(key).map(str::to_owned);
    let mut report =
        Report { task: of_task("taskArn"), task_definition: of_task("taskDefinitionArn"), ..Report::default() };
    report.faults.extend(policies.faults.iter().cloned());
    for (policy, mut judged) in judged {
        if let Some((told, open)) = &told {
            leave_out_told(engine, policy, &mut judged, &facts, told, open);
        }
        report.absorb(judged.report);
    }
    report
}

/// Policies that have judged to the end.
pub(crate) struct Evaluated<'a> {
    /// All that was asked for.
    pub(crate) facts: Arc<Facts>,
    pub(crate) judged: Vec<(&'a Policy, Judged)>,
    /// How often facts were gathered and policies evaluated.
    #[cfg_attr(not(feature = "compiler"), expect(dead_code, reason = "who measures asks for it"))]
    pub(crate) rounds: usize,
}

/// Evaluates every policy until each has the facts it asks for.
pub(crate) async fn evaluate_all<'a>(
    engine: &Engine,
    policies: &'a [Policy],
    mut facts: Facts,
    source: &impl FactSource,
) -> Evaluated<'a> {
    let mut pending: Vec<_> = policies.iter().enumerate().collect();
    let mut done = Vec::new();
    let mut rounds = 0;
    // What a policy reads of tasks in its scope is nothing that the others should cost.
    let in_scope = policies.iter().filter(|policy| policy.scope.applies(&facts) == Applies::Yes);
    let mut wanted: BTreeSet<_> = in_scope.flat_map(Policy::remembered_reads).collect();
    loop {
        gather(source, &mut facts, &wanted).await;
        wanted.clear();
        rounds += 1;
        let shared = Arc::new(facts);
        pending.retain(|&(position, policy)| match evaluate(engine, policy, &shared) {
            Evaluation::Needs(family) => {
                wanted.insert(family);
                true
            }
            Evaluation::Done(judged) => {
                policy.remember_reads(&judged.reads);
                done.push((position, policy, judged));
                false
            }
        });
        if pending.is_empty() {
            done.sort_by_key(|(position, ..)| *position);
            let judged = done.into_iter().map(|(_, policy, judged)| (policy, judged)).collect();
            return Evaluated { facts: shared, judged, rounds };
        }
        facts = Arc::unwrap_or_clone(shared);
    }
}

/// Gathers what of `wanted` is missing. Every family asked for has an answer afterwards, or the next evaluation would ask
/// again for ever.
async fn gather(source: &impl FactSource, facts: &mut Facts, wanted: &BTreeSet<Family>) {
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

/// Takes out of a policy's report what it said with the facts of the earlier event. Faults stay: they are about the policy,
/// and nothing says that the earlier event met the same one.
fn leave_out_told(
    engine: &Engine,
    policy: &Policy,
    judged: &mut Judged,
    facts: &Facts,
    told: &Arc<Facts>,
    open: &Open,
) {
    if judged.report.violations.is_empty() && judged.report.undecided.is_empty() {
        return;
    }
    let earlier = if judged.reads.iter().all(|family| facts.get(*family) == told.get(*family)) {
        // A policy that read nothing new has nothing new to say.
        judged.report.clone()
    } else if let Evaluation::Done(earlier) = evaluate(engine, policy, told) {
        earlier.report
    } else {
        return;
    };
    judged.report.subtract(&earlier, open);
}
