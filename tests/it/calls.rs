//! Which AWS calls a policy costs: exactly those that it needs, whoever asks.

use std::collections::BTreeMap;

use gatecheck_tests::aws::RecordedAws;
use gatecheck_tests::binaries::bootstrap;
use gatecheck_tests::cases::Case;
use gatecheck_tests::runtime_api::{Lambda, Outcome};
use serde_json::{Value, json};

use crate::block_on;

/// The calls, SSM apart, of judging the events one after the other in one process.
async fn calls(case: &Case, statements: Value, events: &[Value]) -> Vec<Vec<String>> {
    let policy = json!({"task": statements}).to_string();
    let aws = RecordedAws::start(case.facts.clone(), BTreeMap::from([("/p".to_owned(), policy)])).await;
    let mut function = Lambda::start(bootstrap(), &[("AWS_ENDPOINT_URL", &aws.endpoint()), ("TASK_POLICY_SSM", "/p")]);
    let mut calls = Vec::new();
    for event in events {
        aws.clear_calls();
        let outcome = function.invoke(&event.to_string());
        assert!(matches!(outcome, Outcome::Response(_)), "{outcome:?}");
        let mut made: Vec<_> = aws.calls().into_iter().filter(|call| call != "ssm:GetParameter").collect();
        made.sort();
        calls.push(made);
    }
    calls
}

fn statements(attributes: &[&str]) -> Value {
    attributes.iter().map(|attribute| json!({"attribute": attribute, "allowed_values": ["private"]})).collect()
}

#[test]
fn what_the_event_says_costs_nothing() {
    block_on(async {
        let case = Case::load("fargate-public");
        for attributes in [&["image"][..], &["cpu", "overrides.taskRoleArn", "subnet-id", "containers[].name"]] {
            let made = calls(&case, statements(attributes), std::slice::from_ref(&case.event)).await;
            assert_eq!(made, [Vec::<String>::new()], "{attributes:?}");
        }
    });
}

#[test]
fn subnet_type_and_ip_cost_one_call_each() {
    block_on(async {
        let case = Case::load("fargate-public");
        let made = calls(&case, statements(&["subnet-type", "ip"]), std::slice::from_ref(&case.event)).await;
        assert_eq!(made, [["ec2:DescribeNetworkInterfaces", "ec2:DescribeRouteTables", "ec2:DescribeSubnets"]]);

        let case = Case::load("subnet-implicit-main-table");
        let made = calls(&case, statements(&["subnet-type"]), std::slice::from_ref(&case.event)).await;
        assert_eq!(made, [["ec2:DescribeRouteTables", "ec2:DescribeRouteTables", "ec2:DescribeSubnets"]]);
    });
}

#[test]
fn ip_alone_does_not_ask_for_subnets() {
    block_on(async {
        let case = Case::load("fargate-public");
        let made = calls(&case, statements(&["ip"]), std::slice::from_ref(&case.event)).await;
        assert_eq!(made, [["ec2:DescribeNetworkInterfaces"]]);
    });
}

#[test]
fn tags_cost_describe_tasks_and_the_definition_is_remembered() {
    block_on(async {
        let case = Case::load("tags-required");
        let mut second = case.event.clone();
        second["detail"]["taskArn"] = "arn:aws:ecs:us-west-2:111122223333:task/prod/another".into();
        let made = calls(
            &case,
            json!([
                {"attribute": "tags[?key=='team'].value", "type": "pattern", "allowed_values": ["."]},
                {"attribute": "taskDefinition.networkMode", "allowed_values": ["awsvpc"]},
            ]),
            &[case.event.clone(), second],
        )
        .await;
        assert_eq!(made[0], ["ecs:DescribeTaskDefinition", "ecs:DescribeTasks"]);
        assert_eq!(made[1], ["ecs:DescribeTasks"]);
    });
}
