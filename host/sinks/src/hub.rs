//! AWS Security Hub: a finding for each violation of a task, open until the task is clean or gone.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use gatecheck_aws::{Finding, OpenFinding, PublishError};
use gatecheck_core::event::GONE;
use gatecheck_core::report::Violation;
use gatecheck_core::sink::{SinkError, Undelivered};
use jiff::Timestamp;
use tokio::time::timeout;

use crate::delivery::{Delivery, Taken, Task};
use crate::ledger::key;
use crate::set::Sink;
use crate::text::{shown, value};

/// Characters of a title, a description, a remedy and a rule.
const TITLE: usize = 256;
const DESCRIPTION: usize = 1024;
const REMEDY: usize = 512;
const RULE: usize = 400;

/// The status of a task of which nothing more becomes known.
const RUNNING: &str = "RUNNING";

/// What is imported for a task.
struct New {
    position: usize,
    key: u64,
    finding: Finding,
}

impl Delivery {
    /// Opens findings for what is new, and closes those that are not so any more.
    pub(crate) async fn tell_hub(
        &self,
        sink: &Sink,
        tasks: &[Task<'_>],
        deadline: Instant,
    ) -> (Taken, Vec<Undelivered>) {
        let now = format!("{:.3}", Timestamp::now());
        let mut failures: BTreeMap<usize, String> = BTreeMap::new();
        let mut taken = Taken::new();
        let new = self.new_findings(sink, tasks, &mut taken);
        let findings: Vec<_> = new.iter().map(|new| new.finding.clone()).collect();
        let refused = match findings[..] {
            [] => Ok(BTreeMap::new()),
            _ => in_time(deadline, self.findings.import(&findings, &now)).await.map(BTreeMap::from_iter),
        };
        for New { position, key, finding } in new {
            match refused.as_ref().map(|refused| refused.get(&finding.id)) {
                Ok(None) => taken.push((position, key)),
                Ok(Some(why)) | Err(why) => {
                    failures.insert(position, why.clone());
                }
            }
        }
        if let Err((positions, why)) = self.close_findings(tasks, &now, deadline).await {
            failures.extend(positions.into_iter().map(|position| (position, why.clone())));
        }
        let undelivered = failures.into_iter().map(|(position, why)| {
            let error = SinkError { sink: sink.name.clone(), why };
            Undelivered { position, error }
        });
        (taken, undelivered.collect())
    }

    /// The violations that the sink is for and has not taken yet, but for tasks that are gone by now.
    fn new_findings(&self, sink: &Sink, tasks: &[Task<'_>], taken: &mut Taken) -> Vec<New> {
        let gone: BTreeSet<_> = tasks.iter().filter(|task| status(task) == Some(GONE)).filter_map(arn).collect();
        let mut new = Vec::new();
        for task in tasks.iter().filter(|task| arn(task).is_some_and(|arn| !gone.contains(arn))) {
            let (position, judged) = *task;
            for violation in sink.filter.violations(&judged.report) {
                let Some(finding) = finding(task, violation) else { continue };
                let key = key(&sink.name, &finding.id);
                if self.ledger.has_violation(key) {
                    taken.push((position, key));
                } else {
                    new.push(New { position, key, finding });
                }
            }
        }
        new
    }

    /// Closes the findings of tasks that are gone, and those that a task has no more. A failure names the tasks.
    async fn close_findings(
        &self,
        tasks: &[Task<'_>],
        now: &str,
        deadline: Instant,
    ) -> Result<(), (Vec<usize>, String)> {
        let ending: Vec<_> = tasks.iter().filter(|task| may_close(task)).collect();
        let arns: BTreeSet<_> = ending.iter().filter_map(|task| arn(task)).collect();
        if arns.is_empty() {
            return Ok(());
        }
        let all_fail = |why| (ending.iter().map(|(position, _)| *position).collect(), why);
        let arns: Vec<_> = arns.into_iter().collect();
        let open = in_time(deadline, self.findings.open(&arns)).await.map_err(all_fail)?;
        let gone: BTreeSet<_> =
            ending.iter().filter(|task| status(task) == Some(GONE)).filter_map(|task| arn(task)).collect();
        let still: BTreeSet<_> = tasks.iter().flat_map(all_ids).collect();
        let is_over = |finding: &OpenFinding| gone.contains(&*finding.task) || !still.contains(&finding.id);
        let over: Vec<_> = open.into_iter().filter(is_over).collect();
        if over.is_empty() {
            return Ok(());
        }
        let refused = in_time(deadline, self.findings.close(over, now)).await.map_err(all_fail)?;
        refused.into_iter().next().map_or(Ok(()), |(_, why)| Err(all_fail(why)))
    }
}

/// All that policies can find of it is found, or it is gone. Where a policy could not say, what it found before may still be so.
fn may_close(task: &Task<'_>) -> bool {
    let report = &task.1.report;
    match status(task) {
        Some(GONE) => true,
        Some(RUNNING) => report.faults.is_empty() && report.unresolved().next().is_none(),
        _ => false,
    }
}

fn status<'a>((_, judged): &Task<'a>) -> Option<&'a str> {
    judged.facts.of_task("lastStatus")
}

fn arn<'a>((_, judged): &Task<'a>) -> Option<&'a str> {
    judged.report.task.as_deref()
}

/// The identifiers of the findings that a task has.
fn all_ids(task: &Task<'_>) -> Vec<String> {
    let report = &task.1.report;
    let violations = report.violations.iter().chain(&report.already_reported);
    violations.filter_map(|violation| id(task, violation)).collect()
}

fn id(task: &Task<'_>, violation: &Violation) -> Option<String> {
    let task = arn(task)?;
    Some(format!("{task}/gatecheck/{}", violation.id(Some(task))))
}

fn finding(task: &Task<'_>, violation: &Violation) -> Option<Finding> {
    let report = &task.1.report;
    let description = format!(
        "{} Found: {}. Allowed: {}. Object: {}.",
        violation.message,
        value(violation.found.as_ref()),
        value(violation.allowed.as_ref()),
        violation.object
    );
    Some(Finding {
        id: id(task, violation)?,
        rule: shown(&format!("{}/{}", violation.policy, violation.rule), RULE),
        severity: violation.severity.to_string(),
        title: shown(
            &format!("ECS task breaks {} of {}: {}", violation.rule, violation.policy, violation.object),
            TITLE,
        ),
        description: shown(&description, DESCRIPTION),
        remedy: violation.remediation.as_deref().map(|remedy| shown(remedy, REMEDY)),
        task: report.task.clone()?,
        cluster: report.subject.cluster.clone(),
        task_definition: report.subject.task_definition.clone(),
    })
}

/// The answer to a call, or why there is none before the deadline.
async fn in_time<T>(deadline: Instant, call: impl Future<Output = Result<T, PublishError>>) -> Result<T, String> {
    match timeout(deadline.saturating_duration_since(Instant::now()), call).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err("no answer in time".to_owned()),
    }
}
