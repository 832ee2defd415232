//! What a run has to say: violations, faults and undecided rules over all policies.

mod text;

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::facts::{Facts, Unavailable};
pub use text::{clipped, is_plain};

use crate::history::Open;
use crate::policy::Digest;

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
    /// Violations that an earlier event of the task told. No part of the JSON.
    #[serde(skip)]
    pub told_earlier: Vec<Violation>,
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
        self.told_earlier.extend(other.told_earlier);
    }

    /// Leaves out the violations and undecided rules that `told` already names, but for what was `open` then.
    pub(crate) fn subtract(&mut self, told: &Self, open: &Open) {
        let is_told: HashSet<_> = told.violations.iter().map(Violation::identity).collect();
        let is_new = |violation: &Violation| open.has(violation) || !is_told.contains(&violation.identity());
        let (new, old) = std::mem::take(&mut self.violations).into_iter().partition(is_new);
        self.violations = new;
        self.told_earlier = old;
        let is_told: HashSet<_> = told.undecided.iter().collect();
        self.undecided.retain(|undecided| !is_told.contains(undecided));
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

    /// What makes it the same.
    fn identity(&self) -> (&str, &str, &str, &str, Option<&Value>) {
        (&self.policy, &self.rule, &self.object, &self.attribute, self.found.as_ref())
    }
}

/// An identifier of all these parts together, in this order: 32 hexadecimal digits.
pub fn id_of(parts: &impl Serialize) -> String {
    // What is serialized here has no keys other than strings, so that it does not fail.
    let mut id = Digest::of(&serde_json::to_vec(parts).unwrap_or_default()).to_string();
    id.truncate(32);
    id
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
    /// The policy would have said more, had it come to its end.
    pub(crate) fn ended_evaluation(self) -> bool {
        !matches!(self, Self::Document | Self::Settings | Self::Module)
    }

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
