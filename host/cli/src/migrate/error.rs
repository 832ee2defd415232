//! What keeps a deployment from being read, or from being written anew.

use std::path::PathBuf;

use thiserror::Error;

/// Why a deployment is not brought over.
#[derive(Debug, Error)]
pub(crate) enum MigrateError {
    #[error("`{}` holds no policy of the Python tool: {reason}", path.display())]
    NotADocument { path: PathBuf, reason: String },
    #[error("`{}` is an entry of Gatecheck already", path.display())]
    AnEntry { path: PathBuf },
    #[error("`{}` has no function with the variable `TASK_POLICY_SSM`", path.display())]
    NoFunction { path: PathBuf },
    #[error("`{}` has {count} functions with the variable `TASK_POLICY_SSM`", path.display())]
    SeveralFunctions { path: PathBuf, count: usize },
    #[error("`{}`, line {line}: not `NAME=VALUE`", path.display())]
    NotAVariable { path: PathBuf, line: usize },
    #[error("`{}` is not TOML: {reason} in line {line}", path.display())]
    NotToml { path: PathBuf, reason: String, line: usize },
    #[error("`{}` is there already", path.display())]
    Exists { path: PathBuf },
}

impl MigrateError {
    /// What to do about it.
    pub(crate) fn remedy(&self) -> &'static str {
        match self {
            Self::NotADocument { .. } => {
                "give the document `{\"task\": [...]}`, or what `aws ssm get-parameter --with-decryption` prints"
            }
            Self::AnEntry { .. } => "it needs no migration: try it with `gatecheck check`, and `gatecheck publish` it",
            Self::NoFunction { .. } => "give the template that prereq.py wrote, or leave it out and give --env",
            Self::SeveralFunctions { .. } => {
                "leave the template out, and give the environment of one of them with --env"
            }
            Self::NotAVariable { .. } => {
                "give the file that prereq.py wrote, or what `aws lambda get-function-configuration` prints"
            }
            Self::NotToml { .. } => "give the samconfig.toml that the tool was deployed with",
            Self::Exists { .. } => "give another directory with --output, or remove what is there",
        }
    }
}
