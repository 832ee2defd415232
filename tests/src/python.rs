//! The Python that tests need: for the local AWS, and for the policy that is written in it.

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::{target, workspace};

/// The interpreter that `GATECHECK_TEST_PYTHON` names, or that of the workspace's virtual environment.
pub fn interpreter() -> PathBuf {
    env::var_os("GATECHECK_TEST_PYTHON").map_or_else(|| workspace().join(".venv/bin/python"), PathBuf::from)
}

/// A program that came with a package of that interpreter.
pub fn program(name: &str) -> PathBuf {
    interpreter().with_file_name(name)
}

/// The SAM command line that `GATECHECK_TEST_SAM` names, or that of an environment of its own: it wants other versions of what moto
/// wants too.
pub fn sam() -> PathBuf {
    env::var_os("GATECHECK_TEST_SAM").map_or_else(|| workspace().join(".venv/sam/bin/sam"), PathBuf::from)
}

/// The component of tests/guests/python. Building it takes some ten seconds, so it is kept in the target folder for as long
/// as nothing that goes into it changes.
pub fn python_guest() -> &'static [u8] {
    static GUEST: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let component = cached();
        if !component.exists() {
            build(&component);
        }
        fs::read(component).unwrap()
    });
    &GUEST
}

/// Where the component is kept that is made of what the files say now.
fn cached() -> PathBuf {
    let mut hasher = DefaultHasher::new();
    for source in ["tests/guests/python/registries.py", "tests/guests/python/requirements.txt", "wit/policy.wit"] {
        fs::read(workspace().join(source)).unwrap().hash(&mut hasher);
    }
    target().join("tmp").join(format!("python-guest-{:016x}.wasm", hasher.finish()))
}

fn build(component: &Path) {
    // Beside it, and moved there when it is whole: another process may build the same. The source goes there too, because
    // the build leaves bytecode beside what it imports.
    let target = component.parent().unwrap();
    fs::create_dir_all(target).unwrap();
    let folder = tempfile::tempdir_in(target).unwrap();
    fs::copy(workspace().join("tests/guests/python/registries.py"), folder.path().join("registries.py")).unwrap();
    let python = interpreter();
    let missing = format!("{} has no componentize-py; `tests/run` installs it", python.display());
    let output = Command::new(&python)
        .current_dir(folder.path())
        .args(["-B", "-c", "from componentize_py import script; script()", "--quiet"])
        .arg("--wit-path")
        .arg(workspace().join("wit"))
        .args(["--world", "policy", "componentize", "--stub-wasi", "--output", "policy.wasm", "registries"])
        .output()
        .unwrap_or_else(|error| panic!("{missing} ({error})"));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!error.contains("No module named 'componentize_py'"), "{missing}");
    assert!(output.status.success(), "tests/guests/python does not become a component: {error}");
    fs::rename(folder.path().join("policy.wasm"), component).unwrap();
}
