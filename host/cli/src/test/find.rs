//! Where suites and cases are.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::folder;
use crate::input::InputError;

/// How the name of a suite ends.
const SUITES: [&str; 3] = [".test.yaml", ".test.yml", ".test.json"];

/// Where nobody keeps tests, but tools keep much.
const SKIPPED: [&str; 2] = ["target", "node_modules"];

/// Something to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// The file of a suite.
    Suite(PathBuf),
    /// A folder that is a case.
    Folder(PathBuf),
}

impl Found {
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Suite(path) | Self::Folder(path) => path,
        }
    }
}

/// What is at and below `paths`, by name; once, however often it is named.
pub(super) fn find(paths: &[PathBuf]) -> Result<Vec<Found>, InputError> {
    let mut all = Vec::new();
    for path in paths {
        let metadata = fs::metadata(path).map_err(|source| InputError::Unreadable { path: path.clone(), source })?;
        if metadata.is_dir() {
            walk(path, &mut all)?;
        } else {
            all.push(Found::Suite(path.clone()));
        }
    }
    let mut seen = BTreeSet::new();
    all.retain(|found| seen.insert(found.path().canonicalize().unwrap_or_else(|_| found.path().to_owned())));
    Ok(all)
}

fn walk(directory: &Path, all: &mut Vec<Found>) -> Result<(), InputError> {
    let unreadable = |source| InputError::Unreadable { path: directory.to_owned(), source };
    if folder::is_case(directory) {
        all.push(Found::Folder(shown(directory)));
    }
    let mut entries =
        fs::read_dir(directory).map_err(unreadable)?.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // A link to a folder may lead back here.
        let kind = entry.file_type().map_err(unreadable)?;
        if kind.is_dir() && !name.starts_with('.') && !SKIPPED.contains(&&*name) {
            walk(&entry.path(), all)?;
        } else if !kind.is_dir() && is_suite(&entry.path()) {
            all.push(Found::Suite(shown(&entry.path())));
        }
    }
    Ok(())
}

/// Whether a file is a suite, by its name.
pub(crate) fn is_suite(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    SUITES.iter().any(|end| name.ends_with(end))
}

/// As people write it: below the current folder, without `./`.
fn shown(path: &Path) -> PathBuf {
    path.strip_prefix(".").ok().filter(|path| !path.as_os_str().is_empty()).unwrap_or(path).to_owned()
}
