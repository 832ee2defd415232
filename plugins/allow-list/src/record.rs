//! What the typed records of a task carry: read from there wherever it is exactly what the document says.

use gatecheck_sdk::{Container, Task};
use serde_json::Value;

/// An attribute of the task. None: the record does not carry it, or cannot tell whether the document does. A text that is
/// missing there or no text is `None` or empty here, and a switch that is missing is off.
pub(crate) fn value(task: &Task, key: &str) -> Option<Value> {
    if let Some(is_on) = switch(key) {
        return is_on(task).then_some(Value::Bool(true));
    }
    let text = match key {
        "clusterArn" => &task.cluster_arn,
        "lastStatus" => &task.status,
        "taskArn" => &task.arn,
        "taskDefinitionArn" => &task.task_definition_arn,
        "availabilityZone" => task.availability_zone.as_ref()?,
        "capacityProviderName" => task.capacity_provider.as_ref()?,
        "containerInstanceArn" => task.container_instance_arn.as_ref()?,
        "cpu" => task.cpu.as_ref()?,
        "group" => task.group.as_ref()?,
        "launchType" => task.launch_type.as_ref()?,
        "memory" => task.memory.as_ref()?,
        "platformVersion" => task.platform_version.as_ref()?,
        "startedBy" => task.started_by.as_ref()?,
        _ => return None,
    };
    known(text)
}

/// Whether an attribute is on, if it is a switch: otherwise it is off or missing.
pub(crate) fn switch(key: &str) -> Option<fn(&Task) -> bool> {
    match key {
        "enableExecuteCommand" => Some(|task| task.execute_command),
        _ => None,
    }
}

/// An attribute of each container; none if one of the records cannot tell.
pub(crate) fn each(containers: &[Container], key: &str) -> Option<Vec<Value>> {
    let text = |container: &Container| match key {
        "name" => known(&container.name),
        "lastStatus" => known(&container.status),
        "image" => known(container.image.as_ref()?),
        "imageDigest" => known(container.image_digest.as_ref()?),
        _ => None,
    };
    containers.iter().map(text).collect()
}

fn known(text: &str) -> Option<Value> {
    (!text.is_empty()).then(|| Value::from(text))
}

#[cfg(test)]
mod tests {
    use gatecheck_sdk::testing;

    use super::*;

    #[test]
    fn what_a_record_cannot_tell_is_none() {
        let mut task = testing::task("web");
        task.cpu = Some("256".to_owned());
        task.started_by = None;
        task.status = String::new();
        task.execute_command = false;
        assert_eq!(value(&task, "cpu"), Some("256".into()));
        for key in ["startedBy", "lastStatus", "enableExecuteCommand", "tags"] {
            assert_eq!(value(&task, key), None, "{key}");
        }
        task.execute_command = true;
        assert_eq!(value(&task, "enableExecuteCommand"), Some(true.into()));
    }

    #[test]
    fn a_container_that_cannot_tell_speaks_for_all() {
        let mut containers = [testing::container("web", "nginx"), testing::container("app", "app:1")];
        assert_eq!(each(&containers, "image"), Some(vec!["nginx".into(), "app:1".into()]));
        containers[1].image = None;
        assert_eq!(each(&containers, "image"), None);
        assert_eq!(each(&containers, "healthStatus"), None);
        assert_eq!(each(&[], "name"), Some(vec![]));
    }
}
