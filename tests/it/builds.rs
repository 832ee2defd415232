//! How long it takes to build: nothing large is compiled twice for one command. Cargo compiles a crate again for each set of features
//! that it is asked for, and says nothing of it.

use std::collections::BTreeMap;
use std::env;
use std::process::Command;

use gatecheck_tests::workspace;
use serde_json::{Value, json};

/// Crates that take more than ten seconds each.
const LARGE: [&str; 6] = [
    "cranelift-assembler-x64",
    "cranelift-codegen",
    "wasmparser",
    "wasmtime",
    "wasmtime-environ",
    "wasmtime-internal-cranelift",
];

/// The largest clients of AWS, which only what has a network needs.
const CLIENTS: [&str; 3] = ["aws-sdk-ecs", "aws-sdk-s3", "aws-sdk-ssm"];

/// How often a command compiles each version of a crate as a library. Nothing is compiled for it.
fn compiled(command: &[&str]) -> BTreeMap<(String, String), usize> {
    let graph = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(workspace())
        .args(command)
        .args(["--offline", "--locked", "-Z", "unstable-options", "--unit-graph"])
        // The graph is for people who look into cargo, and not yet stable.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", env!("CARGO_TARGET_TMPDIR"))
        .output()
        .unwrap();
    assert!(graph.status.success(), "{}", String::from_utf8_lossy(&graph.stderr));
    let graph: Value = serde_json::from_slice(&graph.stdout).unwrap();
    let mut compiled = BTreeMap::new();
    for unit in graph["units"].as_array().unwrap() {
        let is_library = unit["target"]["kind"] == json!(["lib"]) && unit["mode"] == "build";
        // `registry+https://…#wasmtime@48.0.8`
        let crate_and_version = unit["pkg_id"].as_str().unwrap().rsplit('#').next().unwrap();
        if let Some((name, version)) = crate_and_version.split_once('@').filter(|_| is_library) {
            *compiled.entry((name.to_owned(), version.to_owned())).or_default() += 1;
        }
    }
    compiled
}

fn each_once(command: &[&str], large: &[&str]) {
    let compiled = compiled(command);
    for large in large {
        let times: Vec<_> = compiled.iter().filter(|((name, _), _)| name == large).collect();
        let once = !times.is_empty() && times.iter().all(|(_, times)| **times == 1);
        assert!(once, "`cargo {}` compiles {large} so often: {times:?}", command.join(" "));
    }
}

#[test]
fn tests_try_compiles_nothing_large_twice() {
    each_once(&["build", "--profile", "try", "--package", "gatecheck-cli", "--no-default-features"], &LARGE);
}

#[test]
fn the_command_line_compiles_nothing_large_twice() {
    each_once(&["build", "--package", "gatecheck-cli"], &[&LARGE[..], &CLIENTS[..]].concat());
}

#[test]
fn a_release_compiles_nothing_large_twice() {
    let command = ["build", "--release", "--package", "gatecheck-cli", "--package", "gatecheck-lambda"];
    each_once(&command, &[&LARGE[..], &CLIENTS[..]].concat());
}

#[test]
fn the_tests_compile_nothing_large_twice() {
    each_once(&["test", "--workspace"], &[&LARGE[..], &CLIENTS[..]].concat());
}
