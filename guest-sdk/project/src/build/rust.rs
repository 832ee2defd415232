//! Rust: cargo, for a target without an operating system.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::BuildError;
use crate::tool::{Printed, Run, Tool};

const TARGET: &str = "wasm32-unknown-unknown";

const CARGO: Tool = Tool {
    programs: &["cargo"],
    version: &["--version"],
    oldest: (1, 88),
    remedy: "install Rust with rustup: https://rustup.rs",
};

/// What an outer cargo or the user set for this machine.
const FOR_THIS_MACHINE: [&str; 4] = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "CARGO_MAKEFLAGS"];

pub(super) fn build(
    project: &Path,
    run: &mut dyn FnMut(Run) -> Result<Printed, BuildError>,
) -> Result<PathBuf, BuildError> {
    let cargo = CARGO.find()?;
    // Where rustup is, it may have to install what rust-toolchain.toml names, and asks for it itself.
    let libraries = Run::new("rustc", project).args(["--print", "target-libdir", "--target", TARGET]).output()?;
    if !Path::new(libraries.out.trim()).is_dir() {
        return Err(BuildError::Incomplete {
            what: format!("Rust's library for `{TARGET}` is not installed"),
            remedy: "rustup target add wasm32-unknown-unknown",
        });
    }
    let command = Run::new(cargo, project)
        .args([
            "build",
            "--quiet",
            "--lib",
            "--release",
            "--target",
            TARGET,
            "--message-format",
            "json-render-diagnostics",
        ])
        .without(&FOR_THIS_MACHINE)
        .printing_data();
    let printed = run(command)?;
    // The last library is that of the project itself.
    let mut modules = printed.out.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let files = message.get("filenames")?.as_array()?;
        let mut files = files.iter().filter_map(Value::as_str).map(PathBuf::from);
        files.find(|file| file.extension().is_some_and(|extension| extension == "wasm"))
    });
    modules.next_back().ok_or_else(|| BuildError::Incomplete {
        what: "cargo built no WebAssembly module".to_owned(),
        remedy: "Cargo.toml needs `[lib]` with `crate-type = [\"cdylib\", \"rlib\"]`",
    })
}
