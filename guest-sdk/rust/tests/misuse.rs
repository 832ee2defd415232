//! What the compiler says to those who misuse [`gatecheck_sdk::policy!`].

use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// Compilers differ in their words; these are of the one that rust-toolchain.toml names.
const COMPILER: &str = "rustc 1.95.0";

#[test]
fn misuse_does_not_compile_and_is_explained() {
    let version =
        Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("--version").output().unwrap();
    let cases = trybuild::TestCases::new();
    if String::from_utf8_lossy(&version.stdout).starts_with(COMPILER) {
        cases.compile_fail("tests/misuse/*.rs");
        return;
    }
    // Without the words of this compiler beside them, it is enough that they do not compile.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("misuse");
    fs::create_dir_all(&folder).unwrap();
    for entry in fs::read_dir("tests/misuse").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let copy = folder.join(path.file_name().unwrap());
            fs::copy(&path, &copy).unwrap();
            cases.compile_fail(copy);
        }
    }
}
