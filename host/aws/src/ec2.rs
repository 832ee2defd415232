//! Questions to EC2. Each answers with documents as the AWS CLI prints them, in the order of their identifiers, so that the
//! same facts give the same report.
//!
//! All of them select by filter: one unknown identifier in a list of identifiers would make the whole call fail, and what
//! asks without filter shares a smaller request quota.

mod document;
mod query;
mod subnets;

use std::collections::{BTreeMap, BTreeSet};

use aws_config::SdkConfig;
use futures_util::future::join_all;
use gatecheck_core::facts::Unavailable;
use serde_json::Value;

use crate::batch::{Answer, Batch};
use crate::cache::Cache;
use query::{Describe, Filters, Query};

/// How many values a filter takes.
const AT_A_TIME: usize = 200;

#[derive(Debug)]
pub(crate) struct Ec2 {
    query: Query,
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
        Self { query: Query::new(config), subnets: subnets::cache(), asking_for }
    }

    /// Elements of `NetworkInterfaces`.
    pub(crate) async fn interfaces(&self, ids: &BTreeSet<String>) -> Result<Value, Unavailable> {
        let call = async |ids: BTreeSet<String>| {
            let interfaces = self.query.describe(&INTERFACES, filter("network-interface-id", &ids)).await?;
            Ok(documents_of(&ids, interfaces, "NetworkInterfaceId", INTERFACES.action))
        };
        all(ids.iter().map(|id| self.asking_for.interfaces.ask("", id, call))).await
    }

    /// Elements of `NetworkInterfaces`: those that the tasks of an instance share.
    pub(crate) async fn interfaces_of_instance(&self, instance: &str) -> Result<Value, Unavailable> {
        let call = async |_: BTreeSet<String>| {
            let filters = vec![("attachment.instance-id", vec![instance])];
            let mut interfaces = self.query.describe(&INTERFACES, filters).await?;
            interfaces.retain(|interface| !belongs_to_a_task(interface));
            if interfaces.is_empty() {
                let action = INTERFACES.action;
                return Err(Unavailable::Failed(format!("{action}: `{instance}` has no network interface")));
            }
            interfaces.sort_by(|a, b| text(a, "NetworkInterfaceId").cmp(&text(b, "NetworkInterfaceId")));
            Ok([(instance.to_owned(), Ok(Value::Array(interfaces)))].into())
        };
        self.asking_for.interfaces_of_instance.ask("", instance, call).await
    }

    /// Elements of `SecurityGroups`.
    pub(crate) async fn security_groups(&self, ids: &BTreeSet<String>) -> Result<Value, Unavailable> {
        let call = async |ids: BTreeSet<String>| {
            let groups = self.query.describe(&SECURITY_GROUPS, filter("group-id", &ids)).await?;
            Ok(documents_of(&ids, groups, "GroupId", SECURITY_GROUPS.action))
        };
        all(ids.iter().map(|id| self.asking_for.security_groups.ask("", id, call))).await
    }
}

const INTERFACES: Describe = Describe {
    action: "ec2:DescribeNetworkInterfaces",
    list: "networkInterfaceSet",
    tags: "TagSet",
    // The interfaces of ECS Managed Instances are hidden from those who do not ask for them.
    fields: &[("IncludeManagedResources", "true")],
};

const SECURITY_GROUPS: Describe =
    Describe { action: "ec2:DescribeSecurityGroups", list: "securityGroupInfo", tags: "Tags", fields: &[] };

fn filter<'a>(name: &'static str, values: &'a BTreeSet<String>) -> Filters<'a> {
    vec![(name, values.iter().map(String::as_str).collect())]
}

/// The text under a key of a document.
fn text<'a>(document: &'a Value, key: &str) -> Option<&'a str> {
    document.get(key).and_then(Value::as_str)
}

/// ECS attaches the interfaces of awsvpc tasks to the instance as well, as ordinary ones (their type is `interface`), and names
/// the attachment in the description, which users cannot change: `arn:PARTITION:ecs:REGION:ACCOUNT:attachment/ID`. A trunk
/// stays: it is the primary interface of ECS Managed Instances.
fn belongs_to_a_task(interface: &Value) -> bool {
    let mut parts = text(interface, "Description").unwrap_or_default().split(':');
    let (arn, service, resource) = (parts.next(), parts.nth(1), parts.nth(2));
    (arn, service) == (Some("arn"), Some("ecs")) && resource.is_some_and(|resource| resource.starts_with("attachment/"))
}

/// The documents that were asked for, in their order; or why one of them is missing.
async fn all(answers: impl Iterator<Item = impl Future<Output = Answer<Value>>>) -> Result<Value, Unavailable> {
    join_all(answers).await.into_iter().collect::<Result<_, _>>().map(Value::Array)
}

/// A document for each identifier that was asked for, which is under `key`. A filter leaves out silently what does not exist (any
/// more); that must not look like nothing being wrong with it.
fn documents_of(ids: &BTreeSet<String>, found: Vec<Value>, key: &str, action: &str) -> BTreeMap<String, Answer<Value>> {
    let found = found.into_iter().filter_map(|document| Some((text(&document, key)?.to_owned(), document)));
    let mut found: BTreeMap<_, _> = found.collect();
    let document = |id: &String| (id.clone(), found.remove(id).ok_or_else(|| not_found(id, action)));
    ids.iter().map(document).collect()
}

fn not_found(id: &str, action: &str) -> Unavailable {
    Unavailable::Failed(format!("{action}: `{id}` does not exist, or not any more"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interface_of_a_task_is_told_by_its_attachment() {
        let of = |description: &str| belongs_to_a_task(&serde_json::json!({"Description": description}));
        assert!(of("arn:aws:ecs:us-west-2:111122223333:attachment/1789bcae-ddfb-4d10-8ebe-8ac87ddba5b8"));
        assert!(of("arn:aws-cn:ecs:cn-north-1:111122223333:attachment/1789bcae-ddfb-4d10-8ebe-8ac87ddba5b8"));
        assert!(!of(""));
        assert!(!of("Primary network interface"));
        assert!(!of("arn:aws:ecs:us-west-2:111122223333:cluster/prod"));
    }
}
