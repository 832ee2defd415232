//! What the architecture promises, looked up in the manifests and sources.

use std::fs;
use std::path::{Path, PathBuf};

use gatecheck_tests::workspace;

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
    assert_eq!(with("toml", &needle), ["Cargo.toml", "host/aws/Cargo.toml"]);
}

#[test]
fn only_one_place_is_unsafe_and_one_configures_the_engine() {
    let unsafe_block = ["unsafe", " {"].concat();
    assert_eq!(with("rs", &unsafe_block), ["host/core/src/policy/module.rs"]);
    let config = ["Config::", "new()"].concat();
    assert_eq!(with("rs", &config), ["host/core/src/policy/engine.rs"]);
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    let mut manifests = Vec::new();
    files(workspace(), "toml", &mut manifests);
    for manifest in manifests {
        let text = fs::read_to_string(&manifest).unwrap();
        let is_product = text.contains("[package]") && !manifest.starts_with(workspace().join("tests"));
        assert!(!is_product || text.contains("[lints]\nworkspace = true"), "{}", manifest.display());
    }
}
