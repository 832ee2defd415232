//! What a run has to say: violations, faults and undecided rules over all policies.

mod text;

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::facts::shape::Placeholder;
use crate::facts::{Facts, Family, Unavailable};
pub use text::{clipped, is_plain};

use crate::policy::Digest;
use crate::reported::ReportedId;

/// The report of one run. Its JSON is what `gatecheck check --format json` prints.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// ARN of the task, none if no task exists yet.
    pub task: Option<String>,
    /// Rules that were broken.
    pub violations: Vec<Violation>,
    /// Policies that could not give a verdict, or not on all of their settings.
    pub faults: Vec<Fault>,
    /// Rules that could not be judged.
    pub undecided: Vec<Undecided>,
    /// Rules that were judged and found nothing wrong. No part of the JSON, which tells what is wrong.
    #[serde(skip)]
    pub passed: Vec<Passed>,
    /// More about the task. No part of the JSON, which tells what is wrong.
    #[serde(skip)]
    pub subject: Box<Subject>,
    /// Violations that were reported at an earlier event of the task. No part of the JSON.
    #[serde(skip)]
    pub already_reported: Vec<Violation>,
    /// Policies whose scope leaves the task out. No part of the JSON.
    #[serde(skip)]
    pub out_of_scope: Vec<String>,
}

/// What else is known about the task of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// ARN of the task definition.
    pub task_definition: Option<String>,
    /// ARN of the cluster.
    pub cluster: Option<String>,
    /// What the task belongs to: `service:NAME`, `family:NAME`.
    pub group: Option<String>,
}

impl Report {
    /// The report of a task of which nothing is said yet.
    pub(crate) fn of_task(facts: &Facts) -> Self {
        let of_task = |key| facts.of_task(key).map(str::to_owned);
        let subject = Subject {
            task_definition: of_task("taskDefinitionArn"),
            cluster: of_task("clusterArn"),
            group: of_task("group"),
        };
        Self { task: of_task("taskArn"), subject: Box::new(subject), ..Self::default() }
    }

    /// The undecided rules that somebody must hear of: not those that a later event decides.
    pub fn unresolved(&self) -> impl Iterator<Item = &Undecided> {
        self.undecided.iter().filter(|undecided| !undecided.is_expected())
    }

    /// Somebody must hear of it.
    pub fn is_to_be_told(&self) -> bool {
        !self.violations.is_empty() || !self.faults.is_empty() || self.unresolved().next().is_some()
    }

    /// Adds what another report says.
    pub(crate) fn absorb(&mut self, other: Self) {
        self.violations.extend(other.violations);
        self.faults.extend(other.faults);
        self.undecided.extend(other.undecided);
        self.passed.extend(other.passed);
        self.already_reported.extend(other.already_reported);
        self.out_of_scope.extend(other.out_of_scope);
    }

    /// Identifies what is to be reported once for a task: violations, and rules that stay undecided. A fault is about a policy.
    pub(crate) fn ids(&self) -> impl Iterator<Item = ReportedId> {
        self.violations.iter().map(Violation::reported_id).chain(self.unresolved().map(Undecided::reported_id))
    }

    /// Leaves undecided what rests on placeholders that nobody has filled in: each violation that was found in one, and one rule for
    /// each of `policies`, since what found nothing may rest on them as well.
    pub fn leave_open<'a>(&mut self, placeholders: &[Placeholder], policies: impl Iterator<Item = &'a str>) {
        if placeholders.is_empty() {
            return;
        }
        let missing: Vec<_> = placeholders
            .iter()
            .map(|placeholder| Missing {
                family: Family::TaskDefinition.name().to_owned(),
                reason: Unavailable::Other(format!("{placeholder}: fill it in first")),
            })
            .collect();
        let rests_on_one = |violation: &Violation| {
            let found = violation.found.as_ref().map(Value::to_string).unwrap_or_default();
            placeholders.iter().any(|placeholder| found.contains(&placeholder.text))
        };
        let (open, found) = std::mem::take(&mut self.violations).into_iter().partition(rests_on_one);
        self.violations = found;
        let open: BTreeSet<_> = Vec::into_iter(open).map(|violation| (violation.policy, violation.rule)).collect();
        let unfilled = policies.map(|policy| (policy.to_owned(), "placeholders".to_owned()));
        let undecided = open.into_iter().chain(unfilled);
        self.undecided.extend(undecided.map(|(policy, rule)| Undecided { policy, rule, unavailable: missing.clone() }));
    }

    /// Leaves out what `is_reported`.
    pub(crate) fn leave_out(&mut self, is_reported: impl Fn(ReportedId) -> bool) {
        let (old, new) = std::mem::take(&mut self.violations)
            .into_iter()
            .partition(|violation: &Violation| is_reported(violation.reported_id()));
        self.violations = new;
        self.already_reported = old;
        self.undecided.retain(|undecided| undecided.is_expected() || !is_reported(undecided.reported_id()));
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Severity {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        })
    }
}

/// One rule broken by one object.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Violation {
    /// Name of the policy.
    pub policy: String,
    /// Name of the rule in the policy.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// What broke the rule.
    pub object: String,
    /// Which attribute of it.
    pub attribute: String,
    /// What was found there.
    pub found: Option<Value>,
    /// What is allowed there.
    pub allowed: Option<Value>,
    /// How the two were compared.
    pub check: Option<String>,
    /// One sentence.
    pub message: String,
    /// What to do.
    pub remediation: Option<String>,
}

impl Violation {
    /// The same rule broken by the same object in the same way, whatever the words.
    pub fn is_same(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }

    /// An identifier that no other violation has, and that this one keeps however often it is found: 32 hexadecimal digits.
    /// `task` is the ARN of its task.
    pub fn id(&self, task: Option<&str>) -> String {
        id_of(&(task, self.identity()))
    }

    /// Identifies it among all that is reported of a task.
    fn reported_id(&self) -> ReportedId {
        Digest::of(&serialized(&("violation", self.identity()))).first_half()
    }

    /// What makes it the same.
    fn identity(&self) -> (&str, &str, &str, &str, Option<&Value>) {
        (&self.policy, &self.rule, &self.object, &self.attribute, self.found.as_ref())
    }
}

/// An identifier of all these parts together, in this order: 32 hexadecimal digits.
pub fn id_of(parts: &impl Serialize) -> String {
    format!("{:032x}", Digest::of(&serialized(parts)).first_half())
}

/// What is serialized here has no keys other than strings, so that it does not fail.
fn serialized(parts: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(parts).unwrap_or_default()
}

/// A policy that could not give a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Name of the policy.
    pub policy: String,
    /// What kind of fault.
    pub reason: FaultReason,
    /// What, where, and what to do next.
    pub detail: String,
}

/// What kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultReason {
    /// The policy document is not one.
    Document,
    /// The settings have a mistake; what is sound in them is judged all the same.
    Settings,
    /// The module cannot be had or is no policy.
    Module,
    /// It took too long.
    TimeLimit,
    /// It wanted too much memory.
    MemoryLimit,
    /// It nested too deep.
    StackLimit,
    /// It answered too much, or what cannot be read.
    Answer,
    /// It crashed.
    Trap,
    /// It said itself that it failed.
    Policy,
}

impl FaultReason {
    /// The policy went beyond what one evaluation may use.
    pub fn is_limit(self) -> bool {
        matches!(self, Self::TimeLimit | Self::MemoryLimit | Self::StackLimit | Self::Answer)
    }
}

impl fmt::Display for FaultReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Document => "document",
            Self::Settings => "settings",
            Self::Module => "module",
            Self::TimeLimit => "time-limit",
            Self::MemoryLimit => "memory-limit",
            Self::StackLimit => "stack-limit",
            Self::Answer => "answer",
            Self::Trap => "trap",
            Self::Policy => "policy",
        })
    }
}

/// A rule that could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Undecided {
    /// Name of the policy.
    pub policy: String,
    /// Name of the rule in the policy.
    pub rule: String,
    /// The facts it lacked.
    pub unavailable: Vec<Missing>,
}

impl Undecided {
    /// Identifies it among all that is reported of a task.
    fn reported_id(&self) -> ReportedId {
        Digest::of(&serialized(&("undecided", self))).first_half()
    }

    /// It does not concern this task.
    pub fn is_inapplicable(&self) -> bool {
        let does_not_apply = |missing: &Missing| matches!(missing.reason, Unavailable::NotApplicable(_));
        !self.unavailable.is_empty() && self.unavailable.iter().all(does_not_apply)
    }

    /// Nothing is wrong: a later event decides it, or it does not concern this task.
    pub fn is_expected(&self) -> bool {
        // A rule that names no fact is one that nobody knows anything about.
        !self.unavailable.is_empty() && self.unavailable.iter().all(|missing| missing.reason.is_expected())
    }
}

/// A rule that was judged and found nothing wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Passed {
    /// Name of the policy.
    pub policy: String,
    /// Name of the rule in the policy.
    pub rule: String,
}

/// A fact that a rule lacked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Missing {
    /// The fact family.
    pub family: String,
    /// Why it is not known.
    #[serde(serialize_with = "as_text")]
    pub reason: Unavailable,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.family, self.reason)
    }
}

fn as_text<S: Serializer>(reason: &Unavailable, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(reason)
}
