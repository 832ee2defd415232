//! One policy judges what is known: pure and synchronous, no network, environment or randomness in between, and a clock only
//! to end what runs too long.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::facts::{Facts, Family};
use crate::policy::{Allowance, Applies, Bounds, Engine, Limit, Policy, Run, remedy, run, wit};
use crate::report::{Fault, FaultReason, Missing, Passed, Report, Severity, Undecided, Violation};

/// How far a policy came with the facts it was given.
#[derive(Debug)]
pub(crate) enum Evaluation {
    /// To its end.
    Done(Judged),
    /// To a family that has not been gathered.
    Needs(Family),
}

/// The rule that is undecided when the scope of a policy cannot be told.
const SCOPE: &str = "scope";

/// What a policy says about a task.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) report: Report,
    pub(crate) reads: BTreeSet<Family>,
}

/// The time that one policy has taken for one task.
#[derive(Debug, Default)]
pub(crate) struct Spent(Duration);

/// Evaluates one policy in a fresh instance, if the task is in its scope. `spent` is what its evaluations for this task took
/// so far, and `share` is the most that this one may take of the event's time.
pub(crate) fn evaluate(
    engine: &Engine,
    policy: &Policy,
    facts: &Arc<Facts>,
    spent: &mut Spent,
    share: Option<Duration>,
) -> Evaluation {
    let mut report = Report::default();
    match policy.scope.applies(facts) {
        Applies::Yes => {}
        Applies::Needs(family) => return Evaluation::Needs(family),
        Applies::No => {
            report.out_of_scope.push(policy.name.clone());
            return Evaluation::Done(Judged { report, reads: BTreeSet::new() });
        }
        Applies::Unknown(missing) => {
            // Whether the policy speaks for this task cannot be told, and nobody must believe that it passed.
            let policy = policy.name.clone();
            report.undecided.push(Undecided { policy, rule: SCOPE.to_owned(), unavailable: vec![missing] });
            return Evaluation::Done(Judged { report, reads: BTreeSet::new() });
        }
    }
    let allowance = policy.limits.within(&engine.limits);
    let whole = Bounds::whole(allowance);
    let bounds = Bounds { time: whole.time.saturating_sub(spent.0), share, ..whole };
    let started = Instant::now();
    let run = run(engine, &policy.module, &policy.settings, facts, &bounds);
    spent.0 += started.elapsed();
    conclude(policy, &allowance, run)
}

/// What a run says of the task.
pub(crate) fn conclude(policy: &Policy, allowance: &Allowance, run: Run) -> Evaluation {
    let name = || policy.name.clone();
    let mut report = Report::default();
    let mistake = |detail| Fault { policy: name(), reason: FaultReason::Settings, detail };
    let reads = match run {
        Run::Needs(family) => return Evaluation::Needs(family),
        Run::Fault(reason, detail) => {
            report.faults.push(Fault { policy: name(), reason, detail });
            BTreeSet::new()
        }
        Run::Judged(mut judgement) => {
            let mut too_many = Vec::new();
            take(&mut judgement.problems, "mistakes in the settings", allowance, &mut too_many, |_| ((), 0));
            report.faults.extend(judgement.problems.into_iter().map(|problem| {
                let remedy = remedy(problem.remedy.as_deref());
                mistake(format!("{}{}: {}{remedy}", policy.place, problem.pointer, problem.message))
            }));
            if let Some(mut verdict) = judgement.verdict {
                let of_violation = |one: &wit::types::Violation| (one.rule.clone(), rank(one.severity));
                take(&mut verdict.violations, "violations", allowance, &mut too_many, of_violation);
                take(&mut verdict.undecided, "undecided rules", allowance, &mut too_many, |one| (one.rule.clone(), 0));
                take(&mut verdict.passed, "passed rules", allowance, &mut too_many, |rule| (rule.clone(), 0));
                report.passed.extend(passed(&verdict).into_iter().map(|rule| Passed { policy: name(), rule }));
                report.violations.extend(verdict.violations.into_iter().map(|broken| violation(name(), broken)));
                report.undecided.extend(verdict.undecided.into_iter().map(|open| undecided(name(), open)));
            }
            let too_many = too_many.into_iter();
            report.faults.extend(too_many.map(|detail| Fault { policy: name(), reason: FaultReason::Answer, detail }));
            judgement.reads
        }
    };
    report.faults.extend(allowance.excesses().map(|(pointer, problem)| {
        // Only an entry has limits.
        mistake(format!("{}#/limits{pointer}: {problem}", policy.source))
    }));
    Evaluation::Done(Judged { report, reads })
}

/// Shortens a list to what is allowed, and reports it: the worst of each rule stays first, then the worst of all, in the order in which
/// the policy gave them. The owner of a task, who decides how often a rule is violated, must not make another rule fall silent.
/// `of` gives the rule of an element, and how bad it is.
fn take<T, R: Ord>(
    list: &mut Vec<T>,
    what: &str,
    allowance: &Allowance,
    too_many: &mut Vec<String>,
    of: impl Fn(&T) -> (R, u8),
) {
    let (found, most) = (list.len(), allowance.limits.entries());
    if found <= most {
        return;
    }
    let mut by_rule: BTreeMap<R, Vec<(Reverse<u8>, usize)>> = BTreeMap::new();
    for (position, one) in list.iter().enumerate() {
        let (rule, badness) = of(one);
        by_rule.entry(rule).or_default().push((Reverse(badness), position));
    }
    let mut order = Vec::with_capacity(found);
    for mut of_rule in by_rule.into_values() {
        of_rule.sort_unstable();
        order
            .extend(of_rule.into_iter().enumerate().map(|(index, (badness, position))| (index > 0, badness, position)));
    }
    order.sort_unstable();
    let kept: BTreeSet<_> = order.into_iter().take(most).map(|(_, _, position)| position).collect();
    let mut position = 0..found;
    list.retain(|_| position.next().is_some_and(|position| kept.contains(&position)));
    let raise = allowance.how_to_raise(Limit::Entries);
    too_many.push(format!("it gives {found} {what}, of which {most} are taken; {raise}"));
}

fn rank(severity: wit::types::Severity) -> u8 {
    match severity {
        wit::types::Severity::Info => 0,
        wit::types::Severity::Low => 1,
        wit::types::Severity::Medium => 2,
        wit::types::Severity::High => 3,
        wit::types::Severity::Critical => 4,
    }
}

/// The rules that have passed, each once: what several statements judge has passed only if all of them found nothing.
fn passed(verdict: &wit::types::Verdict) -> Vec<String> {
    let passed: BTreeSet<_> = verdict.passed.iter().collect();
    let broken = verdict.violations.iter().map(|violation| &violation.rule);
    let named: BTreeSet<_> = broken.chain(verdict.undecided.iter().map(|undecided| &undecided.rule)).collect();
    passed.difference(&named).map(|rule| (*rule).clone()).collect()
}

fn violation(policy: String, violation: wit::types::Violation) -> Violation {
    // A policy that says JSON and writes something else still says something.
    let json = |text: String| serde_json::from_str(&text).unwrap_or(Value::String(text));
    Violation {
        policy,
        rule: violation.rule,
        severity: match violation.severity {
            wit::types::Severity::Info => Severity::Info,
            wit::types::Severity::Low => Severity::Low,
            wit::types::Severity::Medium => Severity::Medium,
            wit::types::Severity::High => Severity::High,
            wit::types::Severity::Critical => Severity::Critical,
        },
        object: violation.object,
        attribute: violation.attribute,
        found: violation.found.map(json),
        allowed: violation.allowed.map(json),
        check: violation.check,
        message: violation.message,
        remediation: violation.remediation,
    }
}

fn undecided(policy: String, undecided: wit::types::Undecided) -> Undecided {
    let missing = |missing: wit::types::Missing| Missing { family: missing.family, reason: missing.reason.into() };
    Undecided { policy, rule: undecided.rule, unavailable: undecided.unavailable.into_iter().map(missing).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::EntryLimits;

    fn taken(list: &[(&str, u8)]) -> Vec<(String, u8)> {
        let limits = serde_json::from_str::<EntryLimits>(r#"{"entries": 3}"#).unwrap();
        let allowance = limits.within(&crate::policy::Limits::default());
        let mut list: Vec<_> = list.iter().map(|(rule, badness)| ((*rule).to_owned(), *badness)).collect();
        let mut too_many = Vec::new();
        take(&mut list, "violations", &allowance, &mut too_many, Clone::clone);
        assert_eq!(too_many.len(), 1, "{too_many:?}");
        list
    }

    #[test]
    fn many_violations_of_one_rule_hide_no_other() {
        let owned =
            |list: &[(&str, u8)]| list.iter().map(|(rule, badness)| ((*rule).to_owned(), *badness)).collect::<Vec<_>>();
        let flood = [("names", 1), ("names", 1), ("names", 2), ("names", 1), ("image", 4), ("user", 3)];
        assert_eq!(taken(&flood), owned(&[("names", 2), ("image", 4), ("user", 3)]));
        // Where there are more rules than entries, the worst stay.
        let rules = [("a", 0), ("b", 4), ("c", 1), ("d", 3), ("d", 4)];
        assert_eq!(taken(&rules), owned(&[("b", 4), ("c", 1), ("d", 4)]));
    }
}
