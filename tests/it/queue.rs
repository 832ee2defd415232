//! Many events at once, from a queue: judged concurrently, with shared calls, each failing alone.

use std::collections::BTreeMap;
use std::ops::Range;

use gatecheck_core::facts::{Fact, Family};
use gatecheck_tests::aws::RecordedAws;
use gatecheck_tests::binaries::bootstrap;
use gatecheck_tests::cases::Case;
use gatecheck_tests::hook::{Hook, Reply};
use gatecheck_tests::runtime_api::{Lambda, Outcome};
use serde_json::{Value, json};

use crate::block_on;

/// A task of a service, as its event tells it once it runs.
fn event(task: usize, service: usize) -> Value {
    let mut event = Case::load("fargate-running").event;
    let detail = &mut event["detail"];
    detail["taskArn"] = arn(task).into();
    detail["group"] = format!("service:web-{service}").into();
    detail["version"] = 1.into();
    event
}

fn arn(task: usize) -> String {
    format!("arn:aws:ecs:us-west-2:111122223333:task/prod/{task:032x}")
}

/// What SQS hands over.
fn batch(events: impl IntoIterator<Item = Value>) -> Value {
    let record = |(number, event): (usize, Value)| {
        let body = event.as_str().map_or_else(|| event.to_string(), str::to_owned);
        json!({"messageId": format!("m{number}"), "body": body, "eventSource": "aws:sqs", "attributes": {}})
    };
    json!({"Records": events.into_iter().enumerate().map(record).collect::<Vec<_>>()})
}

/// The messages that stay in the queue.
fn failed(function: &mut Lambda, batch: &Value) -> Vec<String> {
    let outcome = function.invoke(&batch.to_string());
    let Outcome::Response(answer) = outcome else { panic!("{outcome:?}\n{:#?}", function.log()) };
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let failures = answer["batchItemFailures"].as_array().unwrap().iter();
    failures.map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned()).collect()
}

/// An account in which these tasks run, with this policy.
async fn account(tasks: Range<usize>, policy: &Value) -> RecordedAws {
    let mut facts = Case::load("fargate-public").facts;
    facts.set(Family::TaskDetails, details(tasks));
    RecordedAws::start(facts, BTreeMap::from([("/p".to_owned(), policy.to_string())])).await
}

/// What DescribeTasks says of tasks.
fn details(tasks: Range<usize>) -> Fact {
    let case = Case::load("fargate-running");
    let of = |task: usize| {
        let mut detail = case.event["detail"].clone();
        detail["taskArn"] = arn(task).into();
        detail["tags"] = json!([{"key": "team", "value": "payments"}]);
        detail
    };
    Fact::known(tasks.map(of).collect())
}

fn start(aws: &RecordedAws, hook: &Hook) -> Lambda {
    let environment =
        [("AWS_ENDPOINT_URL", &*aws.endpoint()), ("TASK_POLICY_SSM", "/p"), ("ALERT_WEBHOOK", &hook.url())];
    Lambda::start(bootstrap(), &environment)
}

#[test]
fn a_hundred_tasks_are_described_in_one_call_and_told_in_one_message() {
    let tags = json!({"attribute": "tags[?key=='team'].value", "allowed_values": ["web"], "rule": "team"});
    let subnet = json!({"attribute": "subnet-type", "allowed_values": ["private"]});
    block_on(async {
        let aws = account(0..100, &json!({"task": [tags, subnet]})).await;
        let hook = Hook::start(&[]);
        let mut function = start(&aws, &hook);
        assert!(failed(&mut function, &batch((0..100).map(|task| event(task, 1)))).is_empty());
        let mut calls = aws.calls();
        calls.sort();
        assert_eq!(
            calls,
            ["ec2:DescribeRouteTables", "ec2:DescribeSubnets", "ecs:DescribeTasks", "ssm:GetParameter"],
            "the same for all tasks is asked once"
        );
        let told = hook.taken();
        assert_eq!(told.len(), 1);
        let text = told[0]["violation"].as_str().unwrap();
        assert!(text.contains("and 97 more tasks"), "{text}");
        let log = function.stop();
        assert_eq!(log.iter().filter(|line| line.contains("Found policy violation.")).count(), 200);
    });
}

#[test]
fn all_rules_of_the_baseline_share_their_calls() {
    block_on(async {
        let aws = account(0..100, &json!({"module": "ecs-baseline", "settings": {"profile": "strict"}})).await;
        let hook = Hook::start(&[]);
        let mut function = start(&aws, &hook);
        assert!(failed(&mut function, &batch((0..100).map(|task| event(task, task % 10)))).is_empty());
        let mut calls = aws.calls();
        calls.sort();
        calls.dedup();
        let families =
            ["ecs:DescribeClusters", "ecs:DescribeServices", "ecs:DescribeTaskDefinition", "ecs:DescribeTasks"];
        assert!(families.iter().all(|family| calls.iter().any(|call| call == family)), "{calls:?}");
        assert!(aws.calls().len() <= 20, "{:?}", aws.calls());
    });
}

#[test]
fn one_bad_event_fails_alone() {
    block_on(async {
        let aws = account(0..3, &json!({"task": [{"attribute": "image", "allowed_values": ["mine"]}]})).await;
        let hook = Hook::start(&[]);
        let mut function = start(&aws, &hook);
        let mut broken = event(1, 1);
        broken["detail"]["version"] = "one".into();
        let mut stopping = event(2, 1);
        stopping["detail"]["desiredStatus"] = "STOPPED".into();
        let events = [event(0, 1), "no JSON".into(), broken, stopping, json!(["no event"])];
        assert_eq!(failed(&mut function, &batch(events)), ["m1", "m2", "m4"]);
        assert_eq!(hook.taken().len(), 1);
        assert!(failed(&mut function, &json!({"Records": []})).is_empty());
        // An event alone is answered as ever.
        let Outcome::Response(report) = function.invoke(&event(2, 1).to_string()) else { panic!() };
        assert!(report.contains("\"violations\":[{"), "{report}");
    });
}

#[test]
fn the_events_of_a_task_are_judged_in_their_order_whatever_the_order_in_the_batch() {
    block_on(async {
        let names = ["fargate-running", "fargate-provisioning", "fargate-pending"];
        let events: Vec<_> = names.map(|name| Case::load(name).event).into();
        let policy = json!({"task": [{"attribute": "image", "allowed_values": ["mine"]}]});
        let aws = account(0..1, &policy).await;
        let hook = Hook::start(&[]);
        let mut function = start(&aws, &hook);
        // Each of them twice.
        assert!(failed(&mut function, &batch(events.iter().chain(&events).cloned())).is_empty());
        assert_eq!(aws.calls(), ["ssm:GetParameter"], "the events tell all that the policy reads");
        assert_eq!(hook.taken().len(), 1);
        assert!(failed(&mut function, &batch(events)).is_empty());
        assert_eq!(hook.taken().len(), 1, "all of them were judged before");
    });
}

#[test]
fn a_repeated_event_fails_with_the_one_it_repeats() {
    block_on(async {
        let aws = account(0..2, &json!({"task": [{"attribute": "image", "allowed_values": ["mine"]}]})).await;
        let hook = Hook::start(&[Reply::Status(410)]);
        let mut function = start(&aws, &hook);
        assert_eq!(failed(&mut function, &batch([event(0, 1), event(0, 1)])), ["m0", "m1"]);
        assert!(failed(&mut function, &batch([event(0, 1), event(0, 1)])).is_empty());
        assert_eq!(hook.taken().len(), 1);
    });
}

/// 10,000 events of 500 services: every violation is delivered exactly once, calls are shared, memory does not grow.
#[test]
fn ten_thousand_events() {
    const SERVICES: usize = 500;
    const BATCHES: usize = 100;
    let tags = json!({"attribute": "tags[?key=='team'].value", "allowed_values": ["web"], "rule": "team"});
    block_on(async {
        let aws = account(0..0, &json!({"task": [tags]})).await;
        let hook = Hook::start(&[]);
        let mut function = start(&aws, &hook);
        let mut early = None;
        for number in 0..BATCHES {
            let tasks = number * 100..number * 100 + 100;
            aws.set_fact(Family::TaskDetails, details(tasks.clone()));
            let events = tasks.map(|task| event(task, task / 2 % SERVICES));
            assert!(failed(&mut function, &batch(events)).is_empty());
            if number == 9 {
                early = function.peak_memory();
            }
        }
        let mut told: Vec<String> = Vec::new();
        for text in hook.taken() {
            let text = text["violation"].as_str().unwrap().to_owned();
            told.extend(text.split('\'').filter(|part| part.contains(":task/")).map(str::to_owned));
        }
        told.sort();
        assert_eq!(told, (0..100 * BATCHES).map(arn).collect::<Vec<_>>(), "each task is told of once");
        let calls = aws.calls();
        assert_eq!(calls.iter().filter(|call| *call == "ecs:DescribeTasks").count(), BATCHES);
        if let (Some(early), Some(late)) = (early, function.peak_memory()) {
            assert!(late < early + early / 10, "{early} bytes after 1,000 events, {late} after 10,000");
        }
    });
}
