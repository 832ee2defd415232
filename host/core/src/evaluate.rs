//! One policy judges what is known: pure and synchronous, no clock, network, environment or randomness in between.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use crate::facts::{Facts, Family};
use crate::policy::{Applies, Engine, Policy, Run, remedy, run, wit};
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

/// Evaluates one policy in a fresh instance, if the task is in its scope.
pub(crate) fn evaluate(engine: &Engine, policy: &Policy, facts: &Arc<Facts>) -> Evaluation {
    let mut report = Report::default();
    match policy.scope.applies(facts) {
        Applies::Yes => {}
        Applies::Needs(family) => return Evaluation::Needs(family),
        Applies::No => return Evaluation::Done(Judged { report, reads: BTreeSet::new() }),
        Applies::Unknown(missing) => {
            // Whether the policy speaks for this task cannot be told, and nobody must believe that it passed.
            let policy = policy.name.clone();
            report.undecided.push(Undecided { policy, rule: SCOPE.to_owned(), unavailable: vec![missing] });
            return Evaluation::Done(Judged { report, reads: BTreeSet::new() });
        }
    }
    conclude(policy, run(engine, &policy.module, &policy.settings, facts))
}

/// What a run says of the task.
pub(crate) fn conclude(policy: &Policy, run: Run) -> Evaluation {
    let name = || policy.name.clone();
    let mut report = Report::default();
    let reads = match run {
        Run::Needs(family) => return Evaluation::Needs(family),
        Run::Fault(reason, detail) => {
            report.faults.push(Fault { policy: name(), reason, detail });
            BTreeSet::new()
        }
        Run::Judged(judgement) => {
            report.faults.extend(judgement.problems.into_iter().map(|problem| Fault {
                policy: name(),
                reason: FaultReason::Settings,
                detail: format!(
                    "{}{}: {}{}",
                    policy.place,
                    problem.pointer,
                    problem.message,
                    remedy(problem.remedy.as_deref())
                ),
            }));
            if let Some(verdict) = judgement.verdict {
                report.passed.extend(passed(&verdict).into_iter().map(|rule| Passed { policy: name(), rule }));
                report.violations.extend(verdict.violations.into_iter().map(|broken| violation(name(), broken)));
                report.undecided.extend(verdict.undecided.into_iter().map(|open| undecided(name(), open)));
            }
            judgement.reads
        }
    };
    Evaluation::Done(Judged { report, reads })
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
