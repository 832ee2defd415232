//! Why nothing is recorded, or not all of it.

use std::path::PathBuf;

use gatecheck_core::facts::Unavailable;
use thiserror::Error;

/// Why there is no recording.
#[derive(Debug, Error)]
pub(crate) enum CaptureError {
    #[error("`{task}` is not the ARN of a task")]
    NotATask { task: String },
    #[error("`{cluster}` is not the ARN of a cluster")]
    NotACluster { cluster: String },
    #[error("nothing says in which cluster `{task}` runs")]
    NoCluster { task: String },
    #[error("`{task}` cannot be recorded: {reason}")]
    NoTask { task: String, reason: Unavailable },
    #[error("`{}` is there already", path.display())]
    Exists { path: PathBuf },
}

impl CaptureError {
    /// What to do about it.
    pub(crate) fn remedy(&self) -> String {
        match self {
            Self::NotATask { .. } => {
                "give an ARN like `arn:aws:ecs:REGION:ACCOUNT:task/CLUSTER/ID`, or the identifier and --cluster".to_owned()
            }
            Self::NotACluster { .. } => {
                "give an ARN like `arn:aws:ecs:REGION:ACCOUNT:cluster/NAME`, or the name".to_owned()
            }
            Self::NoCluster { .. } => "name it with --cluster, or give the whole ARN of the task".to_owned(),
            Self::NoTask { reason: Unavailable::Failed(why), .. } if why.contains(": MISSING") => {
                "see whether identifier, cluster, account and Region are right; one that has stopped is known for an hour"
                    .to_owned()
            }
            Self::NoTask { reason, .. } => remedy(reason),
            Self::Exists { .. } => "remove it, or give another file with --output".to_owned(),
        }
    }
}

/// What to do about a fact that AWS did not tell.
pub(super) fn remedy(reason: &Unavailable) -> String {
    match reason {
        Unavailable::Denied(action) => {
            format!("allow `{action}` to the identity that runs this, and capture the task again")
        }
        _ => "capture the task again; if it stays, look at the credentials, the Region and the way to AWS".to_owned(),
    }
}
