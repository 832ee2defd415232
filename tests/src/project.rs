//! Policies as their authors make them: projects in every language, with the toolchains of this machine.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::binaries::gatecheck;
use crate::target;

/// A project in a folder of its own.
#[derive(Debug)]
pub struct Project {
    parent: TempDir,
    name: String,
}

impl Project {
    /// What `gatecheck new` makes of an example.
    pub fn new(language: &str, name: &str, example: &str) -> Self {
        Self::by(&format!("gatecheck new --lang {language} --example {example} {name}"), name)
    }

    /// What a script makes, in a folder `name`.
    pub fn by(script: &str, name: &str) -> Self {
        let project = Self { parent: TempDir::new().unwrap(), name: name.to_owned() };
        let made = run(Path::new("sh"), project.parent.path(), &["-c", script]);
        assert!(made.status.success() && project.folder().is_dir(), "{script}\n{}", text(&made));
        project
    }

    /// Its folder.
    pub fn folder(&self) -> PathBuf {
        self.parent.path().join(&self.name)
    }

    /// Takes over what another project of the same language has installed.
    pub fn take_installed(&self, other: &Self) {
        for installed in ["node_modules", ".venv"] {
            let from = other.folder().join(installed);
            if from.exists() {
                fs::rename(from, self.folder().join(installed)).unwrap();
            }
        }
    }

    /// What `gatecheck` prints there, if it ends with this exit code.
    pub fn gatecheck(&self, code: i32, arguments: &[&str]) -> String {
        let output = run(gatecheck(), &self.folder(), arguments);
        assert_eq!(output.status.code(), Some(code), "gatecheck {}\n{}", arguments.join(" "), text(&output));
        text(&output)
    }

    /// What a shell prints there, if it succeeds.
    pub fn shell(&self, line: &str) -> String {
        let output = run(Path::new("sh"), &self.folder(), &["-c", line]);
        assert!(output.status.success(), "{line}\n{}", text(&output));
        text(&output)
    }
}

/// Whoever builds policies has `gatecheck` on the PATH. What tools keep is kept in the target folder.
fn run(program: &Path, folder: &Path, arguments: &[&str]) -> Output {
    let programs = gatecheck().parent().unwrap().to_owned();
    let path = env::var_os("PATH").unwrap_or_default();
    let path: OsString = env::join_paths([programs].into_iter().chain(env::split_paths(&path))).unwrap();
    let mut command = Command::new(program);
    // What the outer cargo says of the package whose tests these are.
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CARGO_")) {
        if name != "CARGO_HOME" {
            command.env_remove(name);
        }
    }
    command
        .current_dir(folder)
        .args(arguments)
        .env("PATH", path)
        .env("XDG_CACHE_HOME", target().join("tmp/cache"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("CARGO_TARGET_DIR", target().join("tmp/policies"))
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}
