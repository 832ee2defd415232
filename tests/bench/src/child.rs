//! Other processes: programs that are built, and what a process takes of the machine.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

/// A package with a program.
#[derive(Debug, Clone, Copy)]
pub struct Package<'a> {
    /// Where its workspace is.
    pub workspace: &'a Path,
    /// What cargo calls it.
    pub name: &'a str,
    /// The program.
    pub binary: &'a str,
}

/// Builds a program in the profile `release`, and says where it is.
pub fn build(package: &Package<'_>, more: &[&str]) -> Result<PathBuf> {
    let output = clean(Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into())))
        .current_dir(package.workspace)
        .args([
            "build",
            "--release",
            "--quiet",
            "--message-format",
            "json-render-diagnostics",
            "--package",
            package.name,
        ])
        .args(more)
        .stderr(Stdio::inherit())
        .output()
        .context("cargo")?;
    ensure!(output.status.success(), "`{}` does not build", package.name);
    let messages = String::from_utf8_lossy(&output.stdout);
    let executable = messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        (message["target"]["name"] == package.binary).then(|| message["executable"].as_str().map(PathBuf::from))?
    });
    executable.with_context(|| format!("cargo names no executable `{}`", package.binary))
}

/// A command without what the outer cargo says of this package.
pub fn clean(mut command: Command) -> Command {
    let is_of_cargo = |name: &OsString| {
        let name = name.to_string_lossy();
        name.starts_with("CARGO") && name != "CARGO_HOME"
    };
    for (name, _) in env::vars_os().filter(|(name, _)| is_of_cargo(name)) {
        command.env_remove(name);
    }
    command
}

/// What a program prints, if it succeeds.
pub fn printed(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{command:?}"))?;
    if !output.status.success() {
        bail!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Waits for a child, and says how much of a processor it took: its time in user and in system mode. It must be the only one
/// that is waited for meanwhile.
pub fn processor_time(child: &mut Child) -> Result<Duration> {
    let before = of_children()?;
    child.wait()?;
    Ok(of_children()?.saturating_sub(before))
}

fn of_children() -> Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    Ok(duration(usage.user_time())? + duration(usage.system_time())?)
}

fn duration(time: TimeVal) -> Result<Duration> {
    Ok(Duration::new(time.tv_sec().try_into()?, u32::try_from(time.tv_usec())? * 1000))
}

/// The largest memory that a process ever had, in bytes.
pub fn peak_memory(process: u32) -> Result<u64> {
    memory(&process.to_string(), "VmHWM:")
}

/// The memory that this process has, in bytes.
pub fn own_memory() -> Result<u64> {
    memory("self", "VmRSS:")
}

fn memory(process: &str, line: &str) -> Result<u64> {
    let path = format!("/proc/{process}/status");
    let status = fs::read_to_string(&path).with_context(|| path.clone())?;
    let kilobytes = status.lines().find_map(|text| text.strip_prefix(line)?.trim().strip_suffix(" kB"));
    Ok(kilobytes.with_context(|| format!("no {line} in {path}"))?.trim().parse::<u64>()? * 1024)
}
