//! The packages themselves, as `deploy/package` makes them: what is in them starts and judges, on either processor.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use gatecheck_tests::event::event_from_task;
use gatecheck_tests::runtime_api::Lambda;
use gatecheck_tests::{python, target, workspace};
use serde_json::json;
use tempfile::TempDir;

use crate::deploy::succeeds;
use crate::end_to_end::{invoke, moto};

/// The folder that `GATECHECK_TEST_PACKAGES` names, or packages without optimisation.
fn packages() -> &'static Path {
    static PACKAGES: LazyLock<PathBuf> = LazyLock::new(|| {
        if let Some(folder) = env::var_os("GATECHECK_TEST_PACKAGES") {
            return workspace().join(folder);
        }
        // A folder of its own, or it would wait for the cargo that runs the tests.
        let folder = target().join("package-dev");
        let mut package = Command::new(python::interpreter());
        package.arg(workspace().join("deploy/package")).args(["--profile", "dev", "--output"]).arg(&folder);
        succeeds(package.env("CARGO_TARGET_DIR", folder.join("target")));
        folder
    });
    &PACKAGES
}

/// What is in an archive, with the modes that it says.
fn unpacked(archive: &Path) -> TempDir {
    const UNPACK: &str = "\
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    for entry in archive.infolist():
        assert entry.date_time == (1980, 1, 1, 0, 0, 0), entry
        os.chmod(archive.extract(entry, sys.argv[2]), entry.external_attr >> 16 & 0o777)
";
    let folder = TempDir::new().unwrap();
    succeeds(Command::new(python::interpreter()).args(["-c", UNPACK]).arg(archive).arg(folder.path()));
    folder
}

/// Judges the start of a task with the local AWS.
fn judges(bootstrap: &Path) {
    let moto = moto();
    let policy = json!({"task": [{"attribute": "subnet-type", "allowed_values": ["private"]},
        {"attribute": "image", "type": "pattern", "allowed_values": ["@sha256:"]}]});
    let parameter =
        json!({"Name": "/gatecheck/package", "Value": policy.to_string(), "Type": "String", "Overwrite": true});
    moto.aws("ssm", "put_parameter", &parameter);
    let event = event_from_task(&moto.scenario(&json!({}))["task"], "PENDING", 1);
    // Unoptimised, under an emulator and beside other work, an evaluation takes longer than a function allows.
    let environment = [
        ("AWS_ENDPOINT_URL", &*moto.endpoint()),
        ("TASK_POLICY_SSM", "/gatecheck/package"),
        ("GATECHECK_POLICY_TIME_MS", "20000"),
    ];
    let report = invoke(&mut Lambda::start(bootstrap, &environment), &event);
    let rules: Vec<_> = report["violations"].as_array().unwrap().iter().map(|violation| &violation["rule"]).collect();
    assert_eq!(rules, ["subnet-type", "image", "image"], "{report}");
    assert_eq!((&report["faults"], &report["undecided"]), (&json!([]), &json!([])), "{report}");
}

#[test]
fn the_package_for_x86_64_judges() {
    let folder = unpacked(&packages().join("bootstrap-x86_64.zip"));
    let bootstrap = folder.path().join("bootstrap");
    judges(&bootstrap);
    // Where it was built is nowhere in it: the same source makes the same bytes elsewhere.
    let program = fs::read(&bootstrap).unwrap();
    let places = [workspace().to_owned(), env::home_dir().unwrap().join(".cargo/registry")];
    for place in places {
        let place = place.to_str().unwrap().as_bytes().to_vec();
        assert!(!program.windows(place.len()).any(|window| window == place), "{}", String::from_utf8_lossy(&place));
    }
}

#[test]
fn the_package_for_arm64_judges() {
    let folder = unpacked(&packages().join("bootstrap-arm64.zip"));
    let (program, bootstrap) = (folder.path().join("bootstrap"), folder.path().join("emulated"));
    // Debian puts the libraries of another processor there.
    let libraries = "/usr/aarch64-linux-gnu";
    let script = format!("#!/bin/sh\nexec qemu-aarch64 -L {libraries} '{}'\n", program.display());
    fs::write(&bootstrap, script).unwrap();
    fs::set_permissions(&bootstrap, fs::Permissions::from_mode(0o755)).unwrap();
    let missing = "qemu is missing; on Debian: apt-get install qemu-user libc6-arm64-cross libgcc-s1-arm64-cross";
    assert!(Command::new("qemu-aarch64").arg("--version").output().is_ok(), "{missing}");
    assert!(Path::new(libraries).exists(), "{missing}");
    judges(&bootstrap);
}

#[test]
fn a_release_has_all_that_is_deployed() {
    let version = env!("CARGO_PKG_VERSION");
    let folder = unpacked(&packages().join(format!("gatecheck-{version}.zip")));
    for (template, architecture) in [("template.yaml", "arm64"), ("template-x86_64.yaml", "x86_64")] {
        let text = fs::read_to_string(folder.path().join(template)).unwrap();
        assert!(text.contains(&format!("CodeUri: bootstrap-{architecture}.zip\n")), "{template}");
        assert!(text.contains(&format!("Default: {architecture}\n")), "{template}");
        assert!(folder.path().join(format!("bootstrap-{architecture}.zip")).exists());
        let mut sam = Command::new(python::sam());
        sam.args(["validate", "--lint", "--region", "us-west-2", "--template", template]);
        succeeds(sam.current_dir(folder.path()).env("SAM_CLI_TELEMETRY", "0"));
    }
    for file in ["member.yaml", "samconfig.toml", "README.md", "LICENSE"] {
        assert!(folder.path().join(file).exists(), "{file}");
    }
}
