//! Recordings: in files, and those that come with the program.

mod bases;

use std::path::Path;

use gatecheck_core::facts::{Fact, Family};
use gatecheck_core::recording::Recording;

pub(crate) use bases::{BaseError, find, list, names};

use crate::input::{InputError, read_json};
use crate::subject::no_task;

/// The recording of this name: of those that come with the program, or in a file, whose path has a dot or a slash.
pub(crate) fn recorded(named: &Path) -> Result<Recording, InputError> {
    if is_file(named) || named.is_file() {
        let document = read_json(named)?;
        return Recording::parse(document)
            .map_err(|source| InputError::NotARecording { path: named.to_owned(), source });
    }
    Ok(find(&named.to_string_lossy())?.recording()?)
}

/// The task that a recording is of.
pub(crate) fn task(recording: &Recording) -> Fact {
    recording.facts.get(Family::Task).cloned().unwrap_or_else(no_task)
}

/// A base has a name, a file has a path: with a dot or a slash. `-` is standard input.
pub(crate) fn is_file(named: &Path) -> bool {
    named.to_string_lossy().contains(['.', '/', '\\']) || crate::input::is_stdin(named)
}
