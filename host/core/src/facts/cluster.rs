//! The cluster: a typed view over the DescribeClusters shape.

use serde::Serialize;
use serde_json::Value;

use super::json::{Read, list, object, str, string, text};

/// The essentials of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "named after the attributes of DescribeClusters; see wit/policy.wit")]
pub struct Cluster {
    pub arn: String,
    pub name: String,
    pub status: String,
    pub container_insights: Option<String>,
    pub execute_command_logging: Option<String>,
}

impl Cluster {
    /// Reads an element of `clusters`.
    pub fn from_document(cluster: &Value) -> Read<Self> {
        let exec = object(object(cluster, "configuration")?, "executeCommandConfiguration")?;
        let mut container_insights = None;
        for setting in list(cluster, "settings")? {
            if str(setting, "name")? == Some("containerInsights") {
                container_insights = string(setting, "value")?;
            }
        }
        Ok(Self {
            arn: text(cluster, "clusterArn")?,
            name: text(cluster, "clusterName")?,
            status: text(cluster, "status")?,
            container_insights,
            execute_command_logging: string(exec, "logging")?,
        })
    }
}
