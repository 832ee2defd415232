//! What the public tools' own tests of ECS ask, in our words: a control, what it looks at, and whether one of the rules that name the
//! control is broken. Where a tool is known to err, the verdict here is the right one, and the page of the rule says so.

use gatecheck_sdk::Facts;
use gatecheck_sdk::testing::judge;
use serde_json::{Value, json};

use super::{file, not_yet, without};
use crate::evaluate;
use crate::rules;

/// The rules of the catalogue of the control, on these facts: whether one that names the control is broken.
fn is_broken(control: &str, facts: &Facts) -> bool {
    let (catalogue, _) = control.split_once(':').unwrap();
    let verdict = judge(evaluate, &json!({"profile": catalogue}).to_string(), facts).unwrap();
    let of_control: Vec<_> = rules::all().filter(|rule| rule.controls.contains(&control)).map(|rule| rule.id).collect();
    assert!(!of_control.is_empty(), "no rule has `{control}`");
    assert!(verdict.undecided.is_empty(), "{control}: {:?}", verdict.undecided);
    verdict.violations.iter().any(|violation| of_control.contains(&violation.rule.as_str()))
}

fn with_containers(mut definition: Value, containers: Value) -> Facts {
    definition["containerDefinitions"] = containers;
    file(&definition)
}

fn containers(containers: Value) -> Facts {
    with_containers(json!({}), containers)
}

fn service(service: Value) -> Facts {
    without(&not_yet())
        .with_task_definition_document(Ok(json!({"containerDefinitions": []})))
        .with_service_document(Ok(service))
}

fn cluster(cluster: Value) -> Facts {
    without(&not_yet())
        .with_task_definition_document(Ok(json!({"containerDefinitions": []})))
        .with_cluster_document(Ok(cluster))
}

fn check(cases: impl IntoIterator<Item = (&'static str, Facts, bool)>) {
    for (control, facts, expected) in cases {
        assert_eq!(is_broken(control, &facts), expected, "{control}: {facts:?}");
    }
}

#[test]
fn host_mode_and_root() {
    const GUARD: &str = "aws-config:ecs-task-definition-user-for-host-mode-check";
    const PROWLER: &str = "prowler:ecs_task_definitions_host_networking_mode_users";
    const HUB: &str = "security-hub:ECS.1";
    let host = |list: Value| with_containers(json!({"networkMode": "host"}), list);
    for control in [GUARD, PROWLER, HUB] {
        check([
            (control, host(json!([{"name": "a", "user": "root"}])), true),
            (control, host(json!([{"name": "a", "user": "root", "privileged": false}])), true),
            (control, host(json!([{"name": "a"}])), true),
            (control, host(json!([{"name": "a", "user": ""}])), true),
            (control, host(json!([{"name": "a", "user": "app"}, {"name": "b"}])), true),
            (control, host(json!([{"name": "a", "user": "app"}])), false),
            (control, host(json!([{"name": "a", "user": "root", "privileged": true}])), false),
            (control, host(json!([{"name": "a", "privileged": true}])), false),
            // Root by another name, which Prowler passes.
            (control, host(json!([{"name": "a", "user": "0"}])), true),
            (control, host(json!([{"name": "a", "user": "0:0"}])), true),
            (control, host(json!([{"name": "a", "user": "root:root"}])), true),
            // HashiCorp wants each container privileged and not root as well.
            (control, host(json!([{"name": "a", "user": "app", "privileged": false}])), false),
            (control, with_containers(json!({"networkMode": "bridge"}), json!([{"name": "a"}])), false),
            (control, with_containers(json!({"networkMode": "awsvpc"}), json!([{"name": "a", "user": "root"}])), false),
            (control, containers(json!([{"name": "a", "user": "root"}])), false),
        ]);
    }
}

#[test]
fn privileges() {
    for control in [
        "security-hub:ECS.4",
        "prowler:ecs_task_definitions_no_privileged_containers",
        "checkov:CKV_AWS_334",
        "aws-config:ecs-containers-nonprivileged",
    ] {
        check([
            (control, containers(json!([{"name": "a", "privileged": true}])), true),
            (control, containers(json!([{"name": "a"}, {"name": "b", "privileged": true}])), true),
            (control, containers(json!([{"name": "a", "privileged": false}])), false),
            (control, containers(json!([{"name": "a"}])), false),
            // The test of Checkov has a key that ECS does not know.
            (control, containers(json!([{"name": "a", "privilege": true}])), false),
        ]);
    }
}

#[test]
fn process_namespace() {
    for control in
        ["security-hub:ECS.3", "prowler:ecs_task_definitions_host_namespace_not_shared", "checkov:CKV_AWS_335"]
    {
        check([
            (control, file(&json!({"pidMode": "host", "containerDefinitions": [{"name": "a"}]})), true),
            (control, file(&json!({"pidMode": "task", "containerDefinitions": [{"name": "a"}]})), false),
            (control, containers(json!([{"name": "a"}])), false),
            // The test of Checkov has it in a container, where ECS ignores it.
            (control, containers(json!([{"name": "a", "pidMode": "host"}])), false),
        ]);
    }
}

#[test]
fn read_only_root() {
    for control in
        ["security-hub:ECS.5", "prowler:ecs_task_definitions_containers_readonly_access", "checkov:CKV_AWS_336"]
    {
        check([
            (control, containers(json!([{"name": "a", "readonlyRootFilesystem": true}])), false),
            (control, containers(json!([{"name": "a", "readonlyRootFilesystem": false}])), true),
            (control, containers(json!([{"name": "a", "readonlyRootFilesystem": true}, {"name": "b"}])), true),
            (control, containers(json!([{"name": "a"}])), true),
        ]);
    }
}

#[test]
fn keys_in_the_environment() {
    let with = |name: &str| containers(json!([{"name": "a", "environment": [{"name": name, "value": "x"}]}]));
    check([
        ("security-hub:ECS.8", with("AWS_ACCESS_KEY_ID"), true),
        ("security-hub:ECS.8", with("ECS_ENGINE_AUTH_DATA"), true),
        ("security-hub:ECS.8", with("aws_access_key_id"), false),
        ("security-hub:ECS.8", with("STAGE"), false),
        ("security-hub:ECS.8", containers(json!([{"name": "a", "environment": []}])), false),
    ]);
}

#[test]
fn logging() {
    const MODE: &str = "prowler:ecs_task_definitions_logging_block_mode";
    for control in ["security-hub:ECS.9", "prowler:ecs_task_definitions_logging_enabled"] {
        check([
            (control, containers(json!([{"name": "a", "logConfiguration": {"logDriver": "awslogs"}}])), false),
            (control, containers(json!([{"name": "a", "logConfiguration": {"logDriver": ""}}])), true),
            (control, containers(json!([{"name": "a", "logConfiguration": {}}])), true),
            (control, containers(json!([{"name": "a"}])), true),
            (
                control,
                containers(json!([{"name": "a", "logConfiguration": {"logDriver": "awslogs"}}, {"name": "b"}])),
                true,
            ),
        ]);
    }
    let mode = |options: Value| {
        containers(json!([{"name": "a", "logConfiguration": {"logDriver": "awslogs", "options": options}}]))
    };
    check([
        (MODE, mode(json!({"mode": "blocking"})), true),
        (MODE, mode(json!({"mode": "non-blocking", "max-buffer-size": "25m"})), false),
        // The default is `non-blocking` since June 2025.
        (MODE, mode(json!({})), false),
        (MODE, containers(json!([{"name": "a"}])), false),
    ]);
}

#[test]
fn file_systems() {
    for control in ["security-hub:ECS.18", "checkov:CKV_AWS_97", "trivy:AWS-0035"] {
        let with = |volumes: Value| file(&json!({"containerDefinitions": [{"name": "a"}], "volumes": volumes}));
        let efs = |encryption: Value| json!({"name": "v", "efsVolumeConfiguration": {"fileSystemId": "fs-1", "transitEncryption": encryption}});
        check([
            (control, with(json!([efs(json!("ENABLED"))])), false),
            (control, with(json!([efs(json!("DISABLED"))])), true),
            (control, with(json!([efs(Value::Null)])), true),
            (control, with(json!([efs(json!("ENABLED")), efs(json!("DISABLED"))])), true),
            (control, with(json!([{"name": "v", "host": {"sourcePath": "/data"}}])), false),
            (control, with(json!([{"name": "v"}])), false),
            (control, with(Value::Null), false),
        ]);
    }
}

#[test]
fn roles() {
    let with = |task: Value, execution: Value| {
        file(&json!({"containerDefinitions": [{"name": "a"}], "taskRoleArn": task, "executionRoleArn": execution}))
    };
    let (web, pull) = (json!("arn:aws:iam::111122223333:role/web"), json!("arn:aws:iam::111122223333:role/pull"));
    check([
        ("checkov:CKV_AWS_249", with(web.clone(), web.clone()), true),
        ("checkov:CKV_AWS_249", with(web.clone(), pull), false),
        ("checkov:CKV_AWS_249", with(web, Value::Null), false),
    ]);
}

#[test]
fn public_addresses() {
    let assign = |assign: &str| json!({"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"], "assignPublicIp": assign}}});
    for control in ["security-hub:ECS.2", "prowler:ecs_service_no_assign_public_ip", "checkov:CKV_AWS_333"] {
        check([
            (control, service(assign("ENABLED")), true),
            (control, service(assign("DISABLED")), false),
            (control, service(json!({"serviceName": "web"})), false),
        ]);
    }
    for control in ["security-hub:ECS.16", "prowler:ecs_task_set_no_assign_public_ip"] {
        let with = |assigned: &str| {
            let mut service = assign("DISABLED");
            service["taskSets"] = json!([assign("DISABLED"), assign(assigned)]);
            service
        };
        check([
            (control, service(with("ENABLED")), true),
            (control, service(with("DISABLED")), false),
            (control, service(json!({"serviceName": "web"})), false),
        ]);
    }
}

#[test]
fn platform_versions() {
    let fargate = |version: &str, family: &str| {
        service(json!({"launchType": "FARGATE", "platformVersion": version, "platformFamily": family}))
    };
    for control in ["security-hub:ECS.10", "prowler:ecs_service_fargate_latest_platform_version", "checkov:CKV_AWS_332"]
    {
        check([
            (control, fargate("LATEST", "Linux"), false),
            // Checkov wants the word.
            (control, fargate("1.4.0", "Linux"), false),
            (control, fargate("1.2.0", "Linux"), true),
            (control, fargate("1.0.0", "Windows"), false),
            (control, fargate("1.0.0", "WINDOWS_SERVER_2019_CORE"), false),
            (control, fargate("0.9.0", "Windows"), true),
            (control, service(json!({"launchType": "FARGATE"})), false),
            (control, service(json!({"launchType": "EC2"})), false),
            (control, service(json!({"platformVersion": "LATEST"})), false),
        ]);
    }
}

#[test]
fn clusters() {
    let insights = |value: &str| cluster(json!({"settings": [{"name": "containerInsights", "value": value}]}));
    for control in [
        "security-hub:ECS.12",
        "prowler:ecs_cluster_container_insights_enabled",
        "trivy:AWS-0034",
        "checkov:CKV_AWS_65",
    ] {
        check([
            (control, insights("enabled"), false),
            (control, insights("enhanced"), false),
            (control, insights("disabled"), true),
            (control, cluster(json!({"settings": []})), true),
        ]);
    }
    let exec = |exec: Value| cluster(json!({"configuration": {"executeCommandConfiguration": exec}}));
    check([
        ("checkov:CKV_AWS_223", exec(json!({"logging": "NONE"})), true),
        ("checkov:CKV_AWS_223", exec(json!({"logging": "DEFAULT"})), false),
        ("checkov:CKV_AWS_223", exec(json!({})), false),
        ("checkov:CKV_AWS_224", exec(json!({})), true),
        ("checkov:CKV_AWS_224", exec(json!({"logConfiguration": {}})), true),
        ("checkov:CKV_AWS_224", exec(json!({"logConfiguration": {"cloudWatchEncryptionEnabled": false}})), true),
        ("checkov:CKV_AWS_224", exec(json!({"logConfiguration": {"cloudWatchEncryptionEnabled": true}})), false),
        ("checkov:CKV_AWS_224", exec(json!({"logConfiguration": {"s3EncryptionEnabled": true}})), false),
        ("checkov:CKV_AWS_224", exec(json!({"logging": "NONE"})), false),
        ("checkov:CKV_AWS_224", cluster(json!({})), false),
    ]);
}
