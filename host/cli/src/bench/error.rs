//! What keeps figures from being compared or saved.

use std::path::PathBuf;

use serde_json::Value;
use thiserror::Error;

use super::figures::FORMAT;

/// Why figures are not compared or saved.
#[derive(Debug, Error)]
pub(crate) enum BenchError {
    #[error("`{}` holds no figures: {reason}", path.display())]
    NotFigures { path: PathBuf, reason: String },
    #[error("the figures in `{}` have format `{format}`, this version reads format `{FORMAT}`", path.display())]
    Format { path: PathBuf, format: Value },
    #[error("`{}` is not written: not every case is measured", path.display())]
    NotSaved { path: PathBuf },
}

impl BenchError {
    /// What to do about it.
    pub(crate) fn remedy(&self) -> &'static str {
        match self {
            Self::NotFigures { .. } => "give a file that `gatecheck bench --save FILE` wrote",
            Self::Format { .. } => "measure again with this version: `gatecheck bench --save FILE`",
            Self::NotSaved { .. } => "mend the policies that fault, or leave them out",
        }
    }
}
