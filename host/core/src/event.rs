//! What started the run: an ECS Task State Change from EventBridge.
//!
//! The event is parsed leniently where AWS may add and strictly where a verdict depends on it; its `detail` becomes a
//! document in the shape of DescribeTasks, so that nobody downstream knows which of the two it came from.

use serde_json::{Map, Value};
use thiserror::Error;

use crate::probe::{self, Probe};

/// The statuses at which a task is judged, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The subnet is known, no interface yet. Only tasks that wait for something before launch have this phase.
    Provisioning,
    /// The interface is attached. The first phase of bridge and host tasks.
    Pending,
    /// Image digests are known.
    Running,
}

/// A task start.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskEvent {
    /// ARN of the task.
    pub task_arn: String,
    /// `detail.version`: rises with each change of the task; duplicates of one event carry the same.
    pub version: u64,
    /// Where in its life the task is.
    pub phase: Phase,
    /// The task in the shape of an element of `tasks` of DescribeTasks.
    pub task: Value,
}

/// What came in.
#[derive(Debug, Clone, PartialEq)]
pub enum Received {
    /// A task to judge.
    Task(Box<TaskEvent>),
    /// Somebody asks whether this would judge.
    Probe(Box<Probe>),
    /// Nothing to judge, with the reason.
    Skipped(Skip),
}

/// Why an event is not judged although nothing is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Skip {
    /// Not a task state change.
    #[error("not a task state change: source `{source_name}`, detail-type `{detail_type}`")]
    OtherKind {
        /// `source` of the event.
        source_name: String,
        /// `detail-type` of the event.
        detail_type: String,
    },
    /// The task is on its way out.
    #[error("the task is stopping: desiredStatus `{0}`")]
    Stopping(String),
    /// It has stopped. The task in the shape of an element of `tasks` of DescribeTasks.
    #[error("the task has stopped")]
    Gone(Box<Value>),
    /// A status between those at which facts become known.
    #[error("nothing new is known of a task at lastStatus `{0}`")]
    Status(String),
}

/// Why an event cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EventError {
    /// Something that every event has is not there.
    #[error("the event has no `{0}`")]
    Missing(&'static str),
    /// Something is of another type than AWS documents.
    #[error("`{pointer}` of the event is not {expected}")]
    WrongType {
        /// JSON pointer into the event.
        pointer: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// An envelope of a version that did not exist when this was built.
    #[error("the event has version `{0}`, this is built for version `0`")]
    Version(String),
}

/// The status of a task that is no more.
pub const GONE: &str = "STOPPED";

/// How many envelopes an event can be in: an SQS message with an SNS notification in it.
const MOST_ENVELOPES: usize = 3;

/// The event in an envelope of SNS (a notification whose `Message` is the event) or of SQS (a batch of one message, or a message that
/// was received); any other value as it is.
pub fn unwrapped(mut value: Value) -> Value {
    for _ in 0..MOST_ENVELOPES {
        let text = match value.get("Records").and_then(Value::as_array).map(Vec::as_slice) {
            Some([record]) => record.get("body"),
            _ if value.get("Type").and_then(Value::as_str) == Some("Notification") => value.get("Message"),
            _ if value.get("ReceiptHandle").is_some() => value.get("Body"),
            _ => None,
        };
        let inner = text.and_then(Value::as_str).and_then(|text| serde_json::from_str(text).ok());
        match inner {
            Some(inner @ Value::Object(_)) => value = inner,
            _ => return value,
        }
    }
    value
}

/// Understands an event.
pub fn parse(event: &Value) -> Result<Received, EventError> {
    if !event.is_object() {
        return Err(EventError::WrongType { pointer: "", expected: "an object" });
    }
    let source_name = text(event, "/source")?;
    let detail_type = text(event, "/detail-type")?;
    if (source_name, detail_type) == (probe::SOURCE, probe::DETAIL_TYPE) {
        return Probe::parse(event).map(|probe| Received::Probe(Box::new(probe)));
    }
    if (source_name, detail_type) != ("aws.ecs", "ECS Task State Change") {
        return Ok(Received::Skipped(Skip::OtherKind {
            source_name: source_name.to_owned(),
            detail_type: detail_type.to_owned(),
        }));
    }
    let version = text(event, "/version")?;
    if version != "0" {
        return Err(EventError::Version(version.to_owned()));
    }
    let detail = event.get("detail").ok_or(EventError::Missing("/detail"))?;
    let detail = detail.as_object().ok_or(EventError::WrongType { pointer: "/detail", expected: "an object" })?;
    let task_arn = text(event, "/detail/taskArn")?.to_owned();
    text(event, "/detail/clusterArn")?;
    text(event, "/detail/taskDefinitionArn")?;
    let version = event.pointer("/detail/version").ok_or(EventError::Missing("/detail/version"))?;
    let version =
        version.as_u64().ok_or(EventError::WrongType { pointer: "/detail/version", expected: "a whole number" })?;

    let desired = text(event, "/detail/desiredStatus")?;
    if text(event, "/detail/lastStatus")? == GONE {
        return Ok(Received::Skipped(Skip::Gone(Box::new(described(detail)))));
    }
    if desired != "RUNNING" {
        return Ok(Received::Skipped(Skip::Stopping(desired.to_owned())));
    }
    let phase = match text(event, "/detail/lastStatus")? {
        "PROVISIONING" => Phase::Provisioning,
        "PENDING" => Phase::Pending,
        "RUNNING" => Phase::Running,
        other => return Ok(Received::Skipped(Skip::Status(other.to_owned()))),
    };
    Ok(Received::Task(Box::new(TaskEvent { task_arn, version, phase, task: described(detail) })))
}

pub(crate) fn text<'a>(event: &'a Value, pointer: &'static str) -> Result<&'a str, EventError> {
    match event.pointer(pointer) {
        None | Some(Value::Null) => Err(EventError::Missing(pointer)),
        Some(Value::String(text)) if text.is_empty() => Err(EventError::Missing(pointer)),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(EventError::WrongType { pointer, expected: "a string" }),
    }
}

/// `detail` of an event as DescribeTasks would have said it.
fn described(detail: &Map<String, Value>) -> Value {
    let mut task = detail.clone();
    task.remove("updatedAt");
    for attachment in objects(task.get_mut("attachments")) {
        if attachment.get("type").and_then(Value::as_str) == Some("eni") {
            attachment.insert("type".to_owned(), "ElasticNetworkInterface".into());
        }
    }
    for container in objects(task.get_mut("containers")) {
        for binding in objects(container.get_mut("networkBindings")) {
            rename(binding, "bindIp", "bindIP");
        }
        for agent in objects(container.get_mut("managedAgents")) {
            rename(agent, "status", "lastStatus");
        }
    }
    Value::Object(task)
}

fn objects(list: Option<&mut Value>) -> impl Iterator<Item = &mut Map<String, Value>> {
    list.and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut)
}

fn rename(object: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = object.remove(from) {
        object.entry(to).or_insert(value);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn event() -> Value {
        json!({"version": "0", "source": "aws.ecs", "detail-type": "ECS Task State Change", "detail": {
            "taskArn": "arn:t", "clusterArn": "arn:c", "taskDefinitionArn": "arn:d", "version": 2,
            "desiredStatus": "RUNNING", "lastStatus": "PENDING", "updatedAt": "2026-11-20T17:57:52.003Z",
            "attachments": [{"type": "eni"}, {"type": "elb"}],
            "containers": [{"networkBindings": [{"bindIp": "0.0.0.0"}], "managedAgents": [{"status": "RUNNING"}]}],
        }})
    }

    fn with(pointer: &str, value: Value) -> Value {
        let mut event = event();
        *event.pointer_mut(pointer).unwrap() = value;
        event
    }

    #[test]
    fn the_detail_becomes_what_describe_tasks_says() {
        let Ok(Received::Task(event)) = parse(&event()) else { panic!("not a task") };
        assert_eq!((event.version, event.phase), (2, Phase::Pending));
        assert_eq!(event.task.get("updatedAt"), None);
        assert_eq!(event.task["attachments"], json!([{"type": "ElasticNetworkInterface"}, {"type": "elb"}]));
        assert_eq!(event.task["containers"][0]["networkBindings"], json!([{"bindIP": "0.0.0.0"}]));
        assert_eq!(event.task["containers"][0]["managedAgents"], json!([{"lastStatus": "RUNNING"}]));
    }

    #[test]
    fn an_event_is_taken_out_of_its_envelopes() {
        let event = event();
        let notification = json!({"Type": "Notification", "TopicArn": "arn", "Message": event.to_string()});
        let record = |body: &Value| json!({"Records": [{"messageId": "1", "body": body.to_string()}]});
        let received = json!({"MessageId": "1", "ReceiptHandle": "r", "Body": event.to_string()});
        for wrapped in [event.clone(), notification.clone(), record(&event), record(&notification), received] {
            assert_eq!(unwrapped(wrapped), event);
        }
        let text = json!({"Type": "Notification", "Message": "hello"});
        assert_eq!(unwrapped(text.clone()), text);
        let nested = (0..10).fold(event, |inner, _| record(&inner));
        assert!(unwrapped(nested).get("Records").is_some());
    }

    #[test]
    fn other_events_are_named_and_skipped() {
        let skip = |event| match parse(&event) {
            Ok(Received::Skipped(skip)) => skip.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            skip(with("/detail-type", "ECS Deployment State Change".into())),
            "not a task state change: source `aws.ecs`, detail-type `ECS Deployment State Change`"
        );
        assert_eq!(
            skip(with("/detail/desiredStatus", "STOPPED".into())),
            "the task is stopping: desiredStatus `STOPPED`"
        );
        assert_eq!(skip(with("/detail/lastStatus", GONE.into())), "the task has stopped");
        assert_eq!(
            skip(with("/detail/lastStatus", "ACTIVATING".into())),
            "nothing new is known of a task at lastStatus `ACTIVATING`"
        );
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let error = |event| parse(&event).unwrap_err().to_string();
        assert_eq!(error(json!([])), "`` of the event is not an object");
        assert_eq!(error(json!({})), "the event has no `/source`");
        assert_eq!(error(with("/version", "1".into())), "the event has version `1`, this is built for version `0`");
        assert_eq!(error(with("/detail/taskArn", Value::Null)), "the event has no `/detail/taskArn`");
        assert_eq!(error(with("/detail/version", "2".into())), "`/detail/version` of the event is not a whole number");
        assert_eq!(error(with("/detail", json!([]))), "`/detail` of the event is not an object");
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[a-zA-Z:/.]{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map("[a-zA-Z]{1,8}", inner, 0..4).prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    /// Every place of a real event.
    const PLACES: [&str; 14] = [
        "/version",
        "/source",
        "/detail-type",
        "/detail",
        "/detail/taskArn",
        "/detail/clusterArn",
        "/detail/version",
        "/detail/desiredStatus",
        "/detail/lastStatus",
        "/detail/attachments",
        "/detail/attachments/0",
        "/detail/containers",
        "/detail/containers/0/networkBindings",
        "/detail/containers/0/managedAgents/0",
    ];

    proptest! {
        #[test]
        fn nothing_crashes_the_parser(value in any_json()) {
            let _ = parse(&value);
        }

        #[test]
        fn anything_anywhere_is_a_task_a_skip_or_an_error(place in prop::sample::select(&PLACES), value in any_json()) {
            if let Ok(Received::Task(event)) = parse(&with(place, value)) {
                // Whoever reads the document finds a task with a name, and the views do not crash on the rest of it.
                prop_assert!(!event.task_arn.is_empty());
                let _ = crate::facts::task::Task::from_document(&event.task);
                let _ = crate::facts::task::containers(&event.task);
                let _ = crate::facts::task::placement(&event.task);
            }
        }

        #[test]
        fn unknown_fields_change_nothing(name in "[a-z]{3,10}X", value in any_json()) {
            let mut event = event();
            event["detail"][&name] = value.clone();
            let Ok(Received::Task(parsed)) = parse(&event) else { panic!("not a task") };
            prop_assert_eq!(&parsed.task[&name], &value);
        }
    }
}
