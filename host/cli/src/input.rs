//! Files and standard input, and what is wrong with them.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gatecheck_core::event::{EventError, Skip};
use gatecheck_core::facts::shape::Misfit;
#[cfg(feature = "network")]
use gatecheck_core::policy::Location;
use gatecheck_core::policy::{EngineError, InterfaceError, KeyError, LimitsError, LocationError};
use gatecheck_core::recording::RecordingError;
use gatecheck_core::report::{Fault, FaultReason};
use gatecheck_project::{BuildError, NewError};
use gatecheck_seal::SealError;
use gatecheck_store::LoadError;
#[cfg(feature = "network")]
use gatecheck_store::fetch::RemoteError;
use serde_json::Value;
use thiserror::Error;

use crate::bench::BenchError;
#[cfg(feature = "network")]
use crate::capture::CaptureError;
use crate::definition::Other;
use crate::document::{decoded, not_json};
use crate::migrate::MigrateError;
use crate::recorded::BaseError;
use crate::test::TestError;

/// Why nothing could be judged.
#[derive(Debug, Error)]
pub(crate) enum InputError {
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("`{}` is not JSON: {source}", path.display())]
    NotJson { path: PathBuf, source: serde_json::Error, hint: Option<&'static str> },
    #[error("`{}` is no task definition: it is {}", path.display(), other.what)]
    OtherKind { path: PathBuf, other: Other },
    #[error("`{}` is no task definition as ECS knows it: {}", path.display(), listed(misfits))]
    Misshapen { path: PathBuf, misfits: Vec<Misfit> },
    #[error("`{}` is not YAML: {reason}", path.display())]
    NotYaml { path: PathBuf, reason: String },
    #[error("`{}` is not an event: {source}", path.display())]
    NotAnEvent { path: PathBuf, source: EventError },
    #[error("`{}` holds nothing to judge: {reason}", path.display())]
    Skipped { path: PathBuf, reason: Skip },
    #[error("`{}` holds no {what}: {reason}", path.display())]
    WrongShape { path: PathBuf, what: &'static str, reason: String },
    #[error("`{}`: {source}", path.display())]
    NotARecording { path: PathBuf, source: RecordingError },
    #[error("`{reference}`: {source}")]
    Reference { reference: String, source: LocationError },
    #[error("{0}")]
    Module(#[from] Arc<LoadError>),
    #[error("`{name}` does not describe itself ({reason}): {detail}")]
    Undescribed { name: String, reason: FaultReason, detail: String },
    #[error("`{}` has no policies", path.display())]
    NoPolicies { path: PathBuf },
    #[error("`{}` has no recordings", path.display())]
    NoRecordings { path: PathBuf },
    #[error("`{}` cannot be written: {source}", path.display())]
    Unwritable { path: PathBuf, source: io::Error },
    #[cfg(feature = "network")]
    #[error(transparent)]
    Capture(#[from] CaptureError),
    #[error(transparent)]
    New(#[from] NewError),
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error("`{}` {source}", path.display())]
    Unsealable { path: PathBuf, source: SealError },
    #[error("`{}` {source}", path.display())]
    NotSealed { path: PathBuf, source: InterfaceError },
    #[error("`{}`: {source}", path.display())]
    NotAKey { path: PathBuf, source: KeyError },
    #[error("{}", .0.iter().map(|fault| fault.detail.as_str()).collect::<Vec<_>>().join("\n       "))]
    Faults(Vec<Fault>),
    #[cfg(not(feature = "network"))]
    #[error("`{reference}` is out of reach: this program was built without the feature `network`")]
    NoNetwork { reference: String },
    #[cfg(feature = "network")]
    #[error("`ssm:{name}` is no parameter, and there is none below it")]
    NoParameters { name: String },
    #[cfg(feature = "network")]
    #[error(transparent)]
    Parameter(#[from] gatecheck_aws::ParameterError),
    #[cfg(feature = "network")]
    #[error(transparent)]
    Signing(#[from] gatecheck_aws::SigningError),
    #[cfg(feature = "network")]
    #[error("nothing can be published at `{location}`, or not so much")]
    NotPublishable { location: Location },
    #[cfg(feature = "network")]
    #[error("`{location}`: {source}")]
    Publish { location: Location, source: Box<RemoteError> },
    #[cfg(feature = "network")]
    #[error("the policy has {size} bytes; a parameter holds 8192 at most")]
    EntryTooLarge { size: usize },
    #[error(transparent)]
    Base(#[from] BaseError),
    #[error(transparent)]
    Test(#[from] TestError),
    #[error(transparent)]
    Bench(#[from] BenchError),
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    #[error("standard input can be read once, but is given twice")]
    StandardInputTwice,
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Limits(#[from] LimitsError),
    #[error("no runtime for what happens side by side: {0}")]
    Runtime(io::Error),
    #[error("no random numbers for a key: {0}")]
    Random(io::Error),
    #[error("cannot write the report: {0}")]
    Output(io::Error),
}

impl InputError {
    /// What to do about it.
    pub(crate) fn remedy(&self) -> Option<String> {
        match self {
            Self::Module(error) => error.remedy(),
            Self::Reference { source, .. } => Some(source.remedy()),
            Self::Base(error) => error.remedy(),
            Self::New(error) => error.remedy(),
            Self::Build(error) => error.remedy().map(str::to_owned),
            #[cfg(feature = "network")]
            Self::Capture(error) => Some(error.remedy()),
            #[cfg(feature = "network")]
            Self::Publish { source, .. } => source.remedy(),
            #[cfg(feature = "network")]
            Self::Parameter(error) => Some(error.remedy().to_owned()),
            #[cfg(feature = "network")]
            Self::Signing(error) => Some(error.remedy().to_string()),
            other => other.fixed_remedy().map(str::to_owned),
        }
    }

    fn fixed_remedy(&self) -> Option<&'static str> {
        match self {
            Self::NotJson { hint, .. } => *hint,
            Self::OtherKind { other, .. } => Some(other.remedy),
            Self::Misshapen { .. } => Some(
                "correct it; RegisterTaskDefinition would refuse it, or take another meaning from it. An attribute that is newer \
                 than this version of gatecheck needs a newer one",
            ),
            Self::NotAnEvent { .. } => {
                Some("give the whole event as EventBridge sends it, with `detail-type` and `detail`")
            }
            Self::Skipped { .. } => Some("only the start of a task is judged: PROVISIONING, PENDING or RUNNING"),
            Self::WrongShape { .. } => Some("give what the AWS CLI prints, whole or the object alone"),
            Self::NoPolicies { .. } => Some("a policy is a file that ends in .json, .yaml, .yml or .wasm"),
            Self::NoRecordings { .. } => {
                Some("a recording is a .json file; `gatecheck capture` makes one of a task that runs")
            }
            Self::Test(error) => Some(error.remedy()),
            Self::Bench(error) => Some(error.remedy()),
            Self::Migrate(error) => Some(error.remedy()),
            Self::Unsealable { source, .. } => Some(source.remedy()),
            Self::NotSealed { source, .. } => Some(source.remedy()),
            Self::NotAKey { .. } => Some("make one with `gatecheck keygen`"),
            #[cfg(feature = "network")]
            Self::NoParameters { .. } => {
                Some("correct the name or the Region, or store a policy there with `gatecheck publish`")
            }
            #[cfg(feature = "network")]
            Self::NotPublishable { .. } => Some(
                "send it to `s3://BUCKET/KEY` or `oci://REGISTRY/REPOSITORY:TAG` with --to; `ssm:/NAME` takes up to 1 MB",
            ),
            #[cfg(feature = "network")]
            Self::EntryTooLarge { .. } => Some("shorten its settings, or split it into several policies"),
            _ => None,
        }
    }
}

/// Each on a line of its own.
fn listed(misfits: &[Misfit]) -> String {
    misfits.iter().map(Misfit::to_string).collect::<Vec<_>>().join("\n       ")
}

/// The text of a file, or of standard input.
pub(crate) fn read(path: &Path) -> Result<String, InputError> {
    let bytes = if is_stdin(path) {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    bytes.and_then(decoded).map_err(|source| InputError::Unreadable { path: path.to_owned(), source })
}

/// The files of a directory that are wanted, by name.
pub(crate) fn files(directory: &Path, is_wanted: impl Fn(&Path) -> bool) -> Result<Vec<PathBuf>, InputError> {
    let unreadable = |source| InputError::Unreadable { path: directory.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if is_wanted(&path) && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The same, also of the directories below it that are not hidden, in the order of their paths.
pub(crate) fn files_below(directory: &Path, is_wanted: fn(&Path) -> bool) -> Result<Vec<PathBuf>, InputError> {
    let mut found = files(directory, is_wanted)?;
    let unreadable = |source| InputError::Unreadable { path: directory.to_owned(), source };
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        // A link to a directory could lead back here.
        let is_directory = entry.file_type().map_err(unreadable)?.is_dir();
        if is_directory && !entry.file_name().to_string_lossy().starts_with('.') {
            found.extend(files_below(&entry.path(), is_wanted)?);
        }
    }
    found.sort();
    Ok(found)
}

pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

pub(crate) fn read_json(path: &Path) -> Result<Value, InputError> {
    let text = read(path)?;
    serde_json::from_str(&text).map_err(|error| not_json(path, &text, error))
}

pub(crate) fn read_yaml(path: &Path, text: &str) -> Result<Value, InputError> {
    serde_saphyr::from_str(text)
        .map_err(|error| InputError::NotYaml { path: path.to_owned(), reason: yaml_reason(&error.to_string()) })
}

/// What is wrong with a document in YAML, in one line. The library draws the place below it, and has advice for programmers.
pub(crate) fn yaml_reason(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let line = line.strip_prefix("error: ").unwrap_or(line);
    if let Some((place, key)) = line.split_once("duplicate mapping key: ") {
        let key = key.split(", set ").next().unwrap_or(key);
        return format!("{place}the key `{key}` stands twice");
    }
    match line.split_once("budget breached") {
        Some((place, _)) => format!("{place}with its aliases it is larger than a document may be"),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(yaml: &str) -> String {
        read_yaml(Path::new("a.yaml"), yaml).unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_in_yaml_is_said_without_advice_to_programmers() {
        assert_eq!(reason("a: 1\na: 2\n"), "`a.yaml` is not YAML: line 2 column 1: the key `a` stands twice");
        let levels =
            (1..9).map(|level| format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(",")));
        let bomb = reason(&format!("a0: &a0 [x]\n{}", levels.collect::<String>()));
        assert!(bomb.ends_with("with its aliases it is larger than a document may be"), "{bomb}");
    }
}
