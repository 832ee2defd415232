//! What keeps tests from being run.

use std::path::PathBuf;

use gatecheck_core::facts::Family;
use thiserror::Error;

/// Why a suite or a case cannot be run.
#[derive(Debug, Error)]
pub(crate) enum TestError {
    #[error("`{}` is not a suite: {reason}", path.display())]
    NotASuite { path: PathBuf, reason: String },
    #[error("`{}` has two cases with the name `{name}`", path.display())]
    SameName { path: PathBuf, name: String },
    #[error("there is nothing to judge: the case has neither `facts` nor `event`")]
    NothingToJudge,
    #[error("the patch of `{family}` states no reason: {reason}")]
    Unavailable { family: Family, reason: String },
    #[error("an event tells the task, so its patch cannot make it unavailable")]
    EventWithoutTask,
    #[error("`settings` are for one policy, and `{}` has {policies}", policy.display())]
    SettingsOfMany { policy: PathBuf, policies: usize },
    #[error("no case has `{filter}` in the path of its suite or in its name")]
    NothingMatches { filter: String },
    #[error("no case was found in `{}`", paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join("`, `"))]
    NoCases { paths: Vec<PathBuf> },
}

impl TestError {
    /// What to do about it.
    pub(crate) fn remedy(&self) -> &'static str {
        match self {
            Self::NotASuite { .. } => "`gatecheck test --help` shows a suite",
            Self::SameName { .. } => "a name is what tells one case from another",
            Self::NothingToJudge => "`facts: fargate-private` is a task to start from",
            Self::Unavailable { .. } => "write `{unavailable: {denied: ec2:DescribeSubnets}}`",
            Self::EventWithoutTask => "leave out `event`, or the patch of `task`",
            Self::SettingsOfMany { .. } => "name the file of one policy",
            Self::NothingMatches { .. } => "without --filter, all cases are run",
            Self::NoCases { .. } => "suites are files named `*.test.yaml`, `*.test.yml` or `*.test.json`",
        }
    }
}
