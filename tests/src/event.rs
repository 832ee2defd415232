//! The events that ECS sends about a task.

use serde_json::{Map, Value, json};

/// The ECS Task State Change event of a task, as DescribeTasks prints it once it runs, for the moment when its status
/// was `PROVISIONING`, `PENDING` or a later one.
pub fn event_from_task(task: &Value, status: &str, version: u64) -> Value {
    let arn = task["taskArn"].as_str().unwrap();
    let mut detail = task.as_object().unwrap().clone();
    // An event never has tags.
    detail.remove("tags");
    detail.insert("lastStatus".into(), status.into());
    detail.insert("version".into(), version.into());
    for attachment in items(&mut detail, "attachments") {
        if attachment["type"] == "ElasticNetworkInterface" {
            attachment["type"] = "eni".into();
        }
    }

    if status == "PROVISIONING" {
        forget_interface(&mut detail);
    }
    if ["PROVISIONING", "PENDING"].contains(&status) {
        forget_start(&mut detail);
    }

    let mut updated_at = String::new();
    for (_, time) in detail.iter_mut().filter(|(name, _)| name.ends_with("At")) {
        let text = time.as_str().unwrap().replace("+00:00", "Z");
        updated_at = updated_at.max(text.clone());
        *time = text.into();
    }
    detail.insert("updatedAt".into(), updated_at.clone().into());

    let mut arn_parts = arn.split(':').skip(3);
    json!({
        "version": "0",
        "id": format!("00000000-0000-0000-0000-{version:012}"),
        "detail-type": "ECS Task State Change",
        "source": "aws.ecs",
        "region": arn_parts.next(),
        "account": arn_parts.next(),
        // To the second, where the detail's times have milliseconds.
        "time": format!("{}Z", &updated_at[.."2026-11-20T17:57:58".len()]),
        "resources": [arn],
        "detail": detail,
    })
}

/// While a task is being provisioned, its subnet is known but its interface is not.
fn forget_interface(detail: &mut Map<String, Value>) {
    for attachment in items(detail, "attachments") {
        attachment["status"] = "PRECREATED".into();
        attachment["details"].as_array_mut().unwrap().retain(|part| part["name"] == "subnetId");
    }
    for container in items(detail, "containers") {
        container["networkInterfaces"] = json!([]);
    }
}

/// Before a task has started, no image has been pulled.
fn forget_start(detail: &mut Map<String, Value>) {
    for name in ["connectivity", "connectivityAt", "pullStartedAt", "pullStoppedAt", "startedAt"] {
        detail.remove(name);
    }
    for container in items(detail, "containers") {
        container["lastStatus"] = "PENDING".into();
        let container = container.as_object_mut().unwrap();
        container.remove("imageDigest");
        container.remove("runtimeId");
    }
}

fn items<'a>(detail: &'a mut Map<String, Value>, name: &str) -> impl Iterator<Item = &'a mut Value> {
    detail.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten()
}
