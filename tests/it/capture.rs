//! Tasks recorded from AWS, without their secrets, through the real binary.

use std::collections::BTreeMap;
use std::fs;

use gatecheck_core::facts::{Fact, Facts, Family, Unavailable};
use gatecheck_core::recording::{REDACTED, Recording, Redactor};
use gatecheck_tests::aws::RecordedAws;
use gatecheck_tests::binaries::bootstrap;
use gatecheck_tests::command::CommandLine;
use gatecheck_tests::event::event_from_task;
use gatecheck_tests::moto::Moto;
use gatecheck_tests::runtime_api::{Lambda, Outcome};
use serde_json::{Value, json};

use crate::block_on;

const TASK: &str = "arn:aws:ecs:us-west-2:111122223333:task/prod/c13b4cb40f1f4fe4a2971f76ae5a47ad";
const FILE: &str = "web-c13b4cb40f1f4fe4a2971f76ae5a47ad.json";

/// What is violated here, undecided there, and looks at whatever can hold a secret but for the secret itself.
const POLICY: &str = r#"{"task": [
    {"attribute": "image", "type": "pattern", "allowed_values": ["^999900001111\\."]},
    {"attribute": "subnet-type", "allowed_values": ["private"]},
    {"attribute": "ip", "allowed_values": ["private"]},
    {"attribute": "tags[?key=='team'].value", "allowed_values": ["shop"], "required": true},
    {"attribute": "taskDefinition.containerDefinitions[].environment[].name", "allowed_values": ["LOG_LEVEL"]},
    {"attribute": "taskDefinition.containerDefinitions[].secrets[].valueFrom", "type": "pattern", "allowed_values": ["^arn:aws:ssm:"]},
    {"attribute": "taskDefinition.containerDefinitions[].logConfiguration.options | [].keys(@)[]", "allowed_values": ["awslogs-group"]},
    {"attribute": "overrides.containerOverrides[].environment[].name", "allowed_values": ["NONE"]}
]}"#;

/// A recording that comes with the program.
fn base(name: &str) -> Facts {
    let text = CommandLine::new(&[]).prints(0, &["test", "--base", name]);
    Recording::parse(serde_json::from_str(&text).unwrap()).unwrap().facts
}

/// Changes one family of facts, and the task in both of its families.
fn change(facts: &mut Facts, family: Family, change: impl Fn(&mut Value)) {
    let families = if family == Family::Task { vec![Family::Task, Family::TaskDetails] } else { vec![family] };
    for family in families {
        let mut document = facts.get(family).unwrap().as_result().unwrap().clone();
        change(&mut document);
        facts.set(family, Fact::known(document));
    }
}

async fn start(facts: &Facts) -> (RecordedAws, CommandLine) {
    let parameters = BTreeMap::from([("/gatecheck/policy".to_owned(), POLICY.to_owned())]);
    let aws = RecordedAws::start(facts.clone(), parameters).await;
    let command_line = CommandLine::new(&[("AWS_ENDPOINT_URL", &aws.endpoint())]);
    command_line.write("policy.json", POLICY);
    (aws, command_line)
}

fn recorded(command_line: &CommandLine, file: &str) -> Facts {
    let text = fs::read_to_string(command_line.folder().join(file)).unwrap();
    Recording::parse(serde_json::from_str(&text).unwrap()).unwrap().facts
}

/// The report of the function about the first event of a task, and that of the command line about its recording.
fn judged(endpoint: &str, command_line: &CommandLine, details: &Value, file: &str) -> (Value, Value) {
    let event = event_from_task(details, details["lastStatus"].as_str().unwrap(), 1);
    let mut function =
        Lambda::start(bootstrap(), &[("AWS_ENDPOINT_URL", endpoint), ("TASK_POLICY_SSM", "/gatecheck/policy")]);
    let Outcome::Response(live) = function.invoke(&event.to_string()) else { panic!("{:#?}", function.log()) };
    let arguments = ["check", "--policy", "policy.json", "--facts", file, "--format", "json"];
    let replayed = command_line.run(&arguments).stdout;
    (serde_json::from_str(&live).unwrap(), serde_json::from_slice(&replayed).unwrap())
}

#[test]
fn a_task_is_recorded_as_it_is() {
    for name in ["fargate-public", "fargate-private", "fargate-provisioning", "ec2-bridge"] {
        let facts = base(name);
        let (_aws, command_line) = block_on(start(&facts));
        let arn = facts.of_task("taskArn").unwrap().to_owned();
        command_line.prints(0, &["capture", "--task", &arn, "-o", "facts.json"]);
        let recorded = recorded(&command_line, "facts.json");
        for (family, fact) in Redactor::default().facts(&facts).iter() {
            assert_eq!(recorded.get(family), Some(fact), "{family} of {name}");
        }
    }
}

#[test]
fn a_recording_gives_the_verdict_of_the_task_and_no_secret() {
    let secrets =
        ["hunter2-value", "hunter2-override", "hunter2-flag", "hunter2-label", "hunter2-option", "hunter2-url"];
    let mut facts = base("fargate-public");
    change(&mut facts, Family::TaskDefinition, |definition| {
        let container = &mut definition["containerDefinitions"][0];
        container["environment"] =
            json!([{"name": "LOG_LEVEL", "value": "info"}, {"name": "PLAIN", "value": "hunter2-value"}]);
        container["command"] = json!(["serve", "--admin-password", "hunter2-flag"]);
        container["dockerLabels"] = json!({"com.acme.api-key": "hunter2-label", "com.acme.team": "shop"});
        container["logConfiguration"]["options"]["splunk-token"] = "hunter2-option".into();
    });
    change(&mut facts, Family::Task, |task| {
        task["overrides"]["containerOverrides"][0]["environment"] =
            json!([{"name": "MODE", "value": "hunter2-override"}]);
    });
    change(&mut facts, Family::Service, |service| {
        service["events"] = json!([{"message": "cannot pull https://user:hunter2-url@example.com/image"}]);
    });
    let (aws, command_line) = block_on(start(&facts));
    let shown = command_line.prints(0, &["capture", "--task", TASK]);
    assert!(shown.contains("redacted   8 texts") && shown.contains(&format!("recorded in {FILE}")), "{shown}");

    let text = fs::read_to_string(command_line.folder().join(FILE)).unwrap();
    for secret in secrets {
        assert!(!text.contains(secret) && !shown.contains(secret), "{secret}");
    }
    let recorded = recorded(&command_line, FILE);
    let definition = recorded.get(Family::TaskDefinition).unwrap().as_result().unwrap();
    let container = &definition["containerDefinitions"][0];
    assert_eq!(container["command"], json!(["serve", "--admin-password", REDACTED]));
    assert_eq!(container["dockerLabels"], json!({"com.acme.api-key": REDACTED, "com.acme.team": "shop"}));
    assert_eq!(container["secrets"][0]["valueFrom"], "arn:aws:ssm:us-west-2:111122223333:parameter/web/database-url");

    let details = facts.get(Family::TaskDetails).unwrap().as_result().unwrap();
    let (live, replayed) = judged(&aws.endpoint(), &command_line, details, FILE);
    assert!(live["violations"].as_array().unwrap().len() > 6, "{live:#}");
    assert_eq!(replayed, live);
}

#[test]
fn more_is_redacted_and_less_on_demand() {
    let (_aws, command_line) = block_on(start(&base("fargate-public")));
    let more = ["--redact", "^web$", "--redact", "(?i)^database_", "--keep", "LOG_*"];
    command_line.prints(0, &[&["capture", "--task", TASK, "-o", "facts.json"], &more[..]].concat());
    let recorded = recorded(&command_line, "facts.json");
    let definition = recorded.get(Family::TaskDefinition).unwrap().as_result().unwrap();
    let container = &definition["containerDefinitions"][0];
    assert_eq!(container["name"], REDACTED);
    assert_eq!(container["environment"], json!([{"name": "LOG_LEVEL", "value": "info"}]));
    assert_eq!(container["secrets"], json!([{"name": "DATABASE_URL", "valueFrom": REDACTED}]));
}

#[test]
fn what_aws_refuses_is_recorded_and_told() {
    let mut facts = base("fargate-public");
    facts.set(Family::Subnets, Fact::Unavailable(Unavailable::Denied("ec2:DescribeRouteTables".to_owned())));
    let (aws, command_line) = block_on(start(&facts));
    aws.fail("ecs:DescribeClusters", "InvalidParameterException", 400, 1);
    insta::assert_snapshot!("capture_denied", command_line.prints(2, &["capture", "--task", TASK]));
    assert_eq!(recorded(&command_line, FILE).get(Family::Subnets), facts.get(Family::Subnets));

    let details = facts.get(Family::TaskDetails).unwrap().as_result().unwrap();
    let (live, replayed) = judged(&aws.endpoint(), &command_line, details, FILE);
    assert_eq!(live["undecided"][0]["unavailable"][0]["reason"], "denied: ec2:DescribeRouteTables");
    assert_eq!(replayed, live);
}

#[test]
fn a_task_that_has_lost_its_interface_is_told() {
    let mut facts = base("fargate-public");
    change(&mut facts, Family::Task, |task| {
        task["desiredStatus"] = "STOPPED".into();
        for attachment in task["attachments"].as_array_mut().unwrap() {
            attachment["status"] = "DELETED".into();
        }
    });
    let (_aws, command_line) = block_on(start(&facts));
    let shown = command_line.prints(2, &["capture", "--task", TASK]);
    assert!(shown.contains("the network interface of the task is deleted already"), "{shown}");
    assert!(shown.contains("\n  stopping   "), "{shown}");
}

#[test]
fn a_recording_goes_where_it_is_sent() {
    let (_aws, command_line) = block_on(start(&base("fargate-public")));
    let capture = |more: &[&str]| command_line.run(&[&["capture", "--task", TASK], more].concat());
    let piped = capture(&["--output", "-"]);
    let document: Value = serde_json::from_slice(&piped.stdout).unwrap();
    assert!(Recording::parse(document).is_ok());
    assert!(String::from_utf8_lossy(&piped.stderr).contains("known      task, task-details, "));
    assert!(!command_line.folder().join(FILE).exists());

    fs::create_dir(command_line.folder().join("recordings")).unwrap();
    assert!(capture(&["-o", "recordings"]).status.success());
    let shown = command_line.prints(1, &["replay", "recordings", "--policy", "policy.json"]);
    assert!(shown.contains(&format!("recordings/{FILE}")), "{shown}");
    let by_id = ["capture", "--cluster", "prod", "--task", "c13b4cb40f1f4fe4a2971f76ae5a47ad"];
    command_line.prints(0, &by_id);
    assert_eq!(recorded(&command_line, FILE), recorded(&command_line, &format!("recordings/{FILE}")));
}

#[test]
fn a_task_that_cannot_be_recorded_says_why() {
    let mut facts = base("fargate-public");
    let (aws, command_line) = block_on(start(&facts));
    command_line.write("there.json", "kept");
    let mut all = String::new();
    let mut mistake = |arguments: &[&str]| {
        let shown = command_line.prints(2, &[&["capture"], arguments].concat());
        all.push_str(&format!("$ gatecheck capture {}\n{shown}\n", arguments.join(" ")));
    };
    mistake(&["--task", "c13b"]);
    mistake(&["--task", "c13b", "--cluster", "prod"]);
    mistake(&["--task", "prod/c13b", "--cluster", "prod"]);
    mistake(&["--task", "arn:aws:ecs:us-west-2:111122223333:service/prod/web"]);
    mistake(&["--task", "c13b", "--cluster", "arn:aws:ecs:us-west-2:111122223333:task/prod/c13b"]);
    mistake(&["--task", TASK, "--redact", "("]);
    mistake(&["--task", TASK, "-o", "there.json"]);
    mistake(&["--task", TASK, "-o", "nowhere/there.json"]);
    facts.set(Family::TaskDetails, Fact::Unavailable(Unavailable::Denied("ecs:DescribeTasks".to_owned())));
    aws.set_facts(facts);
    mistake(&["--task", TASK]);
    insta::assert_snapshot!("capture_mistakes", all);
    assert_eq!(fs::read_to_string(command_line.folder().join("there.json")).unwrap(), "kept");
}

#[test]
fn a_task_of_moto_is_recorded_in_the_region_of_its_arn() {
    let moto = Moto::start();
    let parameters = json!({"/gatecheck/policy": POLICY});
    let scenario = moto.scenario(&json!({"subnet": "public", "parameters": parameters}));
    let task = &scenario["task"];
    let elsewhere = [("AWS_ENDPOINT_URL", &*moto.endpoint()), ("AWS_REGION", "eu-central-1")];
    let command_line = CommandLine::new(&elsewhere);
    command_line.write("policy.json", POLICY);
    moto.reset_calls();
    let shown = command_line.prints(0, &["capture", "--task", task["taskArn"].as_str().unwrap(), "-o", "facts.json"]);
    assert!(shown.contains("has none   service (not applicable: the task belongs to no service)"), "{shown}");
    let mut calls = moto.calls();
    calls.sort();
    calls.dedup();
    let asked = [
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ecs:DescribeClusters",
        "ecs:DescribeTaskDefinition",
        "ecs:DescribeTasks",
    ];
    assert_eq!(calls, asked);

    let (live, replayed) = judged(&moto.endpoint(), &command_line, task, "facts.json");
    assert!(live["violations"].as_array().unwrap().len() > 2, "{live:#}");
    assert_eq!(replayed, live);
}

#[test]
fn help_says_what_is_redacted() {
    insta::assert_snapshot!("capture_help", CommandLine::new(&[]).prints(0, &["capture", "--help"]));
}
