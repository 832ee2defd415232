//! Questions to EC2. Each answers with documents as the AWS CLI prints them, in the order of their identifiers, so that the
//! same facts give the same report.
//!
//! All of them select by filter: one unknown identifier in a list of identifiers would make the whole call fail, and what
//! asks without filter shares a smaller request quota.

mod document;
mod shapes;
mod subnets;

use std::collections::{BTreeMap, BTreeSet};

use aws_config::SdkConfig;
use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{Filter, NetworkInterface};
use futures_util::future::join_all;
use gatecheck_core::facts::Unavailable;
use serde_json::Value;

use crate::batch::{Answer, Batch};
use crate::cache::Cache;
use crate::calls::client;
use crate::ec2::document::Document;
use crate::failure::unavailable;

/// How many values a filter takes.
const AT_A_TIME: usize = 200;

#[derive(Debug)]
pub(crate) struct Ec2 {
    client: Client,
    /// With their route tables, by identifier.
    subnets: Cache<Value>,
    asking_for: AskingFor,
}

#[derive(Debug)]
struct AskingFor {
    interfaces: Batch<Value>,
    interfaces_of_instance: Batch<Value>,
    subnets: Batch<Value>,
    security_groups: Batch<Value>,
}

impl Ec2 {
    pub(crate) fn new(config: &SdkConfig) -> Self {
        let asking_for = AskingFor {
            interfaces: Batch::of(AT_A_TIME),
            interfaces_of_instance: Batch::of(1),
            subnets: Batch::of(AT_A_TIME),
            security_groups: Batch::of(AT_A_TIME),
        };
        Self { client: client!(aws_sdk_ec2, config), subnets: subnets::cache(), asking_for }
    }

    /// Elements of `NetworkInterfaces`.
    pub(crate) async fn interfaces(&self, ids: &BTreeSet<String>) -> Result<Value, Unavailable> {
        let call = async |ids: BTreeSet<String>| {
            let interfaces = self.describe_interfaces(filter("network-interface-id", &ids)).await?;
            let interfaces = interfaces.iter().map(|interface| (interface.network_interface_id(), interface));
            Ok(documents_of(&ids, interfaces, INTERFACES))
        };
        all(ids.iter().map(|id| self.asking_for.interfaces.ask("", id, call))).await
    }

    /// Elements of `NetworkInterfaces`: those that the tasks of an instance share.
    pub(crate) async fn interfaces_of_instance(&self, instance: &str) -> Result<Value, Unavailable> {
        let call = async |_: BTreeSet<String>| {
            let mut interfaces = self.describe_interfaces(filter("attachment.instance-id", [instance])).await?;
            interfaces.retain(|interface| !belongs_to_a_task(interface));
            if interfaces.is_empty() {
                return Err(Unavailable::Failed(format!("{INTERFACES}: `{instance}` has no network interface")));
            }
            interfaces.sort_by(|a, b| a.network_interface_id().cmp(&b.network_interface_id()));
            Ok([(instance.to_owned(), Ok(interfaces.document()))].into())
        };
        self.asking_for.interfaces_of_instance.ask("", instance, call).await
    }

    /// Elements of `SecurityGroups`.
    pub(crate) async fn security_groups(&self, ids: &BTreeSet<String>) -> Result<Value, Unavailable> {
        const ACTION: &str = "ec2:DescribeSecurityGroups";
        let call = async |ids: BTreeSet<String>| {
            let request = self.client.describe_security_groups().filters(filter("group-id", &ids));
            let groups = request.into_paginator().items().send().try_collect().await;
            let groups = groups.map_err(|error| unavailable(ACTION, &error))?;
            Ok(documents_of(&ids, groups.iter().map(|group| (group.group_id(), group)), ACTION))
        };
        all(ids.iter().map(|id| self.asking_for.security_groups.ask("", id, call))).await
    }

    async fn describe_interfaces(&self, filter: Filter) -> Result<Vec<NetworkInterface>, Unavailable> {
        // The interfaces of ECS Managed Instances are hidden from those who do not ask for them.
        let request = self.client.describe_network_interfaces().filters(filter).include_managed_resources(true);
        let interfaces = request.into_paginator().items().send().try_collect().await;
        interfaces.map_err(|error| unavailable(INTERFACES, &error))
    }
}

const INTERFACES: &str = "ec2:DescribeNetworkInterfaces";

fn filter<S: Into<String>>(name: &str, values: impl IntoIterator<Item = S>) -> Filter {
    let values = values.into_iter().map(Into::into).collect();
    Filter::builder().name(name).set_values(Some(values)).build()
}

/// ECS attaches the interfaces of awsvpc tasks to the instance as well, as ordinary ones (their type is `interface`), and names
/// the attachment in the description, which users cannot change: `arn:PARTITION:ecs:REGION:ACCOUNT:attachment/ID`. A trunk
/// stays: it is the primary interface of ECS Managed Instances.
fn belongs_to_a_task(interface: &NetworkInterface) -> bool {
    let mut parts = interface.description().unwrap_or_default().split(':');
    let (arn, service, resource) = (parts.next(), parts.nth(1), parts.nth(2));
    (arn, service) == (Some("arn"), Some("ecs")) && resource.is_some_and(|resource| resource.starts_with("attachment/"))
}

/// The documents that were asked for, in their order; or why one of them is missing.
async fn all(answers: impl Iterator<Item = impl Future<Output = Answer<Value>>>) -> Result<Value, Unavailable> {
    join_all(answers).await.into_iter().collect::<Result<_, _>>().map(Value::Array)
}

/// A document for each identifier that was asked for. A filter leaves out silently what does not exist (any more); that
/// must not look like nothing being wrong with it.
fn documents_of<'a, D: Document + 'a>(
    ids: &BTreeSet<String>,
    found: impl Iterator<Item = (Option<&'a str>, &'a D)>,
    action: &str,
) -> BTreeMap<String, Answer<Value>> {
    let found: BTreeMap<_, _> = found.filter_map(|(id, document)| Some((id?, document))).collect();
    let document = |id: &String| match found.get(id.as_str()) {
        Some(document) => Ok(document.document()),
        None => Err(not_found(id, action)),
    };
    ids.iter().map(|id| (id.clone(), document(id))).collect()
}

fn not_found(id: &str, action: &str) -> Unavailable {
    Unavailable::Failed(format!("{action}: `{id}` does not exist, or not any more"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interface_of_a_task_is_told_by_its_attachment() {
        let of = |description: &str| belongs_to_a_task(&NetworkInterface::builder().description(description).build());
        assert!(of("arn:aws:ecs:us-west-2:111122223333:attachment/1789bcae-ddfb-4d10-8ebe-8ac87ddba5b8"));
        assert!(of("arn:aws-cn:ecs:cn-north-1:111122223333:attachment/1789bcae-ddfb-4d10-8ebe-8ac87ddba5b8"));
        assert!(!of(""));
        assert!(!of("Primary network interface"));
        assert!(!of("arn:aws:ecs:us-west-2:111122223333:cluster/prod"));
    }
}
