//! What the architecture promises, looked up in the manifests and sources.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use gatecheck_core::event::{self, Received};
use gatecheck_tests::cases::Case;
use gatecheck_tests::workspace;
use serde_json::{Value, json};

fn files(directory: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir()
            && path.file_name().is_some_and(|name| name != "target" && !name.to_string_lossy().starts_with('.'))
        {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
}

fn with(extension: &str, needle: &str) -> Vec<String> {
    let mut found = Vec::new();
    files(workspace(), extension, &mut found);
    let mut found: Vec<_> = found
        .into_iter()
        .filter(|path| fs::read_to_string(path).unwrap().contains(needle))
        .map(|path| path.strip_prefix(workspace()).unwrap().display().to_string())
        .collect();
    found.sort();
    found
}

#[test]
fn only_the_aws_crate_names_aws_crates() {
    let needle = ["aws", "-sdk-"].concat();
    // The floor is a Lambda function without Gatecheck, to measure against.
    assert_eq!(with("toml", &needle), ["Cargo.toml", "host/aws/Cargo.toml", "tests/bench/floor/Cargo.toml"]);
}

#[test]
fn only_one_place_outside_the_sandbox_is_unsafe_and_one_configures_the_engine() {
    // Lints deny both wherever they are not expected: `unsafe_code` in Cargo.toml, `wasmtime::Config` in .clippy.toml.
    let exempt_from = |lint: &str| with("rs", &format!("expect({lint}"));
    // The other one is inside the sandbox.
    assert_eq!(exempt_from("unsafe_code"), ["host/core/src/policy/native.rs", "plugins/allow-list/src/memory.rs"]);
    let engines = exempt_from("clippy::disallowed_types");
    // The other one initializes a policy when it is built, and evaluates nothing.
    assert_eq!(engines, ["guest-sdk/seal/src/start.rs", "host/core/src/policy/engine.rs"]);
    let lints = fs::read_to_string(workspace().join(".clippy.toml")).unwrap();
    assert!(lints.contains("path = \"wasmtime::Config\""), "{lints}");
    // An engine as wasmtime configures it has no limits; tests of what builds policies need none.
    let unlimited = with("rs", &["Engine::", "default()"].concat());
    assert!(unlimited.iter().all(|file| file.starts_with("guest-sdk/seal/src/tests/")), "{unlimited:?}");
}

/// What the function is made of: the versions of each crate.
fn crates() -> BTreeMap<String, BTreeSet<String>> {
    let tree = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(workspace())
        .args(["tree", "--offline", "--locked", "--package", "gatecheck-lambda", "--edges", "normal"])
        .args(["--prefix", "none", "--format", "{p}"])
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let mut crates = BTreeMap::<_, BTreeSet<_>>::new();
    for line in String::from_utf8(tree.stdout).unwrap().lines() {
        let (name, version) = line.split_once(" v").unwrap();
        let version = version.split(' ').next().unwrap();
        crates.entry(name.to_owned()).or_default().insert(version.to_owned());
    }
    crates
}

#[test]
fn the_function_has_one_tls_and_one_http_stack() {
    let crates = crates();
    for name in ["aws-lc-rs", "h2", "http", "http-body", "hyper", "hyper-rustls", "reqwest", "rustls", "tokio-rustls"] {
        assert_eq!(crates.get(name).map(BTreeSet::len), Some(1), "{name}: {:?}", crates.get(name));
    }
    for name in ["async-std", "curl-sys", "native-tls", "openssl-sys", "ring", "ureq", "webpki-roots"] {
        assert_eq!(crates.get(name), None, "{name}");
    }
}

#[test]
fn the_rule_hears_every_event_that_is_judged() {
    let pattern = fs::read_to_string(workspace().join("deploy/event-pattern.json")).unwrap();
    let pattern: Value = serde_json::from_str(&pattern).unwrap();
    let mut event = Case::load("fargate-provisioning").event;
    assert!(pattern["source"].as_array().unwrap().contains(&event["source"]));
    assert!(pattern["detail-type"].as_array().unwrap().contains(&event["detail-type"]));
    assert_eq!(pattern["detail"]["desiredStatus"], json!(["RUNNING"]));
    // The statuses of the ECS developer guide, in their order.
    let statuses =
        ["PROVISIONING", "PENDING", "ACTIVATING", "RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED"];
    for status in statuses {
        event["detail"]["lastStatus"] = status.into();
        let judged = matches!(event::parse(&event), Ok(Received::Task(_)));
        let heard = pattern["detail"]["lastStatus"].as_array().unwrap().contains(&status.into());
        assert_eq!(judged, heard, "{status}");
    }
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    let mut manifests = Vec::new();
    files(workspace(), "toml", &mut manifests);
    let mut products = 0;
    for manifest in manifests {
        let text = fs::read_to_string(&manifest).unwrap();
        // What users start from is no part of this workspace.
        let is_theirs =
            ["template", "examples", "standalone.toml"].iter().any(|part| manifest.iter().any(|name| name == *part));
        let is_product = text.contains("[package]") && !manifest.starts_with(workspace().join("tests")) && !is_theirs;
        assert!(!is_product || text.contains("[lints]\nworkspace = true"), "{}", manifest.display());
        products += usize::from(is_product);
    }
    assert!(products > 10, "only {products} crates were found");
}
