//! The service: a typed view over the DescribeServices shape.

use serde::Serialize;
use serde_json::Value;

use super::json::{Read, boolean, number, object, str, string, text};

/// The essentials of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "named after the attributes of DescribeServices; see wit/policy.wit")]
pub struct Service {
    pub arn: String,
    pub name: String,
    pub status: String,
    pub launch_type: Option<String>,
    pub platform_version: Option<String>,
    pub desired_count: u32,
    pub assign_public_ip: Option<bool>,
    pub execute_command: bool,
    pub propagate_tags: Option<String>,
}

impl Service {
    /// Reads an element of `services`.
    pub fn from_document(service: &Value) -> Read<Self> {
        let network = object(object(service, "networkConfiguration")?, "awsvpcConfiguration")?;
        Ok(Self {
            arn: text(service, "serviceArn")?,
            name: text(service, "serviceName")?,
            status: text(service, "status")?,
            launch_type: string(service, "launchType")?,
            platform_version: string(service, "platformVersion")?,
            desired_count: number(service, "desiredCount")?.unwrap_or_default(),
            assign_public_ip: str(network, "assignPublicIp")?.map(|assign| assign == "ENABLED"),
            execute_command: boolean(service, "enableExecuteCommand")?.unwrap_or(false),
            propagate_tags: string(service, "propagateTags")?,
        })
    }
}
