//! `gatecheck explain` and `gatecheck facts`: what a policy saw, and what came of it.

use gatecheck_tests::command::CommandLine;
use serde_json::{Value, json};

fn workplace() -> CommandLine {
    let command_line = CommandLine::new(&[]);
    let statements = ["image", "subnet-type", "ip"]
        .map(|attribute| json!({"attribute": attribute, "type": "pattern", "allowed_values": ["^private$", "/web:"]}));
    command_line.write("network.json", json!({"task": statements}).to_string());
    command_line.write(
        "tags.json",
        json!({"module": "allow-list", "scope": {"clusters": ["dev-*"]}, "settings": {"task": [
            {"attribute": "tags[?key=='team'].value", "allowed_values": ["web"], "rule": "team"}]}})
        .to_string(),
    );
    command_line.write("broken.json", r#"{"module": "allow-list", "settings": {"task": [{"attribute": "cpu"}]}}"#);
    command_line.write("none.json", r#"{"module": "allow-lists"}"#);
    command_line
}

#[test]
fn what_was_read_and_how_each_rule_came_out() {
    let command_line = workplace();
    let explain = |code, facts, policies: &[&str]| {
        let policies = policies.iter().flat_map(|policy| ["--policy", policy]);
        command_line.prints(code, &[&["explain", "--facts", facts], &*policies.collect::<Vec<_>>()].concat())
    };
    insta::assert_snapshot!(
        "explain",
        [
            explain(1, "fargate-public", &["network.json", "tags.json"]),
            explain(2, "fargate-provisioning", &["network.json"]),
            explain(2, "ec2-bridge", &["broken.json", "none.json"]),
        ]
        .join("\n")
    );
}

#[test]
fn programs_can_read_it() {
    let command_line = workplace();
    let printed = command_line
        .prints(2, &["explain", "--facts", "fargate-provisioning", "--policy", "network.json", "--format", "json"]);
    let explained: Value = serde_json::from_str(&printed).unwrap();
    let policy = &explained["policies"][0];
    assert_eq!(policy["passed"], json!(["image", "subnet-type"]));
    assert_eq!(policy["undecided"][0]["rule"], "ip");
    assert_eq!(policy["read"][0], json!({"family": "task", "unavailable": null}));
    let unavailable = policy["read"][1]["unavailable"].as_str().unwrap();
    assert!(policy["read"][1]["family"] == "interfaces" && unavailable.starts_with("not yet: "), "{policy}");
}

#[test]
fn facts_are_shown_as_policies_see_them() {
    let command_line = workplace();
    let facts: Value = serde_json::from_str(&command_line.prints(0, &["facts", "ec2-bridge"])).unwrap();
    assert_eq!(
        facts["attachments"]["unavailable"]["not-applicable"],
        "the task uses the network of its container instance"
    );
    assert_eq!(facts["subnets"]["known"][0]["class"], "public");
    assert_eq!(facts["exposed_addresses"]["known"][0]["interface_id"], facts["interfaces"]["known"][0]["id"]);
    assert_eq!(facts.as_object().unwrap().len(), 19);

    command_line.write("facts.json", r#"{"format": 1, "facts": {}}"#);
    let facts: Value = serde_json::from_str(&command_line.prints(0, &["facts", "facts.json"])).unwrap();
    assert_eq!(facts["containers"]["unavailable"]["not-yet"], "there is no task yet");
    let mistake = command_line.prints(2, &["facts", "fargate"]);
    assert!(mistake.contains("take one of `fargate-public`"), "{mistake}");
}
