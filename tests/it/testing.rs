//! `gatecheck test`: what passes, what fails, and what cannot be run, through the real binary.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use gatecheck_tests::binaries::gatecheck;
use gatecheck_tests::command::CommandLine;
use gatecheck_tests::{guest, python, workspace};
use serde_json::{Value, json};

/// A policy on images and subnets, and one that misbehaves, in a folder of their own.
fn workplace() -> CommandLine {
    let command_line = CommandLine::new(&[]);
    command_line.write(
        "images.json",
        json!({"task": [
            {"attribute": "image", "type": "pattern", "allowed_values": ["^111122223333\\.dkr\\."], "severity": "high"},
            {"attribute": "subnet-type", "allowed_values": ["private"]},
            {"attribute": "ip", "allowed_values": ["private"]},
        ]})
        .to_string(),
    );
    fs::copy(guest("hostile"), command_line.folder().join("hostile.wasm")).unwrap();
    command_line.write("hostile.json", r#"{"module": "./hostile.wasm", "settings": {"do": "remember"}}"#);
    command_line
}

const GOOD: &str = "\
policy: images.json
cases:
  - name: a private task
    facts: fargate-private
  - name: a public task
    facts: fargate-public
    expect:
      violations:
        - {rule: subnet-type, found: public, severity: medium}
        - {rule: ip, message: 'is `public`'}
  - name: an image from elsewhere
    facts: ./private.json
    patch:
      task: {containers: [{name: api, image: nginx}]}
    expect:
      violations: [{rule: image, object: api, attribute: image, found: nginx, severity: high}]
  - name: before the interface is attached
    facts: fargate-provisioning
  - name: the same, and it is said so
    facts: fargate-provisioning
    expect:
      undecided: [{rule: ip, family: interfaces, reason: ^not yet}]
  - name: AWS refuses
    facts: fargate-private
    patch:
      subnets: {unavailable: {denied: ec2:DescribeSubnets}}
    expect:
      undecided: [{rule: subnet-type, family: subnets}]
  - name: a slip in the settings
    facts: fargate-private
    settings: {task: [{attribute: image}]}
    expect:
      faults: [{reason: settings, detail: '#/cases/6/settings/task/0: missing field `allowed_values`'}]
  - name: the event that brings the interface
    event: event.json
    facts: fargate-public
    expect:
      violations: [{rule: subnet-type}, {rule: ip}]
  - name: that event with another image
    event: event.json
    facts: fargate-public
    patch:
      task: {containers: [{name: api, image: nginx}]}
    expect:
      violations: [{rule: image}, {rule: subnet-type}, {rule: ip}]
";

#[test]
fn a_suite_that_passes() {
    let command_line = workplace();
    fs::create_dir_all(command_line.folder().join("policies/.hidden")).unwrap();
    for skipped in ["policies/.hidden", "target", "node_modules"] {
        fs::create_dir_all(command_line.folder().join(skipped)).unwrap();
        command_line.write(&format!("{skipped}/broken.test.yaml"), "not a suite");
    }
    command_line.write("policies/good.test.yaml", GOOD.replace("images.json", "../images.json"));
    let event = workspace().join("tests/cases/fargate-pending/event.json");
    fs::copy(event, command_line.folder().join("policies/event.json")).unwrap();
    command_line.write("policies/private.json", command_line.prints(0, &["test", "--base", "fargate-private"]));
    insta::assert_snapshot!("passes", command_line.prints(0, &["test", "--require-tests"]));
    // The same suite by two ways is one.
    let twice = command_line.prints(0, &["test", "policies", "policies/good.test.yaml"]);
    assert!(twice.ends_with("\n9 passed\n"), "{twice}");
}

#[test]
fn every_difference_is_told() {
    let command_line = workplace();
    command_line.write(
        "bad.test.yml",
        "\
policy: images.json
cases:
  - name: wrong number
    facts: fargate-public
    expect: {violations: 1}
  - name: nothing expected
    facts: fargate-public
  - name: one more and one less
    facts: fargate-public
    expect:
      violations: [{rule: ip, found: public}, {rule: image, object: web, message: 'none of', severity: low}]
  - name: a vague and a plain expectation in the wrong order
    facts: fargate-public
    expect:
      violations: [{severity: medium}, {rule: subnet-type}]
  - name: undecided rules that nobody expects
    facts: fargate-private
    patch: {interfaces: null, subnets: {unavailable: {failed: 'ec2:DescribeSubnets: InternalError'}}}
  - name: undecided for another reason
    facts: fargate-private
    patch: {subnets: {unavailable: {denied: 'ec2:DescribeSubnets'}}}
    expect: {undecided: [{rule: subnet-type, reason: InternalError}]}
  - name: a number counts what is left to a later event
    facts: fargate-provisioning
    expect: {undecided: 0}
  - name: a fault that nobody expects
    facts: fargate-private
    settings: {task: [{attribute: image, allowed_value: []}]}
  - name: a fault that does not come
    facts: fargate-private
    expect: {faults: [{reason: time-limit}]}
",
    );
    insta::assert_snapshot!("fails", command_line.prints(1, &["test"]));
}

#[test]
fn a_policy_that_misbehaves_fails_its_case() {
    let command_line = workplace();
    let cases = ["loop", "hog-memory", "recurse", "panic"]
        .map(|what| json!({"name": what, "facts": "fargate-private", "settings": {"do": what}}));
    command_line.write("hostile.test.json", json!({"policy": "hostile.json", "cases": cases}).to_string());
    insta::assert_snapshot!("misbehaves", command_line.prints(1, &["test"]));
    let expected = ["time-limit", "memory-limit", "stack-limit", "trap"];
    let cases = cases.into_iter().zip(expected).map(|(mut case, reason)| {
        case["expect"] = json!({"faults": [{"reason": reason}]});
        case
    });
    let suite = json!({"policy": "hostile.wasm", "cases": cases.collect::<Vec<_>>()});
    command_line.write("hostile.test.json", suite.to_string());
    command_line.prints(0, &["test"]);
}

#[test]
fn mistakes_name_the_file_and_the_place() {
    let command_line = workplace();
    command_line.write("good.test.yaml", "policy: images.json\ncases: [{name: fine, facts: fargate-private}]\n");
    let case = |case: &str| format!("policy: images.json\ncases:\n  - name: it\n    {case}\n");
    for (name, suite) in [
        ("a-key", case("expects: {}")),
        ("b-key", case("facts: fargate-private\n    expect: {violations: [{rul: image}]}")),
        ("c-kind", case("facts: fargate-private\n    expect: {violations: some}")),
        ("d-pattern", case("facts: fargate-private\n    expect: {violations: [{message: '('}]}")),
        ("e-reason", case("facts: fargate-private\n    expect: {faults: [{reason: crash}]}")),
        ("f-family", case("facts: fargate-private\n    patch: {subnet: []}")),
        ("g-unavailable", case("facts: fargate-private\n    patch: {subnets: {unavailable: {refused: x}}}")),
        ("h-base", case("facts: fargate")),
        ("i-file", case("facts: ./nowhere.json")),
        ("j-nothing", case("expect: {violations: 0}")),
        ("k-policy", "policy: nowhere.json\ncases: []\n".to_owned()),
        (
            "l-twice",
            "policy: images.json\ncases: [{name: it, facts: ec2-bridge}, {name: it, facts: ec2-bridge}]".to_owned(),
        ),
        ("m-yaml", "policy: [\n".to_owned()),
        ("n-settings", "policy: policies\ncases: [{name: it, facts: ec2-bridge, settings: {}}]".to_owned()),
    ] {
        command_line.write(&format!("{name}.test.yaml"), suite);
    }
    command_line.write("o-json.test.json", "{\"policy\": \"images.json\",\n \"case\": []}");
    fs::create_dir(command_line.folder().join("policies")).unwrap();
    for name in ["policies/one.json", "policies/two.json"] {
        command_line.write(name, r#"{"task": []}"#);
    }
    insta::assert_snapshot!("test_mistakes", command_line.prints(2, &["test"]));
}

#[test]
fn nothing_to_run_is_told() {
    let command_line = workplace();
    insta::assert_snapshot!(
        "nothing_to_run",
        [
            command_line.prints(0, &["test"]),
            command_line.prints(2, &["test", "--require-tests"]),
            {
                command_line
                    .write("one.test.yaml", "policy: images.json\ncases: [{name: fine, facts: fargate-private}]\n");
                command_line.prints(2, &["test", "--filter", "gone"])
            },
            command_line.prints(2, &["test", "nowhere"]),
            command_line.prints(2, &["test", "--base", "nowhere"]),
            command_line.prints(0, &["test", "--filter", "one.test.yaml/fi"]),
        ]
        .join("\n")
    );
}

#[test]
fn rules_are_covered_that_are_seen_broken_and_passing() {
    let command_line = workplace();
    let suite = "policy: images.json\ncases: [{name: a private task, facts: fargate-private}, \
                 {name: a public one, facts: fargate-public, expect: {violations: 2}}]\n";
    command_line.write("one.test.yaml", suite);
    command_line.prints(0, &["test", "--threshold", "66"]);
    insta::assert_snapshot!("threshold", command_line.prints(1, &["test", "--threshold", "67"]));
    let tap = command_line.prints(1, &["test", "--threshold", "67", "--format", "tap"]);
    assert!(tap.contains("not ok 3 - images.json: coverage\n"), "{tap}");
}

#[test]
fn a_suite_beside_policies_is_no_policy() {
    let command_line = CommandLine::new(&[]);
    fs::create_dir(command_line.folder().join("policies")).unwrap();
    command_line.write("policies/cpu.json", r#"{"task": [{"attribute": "cpu", "allowed_values": [256]}]}"#);
    let suite = "policy: ../policies\ncases: [{name: fine, facts: fargate-private}]\n";
    command_line.write("policies/cpu.test.yaml", suite);
    command_line.write("facts.json", command_line.prints(0, &["test", "--base", "fargate-private"]));
    command_line.prints(0, &["check", "--policy", "policies", "--facts", "facts.json"]);
    let printed = command_line.prints(0, &["test"]);
    assert!(printed.ends_with("\n1 passed\n"), "{printed}");
}

#[test]
fn other_programs_can_read_the_results() {
    let command_line = workplace();
    command_line.write(
        "all.test.yaml",
        "policy: images.json\ncases:\n  - {name: 'passes # <b> & \"c\"', facts: fargate-private}\n  \
         - {name: fails, facts: fargate-public}\n  - {name: cannot be run, facts: nowhere}\n",
    );
    let results: Value = serde_json::from_str(&command_line.prints(2, &["test", "--format", "json"])).unwrap();
    assert_eq!(results["totals"], json!({"passed": 1, "updated": 0, "failed": 1, "not_run": 1}));
    let cases = results["suites"][0]["cases"].as_array().unwrap();
    let outcomes: Vec<_> = cases.iter().map(|case| case["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["passed", "failed", "not-run"]);
    assert_eq!(cases[1]["differences"][0]["kind"], "unexpected");
    assert_eq!(cases[1]["report"]["violations"][0]["rule"], "subnet-type");
    assert!(cases[2]["problem"]["remedy"].as_str().unwrap().contains("fargate-private"));
    assert_eq!(results["coverage"][0]["never_passing"], json!([]));
    assert_eq!(results["coverage"][0]["broken"], json!(["ip", "subnet-type"]));

    insta::assert_snapshot!("tap", command_line.prints(2, &["test", "--format", "tap"]));

    let junit = command_line.prints(2, &["test", "--format", "junit"]);
    command_line.write("junit.xml", &junit);
    let script = "import sys, xml.etree.ElementTree as tree\nfor case in tree.parse(sys.argv[1]).iter('testcase'):\n    \
                  print(case.get('classname'), case.get('name'), *(child.tag for child in case), sep='|')";
    let mut python = Command::new(python::interpreter());
    let output = python.args(["-c", script]).arg(command_line.folder().join("junit.xml")).output().unwrap();
    let read = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        read, "all.test.yaml|passes # <b> & \"c\"\nall.test.yaml|fails|failure\nall.test.yaml|cannot be run|error\n",
        "{junit}"
    );
    insta::assert_snapshot!("junit", junit);
}

#[test]
fn the_cases_of_this_repository_are_cases() {
    let command_line = CommandLine::new(&[]);
    let cases = workspace().join("tests/cases");
    let folders = fs::read_dir(&cases).unwrap().count();
    let printed = command_line.prints(0, &["test", cases.to_str().unwrap()]);
    assert!(printed.ends_with(&format!("\n{folders} passed\n")), "{printed}");
}

#[test]
fn a_folder_is_compared_as_a_whole_and_can_be_updated() {
    let command_line = CommandLine::new(&[]);
    let folder = command_line.folder().join("cases/it");
    fs::create_dir_all(&folder).unwrap();
    let case = workspace().join("tests/cases/fargate-provisioning");
    for file in ["event.json", "facts.json", "policy.json", "expected.json"] {
        fs::copy(case.join(file), folder.join(file)).unwrap();
    }
    let expected = fs::read_to_string(folder.join("expected.json")).unwrap();
    let mut other: Value = serde_json::from_str(&expected).unwrap();
    other["task"] = Value::Null;
    other["violations"][0]["severity"] = "low".into();
    other["violations"][2]["rule"] = "memory".into();
    other["undecided"] = json!([]);
    fs::write(folder.join("expected.json"), other.to_string()).unwrap();
    insta::assert_snapshot!("folder", command_line.prints(1, &["test"]));

    assert_eq!(
        command_line.prints(0, &["test", "--update"]),
        "cases\n  ↻ it expected.json is written\n\n0 passed, 1 updated\n"
    );
    assert_eq!(fs::read_to_string(folder.join("expected.json")).unwrap(), expected);
    // A new case is made of an empty file.
    fs::write(folder.join("expected.json"), "").unwrap();
    command_line.prints(2, &["test"]);
    command_line.prints(0, &["test", "--update", "cases/it"]);
    assert_eq!(fs::read_to_string(folder.join("expected.json")).unwrap(), expected);

    command_line.write("policy.json", r#"{"task": [{"attribute": "image", "allowed_values": ["mine"]}]}"#);
    command_line.write("suite.test.yaml", "policy: policy.json\ncases: [{name: it, facts: ec2-bridge}]\n");
    let printed = command_line.prints(1, &["test", "--update"]);
    assert!(printed.ends_with("--update writes `expected.json` only: suites are written by hand\n"), "{printed}");
}

#[test]
fn every_base_is_a_recording_to_start_from() {
    let command_line = workplace();
    let list = command_line.prints(0, &["test", "--bases"]);
    insta::assert_snapshot!("bases", list);
    for line in list.lines() {
        let name = line.split_whitespace().next().unwrap();
        command_line.write("facts.json", command_line.prints(0, &["test", "--base", name]));
        let check = ["check", "--facts", "facts.json", "--policy", "images.json", "--format", "json"];
        let report: Value = serde_json::from_slice(&command_line.run(&check).stdout).unwrap();
        assert_eq!(report["faults"], json!([]), "{name}");
        let waits = report["undecided"]
            .as_array()
            .unwrap()
            .iter()
            .all(|undecided| undecided["unavailable"][0]["reason"].as_str().unwrap().starts_with("not yet"));
        assert!(waits, "{name}: {report:#}");
    }
}

#[test]
fn a_change_runs_the_cases_again() {
    let command_line = workplace();
    command_line.write("one.test.yaml", "policy: images.json\ncases: [{name: fine, facts: fargate-public}]\n");
    let mut child = Command::new(gatecheck())
        .current_dir(command_line.folder())
        .args(["test", "--watch"])
        .env("XDG_CACHE_HOME", command_line.folder().join(".cache"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut until = |end: &str| lines.by_ref().take_while(|line| !line.starts_with(end)).collect::<Vec<_>>().join("\n");
    let first = until("watching 2 files");
    command_line.write("images.json", r#"{"task": [{"attribute": "cpu", "allowed_values": [256]}]}"#);
    let second = until("watching 2 files");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(first.contains("0 passed, 1 failed"), "{first}");
    assert!(second.starts_with("images.json has changed\n") && second.ends_with("1 passed\n"), "{second}");
}

#[test]
fn the_suite_in_the_manual_passes() {
    let readme = fs::read_to_string(workspace().join("README.md")).unwrap();
    let manual = fs::read_to_string(workspace().join("docs/src/testing.md")).unwrap();
    let section = manual.split("## Test a policy").nth(1).unwrap();
    let block = |language: &str| {
        let start = section.split(&format!("```{language}\n")).nth(1).unwrap();
        start.split("```").next().unwrap()
    };
    let policy = readme.split("## A policy in JSON\n\n```json\n").nth(1).unwrap().split("```").next().unwrap();
    let command_line = CommandLine::new(&[]);
    command_line.write("policy.json", policy);
    command_line.write("policy.test.yaml", block("yaml"));
    let printed = command_line.prints(0, &["test"]);
    assert_eq!(printed, block("text"), "the manual shows another result");
}

#[test]
fn the_suite_in_the_help_passes() {
    let command_line = CommandLine::new(&[]);
    let help = command_line.prints(0, &["test", "--help"]);
    let suite: Vec<_> = help.lines().skip_while(|line| !line.starts_with("  policy: ")).collect();
    let suite: Vec<_> = suite.into_iter().take_while(|line| line.starts_with("  ")).collect();
    command_line.write("images.test.yaml", suite.join("\n"));
    let policy = json!({"task": [
        {"attribute": "image", "type": "pattern", "allowed_values": ["^111122223333\\."], "severity": "high"},
        {"attribute": "subnet-type", "allowed_values": ["private"]},
    ]});
    command_line.write("images.json", policy.to_string());
    let printed = command_line.prints(0, &["test"]);
    assert!(printed.ends_with("\n4 passed\n"), "{printed}");
    insta::assert_snapshot!("test_help", help);
}
