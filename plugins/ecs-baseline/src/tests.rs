//! Each rule on what breaks it, what keeps it, what it does not apply to, and where facts are missing.

mod cases;
mod peers;

use gatecheck_sdk::testing::{judge, task};
use gatecheck_sdk::{ExposedAddress, Facts, SecurityGroupRule, Unavailable, Verdict};
use serde_json::{Value, json};

use crate::catalogue::{CATALOGUES, NOT_EVALUATED};
use crate::evaluate;
use crate::rules;
use crate::table;

/// How a rule comes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Broken by these objects.
    Fails(Vec<String>),
    Passes,
    /// It is not named in the verdict.
    DoesNotApply,
    /// The family that is missing.
    Undecided(String),
}

pub(super) fn outcome(rule: &str, verdict: &Verdict) -> Outcome {
    let broken: Vec<_> =
        verdict.violations.iter().filter(|it| it.rule == rule).map(|violation| violation.object.clone()).collect();
    let undecided = verdict.undecided.iter().find(|undecided| undecided.rule == rule);
    match undecided {
        _ if !broken.is_empty() => Outcome::Fails(broken),
        Some(undecided) => Outcome::Undecided(undecided.unavailable[0].family.clone()),
        None if verdict.passed.iter().any(|passed| passed == rule) => Outcome::Passes,
        None => Outcome::DoesNotApply,
    }
}

/// The rule alone beside the strict ones, as it is set.
pub(super) fn with_settings(rule: &str, settings: Value, facts: &Facts) -> Outcome {
    let settings = json!({"profile": "strict", "rules": {rule: settings}}).to_string();
    outcome(rule, &judge(evaluate, &settings, facts).unwrap())
}

/// No fact is available, for this reason.
pub(super) fn without(reason: &Unavailable) -> Facts {
    fn no<T>(reason: &Unavailable) -> Result<T, Unavailable> {
        Err(reason.clone())
    }
    Facts::given()
        .with_task(no(reason))
        .with_task_document(no(reason))
        .with_tags(no(reason))
        .with_task_definition_document(no(reason))
        .with_exposed_addresses(no(reason))
        .with_security_group_rules(no(reason))
        .with_security_group_documents(no(reason))
        .with_service_document(no(reason))
        .with_cluster_document(no(reason))
}

fn not_yet() -> Unavailable {
    Unavailable::NotYet("there is no task yet".into())
}

/// A task definition alone, as in a pipeline.
pub(super) fn file(definition: &Value) -> Facts {
    without(&not_yet()).with_task_definition_document(Ok(definition.clone()))
}

/// A task on Fargate of a service, with nothing that breaks a rule of the recommended profile.
pub(super) fn sound_task() -> Facts {
    Facts::given()
        .with_task(Ok(task("web")))
        .with_task_document(Ok(json!({"overrides": {"containerOverrides": [{"name": "web"}]}})))
        .with_tags(Ok(vec![("team".into(), "web".into())]))
        .with_task_definition_document(Ok(sound_definition()))
        .with_exposed_addresses(Ok(Vec::new()))
        .with_security_group_rules(Ok(Vec::new()))
        .with_security_group_documents(Ok(vec![json!({"GroupId": "sg-1", "GroupName": "web"})]))
        .with_service_document(Ok(sound_service()))
        .with_cluster_document(Ok(json!({
            "settings": [{"name": "containerInsights", "value": "enhanced"}],
            "tags": [{"key": "team", "value": "web"}],
            "configuration": {
                "executeCommandConfiguration": {
                    "logging": "OVERRIDE",
                    "logConfiguration": {"cloudWatchEncryptionEnabled": true},
                },
                "managedStorageConfiguration": {"fargateEphemeralStorageKmsKeyId": "arn:aws:kms:us-west-2:111122223333:key/1"},
            },
        })))
}

pub(super) fn sound_definition() -> Value {
    json!({
        "family": "web",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "taskRoleArn": "arn:aws:iam::111122223333:role/web",
        "executionRoleArn": "arn:aws:iam::111122223333:role/execution",
        "containerDefinitions": [{
            "name": "web",
            "image": "111122223333.dkr.ecr.us-west-2.amazonaws.com/web@sha256:0123",
            "user": "1000",
            "readonlyRootFilesystem": true,
            "healthCheck": {"command": ["CMD", "/health"]},
            "logConfiguration": {"logDriver": "awslogs", "options": {"mode": "non-blocking", "max-buffer-size": "25m"}},
        }],
    })
}

pub(super) fn sound_service() -> Value {
    json!({
        "serviceName": "web",
        "launchType": "FARGATE",
        "platformVersion": "LATEST",
        "desiredCount": 2,
        "propagateTags": "SERVICE",
        "tags": [{"key": "team", "value": "web"}],
        "networkConfiguration": {"awsvpcConfiguration": {"assignPublicIp": "DISABLED"}},
        "deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": true}, "minimumHealthyPercent": 100},
    })
}

pub(super) fn exposed(ip: &str) -> Vec<ExposedAddress> {
    vec![ExposedAddress { interface_id: "eni-1".into(), ip: ip.into(), why: "it is public".into() }]
}

pub(super) fn ingress(peer: &str) -> SecurityGroupRule {
    SecurityGroupRule {
        group_id: "sg-1".into(),
        egress: false,
        protocol: "tcp".into(),
        from_port: Some(80),
        to_port: Some(80),
        peer: peer.into(),
        anywhere: ["0.0.0.0/0", "::/0"].contains(&peer),
        description: None,
    }
}

#[test]
fn every_case_comes_out_as_it_should() {
    let cases = cases::all();
    for case in &cases {
        let actual = with_settings(case.rule, case.settings.clone(), &case.facts);
        assert_eq!(actual, case.expected, "{}: {}", case.rule, case.what);
    }
    for rule in rules::all() {
        let of_rule = || cases.iter().filter(|case| case.rule == rule.id).map(|case| &case.expected);
        assert!(
            of_rule().any(|expected| matches!(expected, Outcome::Fails(_))),
            "`{}` has no case that fails",
            rule.id
        );
        assert!(of_rule().any(|expected| *expected == Outcome::Passes), "`{}` has no case that passes", rule.id);
    }
}

#[test]
fn a_sound_task_breaks_no_rule() {
    for profile in ["recommended", "strict"] {
        let verdict = judge(evaluate, &json!({"profile": profile}).to_string(), &sound_task()).unwrap();
        assert_eq!((verdict.violations, verdict.undecided), (Vec::new(), Vec::new()));
    }
}

#[test]
fn what_aws_refuses_leaves_every_rule_undecided() {
    let all = json!({"profile": "strict", "rules": {"image-registry": {"trustedRegistries": ["ghcr.io"]}}}).to_string();
    for reason in [Unavailable::Denied("ecs:Describe".into()), Unavailable::Failed("no answer".into())] {
        let verdict = judge(evaluate, &all, &without(&reason)).unwrap();
        assert!(verdict.violations.is_empty() && verdict.passed.is_empty(), "{verdict:?}");
        for rule in rules::all() {
            let Outcome::Undecided(family) = outcome(rule.id, &verdict) else { panic!("`{}` is decided", rule.id) };
            assert!(rule.reads.contains(&family.as_str()), "`{}` does not say that it reads `{family}`", rule.id);
        }
    }
}

/// A later event of the task decides it.
#[test]
fn what_a_task_does_not_have_yet_leaves_a_rule_undecided() {
    let attached_later = Unavailable::NotYet("the network interface is not attached yet".into());
    let facts = sound_task()
        .with_exposed_addresses(Err(attached_later.clone()))
        .with_security_group_rules(Err(attached_later.clone()))
        .with_security_group_documents(Err(attached_later));
    let verdict = judge(evaluate, r#"{"profile": "strict"}"#, &facts).unwrap();
    let undecided: Vec<_> = verdict.undecided.iter().map(|undecided| undecided.rule.as_str()).collect();
    let network = ["task-public-address", "task-open-to-internet", "security-group-open", "security-group-default"];
    assert_eq!((undecided, verdict.violations), (network.to_vec(), Vec::new()));
}

#[test]
fn a_task_definition_alone_is_evaluated_by_the_rules_that_say_so() {
    let all = json!({"profile": "strict", "rules": {"image-registry": {"trustedRegistries": ["ghcr.io"]}}}).to_string();
    let mut on_instances = sound_definition();
    on_instances["requiresCompatibilities"] = json!(["EC2"]);
    let mut on_windows = sound_definition();
    on_windows["runtimePlatform"] = json!({"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"});
    let verdicts = [sound_definition(), on_instances, on_windows].map(|it| judge(evaluate, &all, &file(&it)).unwrap());
    for rule in rules::all() {
        let applies = verdicts.iter().any(|verdict| outcome(rule.id, verdict) != Outcome::DoesNotApply);
        assert_eq!(applies, table::points(rule).contains(&"file"), "{}", rule.id);
    }
    assert!(verdicts.iter().all(|verdict| verdict.undecided.is_empty()));
}

#[test]
fn a_task_without_a_service_has_no_rules_about_one() {
    let none = || Err(Unavailable::NotApplicable("the task belongs to no service".into()));
    let verdict = judge(evaluate, r#"{"profile": "strict"}"#, &sound_task().with_service_document(none())).unwrap();
    assert_eq!((verdict.violations, verdict.undecided), (Vec::new(), Vec::new()));
    assert!(!verdict.passed.iter().any(|rule| rule.starts_with("service-")));
}

#[test]
fn a_document_of_another_shape_passes_nothing() {
    for (rule, definition) in [
        ("container-privileged", json!({"containerDefinitions": [{"name": "web", "privileged": "yes"}]})),
        ("container-logging", json!({"containerDefinitions": [{"name": "web", "logConfiguration": ["awslogs"]}]})),
        ("task-host-pid", json!({"pidMode": ["host"], "containerDefinitions": []})),
        ("container-root-user", json!({"containerDefinitions": {"name": "web"}})),
        ("volume-efs-encryption", json!({"volumes": ["data"], "containerDefinitions": []})),
    ] {
        let actual = with_settings(rule, json!({}), &file(&definition));
        assert_eq!(actual, Outcome::Undecided("task-definition".into()), "{rule}");
    }
}

#[test]
fn a_violation_says_what_to_do_and_how_bad_it_is() {
    let definition = json!({"containerDefinitions": [{"name": "web", "image": "web:1", "privileged": true}]});
    let settings = r#"{"rules": {"container-privileged": {"severity": "low"}}}"#;
    let verdict = judge(evaluate, settings, &file(&definition)).unwrap();
    let violation = verdict.violations.iter().find(|violation| violation.rule == "container-privileged").unwrap();
    assert_eq!((violation.object.as_str(), violation.attribute.as_str()), ("web", "privileged"));
    assert_eq!((violation.found.as_deref(), violation.severity), (Some("true"), gatecheck_sdk::Severity::Low));
    assert!(violation.remediation.as_deref().unwrap().starts_with("remove `privileged`"));
}

#[test]
fn no_value_of_a_variable_is_in_a_report() {
    let secret = "kJ8sYvQ2mX";
    let variable = |name: &str| json!([{"name": name, "value": secret}]);
    let mut definition = sound_definition();
    definition["containerDefinitions"][0]["environment"] = variable("AWS_SECRET_ACCESS_KEY");
    let overrides = json!({"name": "web", "environment": variable("AWS_ACCESS_KEY_ID"), "command": ["login", secret]});
    let facts = sound_task()
        .with_task_definition_document(Ok(definition))
        .with_task_document(Ok(json!({"overrides": {"containerOverrides": [overrides]}})));
    let verdict = judge(evaluate, r#"{"profile": "strict"}"#, &facts).unwrap();
    assert_eq!(verdict.violations.len(), 4, "{:?}", verdict.violations);
    assert!(!format!("{verdict:?}").contains(secret));
}

#[test]
fn the_table_is_complete() {
    let mut ids = Vec::new();
    for rule in rules::all() {
        let is_kebab_case =
            |id: &str| id.split('-').all(|part| !part.is_empty() && part.bytes().all(|it| it.is_ascii_lowercase()));
        assert!(is_kebab_case(rule.id) && !ids.contains(&rule.id), "{}", rule.id);
        ids.push(rule.id);
        for sentence in [rule.what, rule.why] {
            assert!(sentence.ends_with('.'), "{}: {sentence}", rule.id);
        }
        assert!(rule.except.is_empty() || rule.except.ends_with('.'), "{}", rule.id);
        assert!(!rule.fix.ends_with('.') && !rule.fix.starts_with(char::is_uppercase), "{}", rule.id);
        assert!(!rule.title.ends_with('.') && !rule.line.is_empty() && !rule.reads.is_empty(), "{}", rule.id);
        for text in [rule.what, rule.why, rule.fix, rule.except, rule.title] {
            assert!(!text.contains("  ") && !text.contains('\n'), "{}: {text}", rule.id);
        }
    }
    let controls = || rules::all().flat_map(|rule| rule.controls);
    for control in controls().chain(NOT_EVALUATED.iter().map(|(control, _)| control)) {
        let (catalogue, _) = control.split_once(':').unwrap();
        assert!(CATALOGUES.iter().any(|(name, _)| *name == catalogue), "{control}");
    }
    for (control, _) in NOT_EVALUATED {
        assert!(!controls().any(|evaluated| *evaluated == control), "{control} is evaluated");
    }
}

#[test]
fn every_control_of_security_hub_has_its_answer() {
    let known: Vec<_> =
        rules::all().flat_map(|rule| rule.controls).chain(NOT_EVALUATED.iter().map(|(it, _)| it)).collect();
    let numbers = (1..=21).filter(|number| ![6, 7, 11].contains(number));
    for control in numbers.map(|number| format!("security-hub:ECS.{number}")) {
        assert!(known.iter().any(|it| **it == control), "{control}");
    }
    for control in (1..=14).map(|number| format!("cis-compute-1.1.0:3.{number}")) {
        assert!(known.iter().any(|it| **it == control), "{control}");
    }
    for control in (1..=12).map(|number| format!("control-tower:CT.ECS.PR.{number}")) {
        assert!(known.iter().any(|it| **it == control), "{control}");
    }
}
