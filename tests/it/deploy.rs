//! The stack: its templates, and that its role allows what the function asks for and nothing else.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use gatecheck_tests::binaries::bootstrap;
use gatecheck_tests::event::event_from_task;
use gatecheck_tests::moto::{ACTIONS, Moto};
use gatecheck_tests::runtime_api::Lambda;
use gatecheck_tests::{python, workspace};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::end_to_end::{invoke, moto};

/// Everything that is optional, with something to name it by.
const EVERYTHING: [(&str, &str); 10] = [
    ("ParameterPrefix", "/platform/gatecheck"),
    ("TaskPolicyParameter", "/legacy/task-policy"),
    ("PublicKey", "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="),
    ("ModuleRepositories", "arn:aws:ecr:us-west-2:123456789012:repository/policies"),
    ("KmsKeys", "arn:aws:kms:us-west-2:123456789012:key/1"),
    ("AlertWebhook", "https://hooks.example/services/1"),
    ("Topics", "arn:aws:sns:us-west-2:123456789012:alerts"),
    ("EventBuses", "arn:aws:events:us-west-2:123456789012:event-bus/default"),
    ("AlarmTopic", "arn:aws:sns:us-west-2:123456789012:alarms"),
    ("OrganizationId", "o-a1b2c3d4e5"),
];

/// What AWS services use for the function: its binary does not ask for it.
const OF_SERVICES: [&str; 8] = [
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
    "kms:Decrypt",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
];

pub(crate) fn succeeds(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; `tests/run` installs it"));
    let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    assert!(output.status.success(), "{command:?}\n{said}");
    said
}

#[test]
fn the_templates_are_good() {
    let deploy = workspace().join("deploy");
    succeeds(Command::new(python::program("cfn-lint")).args(["template.yaml", "member.yaml"]).current_dir(&deploy));
    let mut sam = Command::new(python::sam());
    sam.args(["validate", "--lint", "--region", "us-west-2"]).current_dir(&deploy).env("SAM_CLI_TELEMETRY", "0");
    assert!(succeeds(&mut sam).contains("is a valid SAM Template"));
}

#[test]
fn the_stack_stands_with_nothing_said_and_with_everything() {
    let moto = Moto::start();
    let stack = moto.deploy("gatecheck", "template.yaml", &json!({}));
    assert_eq!(stack["status"], "CREATE_COMPLETE");
    let says = |service: &str, operation: &str, parameters: Value| moto.aws(service, operation, &parameters);

    let rule = says("events", "describe_rule", json!({"Name": "gatecheck-tasks"}));
    let pattern: Value = serde_json::from_str(rule["EventPattern"].as_str().unwrap()).unwrap();
    let by_hand = fs::read_to_string(workspace().join("deploy/event-pattern.json")).unwrap();
    assert_eq!(pattern, serde_json::from_str::<Value>(&by_hand).unwrap());

    let queue = &stack["resources"]["Queue"];
    let queue = says("sqs", "get_queue_attributes", json!({"QueueUrl": queue, "AttributeNames": ["All"]}));
    let queue = &queue["Attributes"];
    for rule in ["gatecheck-tasks", "gatecheck-probes", "gatecheck-heartbeat"] {
        let targets = says("events", "list_targets_by_rule", json!({"Rule": rule}));
        assert_eq!(targets["Targets"][0]["Arn"], queue["QueueArn"]);
        assert!(queue["Policy"].as_str().unwrap().contains(&format!("rule/{rule}\"")), "{}", queue["Policy"]);
    }
    assert!(queue["RedrivePolicy"].as_str().unwrap().contains(":gatecheck-dead-letters"), "{}", queue["RedrivePolicy"]);
    let mappings = says("lambda", "list_event_source_mappings", json!({"FunctionName": "gatecheck"}));
    let mapping = &mappings["EventSourceMappings"][0];
    assert_eq!((&mapping["EventSourceArn"], &mapping["BatchSize"]), (&queue["QueueArn"], &json!(100)));
    assert_eq!(mapping["FunctionResponseTypes"], json!(["ReportBatchItemFailures"]));
    let configuration = says("lambda", "get_function_configuration", json!({"FunctionName": "gatecheck"}));
    assert_eq!(configuration["Environment"]["Variables"]["ALERT_SEVERITY"], "high");
    let timeout = &configuration["Timeout"];
    let visible: u64 = queue["VisibilityTimeout"].as_str().unwrap().parse().unwrap();
    assert!(visible >= 6 * timeout.as_u64().unwrap());

    // The first policy is the baseline, and one that the function takes.
    let first = says("ssm", "get_parameter", json!({"Name": "/gatecheck/policies/baseline"}));
    let first: Value = serde_json::from_str(first["Parameter"]["Value"].as_str().unwrap()).unwrap();
    assert_eq!(first["module"], "ecs-baseline");
    let mut function = Lambda::start(bootstrap(), &[("AWS_ENDPOINT_URL", &moto.endpoint())]);
    let probe = json!({"source": "gatecheck", "detail-type": "Gatecheck Probe", "detail": {"id": "heartbeat"}});
    assert_eq!(invoke(&mut function, &probe), json!({"task": null, "violations": [], "faults": [], "undecided": []}));
    let beats = |line: &String| line.contains(r#""message":"heartbeat""#) && line.contains(r#""policies":1"#);
    assert!(function.stop().iter().any(beats));

    let everything = moto.deploy("everything", "template.yaml", &EVERYTHING.into_iter().collect());
    assert_eq!(everything["status"], "CREATE_COMPLETE");
    let allowed = says("iam", "list_role_policies", json!({"RoleName": everything["resources"]["Role"]}));
    let names: Vec<_> = allowed["PolicyNames"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    for name in ["keys", "module-repositories", "sink-sns", "sink-event-bridge", "members"] {
        assert!(names.contains(&name), "{names:?}");
    }
    let outputs = &everything["outputs"];
    let member = json!({"Bus": outputs["Bus"], "FunctionRole": outputs["FunctionRole"]});
    assert_eq!(moto.deploy("member", "member.yaml", &member)["status"], "CREATE_COMPLETE");
}

/// A function under the role of the template, with a policy of its own.
fn function(moto: &Moto, name: &str, attributes: &[&str], more: &[(&str, &str)]) -> Lambda {
    let statement = |attribute: &&str| json!({"attribute": attribute, "allowed_values": ["nothing"]});
    let policy = json!({"task": attributes.iter().map(statement).collect::<Value>()}).to_string();
    let name = format!("/gatecheck/deploy/{name}");
    moto.aws("ssm", "put_parameter", &json!({"Name": name, "Value": policy, "Type": "String", "Overwrite": true}));
    let environment = [("AWS_ENDPOINT_URL", &*moto.endpoint()), ("TASK_POLICY_SSM", &name)];
    Lambda::start(bootstrap(), &[&environment, more].concat())
}

fn rules(report: &Value) -> Vec<&str> {
    assert_eq!((&report["faults"], &report["undecided"]), (&json!([]), &json!([])), "{report}");
    report["violations"].as_array().unwrap().iter().filter_map(|violation| violation["rule"].as_str()).collect()
}

/// An attribute of each family.
const FAMILIES: [&str; 7] = [
    "tags[].value",
    "taskDefinition.family",
    "networkInterfaces[].NetworkInterfaceId",
    "subnet-type",
    "securityGroups[].GroupId",
    "service.serviceName",
    "cluster.clusterName",
];

#[test]
fn the_role_lets_every_family_be_read() {
    let moto = moto();
    let scenario = moto.scenario(&json!({}));
    let (cluster, definition) = (&scenario["cluster"], &scenario["task_definition"]);
    let service = json!({"cluster": cluster, "serviceName": "web", "taskDefinition": definition, "desiredCount": 0});
    moto.aws("ecs", "create_service", &service);
    let mut event = event_from_task(&scenario["task"], "PENDING", 1);
    event["detail"]["group"] = "service:web".into();
    assert_eq!(rules(&invoke(&mut function(&moto, "families", &FAMILIES, &[]), &event)), FAMILIES);
}

#[test]
fn the_role_lets_the_instance_of_a_bridge_task_be_found() {
    let moto = moto();
    let scenario = moto.scenario(&json!({}));
    let wanted =
        json!({"ImageId": "ami-12c6146b", "MinCount": 1, "MaxCount": 1, "SubnetId": scenario["subnets"]["public"]});
    let instance = moto.aws("ec2", "run_instances", &wanted)["Instances"][0]["InstanceId"].clone();
    let identity = json!({"instanceId": instance, "region": "us-west-2", "accountId": "123456789012"}).to_string();
    let registration = json!({"cluster": scenario["cluster"], "instanceIdentityDocument": identity, "instanceIdentityDocumentSignature": "s"});
    let registered = moto.aws("ecs", "register_container_instance", &registration);
    let container = json!({"name": "web", "image": "nginx:1", "memory": 128});
    let definition = json!({"family": "bridge", "networkMode": "bridge", "containerDefinitions": [container]});
    let definition = moto.aws("ecs", "register_task_definition", &definition);

    let mut event = event_from_task(&scenario["task"], "PENDING", 1);
    let detail = &mut event["detail"];
    detail["launchType"] = "EC2".into();
    detail["attachments"] = json!([]);
    detail["containerInstanceArn"] = registered["containerInstance"]["containerInstanceArn"].clone();
    detail["taskDefinitionArn"] = definition["taskDefinition"]["taskDefinitionArn"].clone();
    let report = invoke(&mut function(&moto, "bridge", &["subnet-type"], &[]), &event);
    assert_eq!(rules(&report), ["subnet-type"]);
}

#[test]
fn a_task_of_a_member_account_is_read_by_the_role_there() {
    const MEMBER: &str = "999900001111";
    let moto = moto();
    let scenario = moto.scenario(&json!({"account": MEMBER}));
    let event = event_from_task(&scenario["task"], "PENDING", 1);
    assert!(event["detail"]["taskArn"].as_str().unwrap().contains(MEMBER), "{event}");
    let attributes = ["taskDefinition.family", "subnet-type", "cluster.clusterName"];
    let mut central = function(&moto, "members", &attributes, &[("GATECHECK_MEMBER_ROLE", "gatecheck-facts")]);
    assert_eq!(rules(&invoke(&mut central, &event)), attributes);

    // An account that has no such role is told of, and not taken for this one.
    let without = function(&moto, "members", &attributes, &[("GATECHECK_MEMBER_ROLE", "stage-hand")]);
    let report = { without }.invoke(&event.to_string());
    let report = format!("{report:?}");
    assert!(
        report.contains("sts:AssumeRole: `arn:aws:iam::999900001111:role/stage-hand` cannot be assumed"),
        "{report}"
    );
}

#[test]
fn the_role_lets_modules_be_fetched() {
    let moto = moto();
    let event = event_from_task(&moto.scenario(&json!({}))["task"], "PENDING", 1);
    let region = json!({"LocationConstraint": "us-west-2"});
    moto.aws("s3", "create_bucket", &json!({"Bucket": "modules", "CreateBucketConfiguration": region}));
    moto.aws("s3", "put_object", &json!({"Bucket": "modules", "Key": "policy.wasm", "Body": "module"}));
    let name = "/gatecheck/deploy/module";
    for (module, action, why) in [
        ("s3://modules/policy.wasm", "s3:GetObject", "SHA-256"),
        // A login is there; the registry is not.
        ("oci://123456789012.dkr.ecr.us-west-2.amazonaws.com/policies:1", "ecr:GetAuthorizationToken", "dkr.ecr"),
    ] {
        let entry = json!({"module": module, "sha256": "0".repeat(64), "settings": {}}).to_string();
        moto.aws("ssm", "put_parameter", &json!({"Name": name, "Value": entry, "Type": "String", "Overwrite": true}));
        moto.reset_calls();
        let environment = [("AWS_ENDPOINT_URL", &*moto.endpoint()), ("TASK_POLICY_SSM", name)];
        let outcome = format!("{:?}", Lambda::start(bootstrap(), &environment).invoke(&event.to_string()));
        assert!(outcome.contains(why) && !outcome.contains("refused"), "{outcome}");
        assert!(moto.calls().contains(&action.to_owned()), "{outcome}");
    }
}

#[test]
fn the_role_lets_processes_share_what_they_have_reported() {
    let moto = moto();
    let event = event_from_task(&moto.scenario(&json!({}))["task"], "PENDING", 1);
    let table = json!({"TableName": "reported", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "task", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "task", "KeyType": "HASH"}]});
    moto.aws("dynamodb", "create_table", &table);
    let process = || function(&moto, "reported", &["launchType"], &[("GATECHECK_TABLE", "reported")]);
    assert_eq!(rules(&invoke(&mut process(), &event)), ["launchType"]);
    assert_eq!(rules(&invoke(&mut process(), &event)), [""; 0]);
    let item = moto.aws(
        "dynamodb",
        "get_item",
        &json!({"TableName": "reported", "Key": {"task": {"S": event["detail"]["taskArn"]}}}),
    );
    assert_eq!(item["Item"]["reported"]["SS"].as_array().map(Vec::len), Some(1), "{item}");
    assert!(item["Item"]["expires"]["N"].is_string(), "{item}");
}

#[test]
fn the_role_allows_nothing_that_no_test_needs() {
    let folder = TempDir::new().unwrap();
    let used = folder.path().join("actions");
    // The tests that have a local AWS, once more, in a process that takes down what the function was allowed there.
    let mut tests = Command::new(env::current_exe().unwrap());
    tests.args(["end_to_end::", "deploy::the_role_lets", "deploy::a_task_of"]);
    succeeds(tests.env(ACTIONS, &used));
    let used: BTreeSet<String> = lines(&used);
    let allowed: BTreeSet<String> = moto().allowed_actions().into_iter().collect();
    let services = OF_SERVICES.map(str::to_owned).into();
    let of_binary: BTreeSet<_> = allowed.difference(&services).cloned().collect();
    assert_eq!(of_binary, used);
    assert!(services.is_subset(&allowed));
}

fn lines(file: &Path) -> BTreeSet<String> {
    fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect()
}
