//! What a sink is told with one message: the violations of a task, or of many that break the same rules in the same way.

use std::collections::HashMap;
use std::fmt;

use gatecheck_core::report::{FaultReason, Report, Severity, Violation, id_of};
use serde::Serialize;
use serde_json::Value;

/// One message to one sink.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alert {
    /// The same when the same is told again: whoever takes messages can tell by it that this one is no other. 32 hex digits.
    pub id: String,
    /// Where the tasks run.
    #[serde(flatten)]
    pub place: Place,
    /// The ARNs of the tasks; none if it is about no task.
    pub tasks: Vec<String>,
    /// What there is to say of them.
    #[serde(flatten)]
    pub content: Content,
}

/// Where tasks run, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Place {
    /// Number of the AWS account.
    pub account: Option<String>,
    /// The Region.
    pub region: Option<String>,
    /// Name of the cluster.
    pub cluster: Option<String>,
    /// `service:NAME` or `family:NAME`.
    pub group: Option<String>,
    /// ARN of the task definition's revision.
    pub task_definition: Option<String>,
}

/// What an alert says.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// Rules that are broken, the worst first.
    Violations(Vec<Finding>),
    /// Policies that could not give a verdict.
    Troubles(Vec<Trouble>),
}

/// A rule that is broken.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// What the policy said, of the first object.
    #[serde(flatten)]
    pub violation: Violation,
    /// The objects of all tasks that break it in this way, each once.
    pub objects: Vec<String>,
}

/// Why a policy could not give a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// The policy.
    pub policy: String,
    /// The kind of fault (`time-limit`), or the rule that is undecided.
    pub subject: String,
    /// What, where, and what to do next.
    pub detail: String,
    /// Another detail makes it another trouble.
    #[serde(skip)]
    pub is_distinct: bool,
}

/// An alert, and what it tells of each report.
#[derive(Debug, Clone, PartialEq)]
pub struct Bundle {
    /// What is told.
    pub alert: Alert,
    /// Positions of the reports, and the identifiers of the violations that are told of each.
    pub members: Vec<(usize, Vec<String>)>,
}

impl Place {
    /// Where the task of a report runs.
    pub fn of(report: &Report) -> Self {
        // arn:PARTITION:ecs:REGION:ACCOUNT:task/CLUSTER/ID
        let parts: Vec<_> = report.task.iter().flat_map(|arn| arn.split(':')).collect();
        let part = |position| parts.get(position).map(|part: &&str| (*part).to_owned());
        let cluster = report.subject.cluster.as_deref().and_then(|arn| arn.rsplit('/').next());
        Self {
            region: part(3),
            account: part(4),
            cluster: cluster.map(str::to_owned),
            group: report.subject.group.clone(),
            task_definition: report.subject.task_definition.clone(),
        }
    }
}

/// The service, or whatever else tasks belong to, and the cluster: `service web in cluster prod`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.group.as_deref().map(|group| group.split_once(':').unwrap_or(("group", group))) {
            Some((kind, name)) => write!(f, "{kind} {name}")?,
            None => f.write_str("a task")?,
        }
        self.cluster.iter().try_for_each(|cluster| write!(f, " in cluster {cluster}"))
    }
}

impl Trouble {
    /// The faults of a report, and the rules that stay undecided.
    pub fn all(report: &Report) -> impl Iterator<Item = Self> {
        let place = Place::of(report);
        let faults = report.faults.iter().map(move |fault| {
            // The owner of a task can bring an answer to its limit, and must not hide the next task by it.
            let is_of_task = fault.reason == FaultReason::Answer;
            let detail = match report.task.as_ref().filter(|_| is_of_task) {
                Some(task) => format!("{place}, {task}: {}", fault.detail),
                None => fault.detail.clone(),
            };
            Self {
                policy: fault.policy.clone(),
                subject: fault.reason.to_string(),
                detail,
                is_distinct: is_of_task
                    || matches!(fault.reason, FaultReason::Document | FaultReason::Settings | FaultReason::Module),
            }
        });
        let undecided = report.unresolved().map(|undecided| {
            let missing = undecided.unavailable.iter().map(ToString::to_string);
            Self {
                policy: undecided.policy.clone(),
                subject: undecided.rule.clone(),
                detail: format!("undecided: {}", missing.collect::<Vec<_>>().join("; ")),
                is_distinct: false,
            }
        });
        faults.chain(undecided)
    }

    /// What makes it the same. Each mistake in a policy is one of its own, and so is an answer that was cut for a task; what else a
    /// policy says of a task may be different for each task, and is reported once.
    pub(crate) fn identity(&self) -> (String, String, Option<String>) {
        (self.policy.clone(), self.subject.clone(), self.is_distinct.then(|| self.detail.clone()))
    }
}

impl Alert {
    /// One line: `2 violations in service web in cluster prod (3 tasks)`.
    pub fn title(&self) -> String {
        match &self.content {
            Content::Violations(findings) => {
                let tasks = if self.tasks.len() > 1 { format!(" ({} tasks)", self.tasks.len()) } else { String::new() };
                format!("{} in {}{tasks}", counted(findings.len(), "violation"), self.place)
            }
            Content::Troubles(troubles) => format!("Gatecheck could not judge: {}", counted(troubles.len(), "fault")),
        }
    }

    /// How bad the worst of it is. What could not be judged may be anything.
    pub fn severity(&self) -> Severity {
        match &self.content {
            Content::Violations(findings) => {
                findings.iter().map(|finding| finding.violation.severity).max().unwrap_or(Severity::Info)
            }
            Content::Troubles(_) => Severity::High,
        }
    }
}

/// `1 violation`, `2 violations`.
pub fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// In which way a rule is broken. Objects are left out: each task has network interfaces of its own.
type Way<'a> = (&'a str, &'a str, Severity, &'a str, Option<&'a Value>);

fn way(violation: &Violation) -> Way<'_> {
    let Violation { policy, rule, severity, attribute, found, .. } = violation;
    (policy, rule, *severity, attribute, found.as_ref())
}

/// Makes as few alerts of violations as possible. Each element is the position of a report, the report, and which of its
/// violations are to be told.
pub fn bundle<'a>(reports: impl IntoIterator<Item = (usize, &'a Report, Vec<&'a Violation>)>) -> Vec<Bundle> {
    let mut bundles: Vec<Bundle> = Vec::new();
    let mut by_signature: HashMap<(Place, Vec<Way<'a>>), usize> = HashMap::new();
    for (position, report, mut violations) in reports {
        if violations.is_empty() {
            continue;
        }
        violations.sort_by_key(|violation| std::cmp::Reverse(violation.severity));
        let place = Place::of(report);
        let mut signature: Vec<_> = violations.iter().map(|violation| way(violation)).collect();
        signature.dedup();
        let told = violations.iter().map(|violation| violation.id(report.task.as_deref())).collect();
        let at = *by_signature.entry((place.clone(), signature)).or_insert_with(|| {
            let content = Content::Violations(Vec::new());
            let alert = Alert { id: String::new(), place, tasks: Vec::new(), content };
            bundles.push(Bundle { alert, members: Vec::new() });
            bundles.len() - 1
        });
        let Some(bundle) = bundles.get_mut(at) else { continue };
        bundle.members.push((position, told));
        bundle.alert.tasks.extend(report.task.clone());
        if let Content::Violations(findings) = &mut bundle.alert.content {
            for violation in violations {
                add(findings, violation);
            }
        }
    }
    for Bundle { alert, members } in &mut bundles {
        let mut told: Vec<_> = members.iter().flat_map(|(_, told)| told).collect();
        told.sort();
        alert.id = id_of(&told);
    }
    bundles
}

/// Adds a violation to what breaks the same rule in the same way.
fn add(findings: &mut Vec<Finding>, violation: &Violation) {
    let same = findings.iter_mut().find(|finding| way(&finding.violation) == way(violation));
    match same {
        Some(finding) if finding.objects.contains(&violation.object) => {}
        Some(finding) => finding.objects.push(violation.object.clone()),
        None => findings.push(Finding { violation: violation.clone(), objects: vec![violation.object.clone()] }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use gatecheck_core::report::Fault;

    use crate::example::{report, violation};

    fn bundled(reports: &[Report]) -> Vec<Bundle> {
        bundle(
            reports.iter().enumerate().map(|(position, report)| (position, report, report.violations.iter().collect())),
        )
    }

    #[test]
    fn tasks_of_a_service_that_break_the_same_rules_are_one_alert() {
        let image = || violation("image", Severity::High, "web", json!("nginx"));
        let interface = |name| violation("ip", Severity::Critical, name, json!("public"));
        let bundles = bundled(&[
            report("web", "1", vec![image(), interface("eni-1")]),
            report("web", "2", vec![image(), interface("eni-2")]),
            report("api", "3", vec![image()]),
            report("web", "4", vec![image()]),
            report("web", "5", vec![]),
        ]);
        let told: Vec<_> = bundles
            .iter()
            .map(|bundle| {
                let positions: Vec<_> = bundle.members.iter().map(|(position, ids)| (*position, ids.len())).collect();
                (bundle.alert.title(), positions)
            })
            .collect();
        assert_eq!(
            told,
            [
                ("2 violations in service web in cluster prod (2 tasks)".to_owned(), vec![(0, 2), (1, 2)]),
                ("1 violation in service api in cluster prod".to_owned(), vec![(2, 1)]),
                ("1 violation in service web in cluster prod".to_owned(), vec![(3, 1)]),
            ]
        );
        let Content::Violations(findings) = &bundles[0].alert.content else { panic!() };
        let objects: Vec<_> = findings.iter().map(|finding| finding.objects.join(" ")).collect();
        assert_eq!(objects, ["eni-1 eni-2", "web"], "the worst comes first");
        assert_eq!(bundles[0].alert.severity(), Severity::Critical);
    }

    #[test]
    fn an_alert_is_the_same_when_it_is_told_again() {
        let reports = [1, 2].map(|task| {
            report("web", &task.to_string(), vec![violation("image", Severity::High, "web", json!("nginx"))])
        });
        let id = |reports: &[Report]| bundled(reports)[0].alert.id.clone();
        let [first, second] = reports.clone();
        assert_eq!(id(&reports), id(&[second, first]));
        assert_ne!(id(&reports), id(&reports[..1]));
        assert_eq!(id(&reports).len(), 32);
    }

    #[test]
    fn each_mistake_of_a_policy_is_told_and_each_kind_of_failure_once() {
        let fault = |reason, detail: &str| Fault { policy: "p".to_owned(), reason, detail: detail.to_owned() };
        let faults = vec![
            fault(FaultReason::Settings, "p#/task/0: no"),
            fault(FaultReason::Settings, "p#/task/1: no"),
            fault(FaultReason::Policy, "task 1 is odd"),
            fault(FaultReason::Policy, "task 2 is odd"),
        ];
        let report = Report { faults, ..Report::default() };
        let identities: std::collections::BTreeSet<_> =
            Trouble::all(&report).map(|trouble| trouble.identity()).collect();
        assert_eq!(identities.len(), 3);
    }

    #[test]
    fn an_answer_that_was_cut_is_reported_for_each_task() {
        let troubles = |task: &str| {
            let fault = Fault { policy: "p".to_owned(), reason: FaultReason::Answer, detail: "too many".to_owned() };
            let mut report = Report { faults: vec![fault], task: Some(task.to_owned()), ..Report::default() };
            report.subject.group = Some("service:web".to_owned());
            Trouble::all(&report).collect::<Vec<_>>()
        };
        let [first, second] = ["arn:aws:ecs:r:1:task/c/1", "arn:aws:ecs:r:1:task/c/2"].map(troubles);
        assert_ne!(first[0].identity(), second[0].identity());
        assert_eq!(first[0].detail, "service web, arn:aws:ecs:r:1:task/c/1: too many");
    }
}
