//! Cases of other tools' test suites by the bundled baseline. They are not part of the repository: `GATECHECK_TEST_PEERS` names a JSON
//! file of `{"name", "kind", "document", "control", "expect", "debatable"}`, without which there is nothing to test. What they ask is
//! also asked, in own words, by the tests of `plugins/ecs-baseline`.

use std::collections::{BTreeMap, BTreeSet};
use std::{env, fs};

use gatecheck_tests::command::CommandLine;
use serde_json::{Value, json};

/// What a case has under `key`.
fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap()
}

/// How cases are decided whose expectation is debatable: by the beginning of their names, whether there is a violation. Where it is not
/// what the other tool expects, the page of the rule says why.
const DECIDED: [(&str, bool); 4] = [
    // `0`, `0:0` and `root:root` are root.
    ("prowler/ecs_task_definitions_host_networking_mode_users/known_error_", true),
    // Logs do not block by default.
    ("prowler/ecs_task_definitions_logging_block_mode/no_mode", false),
    // The settings of a cluster are always asked for.
    ("prowler/ecs_cluster_container_insights_enabled/no_settings", true),
    // A reference to a secret is none.
    ("trivy/aws-0036/false-alarm-", false),
];

fn is_violation(case: &Value) -> bool {
    let is_decided = |name: &str| case["debatable"] == true && text(case, "name").starts_with(name);
    let decided = DECIDED.iter().find(|(name, _)| is_decided(name));
    decided.map_or(case["expect"] == "fail", |(_, is_violation)| *is_violation)
}

/// The document as an input of `gatecheck check`, if it can be one.
fn input(case: &Value) -> Option<(&'static str, Value)> {
    let recording = |family: &str, list: &str| {
        let no_task = json!({"unavailable": {"not-yet": "there is no task yet"}});
        let known = json!({"known": case["document"][list][0]});
        ("--facts", json!({"format": 1, "facts": {"task": no_task, family: known}}))
    };
    match text(case, "kind") {
        "task-definition" => Some(("--task-definition", case["document"].clone())),
        "service" => Some(recording("service", "services")),
        "cluster" => Some(recording("cluster", "clusters")),
        _ => None,
    }
}

#[test]
fn cases_of_other_tools() {
    let Some(file) = env::var_os("GATECHECK_TEST_PEERS") else {
        eprintln!("skipped: GATECHECK_TEST_PEERS names no file of cases");
        return;
    };
    let cases: Vec<Value> = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let command_line = CommandLine::new(&[]);
    let rules = rules_by_control(&command_line);
    let (mut evaluated, mut wrong) = (0, Vec::new());
    for case in &cases {
        let (Some((option, input)), Some(rules)) = (input(case), rules.get(text(case, "control"))) else { continue };
        let (profile, _) = text(case, "control").split_once(':').unwrap();
        let policy = json!({"module": "ecs-baseline", "settings": {"profile": profile}});
        command_line.write("policy.json", policy.to_string());
        command_line.write("input.json", input.to_string());
        let output = command_line.run(&["check", option, "input.json", "--policy", "policy.json", "--format", "json"]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let named = |list: &str| {
            let of_rules = report[list].as_array().into_iter().flatten();
            of_rules.filter(|found| found["rule"].as_str().is_some_and(|rule| rules.contains(rule))).count()
        };
        evaluated += 1;
        if report.is_null() || named("undecided") > 0 || (named("violations") > 0) != is_violation(case) {
            wrong.push(format!("{}: {report} {}", text(case, "name"), String::from_utf8_lossy(&output.stderr)));
        }
    }
    eprintln!("{evaluated} of {} cases", cases.len());
    assert!(evaluated > 0 && wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The rules that name each control.
fn rules_by_control(command_line: &CommandLine) -> BTreeMap<String, BTreeSet<String>> {
    let inspected = command_line.prints(0, &["inspect", "ecs-baseline", "--format", "json"]);
    let inspected: Value = serde_json::from_str(&inspected).unwrap();
    let mut rules: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for rule in inspected["rules"].as_array().unwrap() {
        for control in rule["controls"].as_array().unwrap() {
            let of_control = rules.entry(control.as_str().unwrap().to_owned()).or_default();
            of_control.insert(rule["id"].as_str().unwrap().to_owned());
        }
    }
    rules
}
