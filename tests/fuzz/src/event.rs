//! The event: whatever EventBridge hands over is a task, something to be skipped, or an error, and the same every time.

use gatecheck_core::event::{Received, parse};
use gatecheck_core::facts::{Fact, Facts, Family, views};
use serde_json::Value;

use crate::mutate::json;
use crate::random::Random;

const WORDS: [&str; 20] = [
    "version",
    "source",
    "detail-type",
    "detail",
    "taskArn",
    "clusterArn",
    "taskDefinitionArn",
    "desiredStatus",
    "lastStatus",
    "updatedAt",
    "attachments",
    "containers",
    "networkBindings",
    "bindIp",
    "bindIP",
    "managedAgents",
    "status",
    "eni",
    "RUNNING",
    "PENDING",
];

/// Checks what holds for every event.
pub fn run(data: &[u8]) {
    let Ok(event) = serde_json::from_slice::<Value>(data) else { return };
    let received = parse(&event);
    assert_eq!(received, parse(&event), "not the same every time");
    match received {
        Ok(Received::Task(received)) => {
            let told = |key: &str| event.pointer(&format!("/detail/{key}"));
            assert!(!received.task_arn.is_empty(), "a task without ARN");
            assert_eq!(told("taskArn").and_then(Value::as_str), Some(received.task_arn.as_str()));
            assert_eq!(told("version").and_then(Value::as_u64), Some(received.version));
            assert_eq!(told("desiredStatus").and_then(Value::as_str), Some("RUNNING"));
            // Whoever comes later reads the task in its document, and finds the one that was received.
            assert_eq!(received.task.get("taskArn"), told("taskArn"));
            let _ = views(&Facts::from_iter([(Family::Task, Fact::known(received.task))]));
            unknown_fields_change_nothing(&event);
        }
        Ok(Received::Probe(probe)) => assert!(!probe.id.is_empty()),
        Ok(Received::Skipped(skip)) => assert!(!skip.to_string().is_empty()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// AWS may add to an event at any time.
fn unknown_fields_change_nothing(event: &Value) {
    const ADDED: &str = "addedByAws";
    let Ok(Received::Task(before)) = parse(event) else { return };
    let mut event = event.clone();
    event[ADDED] = "x".into();
    event["detail"][ADDED] = "x".into();
    let Ok(Received::Task(mut after)) = parse(&event) else { panic!("an added field makes it no task") };
    after.task.as_object_mut().unwrap().remove(ADDED);
    let mut before = before;
    before.task.as_object_mut().unwrap().remove(ADDED);
    assert_eq!(before, after, "an added field changes the task");
}

/// An event that is like another one.
pub fn mutate(data: &[u8], random: &mut Random) -> Vec<u8> {
    json::mutate(data, &WORDS, random)
}
