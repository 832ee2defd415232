//! What people type and give, right and wrong, through the real binary.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use gatecheck_core::policy::Digest;
use gatecheck_tests::binaries::gatecheck;
use gatecheck_tests::{guest, workspace};
use serde_json::{Value, json};
use tempfile::TempDir;

fn run(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(gatecheck());
    // What is compiled is kept, but not in the folder of whoever runs the tests.
    command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"));
    command.current_dir(directory).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// Exit code and both outputs as one text.
fn shown(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    format!("exit {}\n{}{}", output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn case(name: &str, more: &[&str]) -> Output {
    let folder = workspace().join("tests/cases").join(name);
    let arguments = ["check", "--event", "event.json", "--facts", "facts.json", "--policy", "policy.json"];
    run(&folder, &[&arguments[..], more].concat())
}

#[test]
fn a_report_for_people() {
    insta::assert_snapshot!("human_violations", shown(&case("fargate-provisioning", &[])));
    insta::assert_snapshot!("human_later_event", shown(&case("fargate-pending", &[])));
    // Without effect.
    insta::assert_snapshot!("human_later_event", shown(&case("fargate-pending", &["--all"])));
    insta::assert_snapshot!("human_clean", shown(&case("fargate-private", &[])));
    insta::assert_snapshot!("human_undecided", shown(&case("route-tables-denied", &[])));
    insta::assert_snapshot!("human_faults", shown(&case("bad-statements", &[])));
}

#[test]
fn the_readme_shows_what_is_printed() {
    let readme = fs::read_to_string(workspace().join("README.md")).unwrap();
    let printed = String::from_utf8(case("fargate-provisioning", &[]).stdout).unwrap();
    assert!(readme.contains(&printed), "the README shows another verdict than:\n{printed}");
}

#[test]
fn exit_codes_tell_violations_from_failures() {
    for (name, code) in [
        ("fargate-private", 0),
        ("fargate-public", 1),
        ("route-tables-denied", 2),
        ("bad-statements", 2),
        ("policy-empty", 2),
        ("policy-list", 2),
    ] {
        assert_eq!(case(name, &[]).status.code(), Some(code), "{name}");
        assert_eq!(case(name, &["--format", "json"]).status.code(), Some(code), "{name}");
    }
}

#[test]
fn what_a_policy_says_cannot_take_over_the_terminal() {
    let folder = TempDir::new().unwrap();
    let task = json!({"taskArn": "arn:aws:ecs:us-west-2:1:task/c/t", "lastStatus": "RUNNING",
        "containers": [{"name": "a\u{1b}[2J\nb", "image": "x\u{1b}]0;owned\u{7}"}]});
    fs::write(folder.path().join("task.json"), task.to_string()).unwrap();
    fs::write(folder.path().join("p.json"), r#"{"task": [{"attribute": "image", "allowed_values": ["mine"]}]}"#)
        .unwrap();
    let output = run(folder.path(), &["check", "--task", "task.json", "--policy", "p.json"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains('\u{1b}') && !text.contains('\u{7}'), "{text:?}");
}

/// A folder with a task, its definition and policies, as people have them.
fn workplace() -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    let task = json!({"taskArn": "arn:aws:ecs:us-west-2:1:task/c/t", "clusterArn": "arn:aws:ecs:us-west-2:1:cluster/c",
        "taskDefinitionArn": "arn:aws:ecs:us-west-2:1:task-definition/web:1", "lastStatus": "RUNNING",
        "containers": [{"name": "web", "image": "nginx"}], "tags": [{"key": "team", "value": "a"}]});
    write("tasks.json", &json!({"tasks": [task], "failures": []}).to_string());
    write("task.json", &task.to_string());
    let definition = json!({"taskDefinitionArn": "arn:aws:ecs:us-west-2:1:task-definition/web:1", "family": "web",
        "networkMode": "host", "containerDefinitions": [{"name": "web", "image": "nginx"}]});
    write("definitions.json", &json!({"taskDefinition": definition, "tags": []}).to_string());
    write("definition.json", &definition.to_string());
    write("policies/image.json", r#"{"task": [{"attribute": "image", "allowed_values": ["mine"]}]}"#);
    write(
        "policies/mode.yaml",
        "# awsvpc only\nmodule: allow-list\nsettings:\n  task:\n    - attribute: taskDefinition.networkMode\n      allowed_values: [awsvpc]\n",
    );
    write("policies/notes.txt", "not a policy");
    write("tags.yml", "task:\n  - {attribute: \"tags[?key=='team'].value\", allowed_values: [b], required: true}\n");
    write("empty/readme.txt", "");
    folder
}

fn rules(output: &Output) -> Vec<String> {
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", shown(output)));
    let violations = report["violations"].as_array().unwrap().iter();
    violations
        .map(|violation| format!("{} {}", violation["policy"].as_str().unwrap(), violation["rule"].as_str().unwrap()))
        .collect()
}

#[test]
fn what_the_aws_cli_prints_is_taken_whole_or_not() {
    let folder = workplace();
    let json = |arguments: &[&str]| rules(&run(folder.path(), &[&["check", "--format", "json"], arguments].concat()));
    for file in ["tasks.json", "task.json"] {
        assert_eq!(json(&["--task", file, "--policy", "tags.yml"]), ["tags tags[?key=='team'].value"]);
    }
    for file in ["definitions.json", "definition.json"] {
        let both = ["image image", "mode taskDefinition.networkMode"];
        assert_eq!(json(&["--task-definition", file, "--policy", "policies"]), both);
        assert_eq!(json(&["--task", "task.json", "--task-definition", file, "--policy", "policies"]), both);
    }
}

#[test]
fn a_dash_is_standard_input() {
    let folder = workplace();
    let mut child = Command::new(gatecheck())
        .current_dir(folder.path())
        .args(["check", "--task", "-", "--policy", "policies/image.json", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let task = fs::read(folder.path().join("tasks.json")).unwrap();
    child.stdin.take().unwrap().write_all(&task).unwrap();
    assert_eq!(rules(&child.wait_with_output().unwrap()), ["image image"]);
    let twice = run(folder.path(), &["check", "--task", "-", "--policy", "-"]);
    assert!(shown(&twice).starts_with("exit 2\nerror: standard input can be read once"), "{}", shown(&twice));
}

#[test]
fn a_module_can_be_a_file() {
    let folder = workplace();
    fs::copy(guest("hostile"), folder.path().join("policies/mine.wasm")).unwrap();
    let policy = |extra: &str| {
        let policy = format!(r#"{{"module": "./mine.wasm", "settings": {{"do": "remember"}}{extra}}}"#);
        fs::write(folder.path().join("policies/mine.json"), policy).unwrap();
        run(folder.path(), &["check", "--task", "task.json", "--policy", "policies/mine.json", "--format", "json"])
    };
    assert_eq!(rules(&policy("")), ["mine hostile"]);
    let wasm = fs::read(guest("hostile")).unwrap();
    let pinned = format!(r#", "sha256": "{}""#, Digest::of(&wasm));
    assert_eq!(rules(&policy(&pinned)), ["mine hostile"]);
    // The file changes, and what is kept of it must not answer for it.
    fs::write(folder.path().join("policies/mine.wasm"), [wasm, vec![0, 2, 1, b'x']].concat()).unwrap();
    let wrong = shown(&policy(&pinned));
    assert!(wrong.contains("has the SHA-256 digest") && wrong.starts_with("exit 2"), "{wrong}");
    fs::write(folder.path().join("policies/mine.wasm"), b"\0asm\x01\0\0\0").unwrap();
    let core = shown(&policy(""));
    assert!(core.contains("a core WebAssembly module, not a component; run `gatecheck seal MODULE`"), "{core}");
}

#[test]
fn mistakes_name_the_file_and_the_place() {
    let folder = workplace();
    let write = |name: &str, content: &str| fs::write(folder.path().join(name), content).unwrap();
    write("broken.json", "{\"task\": [}");
    write("two.json", r#"{"tasks": [{}, {}]}"#);
    write("list.json", r#"[{"attribute": "image"}]"#);
    write("broken.yaml", "task: [\n");
    write("unknown.json", r#"{"module": "allow-list", "scopes": {}}"#);
    write("nowhere.json", r#"{"module": "./nowhere.wasm"}"#);
    write("far.json", r#"{"module": "s3://bucket/key"}"#);
    write("deployment.json", r#"{"version": "0", "source": "aws.ecs", "detail-type": "ECS Deployment State Change"}"#);
    let image = "policies/image.json";
    let mut all = String::new();
    for arguments in [
        &["--policy", image][..],
        &["--task", "nowhere.json5", "--policy", image],
        &["--task", "broken.json", "--policy", image],
        &["--task", "two.json", "--policy", image],
        &["--task", "definition.json", "--policy", image],
        &["--event", "task.json", "--policy", image],
        &["--event", "deployment.json", "--policy", image],
        &["--facts", "task.json", "--policy", image],
        &["--task", "task.json", "--policy", "nothing.json"],
        &["--task", "task.json", "--policy", "empty"],
        &["--task", "task.json", "--policy", "broken.json", "--policy", image],
        &["--task", "task.json", "--policy", "broken.yaml"],
        &["--task", "task.json", "--policy", "list.json"],
        &["--task", "task.json", "--policy", "unknown.json"],
        &["--task", "task.json", "--policy", "nowhere.json"],
        &["--task", "task.json", "--policy", "far.json"],
    ] {
        let output = run(folder.path(), &[&["check"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", shown(&output));
        all.push_str(&format!("$ gatecheck check {}\n{}\n", arguments.join(" "), shown(&output)));
    }
    insta::assert_snapshot!("mistakes", all);
}

#[test]
fn inspect_shows_what_a_module_can_read_and_needs() {
    let folder = workplace();
    let bundled = run(folder.path(), &["inspect", "allow-list", "--format", "json"]);
    let bundled: Value = serde_json::from_slice(&bundled.stdout).unwrap();
    assert_eq!(bundled["interface"], "1.0.0");
    assert!(bundled["families"].as_array().unwrap().contains(&json!("subnets")));
    assert!(bundled["iam"]["Action"].as_array().unwrap().contains(&json!("ec2:DescribeRouteTables")));
    assert_eq!(bundled["settings_schema"]["required"], json!(["task"]));

    fs::copy(guest("hostile"), folder.path().join("mine.wasm")).unwrap();
    let mine = shown(&run(folder.path(), &["inspect", "mine.wasm"]));
    assert!(mine.starts_with("exit 0\ngatecheck-guest-hostile 0.1.0\nA policy that misbehaves"), "{mine}");
    assert!(mine.contains("  can read   nothing\n  may need   nothing\n"), "{mine}");
    let missing = shown(&run(folder.path(), &["inspect", "nothing.wasm"]));
    assert!(missing.starts_with("exit 2\nerror: the module `nothing.wasm` cannot be had: No such file"), "{missing}");
    let wrong = shown(&run(folder.path(), &["inspect", "task.json"]));
    assert!(wrong.contains("not WebAssembly") && wrong.contains("help: give the `.wasm` file"), "{wrong}");
}

#[test]
fn help_teaches() {
    insta::assert_snapshot!("help", shown(&run(workspace(), &["check", "--help"])));
}

#[test]
fn shells_and_man_know_every_command() {
    let folder = workplace();
    let help = shown(&run(folder.path(), &["--help"]));
    let commands: Vec<_> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert!(commands.contains(&"check"), "{help}");
    for shell in ["bash", "zsh", "fish"] {
        let script = shown(&run(folder.path(), &["completions", shell]));
        assert!(commands.iter().all(|command| script.contains(command)), "{shell}");
    }
    assert!(shown(&run(folder.path(), &["man", "pages/man1"])).starts_with("exit 0"));
    for command in commands {
        let page = fs::read_to_string(folder.path().join(format!("pages/man1/gatecheck-{command}.1"))).unwrap();
        assert!(page.contains("SYNOPSIS"), "{command}");
        let help = shown(&run(folder.path(), &[command, "--help"]));
        assert!(help.contains("\nExamples:\n  "), "{command}: {help}");
    }
}

#[test]
fn replay_tells_what_changes_between_two_policies() {
    let folder = workplace();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir(folder.path().join("recordings")).unwrap();
    for base in ["fargate-private", "fargate-public"] {
        let recording = run(folder.path(), &["test", "--base", base]).stdout;
        fs::write(folder.path().join(format!("recordings/{base}.json")), recording).unwrap();
    }
    write("old.json", r#"{"task": [{"attribute": "ip", "allowed_values": ["private"]}]}"#);
    write("new.json", r#"{"task": [{"attribute": "subnet-type", "allowed_values": ["private"]}]}"#);
    let replay =
        |more: &[&str]| run(folder.path(), &[&["replay", "recordings", "--policy", "new.json"], more].concat());

    let text = shown(&replay(&["--against", "old.json"]));
    assert!(text.starts_with("exit 1\nrecordings/fargate-private.json\n  nothing changes\n"), "{text}");
    assert!(text.contains("  + medium ") && text.contains("rule subnet-type of new"), "{text}");
    assert!(text.contains("  - medium ") && text.contains("rule ip of old"), "{text}");
    let same = shown(&replay(&["--against", "new.json"]));
    assert!(same.starts_with("exit 0\n") && !same.contains('+'), "{same}");

    let alone = replay(&["--format", "json"]);
    assert_eq!(alone.status.code(), Some(1));
    let documents: Value = serde_json::from_slice(&alone.stdout).unwrap();
    let counts: Vec<_> =
        documents.as_array().unwrap().iter().map(|one| one["report"]["violations"].as_array().unwrap().len()).collect();
    assert_eq!(counts, [0, 1]);
    let empty = shown(&run(folder.path(), &["replay", "policies", "--policy", "new.json"]));
    assert!(empty.starts_with("exit 2\n"), "{empty}");
}
