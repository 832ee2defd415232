//! Policies that were built for WASI, through the real binary.

use std::fs;

use gatecheck_tests::cases::Case;
use gatecheck_tests::command::CommandLine;
use gatecheck_tests::{guest, workspace};
use serde_json::Value;

const CHECK: [&str; 7] = ["check", "--event", "event.json", "--format", "json", "--policy", "preview1.json"];

/// A folder with an event, and a policy whose module is `preview1.policy.wasm`.
fn workplace() -> CommandLine {
    let command = CommandLine::new(&[]);
    let policy = workspace().join("tests/guests/preview1/policy.wat");
    command.write("preview1.wasm", wat::parse_file(policy).unwrap());
    command.write("preview1.json", r#"{"module": "./preview1.policy.wasm"}"#);
    command.write("event.json", Case::load("fargate-provisioning").event.to_string());
    command
}

#[test]
fn a_policy_built_for_wasi_judges_once_it_is_sealed() {
    let command = workplace();
    let refused = command.prints(2, &["inspect", "preview1.wasm"]);
    assert!(
        refused.contains("a core WebAssembly module") && refused.contains("run `gatecheck seal MODULE`"),
        "{refused}"
    );

    let sealed = command.prints(0, &["seal", "preview1.wasm"]);
    assert!(sealed.starts_with("preview1.policy.wasm imports fact families and nothing else\n"), "{sealed}");
    for line in ["  stubbed  args_sizes_get\n", "           adapter_monotonic_clock_set_paused\n", "  sha256   "] {
        assert!(sealed.contains(line), "{line}: {sealed}");
    }
    let before = fs::metadata(command.folder().join("preview1.wasm")).unwrap().len();
    let after = fs::metadata(command.folder().join("preview1.policy.wasm")).unwrap().len();
    assert!(sealed.contains(&format!("  size     {after} bytes, {before} before\n")), "{sealed}");

    let inspected = command.prints(0, &["inspect", "preview1.policy.wasm"]);
    assert!(inspected.starts_with("sealed 1.2.3\n") && inspected.contains("  can read   task\n"), "{inspected}");
    let report: Value = serde_json::from_str(&command.prints(1, &CHECK)).unwrap();
    let violation = &report["violations"][0];
    assert_eq!(violation["rule"], "sealed");
    assert_eq!(violation["found"]["lastStatus"], "PROVISIONING");

    command.prints(0, &["seal", "--start", "preview1.wasm"]);
    let started: Value = serde_json::from_str(&command.prints(1, &CHECK)).unwrap();
    assert_eq!(started["violations"], report["violations"]);
}

#[test]
fn what_reads_a_fact_when_it_starts_cannot_be_started_ahead() {
    let command = workplace();
    let policy = fs::read_to_string(workspace().join("tests/guests/preview1/policy.wat")).unwrap();
    let eager = policy.replace("(call $pause_clock (i32.const 1))", "(call $document (i32.const 16))");
    assert_ne!(eager, policy);
    command.write("eager.wasm", wat::parse_str(eager).unwrap());
    command.prints(0, &["seal", "eager.wasm"]);
    let refused = command.prints(2, &["seal", "--start", "eager.wasm"]);
    assert!(refused.contains("fails when it starts: ") && refused.contains("gatecheck:policy/task"), "{refused}");
    assert!(refused.contains("read no fact in what runs before `evaluate`"), "{refused}");
}

#[test]
fn what_imports_no_wasi_stays_as_it_is() {
    let command = workplace();
    command.write("tiny.wasm", fs::read(guest("tiny")).unwrap());
    let sealed = command.prints(0, &["seal", "tiny.wasm", "-o", "again.wasm"]);
    assert!(sealed.contains("  stubbed  nothing\n"), "{sealed}");
    let read = |name: &str| fs::read(command.folder().join(name)).unwrap();
    assert_eq!(read("tiny.wasm"), read("again.wasm"));
    assert!(!command.folder().join("tiny.policy.wasm").exists());
}

#[test]
fn what_cannot_be_sealed_is_left_alone() {
    let command = workplace();
    command.write("notes.wasm", "not a module");
    command.write("empty.wasm", b"\0asm\x01\0\0\0");
    for (module, said) in [
        ("nowhere.wasm", "cannot read `nowhere.wasm`"),
        ("notes.wasm", "`notes.wasm` is not WebAssembly"),
        ("empty.wasm", "`empty.wasm` does not become a policy"),
    ] {
        let refused = command.prints(2, &["seal", module]);
        assert!(refused.starts_with(&format!("error: {said}")), "{refused}");
        assert!(module == "nowhere.wasm" || refused.contains("\n  help: "), "{refused}");
        assert!(!command.folder().join(module.replace(".wasm", ".policy.wasm")).exists());
    }
}
