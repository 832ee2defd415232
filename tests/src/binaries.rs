//! The real programs. Built together with the whole workspace, as the tests are, so that nothing is compiled twice; or those of
//! the folder that `GATECHECK_TEST_BINARIES` names, such as target/release.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The program that Lambda starts.
pub fn bootstrap() -> &'static Path {
    static BOOTSTRAP: LazyLock<PathBuf> = LazyLock::new(|| build("bootstrap"));
    &BOOTSTRAP
}

/// The command line.
pub fn gatecheck() -> &'static Path {
    static GATECHECK: LazyLock<PathBuf> = LazyLock::new(|| build("gatecheck"));
    &GATECHECK
}

fn build(binary: &str) -> PathBuf {
    if let Some(folder) = env::var_os("GATECHECK_TEST_BINARIES") {
        return crate::workspace().join(folder).join(binary);
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(crate::workspace())
        .args(["build", "--quiet", "--workspace", "--bins", "--message-format", "json"])
        .output()
        .unwrap();
    assert!(output.status.success(), "the workspace does not build: {}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout).unwrap();
    let mut executables = messages.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        (message["target"]["name"] == binary).then(|| message["executable"].as_str().map(PathBuf::from))?
    });
    executables.next_back().unwrap_or_else(|| panic!("cargo names no executable `{binary}`"))
}
