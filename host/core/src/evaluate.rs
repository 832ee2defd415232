//! One policy judges what is known: pure and synchronous, no network, environment or randomness in between, and a clock only
//! to end what runs too long.

use std::collections::BTreeSet;
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
            take(&mut judgement.problems, "mistakes in the settings", allowance, &mut too_many);
            report.faults.extend(judgement.problems.into_iter().map(|problem| {
                let remedy = remedy(problem.remedy.as_deref());
                mistake(format!("{}{}: {}{remedy}", policy.place, problem.pointer, problem.message))
            }));
            if let Some(mut verdict) = judgement.verdict {
                take(&mut verdict.violations, "violations", allowance, &mut too_many);
                take(&mut verdict.undecided, "undecided rules", allowance, &mut too_many);
                take(&mut verdict.passed, "passed rules", allowance, &mut too_many);
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

/// Leaves of a list what is allowed of it, and says so if that is not all: what was found already is not lost.
fn take<T>(list: &mut Vec<T>, what: &str, allowance: &Allowance, too_many: &mut Vec<String>) {
    let (found, most) = (list.len(), allowance.limits.entries());
    if found > most {
        list.truncate(most);
        let raise = allowance.how_to_raise(Limit::Entries);
        too_many.push(format!("it gives {found} {what}, of which {most} are taken; {raise}"));
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
