//! What the role has to allow for these policies and sinks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use gatecheck_aws::{DeployedFunction, Deployment};
use gatecheck_core::arn::Arn;
use gatecheck_core::explain;
use gatecheck_core::facts::{Facts, Family};
use gatecheck_core::policy::{Location, ModuleReference};
use gatecheck_core::recording::Recording;
use gatecheck_sinks::{Channel, SinkDocument};

use super::Findings;
use super::contents::Contents;
use crate::host::Host;
use crate::recorded::{self, recorded};
use crate::render::counted;

/// Recorded tasks that between them make policies read whatever they read of any: with and without interfaces of their own.
const TASKS: [&str; 2] = ["fargate-public", "ec2-bridge"];

/// Actions by the resource they are asked for.
type Needed = BTreeMap<String, BTreeSet<String>>;

pub(super) async fn look(
    deployment: &Deployment,
    host: &Host,
    function: &DeployedFunction,
    contents: &Contents,
    findings: &mut Findings,
) {
    const PART: &str = "permissions";
    let Some(function_arn) = Arn::parse(&function.arn) else { return };
    let needed = needed(contents, families(host, contents).await, function_arn);
    for (resource, actions) in &needed {
        let actions: Vec<_> = actions.iter().map(String::as_str).collect();
        match deployment.refused(&function.role, &actions, resource, function_arn.region).await {
            Ok(refused) => {
                for action in refused {
                    let found = format!("the role does not allow `{action}` on `{resource}`");
                    findings.bad(PART, found, "set the parameter of the template that is for it, and deploy again");
                }
            }
            // One refusal says it for all.
            Err(why) => return findings.unknown(PART, &why, "see that the role is there"),
        }
    }
    let actions: BTreeSet<_> = needed.values().flatten().collect();
    findings.good_unless_bad(PART, format!("the role allows what these need, {}", counted(actions.len(), "action")));
}

fn needed(contents: &Contents, families: BTreeSet<Family>, function: Arn<'_>) -> Needed {
    let Arn { partition, region, account, .. } = function;
    let arn = |service: &str, rest: &str| format!("arn:{partition}:{service}:{region}:{account}:{rest}");
    let mut needed = Needed::new();
    let mut need = |resource: String, action: &str| {
        needed.entry(resource).or_default().insert(action.to_owned());
    };
    let parameter = |name: &str| arn("ssm", &format!("parameter/{}", name.trim_start_matches('/')));
    for path in [&contents.sources.path, &contents.sink_path].into_iter().flatten() {
        need(parameter(path), "ssm:GetParametersByPath");
    }
    for name in contents.sources.parameter.iter().chain(contents.sinks.iter().flat_map(secrets)) {
        need(parameter(name), "ssm:GetParameter");
    }
    for action in families.into_iter().flat_map(Family::iam_actions) {
        let resource = match *action {
            "ecs:DescribeTasks" => arn("ecs", "task/cluster/task"),
            "ecs:DescribeServices" => arn("ecs", "service/cluster/service"),
            "ecs:DescribeClusters" => arn("ecs", "cluster/cluster"),
            "ecs:DescribeContainerInstances" => arn("ecs", "container-instance/cluster/instance"),
            _ => "*".to_owned(),
        };
        need(resource, action);
    }
    for document in &contents.documents {
        let ModuleReference::Elsewhere { location, .. } = &document.module else { continue };
        match location {
            Location::Parameter(name) => need(parameter(name), "ssm:GetParameter"),
            Location::Object { bucket, key } => {
                need(format!("arn:{partition}:s3:::{bucket}/{key}"), "s3:GetObject");
            }
            _ => {}
        }
    }
    for sink in &contents.sinks {
        match &sink.channel {
            Channel::Sns(topic) => need(topic.topic.clone(), "sns:Publish"),
            Channel::EventBridge(bus) if bus.bus.starts_with("arn:") => need(bus.bus.clone(), "events:PutEvents"),
            Channel::EventBridge(bus) => {
                need(arn("events", &format!("event-bus/{}", bus.bus)), "events:PutEvents");
            }
            Channel::SecurityHub => {
                let product = format!("product/{account}/default");
                need(arn("securityhub", &product), "securityhub:BatchImportFindings");
                need(arn("securityhub", "hub/default"), "securityhub:GetFindings");
            }
            _ => {}
        }
    }
    needed
}

fn secrets(sink: &SinkDocument) -> impl Iterator<Item = &String> {
    sink.channel.references().into_iter().map(|reference| &reference.0)
}

/// The families that policies and scopes read, with their settings.
async fn families(host: &Host, contents: &Contents) -> BTreeSet<Family> {
    let mut families: BTreeSet<_> = contents.sinks.iter().flat_map(|sink| sink.filter.reads()).collect();
    for name in TASKS {
        let Ok(recording) = recorded(Path::new(name)) else { continue };
        let task = Facts::from_iter([(Family::Task, recorded::task(&recording))]);
        let recording = Recording::new(recording.facts);
        let explained = explain(&host.engine, &contents.policies, task, &recording).await;
        families.extend(explained.into_iter().flat_map(|explanation| explanation.read.into_keys()));
    }
    families.extend(contents.documents.iter().flat_map(|document| document.scope.reads()));
    families
}
