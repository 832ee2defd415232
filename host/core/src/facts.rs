//! What is known about a task: plain data, grouped in families. Saved as JSON it is a recording, and a recording replays.
//!
//! A family holds AWS documents in the shape that the AWS CLI prints; the typed views that policies get are derived from
//! them in the submodules, so a recording and a live account cannot differ in more than their documents.

pub mod cluster;
mod document;
mod json;
pub mod network;
pub mod security_groups;
pub mod service;
pub mod shape;
pub mod subnet;
pub mod task;
pub mod task_definition;
mod views;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use document::Document;
pub(crate) use json::elements;
pub use views::views;

/// What is fetched together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// The task as its event describes it: an element of `tasks` of DescribeTasks.
    Task,
    /// The task with what only DescribeTasks knows: tags, health, platform family.
    TaskDetails,
    /// `taskDefinition` of DescribeTaskDefinition.
    TaskDefinition,
    /// A list of `NetworkInterfaces` elements of DescribeNetworkInterfaces.
    Interfaces,
    /// A list of `{"Subnet": ..., "RouteTable": ...}`, from DescribeSubnets and DescribeRouteTables.
    Subnets,
    /// A list of `SecurityGroups` elements of DescribeSecurityGroups.
    SecurityGroups,
    /// An element of `services` of DescribeServices.
    Service,
    /// An element of `clusters` of DescribeClusters.
    Cluster,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Task,
        Self::TaskDetails,
        Self::TaskDefinition,
        Self::Interfaces,
        Self::Subnets,
        Self::SecurityGroups,
        Self::Service,
        Self::Cluster,
    ];

    /// The name in recordings, reports and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::TaskDetails => "task-details",
            Self::TaskDefinition => "task-definition",
            Self::Interfaces => "interfaces",
            Self::Subnets => "subnets",
            Self::SecurityGroups => "security-groups",
            Self::Service => "service",
            Self::Cluster => "cluster",
        }
    }
}

impl Family {
    /// The IAM actions that gathering it may need: for a task without network interfaces of its own, what finds those of its
    /// container instance is among them.
    pub fn iam_actions(self) -> &'static [&'static str] {
        match self {
            Self::Task => &[],
            Self::TaskDetails => &["ecs:DescribeTasks"],
            Self::TaskDefinition => &["ecs:DescribeTaskDefinition"],
            Self::Interfaces => {
                &["ec2:DescribeNetworkInterfaces", "ecs:DescribeContainerInstances", "ecs:DescribeTaskDefinition"]
            }
            Self::Subnets => &[
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeRouteTables",
                "ec2:DescribeSubnets",
                "ecs:DescribeContainerInstances",
                "ecs:DescribeTaskDefinition",
            ],
            Self::SecurityGroups => &[
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ecs:DescribeContainerInstances",
                "ecs:DescribeTaskDefinition",
            ],
            Self::Service => &["ecs:DescribeServices"],
            Self::Cluster => &["ecs:DescribeClusters"],
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a fact is not known. A value of its own, never a default.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unavailable {
    /// It does not exist yet at this point of the task's life.
    NotYet(String),
    /// It will never exist for this task.
    NotApplicable(String),
    /// AWS refused; the text is the IAM action.
    Denied(String),
    /// AWS, or the way to it, failed.
    Failed(String),
    /// Anything else.
    Other(String),
}

impl Unavailable {
    /// Nothing is wrong: a later event brings the fact, or the task has none. Everything else must be told.
    pub fn is_expected(&self) -> bool {
        matches!(self, Self::NotYet(_) | Self::NotApplicable(_))
    }
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, why) = match self {
            Self::NotYet(why) => ("not yet", why),
            Self::NotApplicable(why) => ("not applicable", why),
            Self::Denied(why) => ("denied", why),
            Self::Failed(why) => ("failed", why),
            Self::Other(why) => ("unavailable", why),
        };
        write!(f, "{kind}: {why}")
    }
}

/// One family: its documents, or why there are none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// The family's document, or list of documents.
    Known(Arc<Document>),
    /// Why it is not known.
    Unavailable(Unavailable),
}

impl Fact {
    /// A known fact.
    pub fn known(document: Value) -> Self {
        Self::Known(Arc::new(document.into()))
    }

    /// The documents, or why there are none.
    pub fn as_result(&self) -> Result<&Value, &Unavailable> {
        match self {
            Self::Known(document) => Ok(document),
            Self::Unavailable(reason) => Err(reason),
        }
    }

    /// What `read` makes of the documents, see [`Document::view`].
    pub(crate) fn view<T, F>(&self, read: F) -> Result<T, Unavailable>
    where
        T: Clone + Send + Sync + 'static,
        F: FnOnce(&Value) -> Result<T, Unavailable> + 'static,
    {
        match self {
            Self::Known(document) => document.view(read),
            Self::Unavailable(reason) => Err(reason.clone()),
        }
    }
}

impl From<Result<Value, Unavailable>> for Fact {
    fn from(result: Result<Value, Unavailable>) -> Self {
        result.map_or_else(Self::Unavailable, Self::known)
    }
}

/// Everything that policies can see. A family that is missing has not been gathered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Facts(BTreeMap<Family, Fact>);

impl Facts {
    /// Nothing known.
    pub fn new() -> Self {
        Self::default()
    }

    /// One family, if it has been gathered.
    pub fn get(&self, family: Family) -> Option<&Fact> {
        self.0.get(&family)
    }

    /// Sets one family.
    pub fn set(&mut self, family: Family, fact: Fact) {
        self.0.insert(family, fact);
    }

    /// Takes in other facts, in the place of those that it has of the same families.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Which of `families` have not been gathered.
    pub fn missing(&self, families: &BTreeSet<Family>) -> BTreeSet<Family> {
        families.iter().copied().filter(|family| !self.0.contains_key(family)).collect()
    }

    /// All families gathered so far.
    pub fn iter(&self) -> impl Iterator<Item = (Family, &Fact)> {
        self.0.iter().map(|(family, fact)| (*family, fact))
    }

    /// A text of the task's document, such as `taskArn`; none if there is no task.
    pub fn of_task(&self, key: &str) -> Option<&str> {
        self.get(Family::Task)?.as_result().ok()?.get(key)?.as_str()
    }
}

impl FromIterator<(Family, Fact)> for Facts {
    fn from_iter<I: IntoIterator<Item = (Family, Fact)>>(iter: I) -> Self {
        Self(iter.into_iter().collect())
    }
}

/// Where facts come from: AWS, or a recording.
pub trait FactSource {
    /// Gathers `wanted`, all at once where it can; `known` says what is known about the task already. May return more than
    /// was asked for. Never fails: what could not be had is [`Fact::Unavailable`].
    fn gather(&self, wanted: &BTreeSet<Family>, known: &Facts) -> impl Future<Output = Facts> + Send;
}

/// Says the same of every family that is not already known.
#[derive(Debug, Clone)]
pub struct Nothing(pub Unavailable);

impl FactSource for Nothing {
    async fn gather(&self, wanted: &BTreeSet<Family>, _: &Facts) -> Facts {
        wanted.iter().map(|family| (*family, Fact::Unavailable(self.0.clone()))).collect()
    }
}
