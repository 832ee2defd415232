//! `CPython` with the documented semantics of the allow-list: `peers/allow_list.py`, a process that times itself.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::bench::here;

/// What its policy cannot say.
pub const CANNOT: &str = "CPython: a JMESPath expression, which would take a library; it is not sandboxed";

/// The process.
#[derive(Debug)]
pub struct Python {
    process: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
    expected: usize,
}

#[derive(Deserialize)]
struct Answer {
    nanoseconds: u64,
    violations: usize,
}

impl Python {
    /// Which version there is, such as `CPython 3.11.2`.
    pub fn version() -> Result<String> {
        let asked = "import platform; print(platform.python_implementation(), platform.python_version())";
        let output = Command::new(program()).args(["-c", asked]).output().context("no python3")?;
        ensure!(output.status.success(), "python3 does not run");
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// Starts it with settings and facts.
    pub fn start(folder: &Path, name: &str, settings: &Value, facts: &Value, expected: usize) -> Result<Self> {
        let given = folder.join(format!("{name}.json"));
        fs::write(&given, json!({"settings": settings, "facts": facts}).to_string())?;
        let mut process = Command::new(program())
            .arg(here().join("peers/allow_list.py"))
            .arg(given)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("no python3")?;
        let asks = process.stdin.take().context("its input")?;
        let answers = BufReader::new(process.stdout.take().context("its output")?);
        Ok(Self { process, asks, answers, expected })
    }

    /// Judges so many times, and says how long that took by its own clock.
    pub fn batch(&mut self, times: u32) -> Result<Duration> {
        writeln!(self.asks, "{times}")?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let answer: Answer = serde_json::from_str(&line).context("python3 ended")?;
        let (found, expected) = (answer.violations, self.expected);
        ensure!(found == expected, "CPython: {found} violations instead of {expected}");
        Ok(Duration::from_nanos(answer.nanoseconds))
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// `PYTHON` names another one.
fn program() -> String {
    env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned())
}
