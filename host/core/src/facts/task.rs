//! The task: typed views over the DescribeTasks shape.

use serde::Serialize;
use serde_json::Value;

use super::json::{Read, boolean, list, str, string, text};
use super::{Facts, Family, Unavailable};

/// The essentials of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "named after the attributes of DescribeTasks; the rest is said in wit/policy.wit")]
pub struct Task {
    pub arn: String,
    pub cluster_arn: String,
    pub account: String,
    pub region: String,
    pub task_definition_arn: String,
    pub family: String,
    pub revision: u32,
    pub group: Option<String>,
    pub service: Option<String>,
    pub status: String,
    pub launch_type: Option<String>,
    pub capacity_provider: Option<String>,
    pub platform_version: Option<String>,
    pub availability_zone: Option<String>,
    pub cpu: Option<String>,
    pub memory: Option<String>,
    pub execute_command: bool,
    pub started_by: Option<String>,
    pub container_instance_arn: Option<String>,
}

impl Task {
    /// Reads an element of `tasks`.
    pub fn from_document(task: &Value) -> Read<Self> {
        let arn = text(task, "taskArn")?;
        let task_definition_arn = text(task, "taskDefinitionArn")?;
        let (family, revision) = family_and_revision(&task_definition_arn);
        let group = string(task, "group")?;
        // arn:PARTITION:ecs:REGION:ACCOUNT:task/CLUSTER/ID
        let mut parts = arn.split(':').skip(3).map(str::to_owned);
        Ok(Self {
            region: parts.next().unwrap_or_default(),
            account: parts.next().unwrap_or_default(),
            cluster_arn: text(task, "clusterArn")?,
            family,
            revision,
            service: group.as_deref().and_then(|group| group.strip_prefix("service:")).map(str::to_owned),
            group,
            status: text(task, "lastStatus")?,
            launch_type: string(task, "launchType")?,
            capacity_provider: string(task, "capacityProviderName")?,
            platform_version: string(task, "platformVersion")?,
            availability_zone: string(task, "availabilityZone")?,
            cpu: string(task, "cpu")?,
            memory: string(task, "memory")?,
            execute_command: boolean(task, "enableExecuteCommand")?.unwrap_or(false),
            started_by: string(task, "startedBy")?,
            container_instance_arn: string(task, "containerInstanceArn")?,
            arn,
            task_definition_arn,
        })
    }
}

/// `arn:...:task-definition/FAMILY:REVISION` → family, revision.
fn family_and_revision(arn: &str) -> (String, u32) {
    let name = arn.rsplit('/').next().unwrap_or_default();
    let (family, revision) = name.rsplit_once(':').unwrap_or((name, ""));
    (family.to_owned(), revision.parse().unwrap_or_default())
}

/// A container of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "named after the attributes of DescribeTasks; the rest is said in wit/policy.wit")]
pub struct Container {
    pub name: String,
    pub image: Option<String>,
    pub image_digest: Option<String>,
    pub status: String,
}

/// The containers of an element of `tasks`.
pub fn containers(task: &Value) -> Result<Vec<Container>, Unavailable> {
    if task.get("containers").is_none_or(Value::is_null) {
        return Err(Unavailable::Other("the task's document has no `containers`".to_owned()));
    }
    let view = |container| {
        Ok(Container {
            name: text(container, "name")?,
            image: string(container, "image")?,
            image_digest: string(container, "imageDigest")?,
            status: text(container, "lastStatus")?,
        })
    };
    list(task, "containers")?.iter().map(view).collect()
}

/// Names and values of the tags of an element of `tasks`.
pub fn tags(task: &Value) -> Read<Vec<(String, String)>> {
    list(task, "tags")?.iter().map(|tag| Ok((text(tag, "key")?, text(tag, "value")?))).collect()
}

/// The task as its event tells it, from an element of `tasks`: without what only DescribeTasks knows.
pub fn without_details(details: &Value) -> Value {
    let mut task = details.clone();
    if let Some(task) = task.as_object_mut() {
        for detail in ["fargateEphemeralStorage", "healthStatus", "inferenceAccelerators", "platformFamily", "tags"] {
            task.remove(detail);
        }
    }
    for container in task.get_mut("containers").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(container) = container.as_object_mut() {
            container.remove("healthStatus");
        }
    }
    task
}

/// An interface of the task's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "named after the attachment's details; the rest is said in wit/policy.wit")]
pub struct Attachment {
    pub subnet_id: Option<String>,
    pub network_interface_id: Option<String>,
    pub private_ipv4_address: Option<String>,
}

/// How a task is in the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placement {
    /// With interfaces of its own (network mode awsvpc).
    Own(Vec<Attachment>),
    /// With those of its container instance, unless its network mode is `none`.
    Instance {
        /// ARN of the container instance.
        container_instance_arn: String,
    },
}

/// How the task is in the network, as far as its document tells.
pub fn placement(task: &Value) -> Result<Placement, Unavailable> {
    let mut attachments = Vec::new();
    let mut is_gone = false;
    for attachment in list(task, "attachments")? {
        if !matches!(str(attachment, "type")?, Some("ElasticNetworkInterface" | "eni")) {
            continue;
        }
        if str(attachment, "status")? == Some("DELETED") {
            is_gone = true;
        } else {
            attachments.push(Attachment::from_document(attachment)?);
        }
    }
    if !attachments.is_empty() {
        return Ok(Placement::Own(attachments));
    }
    if is_gone {
        // No later event brings back what nobody has looked at.
        return Err(Unavailable::Failed("the network interface of the task is deleted already".into()));
    }
    match (str(task, "launchType")?, string(task, "containerInstanceArn")?) {
        (Some("EXTERNAL"), _) => Err(Unavailable::NotApplicable("an external instance is not in a VPC".into())),
        (_, Some(container_instance_arn)) => Ok(Placement::Instance { container_instance_arn }),
        _ => Err(Unavailable::NotYet("no network interface is attached and no instance chosen".into())),
    }
}

impl Attachment {
    fn from_document(attachment: &Value) -> Read<Self> {
        let details = list(attachment, "details")?;
        let detail = |name| -> Read<Option<String>> {
            for detail in details {
                if str(detail, "name")? == Some(name)
                    && let Some(value) = string(detail, "value")?.filter(|value| !value.is_empty())
                {
                    return Ok(Some(value));
                }
            }
            Ok(None)
        };
        Ok(Self {
            subnet_id: detail("subnetId")?,
            network_interface_id: detail("networkInterfaceId")?,
            private_ipv4_address: detail("privateIPv4Address")?,
        })
    }
}

/// The interfaces of the task's own.
pub fn attachments(task: &Value) -> Result<Vec<Attachment>, Unavailable> {
    match placement(task)? {
        Placement::Own(attachments) => Ok(attachments),
        Placement::Instance { .. } => {
            Err(Unavailable::NotApplicable("the task uses the network of its container instance".into()))
        }
    }
}

/// Whether a task at this point of its life has what `family` tells, judged by what the event says of it.
pub fn expects(known: &Facts, family: Family) -> Result<(), Unavailable> {
    let Some(task) = known.get(Family::Task) else { return Ok(()) };
    let task = match (task.as_result(), family) {
        (Ok(task), _) => task,
        // A task definition can be given without any task.
        (Err(_), Family::TaskDefinition) => return Ok(()),
        (Err(reason), _) => return Err(reason.clone()),
    };
    let all_have = |id: fn(&Attachment) -> Option<&String>| match placement(task)? {
        Placement::Own(attachments) if attachments.iter().any(|attachment| id(attachment).is_none()) => {
            Err(Unavailable::NotYet("the network interface is not attached yet".to_owned()))
        }
        _ => Ok(()),
    };
    match family {
        Family::Interfaces | Family::SecurityGroups => all_have(|attachment| attachment.network_interface_id.as_ref()),
        Family::Subnets => all_have(|attachment| attachment.subnet_id.as_ref()),
        Family::Service if Task::from_document(task)?.service.is_none() => {
            Err(Unavailable::NotApplicable("the task belongs to no service".to_owned()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arns_are_taken_apart() {
        let task = Task::from_document(&json!({
            "taskArn": "arn:aws-cn:ecs:cn-north-1:123456789012:task/prod/abc",
            "taskDefinitionArn": "arn:aws-cn:ecs:cn-north-1:123456789012:task-definition/web-app:42",
            "group": "service:web",
        }))
        .unwrap();
        assert_eq!((task.account.as_str(), task.region.as_str()), ("123456789012", "cn-north-1"));
        assert_eq!((task.family.as_str(), task.revision), ("web-app", 42));
        assert_eq!(task.service.as_deref(), Some("web"));
    }

    #[test]
    fn an_event_tells_less_than_describe_tasks() {
        let details = json!({"taskArn": "arn:t", "tags": [], "healthStatus": "HEALTHY", "platformFamily": "Linux",
            "fargateEphemeralStorage": {"sizeInGiB": 20}, "ephemeralStorage": {"sizeInGiB": 20},
            "containers": [{"name": "web", "healthStatus": "HEALTHY"}]});
        let task = json!({"taskArn": "arn:t", "ephemeralStorage": {"sizeInGiB": 20}, "containers": [{"name": "web"}]});
        assert_eq!(without_details(&details), task);
    }

    #[test]
    fn null_and_deleted_details_are_no_interfaces() {
        let task = json!({"attachments": [
            {"type": "eni", "status": "DELETED", "details": [{"name": "networkInterfaceId", "value": "eni-1"}]},
            {"type": "eni", "status": "PRECREATED", "details": [
                {"name": "subnetId", "value": "subnet-1"}, {"name": "networkInterfaceId", "value": null}]},
            {"type": "elb", "status": "PRECREATED", "details": []},
        ]});
        let attachment =
            Attachment { subnet_id: Some("subnet-1".into()), network_interface_id: None, private_ipv4_address: None };
        assert_eq!(attachments(&task), Ok(vec![attachment]));
        // A task that is over before anybody looks at it has not passed.
        let over = json!({"launchType": "FARGATE", "attachments": [{"type": "eni", "status": "DELETED"}]});
        assert!(matches!(attachments(&over), Err(Unavailable::Failed(_))));
    }

    #[test]
    fn a_task_without_interface_is_on_its_instance_or_not_placed() {
        let instance = json!({"attachments": [], "containerInstanceArn": "arn:i"});
        assert!(matches!(placement(&instance), Ok(Placement::Instance { .. })));
        assert!(matches!(placement(&json!({"launchType": "FARGATE"})), Err(Unavailable::NotYet(_))));
        assert!(matches!(placement(&json!({"launchType": "EXTERNAL"})), Err(Unavailable::NotApplicable(_))));
    }

    #[test]
    fn what_cannot_be_read_is_neither_absent_nor_awaited() {
        let spoiled = json!({"containers": [{"name": "web", "image": 7}], "tags": {"team": "web"}, "attachments": [
            {"type": "eni", "details": [{"name": "subnetId", "value": ["subnet-1"]}]}], "cpu": 256});
        assert!(matches!(containers(&spoiled), Err(Unavailable::Other(_))));
        assert!(matches!(attachments(&spoiled), Err(Unavailable::Other(_))));
        assert!(tags(&spoiled).is_err() && Task::from_document(&spoiled).is_err());
        let known = Facts::from_iter([(Family::Task, super::super::Fact::known(spoiled))]);
        assert!(matches!(expects(&known, Family::Interfaces), Err(Unavailable::Other(_))));
    }
}
