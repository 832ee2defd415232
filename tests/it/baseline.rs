//! The bundled baseline through the real binary: its table of rules, its coverage, and a check without a policy.

use gatecheck_tests::command::CommandLine;
use serde_json::{Value, json};

fn document(arguments: &[&str]) -> Value {
    serde_json::from_str(&CommandLine::new(&[]).prints(0, arguments)).unwrap()
}

#[test]
fn inspect_has_the_table_of_rules() {
    let inspected = document(&["inspect", "ecs-baseline", "--format", "json"]);
    let rules = inspected["rules"].as_array().unwrap();
    assert!(rules.len() > 40, "{}", rules.len());
    let rule = rules.iter().find(|rule| rule["id"] == "container-read-only-root").unwrap();
    assert_eq!(rule["severity"], "high");
    assert_eq!(rule["points"], json!(["task", "file"]));
    assert_eq!(rule["reads"], json!(["task-definition"]));
    assert_eq!(
        rule["controls"],
        json!([
            "security-hub:ECS.5",
            "aws-config:ecs-containers-readonly-access",
            "cis-compute-1.1.0:3.5",
            "control-tower:CT.ECS.PR.6",
            "checkov:CKV_AWS_336",
            "prowler:ecs_task_definitions_containers_readonly_access",
        ])
    );
    for rule in rules {
        for key in ["id", "title", "severity", "what", "why", "remediation"] {
            assert!(rule[key].as_str().is_some_and(|text| !text.is_empty()), "{rule}");
        }
    }
    // What is beside the schema is not a part of it.
    let schema = inspected["settings_schema"].as_object().unwrap();
    assert!(schema.contains_key("properties") && !schema.keys().any(|key| key.starts_with("x-")), "{schema:?}");
    let other = document(&["inspect", "allow-list", "--format", "json"]);
    assert_eq!(other["rules"], json!([]));
}

#[test]
fn inspect_shows_the_rules_to_people() {
    let printed = CommandLine::new(&[]).prints(0, &["inspect", "ecs-baseline"]);
    insta::assert_snapshot!("inspect", printed.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

#[test]
fn controls_shows_what_is_evaluated_and_what_is_not() {
    insta::assert_snapshot!("controls", CommandLine::new(&[]).prints(0, &["controls"]));
    let coverage = document(&["controls", "--format", "json"]);
    let security_hub = &coverage["catalogues"][0];
    let control = |name: &str| {
        let controls = security_hub["controls"].as_array().unwrap();
        controls.iter().find(|control| control["control"] == name).unwrap().clone()
    };
    assert_eq!(control("security-hub:ECS.4")["rules"], json!(["container-privileged"]));
    assert_eq!(control("security-hub:ECS.2")["points"], json!(["task"]));
    assert!(control("security-hub:ECS.19")["reason"].as_str().unwrap().contains("capacity providers"));
}

#[test]
fn without_a_policy_the_baseline_evaluates() {
    let command_line = CommandLine::new(&[]);
    let container =
        json!({"name": "web", "image": "nginx:1.27", "privileged": true, "logConfiguration": {"logDriver": "awslogs"}});
    command_line.write("taskdef.json", json!({"family": "web", "containerDefinitions": [container]}).to_string());
    let report: Value = serde_json::from_str(
        &command_line.prints(1, &["check", "--task-definition", "taskdef.json", "--format", "json"]),
    )
    .unwrap();
    let violation = &report["violations"][0];
    assert_eq!((&violation["policy"], &violation["rule"]), (&json!("ecs-baseline"), &json!("container-privileged")));
    assert_eq!(report["violations"].as_array().unwrap().len(), 1, "{report}");
    // What no task definition says is not asked of one.
    assert_eq!(report["undecided"], json!([]));
    // A file that names the module alone is the same.
    command_line.write("baseline.json", r#"{"module": "ecs-baseline"}"#);
    let arguments = ["check", "--facts", "fargate-public", "--format", "json"];
    let by_entry = command_line.prints(1, &[&arguments[..], &["--policy", "baseline.json"]].concat());
    assert_eq!(by_entry.replace("\"baseline\"", "\"ecs-baseline\""), command_line.prints(1, &arguments));
}

#[test]
fn mistakes_in_settings_have_their_place() {
    let command_line = CommandLine::new(&[]);
    command_line.write("policy.json", r#"{"module": "ecs-baseline", "settings": {"rules": {"ECS.5": true}}}"#);
    let output = command_line.run(&["check", "--facts", "fargate-private", "--policy", "policy.json"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("policy.json#/settings/rules/ECS.5: unknown rule `ECS.5`"), "{said}");
    assert!(said.contains("did you mean `container-read-only-root`?"), "{said}");
}

#[test]
fn every_recording_is_evaluated_by_every_profile() {
    for profile in [
        "recommended",
        "strict",
        "security-hub",
        "aws-config",
        "cis-compute-1.1.0",
        "control-tower",
        "checkov",
        "prowler",
        "trivy",
        "kics",
    ] {
        let command_line = CommandLine::new(&[]);
        command_line
            .write("policy.json", json!({"module": "ecs-baseline", "settings": {"profile": profile}}).to_string());
        for recording in ["fargate-private", "fargate-public", "ec2-bridge"] {
            let output =
                command_line.run(&["check", "--facts", recording, "--policy", "policy.json", "--format", "json"]);
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!((&report["faults"], &report["undecided"]), (&json!([]), &json!([])), "{profile} {recording}");
        }
    }
}
