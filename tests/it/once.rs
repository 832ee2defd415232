//! Each violation once over the events of a task: three events, each twice, in any order.

use std::collections::BTreeMap;

use gatecheck_tests::aws::RecordedAws;
use gatecheck_tests::binaries::bootstrap;
use gatecheck_tests::cases::Case;
use gatecheck_tests::runtime_api::{Lambda, Outcome};
use serde_json::{Value, json};

use crate::block_on;

/// `rule object` of all violations over a sequence of events, in the order in which they were told.
async fn told(case: &Case, policy: &Value, events: &[&Value]) -> Vec<String> {
    let aws = RecordedAws::start(case.facts.clone(), BTreeMap::from([("/p".to_owned(), policy.to_string())])).await;
    let mut function = Lambda::start(bootstrap(), &[("AWS_ENDPOINT_URL", &aws.endpoint()), ("TASK_POLICY_SSM", "/p")]);
    let mut told = Vec::new();
    for event in events {
        let outcome = function.invoke(&event.to_string());
        let Outcome::Response(report) = outcome else { panic!("{outcome:?}\n{:#?}", function.log()) };
        let report: Value = serde_json::from_str(&report).unwrap();
        for violation in report["violations"].as_array().into_iter().flatten() {
            told.push(format!("{} {}", violation["rule"].as_str().unwrap(), violation["object"].as_str().unwrap()));
        }
    }
    let log = function.stop();
    let logged = log.iter().filter(|line| line.contains("Found policy violation.")).count();
    assert_eq!(logged, told.len(), "{log:#?}");
    told
}

#[test]
fn the_events_of_a_fargate_task_tell_each_violation_once() {
    let [provisioning, pending, running] =
        ["fargate-provisioning", "fargate-pending", "fargate-running"].map(|name| Case::load(name).event);
    let case = Case::load("fargate-pending");
    let policy = json!({"task": [
        {"attribute": "image", "allowed_values": ["mine"]},
        {"attribute": "subnet-type", "allowed_values": ["private"]},
        {"attribute": "ip", "allowed_values": ["private"]},
        {"attribute": "containers[].imageDigest", "allowed_values": ["sha256:approved"], "rule": "digest"},
    ]});
    let once =
        ["digest task", "digest task", "image web", "ip eni-0abc1234def567890", "subnet-type subnet-0abc1234def567890"];
    block_on(async {
        for events in [
            vec![&provisioning, &provisioning, &pending, &pending, &running, &running],
            vec![&running, &provisioning, &pending, &running, &provisioning, &pending],
            vec![&pending, &running, &pending, &provisioning, &running, &provisioning],
        ] {
            let mut told = told(&case, &policy, &events).await;
            told.sort();
            assert_eq!(told, once);
        }
        // In their order, each event tells what it brought.
        let told = told(&case, &policy, &[&provisioning, &pending, &running]).await;
        assert_eq!(
            told,
            [
                "image web",
                "subnet-type subnet-0abc1234def567890",
                "ip eni-0abc1234def567890",
                "digest task",
                "digest task",
            ]
        );
    });
}

#[test]
fn what_an_event_could_not_tell_the_next_one_tells() {
    let [provisioning, pending] = ["fargate-provisioning", "fargate-pending"].map(|name| Case::load(name).event);
    let policy = json!({"task": [{"attribute": "subnet-type", "allowed_values": ["private"]},
        {"attribute": "image", "allowed_values": ["mine"]}]})
    .to_string();
    block_on(async {
        let aws =
            RecordedAws::start(Case::load("fargate-pending").facts, BTreeMap::from([("/p".to_owned(), policy)])).await;
        let mut function =
            Lambda::start(bootstrap(), &[("AWS_ENDPOINT_URL", &aws.endpoint()), ("TASK_POLICY_SSM", "/p")]);
        let mut counts = |event: &Value| {
            let Outcome::Response(report) = function.invoke(&event.to_string()) else { panic!("no report") };
            let report: Value = serde_json::from_str(&report).unwrap();
            ["violations", "undecided"].map(|list| report[list].as_array().unwrap().len())
        };
        aws.fail("ec2:DescribeSubnets", "InvalidParameterValue", 400, 1);
        assert_eq!(counts(&provisioning), [1, 1], "the image");
        assert_eq!(counts(&pending), [1, 0], "the subnet, and not the image again");
    });
}

#[test]
fn a_bridge_task_is_judged_when_it_is_pending() {
    let case = Case::load("bridge-public-instance");
    let running = Case::load("bridge-running").event;
    let policy = json!({"task": [
        {"attribute": "image", "allowed_values": ["mine"]},
        {"attribute": "ip", "allowed_values": ["private"]},
    ]});
    block_on(async {
        let at_pending = told(&case, &policy, &[&case.event]).await;
        assert_eq!(at_pending, ["image app", "ip eni-0instance123456789"]);
        assert_eq!(told(&case, &policy, &[&case.event, &running, &case.event]).await, at_pending);
    });
}
