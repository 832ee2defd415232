//! What the compiler says to who misuses [`gatecheck_sdk::policy!`].

use std::process::Command;

/// Compilers differ in their words; these are of the one that rust-toolchain.toml names.
const COMPILER: &str = "rustc 1.95.0";

#[test]
fn misuse_does_not_compile_and_is_explained() {
    let version = Command::new("rustc").arg("--version").output().unwrap();
    if String::from_utf8_lossy(&version.stdout).starts_with(COMPILER) {
        trybuild::TestCases::new().compile_fail("tests/misuse/*.rs");
    }
}
