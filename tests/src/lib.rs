//! What whole-system tests share: the case corpus, the binaries, a Lambda Runtime API, two local AWS and a registry.

pub mod aws;
pub mod binaries;
pub mod cases;
pub mod command;
pub mod event;
pub mod hook;
pub mod http;
pub mod moto;
pub mod project;
pub mod python;
pub mod registry;
pub mod runtime_api;

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The component of a guest under tests/guests.
pub fn guest(name: &str) -> PathBuf {
    let path = Path::new(env!("OUT_DIR")).join(format!("{name}.wasm"));
    assert!(path.exists(), "tests/build.rs builds no guest `{name}`");
    path
}

/// Where cargo builds, and where tests keep what takes long to make.
pub fn target() -> &'static Path {
    // <target>/debug/build/<package>/out
    Path::new(env!("OUT_DIR")).ancestors().nth(4).unwrap()
}

/// The root of the workspace.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The policies that a report has violations of, each once.
pub fn broken_policies(report: &Value) -> Vec<&str> {
    let violations = report["violations"].as_array().unwrap().iter();
    let mut names: Vec<_> = violations.map(|violation| violation["policy"].as_str().unwrap()).collect();
    names.dedup();
    names
}
