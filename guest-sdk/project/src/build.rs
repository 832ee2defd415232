//! From a project to `policy.wasm`, by the toolchain of its language.

mod c;
mod go;
mod python;
mod rust;
mod typescript;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use gatecheck_seal::{SealError, Sealed, seal, start};
use thiserror::Error;

use crate::language::Language;
use crate::tool::{Printed, Run};

/// What is built, in the project's folder.
pub const MODULE: &str = "policy.wasm";

/// Why there is no module.
#[derive(Debug, Error)]
pub enum BuildError {
    /// The folder is no project.
    #[error("`{}` is no project of a policy", .0.display())]
    NotAProject(PathBuf),
    /// A tool is not there, or too old.
    #[error("{found}, and {wanted} or later is needed")]
    Missing {
        /// What was found instead.
        found: String,
        /// The version that is needed.
        wanted: String,
        /// How to get it.
        remedy: &'static str,
    },
    /// Something that comes with a tool is not there.
    #[error("{what}")]
    Incomplete {
        /// What is not there.
        what: String,
        /// How to get it.
        remedy: &'static str,
    },
    /// A command does not start.
    #[error("`{command}` cannot be started: {source}")]
    NotStarted {
        /// As it is typed.
        command: String,
        /// Why.
        source: io::Error,
    },
    /// A command failed.
    #[error("`{command}` failed ({status})\n{said}")]
    Failed {
        /// As it is typed.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// What it printed.
        said: String,
    },
    /// A file cannot be read or written.
    #[error("`{}`: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It would read them all the same.
    #[error("a policy in `{}` does not begin with settings that it has read", .0.id())]
    NotConfigured(Language),
    /// What was built is no policy.
    #[error("what was built {0}")]
    Unsealable(#[from] SealError),
}

impl BuildError {
    /// What to do about it.
    pub fn remedy(&self) -> Option<&str> {
        match self {
            Self::NotAProject(_) => Some("start one with `gatecheck new --lang LANGUAGE NAME`, or name its folder"),
            Self::Missing { remedy, .. } | Self::Incomplete { remedy, .. } => Some(remedy),
            Self::NotConfigured(_) => Some("build it without `--settings`"),
            Self::Unsealable(error) => Some(error.remedy()),
            Self::NotStarted { .. } | Self::Failed { .. } | Self::File { .. } => None,
        }
    }
}

/// Builds a project, and returns the component, which imports fact families and nothing else. Where `settings` are given, JSON
/// text as the host gives it, each instance begins with these read. `run` runs each command, and may tell of it.
pub fn build(
    project: &Path,
    settings: Option<&str>,
    run: &mut dyn FnMut(Run) -> Result<Printed, BuildError>,
) -> Result<Sealed, BuildError> {
    let language = Language::of(project).ok_or_else(|| BuildError::NotAProject(project.to_owned()))?;
    if settings.is_some() && matches!(language, Language::TypeScript | Language::C) {
        return Err(BuildError::NotConfigured(language));
    }
    let recipe = match language {
        Language::Rust => rust::build,
        Language::TypeScript => typescript::build,
        Language::Python => python::build,
        Language::Go => go::build,
        Language::C => c::build,
    };
    // Tools are started in the folder, so their own paths must not depend on it.
    let project = fs::canonicalize(project).map_err(|source| BuildError::File { path: project.to_owned(), source })?;
    let built = recipe(&project, run)?;
    let wasm = fs::read(&built).map_err(|source| BuildError::File { path: built, source })?;
    let mut sealed = seal(&wasm)?;
    // The run-time library of Go takes longer to start than most policies take to judge.
    if language == Language::Go || settings.is_some() {
        sealed.component = start(&sealed.component, settings)?;
    }
    Ok(sealed)
}
