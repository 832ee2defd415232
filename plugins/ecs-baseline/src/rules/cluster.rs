//! What is known of a cluster as it runs.

use gatecheck_sdk::{Severity, Unknown};
use serde_json::Value;

use crate::check::Check;
use crate::known::Known;
use crate::rule::{Level, Rule};

pub(super) const RULES: &[Rule] = &[Rule {
    id: "cluster-container-insights",
    title: "Clusters have Container Insights",
    severity: Severity::Medium,
    level: Level::Strict,
    what: "The setting `containerInsights` of the cluster is neither `enabled` nor `enhanced`.",
    why: "Without its metrics, nobody sees which task ran out of memory, or why tasks are restarted.",
    fix: "set `containerInsights` of the cluster to `enabled` or `enhanced`",
    line: "aws ecs update-cluster-settings --cluster prod --settings name=containerInsights,value=enhanced",
    except: "It is paid for by metric, and other tools measure the same; that is why the rule is not part of `recommended`.",
    controls: &[
        "security-hub:ECS.12",
        "aws-config:ecs-container-insights-enabled",
        "cis-compute-1.1.0:3.9",
        "control-tower:CT.ECS.PR.2",
        "checkov:CKV_AWS_65",
        "prowler:ecs_cluster_container_insights_enabled",
        "trivy:AWS-0034",
        "kics:ab759fde",
        "kics:97cb0688",
        "kics:abcefee4",
    ],
    reads: &["cluster"],
    parameters: &[],
    evaluate: container_insights,
}];

fn container_insights(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    let mut value = None;
    for setting in known.cluster()?.list("settings")? {
        if setting.text("name")? == Some("containerInsights") {
            value = setting.text("value")?;
        }
    }
    if !matches!(value, Some("enabled" | "enhanced")) {
        let found = value.map_or(Value::Null, Value::from);
        check.violated("cluster", "settings.containerInsights", found, "the cluster has no Container Insights");
    }
    Ok(())
}
