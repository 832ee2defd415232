//! Tools of a language: whether they are there, how to get them, and what they say.

use std::env;
use std::ffi::OsStr;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::build::BuildError;

/// A tool that a build needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tool {
    /// Programs that will do, the best one first.
    pub(crate) programs: &'static [&'static str],
    /// Arguments that make it tell its version.
    pub(crate) version: &'static [&'static str],
    /// The oldest version that will do.
    pub(crate) oldest: (u32, u32),
    /// How to get it.
    pub(crate) remedy: &'static str,
}

impl Tool {
    /// The first program that is there and new enough.
    pub(crate) fn find(&self) -> Result<PathBuf, BuildError> {
        let mut too_old = None;
        for program in self.programs {
            let Some(path) = which(program) else { continue };
            match self.version_of(&path) {
                Some(version) if version >= self.oldest => return Ok(path),
                Some((major, minor)) => {
                    too_old.get_or_insert(format!("`{}` has version {major}.{minor}", path.display()));
                }
                // It may be a stand-in that only tells how to get the real one.
                None => {
                    too_old.get_or_insert(format!("`{}` does not tell its version", path.display()));
                }
            }
        }
        let first = self.programs.first().copied().unwrap_or_default();
        let found = too_old.unwrap_or_else(|| format!("`{first}` is not on the PATH"));
        let (major, minor) = self.oldest;
        Err(BuildError::Missing { found, wanted: format!("{major}.{minor}"), remedy: self.remedy })
    }

    fn version_of(&self, path: &Path) -> Option<(u32, u32)> {
        let output = Command::new(path).args(self.version).stdin(Stdio::null()).output().ok()?;
        let printed = output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())?;
        first_version(&printed)
    }
}

/// The first `MAJOR.MINOR` in what a tool prints.
fn first_version(printed: &str) -> Option<(u32, u32)> {
    let words = printed.split(|character: char| !character.is_ascii_digit() && character != '.');
    words
        .map(|word| word.split('.').map(str::parse))
        .find_map(|mut numbers| Some((numbers.next()?.ok()?, numbers.next()?.ok()?)))
}

/// A program on the PATH, or at a path.
pub(crate) fn which(program: &str) -> Option<PathBuf> {
    let is_program = |path: &PathBuf| path.is_file();
    if program.contains('/') {
        return Some(PathBuf::from(program)).filter(is_program);
    }
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(is_program)
}

/// A command of a build, shown as it is typed.
#[derive(Debug)]
pub struct Run {
    command: Command,
    shown: String,
    /// What it prints to standard output is for programs.
    prints_data: bool,
}

impl Run {
    /// A program in a folder.
    pub(crate) fn new(program: impl AsRef<OsStr>, folder: &Path) -> Self {
        let shown = Path::new(program.as_ref()).file_name().unwrap_or(program.as_ref()).to_string_lossy().into_owned();
        let mut command = Command::new(program);
        command.current_dir(folder).stdin(Stdio::null());
        Self { command, shown, prints_data: false }
    }

    pub(crate) fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        for argument in arguments {
            let shown = argument.as_ref().to_string_lossy();
            let quote = if shown.contains(' ') { "'" } else { "" };
            let _ = write!(self.shown, " {quote}{shown}{quote}");
            self.command.arg(argument);
        }
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.shown = format!("{name}={} {}", value.as_ref().to_string_lossy(), self.shown);
        self.command.env(name, value);
        self
    }

    /// Something that was set for this machine must not reach a build for another one.
    pub(crate) fn without(mut self, names: &[&str]) -> Self {
        for name in names {
            self.command.env_remove(name);
        }
        self
    }

    /// Nobody wants to read what it prints to standard output.
    pub(crate) fn printing_data(self) -> Self {
        Self { prints_data: true, ..self }
    }

    /// What is typed to run it.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Runs it to its end, and returns what it printed.
    pub fn output(mut self) -> Result<Printed, BuildError> {
        let output =
            self.command.output().map_err(|source| BuildError::NotStarted { command: self.shown.clone(), source })?;
        let printed = Printed {
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).trim_end().to_owned(),
        };
        if output.status.success() {
            return Ok(printed);
        }
        let out = if self.prints_data { "" } else { printed.out.trim_end() };
        let said = format!("{out}\n{}", printed.err);
        Err(BuildError::Failed { command: self.shown, status: output.status, said: said.trim().to_owned() })
    }
}

/// What a command printed.
#[derive(Debug)]
pub struct Printed {
    /// To standard output.
    pub(crate) out: String,
    /// To standard error: warnings, where it was told to be quiet.
    pub err: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_tools_print() {
        for (printed, version) in [
            ("rustc 1.95.0 (59807616e 2026-04-14)", (1, 95)),
            ("go version go1.26.8 linux/amd64", (1, 26)),
            ("v20.20.2", (20, 20)),
            ("Python 3.11.7", (3, 11)),
            ("Debian clang version 14.0.6\nTarget: x86_64-pc-linux-gnu", (14, 0)),
        ] {
            assert_eq!(first_version(printed), Some(version), "{printed}");
        }
        assert_eq!(first_version("no version at all"), None);
    }

    #[test]
    fn what_is_missing_is_told_with_how_to_get_it() {
        let tool = |programs, oldest| Tool { programs, version: &["--version"], oldest, remedy: "install it" };
        let missing = tool(&["gatecheck-no-such-tool"], (1, 0)).find().unwrap_err();
        assert_eq!(missing.to_string(), "`gatecheck-no-such-tool` is not on the PATH, and 1.0 or later is needed");
        assert_eq!(missing.remedy(), Some("install it"));
        let old = tool(&["gatecheck-no-such-tool", "cargo"], (999, 0)).find().unwrap_err().to_string();
        assert!(old.contains("/cargo` has version 1.") && old.ends_with(", and 999.0 or later is needed"), "{old}");
    }
}
