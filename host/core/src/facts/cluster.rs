//! The cluster: a typed view over the DescribeClusters shape.

use serde::Serialize;
use serde_json::Value;

use super::json::{list, string, text};

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
    pub fn from_document(cluster: &Value) -> Self {
        let exec = cluster.pointer("/configuration/executeCommandConfiguration").unwrap_or(&Value::Null);
        Self {
            arn: text(cluster, "clusterArn"),
            name: text(cluster, "clusterName"),
            status: text(cluster, "status"),
            container_insights: list(cluster, "settings")
                .iter()
                .find(|setting| setting.get("name").and_then(Value::as_str) == Some("containerInsights"))
                .and_then(|setting| string(setting, "value")),
            execute_command_logging: string(exec, "logging"),
        }
    }
}
