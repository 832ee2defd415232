//! The command line, with an AWS and a folder of its own.

use std::env;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::binaries::gatecheck;

/// Runs `gatecheck` in a folder that is empty at first. Nothing of whoever runs the tests reaches it.
#[derive(Debug)]
pub struct CommandLine {
    folder: TempDir,
    environment: Vec<(String, String)>,
}

impl CommandLine {
    /// With these variables above those of a local AWS.
    pub fn new(environment: &[(&str, &str)]) -> Self {
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self { folder: TempDir::new().unwrap(), environment: environment.collect() }
    }

    /// Where it runs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file there.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.folder().join(name), content).unwrap();
    }

    /// Runs it.
    pub fn run(&self, arguments: &[&str]) -> Output {
        Command::new(gatecheck())
            .current_dir(self.folder())
            .args(arguments)
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder())
            .env("XDG_CACHE_HOME", self.folder().join(".cache"))
            .env("AWS_REGION", "us-west-2")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// What it prints, if it ends with this exit code.
    pub fn prints(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "gatecheck {}\n{out}{err}", arguments.join(" "));
        out + &err
    }
}
