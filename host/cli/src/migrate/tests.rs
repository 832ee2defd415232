use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};
use tokio::runtime::Builder;

use super::changes::{Behaviour, Brought, Refused, behaviours, bring};
use super::deployment::Deployment;
use super::document::Document;
use super::environment::Environment;
use super::template::{Setting, Template};
use super::translation::{Translation, tried};
use crate::host::Host;

fn document(statements: Value) -> Document {
    let Value::Array(statements) = statements else { panic!("not a list: {statements}") };
    Document { statements, other_keys: Vec::new(), is_list: false, parameter: None }
}

/// The behaviours that touch a statement, and what becomes of it.
fn brought(statement: &Value) -> (Vec<&'static str>, Option<Value>) {
    let Brought { statements, changes } = bring(&document(json!([statement])), &Deployment::default(), &Refused::new());
    let touching = changes.iter().filter(|change| !change.touched.is_empty());
    let ids = touching.map(|change| change.behaviour.id).collect();
    (ids, statements.into_iter().next().map(|(_, statement)| statement))
}

#[test]
fn statements_that_judged_nothing_or_crashed_are_left_out() {
    for (id, statement) in [
        ("no-statement", json!("cpu")),
        ("no-attribute", json!({"allowed_values": [1], "type": "regex"})),
        ("unknown-type", json!({"attribute": "cpu", "allowed_values": [1], "type": "regex"})),
        ("unknown-type", json!({"attribute": "cpu", "allowed_values": [1], "type": null})),
        ("crash", json!({"attribute": "cpu", "allowed_values": 256})),
        ("crash", json!({"attribute": "ip", "allowed_values": null})),
        ("crash", json!({"attribute": "cpu", "allowed_values": [], "type": "range"})),
        ("crash", json!({"attribute": "cpu", "type": "range"})),
        ("crash", json!({"attribute": "cpu", "allowed_values": ["lots", 1], "type": "range"})),
        ("crash", json!({"attribute": "image", "allowed_values": [1, 2], "type": "range"})),
        ("crash", json!({"attribute": "tags", "allowed_values": ["team"], "type": "pattern"})),
        ("crash", json!({"attribute": "group", "allowed_values": [null], "type": "pattern"})),
    ] {
        assert_eq!(brought(&statement), (vec![id], None), "{statement}");
    }
}

#[test]
fn what_the_allow_list_would_not_take_is_written_in_another_way() {
    let alert = |statement: Value| {
        let mut statement = statement;
        statement["action"] = "alert".into();
        statement
    };
    for (id, statement, becomes) in [
        (
            "terminate",
            json!({"attribute": "group", "allowed_values": [], "action": "terminate"}),
            alert(json!({"attribute": "group", "allowed_values": []})),
        ),
        (
            "action",
            json!({"attribute": "group", "allowed_values": [], "action": "Alert"}),
            alert(json!({"attribute": "group", "allowed_values": []})),
        ),
        (
            "no-allowed-values",
            alert(json!({"attribute": "group"})),
            alert(json!({"attribute": "group", "allowed_values": []})),
        ),
        (
            "allowed-text",
            alert(json!({"attribute": "group", "allowed_values": "a"})),
            alert(json!({"attribute": "group", "allowed_values": ["a"]})),
        ),
        (
            "allowed-keys",
            alert(json!({"attribute": "group", "allowed_values": {"a": 1}})),
            alert(json!({"attribute": "group", "allowed_values": ["a"]})),
        ),
        (
            "type-without-effect",
            alert(json!({"attribute": "ip", "allowed_values": ["public", "private"], "type": "pattern"})),
            alert(json!({"attribute": "ip", "allowed_values": ["public", "private"]})),
        ),
        (
            "list-as-a-whole",
            alert(json!({"attribute": "tags", "allowed_values": [[]]})),
            alert(json!({"attribute": "[tags]", "allowed_values": [[]], "rule": "tags"})),
        ),
    ] {
        assert_eq!(brought(&statement), (vec![id], Some(becomes)), "{statement}");
    }
}

#[test]
fn what_is_judged_in_another_way_is_listed_for_what_it_concerns_only() {
    let subnet = [
        "implicit-subnet",
        "blackhole-route",
        "other-gateways",
        "blocked-public-access",
        "appliance-route",
        "subnet-unknown",
    ];
    let address = ["not-attached", "every-interface", "every-address", "interface-unknown"];
    for (attribute, check, allowed, ids) in [
        ("subnet-type", "exact", json!(["private"]), subnet.to_vec()),
        ("subnet-type", "exact", json!(["private", "public"]), vec![]),
        ("subnet", "exact", json!(["private"]), [&["subnet-name"], &subnet[..]].concat()),
        ("ip", "exact", json!(["private"]), address.to_vec()),
        ("ip", "pattern", json!(["^pri"]), [&address[..], &["type-respected"]].concat()),
        ("image", "exact", json!(["mine"]), vec!["injected-container", "image-object"]),
        ("image", "pattern", json!(["^mine/"]), vec!["injected-container", "image-object"]),
        ("image", "pattern", json!(["mine"]), vec!["injected-container", "image-object", "open-pattern"]),
        ("cpu", "exact", json!([256]), vec!["number-and-text"]),
        ("cpu", "exact", json!(["256"]), vec![]),
        ("version", "exact", json!(["2"]), vec!["number-and-text"]),
        ("cpu", "range", json!([256, 1024]), vec![]),
        ("cpu", "range", json!(["256", "512"]), vec![]),
        ("cpu", "range", json!(["256", "1024"]), vec!["text-bounds"]),
        ("cpu", "range", json!(["512", 1024]), vec!["text-bounds"]),
        ("enableExecuteCommand", "exact", json!([false]), vec![]),
        ("enableExecuteCommand", "pattern", json!([false]), vec!["pattern-without-text"]),
        ("createdAt", "exact", json!(["2026"]), vec!["date"]),
        ("overrides.taskRoleArn", "exact", json!(["arn"]), vec!["expression"]),
    ] {
        let statement = json!({"attribute": attribute, "allowed_values": allowed, "type": check, "action": "alert"});
        assert_eq!(brought(&statement), (ids, Some(statement.clone())), "{statement}");
    }
    let statement = json!({"attribute": "group", "allowed_values": [], "action": "alert", "required": true});
    assert_eq!(brought(&statement), (vec!["new-keys"], Some(statement.clone())));
}

#[test]
fn behaviours_have_names_of_their_own() {
    let ids: BTreeSet<_> = behaviours().iter().map(|behaviour: &Behaviour| behaviour.id).collect();
    assert_eq!(ids.len(), behaviours().len());
    for Behaviour { what, before, now, to_do, .. } in behaviours() {
        for text in [Some(*what), Some(*before), Some(*now), *to_do].into_iter().flatten() {
            assert!(!text.is_empty() && !text.ends_with('.'), "{text:?}");
        }
    }
}

fn translate(statements: Value) -> (Translation, Vec<String>) {
    let host = Host::new().unwrap();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let translation = Translation::make(&host, &document(statements), &Deployment::default()).await;
        let written = gatecheck_core::policy::PolicyDocument::parse("p", "p.json", translation.entry.clone());
        let faults = tried(&host, written).await;
        (translation, faults.into_iter().map(|fault| fault.detail).collect())
    })
}

#[test]
fn the_allow_list_says_which_attributes_and_keys_there_are() {
    let (translation, faults) = translate(json!([
        {"attribute": "launchtype", "allowed_values": ["FARGATE"]},
        {"attribute": "tags", "allowed_values": [[]]},
        {"attribute": "group", "allowed_values": ["a"], "severity": "HIGH", "a/b": 1, "note: x": 2, "message": 1},
        {"attribute": "image", "allowed_values": ["("], "type": "pattern"},
    ]));
    assert_eq!(translation.statements, (4, 3));
    assert_eq!(
        translation.entry["settings"]["task"],
        json!([
            {"attribute": "[tags]", "allowed_values": [[]], "rule": "tags"},
            {"attribute": "group", "allowed_values": ["a"]},
            {"attribute": "image", "allowed_values": ["("], "type": "pattern"},
        ])
    );
    // What was meant by a pattern that is none is for its author to say.
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with("p.json#/settings/task/2/allowed_values/0: `(` is not a pattern"), "{faults:?}");
}

#[test]
fn a_template_is_filled_from_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name)
    };
    let environment = write(
        ".env",
        "# of prereq.py\nexport NAME='first'\nNAME=\"last\"\nGATECHECK_ARCHITECTURE=arm64\n\nGATECHECK_ALERT_KEY=\n",
    );
    let environment = Environment::read(&environment).unwrap();
    let template = write(
        "template.yaml",
        "Globals: {Function: {MemorySize: 256, Environment: {Variables: {FROM_GLOBALS: here}}}}\nResources:\n  Other:\n    \
         Type: AWS::Lambda::Function\n    Properties: {Handler: x}\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      \
         Architectures: [<GATECHECK_ARCHITECTURE>]\n      Environment:\n        Variables:\n          TASK_POLICY_SSM: <NAME>\n          \
         ALERT_WEBHOOK: !Ref Webhook\n          ALERT_KEY: <GATECHECK_ALERT_KEY>\n          EMPTY: ''\n",
    );
    let template = Template::read(&template, &environment).unwrap();
    let text = |text: &str| Some(Setting::Text(text.to_owned()));
    assert!(template.variable("TASK_POLICY_SSM") == text("last"));
    assert!(template.variable("FROM_GLOBALS") == text("here"));
    assert!(template.variable("ALERT_WEBHOOK") == Some(Setting::Computed));
    assert!(template.variable("ALERT_KEY").is_none() && template.variable("EMPTY").is_none());
    assert!(template.setting("/Architectures/0") == text("arm64"));
    assert!(template.setting("/MemorySize") == text("256"));
}

#[test]
fn a_rule_that_listens_to_some_tasks_becomes_a_scope() {
    let pattern = json!({"source": ["aws.ecs"], "detail": {"lastStatus": ["PROVISIONING", "PENDING", "RUNNING"],
        "clusterArn": ["arn:aws:ecs:us-west-2:1:cluster/prod"], "group": [{"prefix": "service:"}]}});
    let mut deployment = Deployment::default();
    deployment.take_rules(&[&pattern]);
    assert!(!deployment.hears_less);
    assert_eq!(Value::from(deployment.scope.clone()), json!({"clusters": ["arn:aws:ecs:us-west-2:1:cluster/prod"]}));
    assert_eq!(deployment.problems.len(), 1, "{:?}", deployment.problems);
    assert!(deployment.problems[0].contains("`detail.group`"), "{:?}", deployment.problems);

    // Two rules hear what either of them hears.
    let mut deployment = Deployment::default();
    let other = json!({"source": ["aws.ecs"], "detail": {"lastStatus": ["PROVISIONING"]}});
    deployment.take_rules(&[&pattern, &other]);
    assert!(deployment.scope.is_empty() && !deployment.problems.is_empty());
}
