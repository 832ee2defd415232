//! Facts as policies see them: what each function of wit/policy.wit answers, as JSON. Policies are tested natively on it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::cluster::Cluster;
use super::json::elements;
use super::network::{self, NetworkInterface};
use super::security_groups;
use super::service::Service;
use super::subnet::Subnet;
use super::task::{self, Task};
use super::task_definition::TaskDefinition;
use super::{Fact, Facts, Family, Unavailable};

/// The answer of every function, under its name in the guest SDKs: `interface_documents` is `interface-documents` of the
/// interface `network`. Records have the fields of the interface with `_` for `-`, none is `null`. A family that has not been
/// gathered is unavailable.
pub fn views(facts: &Facts) -> BTreeMap<&'static str, Fact> {
    let documents = |family| {
        let absent = Unavailable::Other(format!("`{family}` has not been gathered"));
        facts.get(family).map_or(Err(absent), |fact| fact.as_result().map_err(Clone::clone))
    };
    let view = |family, view: fn(&Value) -> Result<Value, Unavailable>| Fact::from(documents(family).and_then(view));
    let whole = |family| view(family, |document| Ok(document.clone()));
    let wholes = |family| view(family, |documents| elements(documents).map(|_| documents.clone()));
    let exposed = || {
        let interfaces = NetworkInterface::from_documents(documents(Family::Interfaces)?)?;
        let subnets = if network::exposure_needs_subnets(&interfaces) {
            Subnet::from_documents(documents(Family::Subnets)?)?
        } else {
            Vec::new()
        };
        network::exposed_addresses(&interfaces, &subnets).and_then(json)
    };
    BTreeMap::from([
        ("task", view(Family::Task, |task| Task::from_document(task).and_then(json))),
        ("containers", view(Family::Task, |task| task::containers(task).and_then(json))),
        ("attachments", view(Family::Task, |task| task::attachments(task).and_then(json))),
        ("task_document", whole(Family::Task)),
        ("tags", view(Family::TaskDetails, |task| task::tags(task).and_then(json))),
        ("task_details_document", whole(Family::TaskDetails)),
        (
            "task_definition",
            view(Family::TaskDefinition, |definition| TaskDefinition::from_document(definition).and_then(json)),
        ),
        ("task_definition_document", whole(Family::TaskDefinition)),
        ("interfaces", view(Family::Interfaces, |list| NetworkInterface::from_documents(list).and_then(json))),
        ("interface_documents", wholes(Family::Interfaces)),
        ("subnets", view(Family::Subnets, |list| Subnet::from_documents(list).and_then(json))),
        ("subnet_documents", wholes(Family::Subnets)),
        ("exposed_addresses", exposed().into()),
        ("security_group_rules", view(Family::SecurityGroups, |list| security_groups::rules(list).and_then(json))),
        ("security_group_documents", wholes(Family::SecurityGroups)),
        ("service", view(Family::Service, |service| Service::from_document(service).and_then(json))),
        ("service_document", whole(Family::Service)),
        ("cluster", view(Family::Cluster, |cluster| Cluster::from_document(cluster).and_then(json))),
        ("cluster_document", whole(Family::Cluster)),
    ])
}

fn json(view: impl Serialize) -> Result<Value, Unavailable> {
    serde_json::to_value(view).map_err(|error| Unavailable::Failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn views_are_those_of_the_interface() {
        let interface = json!({"NetworkInterfaceId": "eni-1", "Ipv6Addresses": [{"Ipv6Address": "2600:1f14::5"}]});
        let facts = Facts::from_iter([
            (Family::Task, Fact::known(json!({"taskArn": "arn:t", "containers": [{"name": "web", "image": "nginx"}]}))),
            (Family::TaskDetails, Fact::known(json!({"tags": [{"key": "team", "value": "web"}]}))),
            (Family::Interfaces, Fact::known(json!([interface]))),
            (Family::Subnets, Fact::Unavailable(Unavailable::Denied("ec2:DescribeSubnets".to_owned()))),
        ]);
        let views = json!(views(&facts));
        assert_eq!(views["task"]["known"]["arn"], "arn:t");
        let container = json!({"name": "web", "image": "nginx", "image_digest": null, "status": ""});
        assert_eq!(views["containers"], json!({"known": [container]}));
        assert_eq!(views["tags"], json!({"known": [["team", "web"]]}));
        let address = json!({"ip": "2600:1f14::5", "scope": "global-ipv6"});
        let interface =
            json!({"id": "eni-1", "subnet_id": null, "vpc_id": null, "addresses": [address], "security_group_ids": []});
        assert_eq!(views["interfaces"], json!({"known": [interface]}));
        // What is made of two families lacks what either of them lacks.
        for view in ["subnets", "subnet_documents", "exposed_addresses"] {
            assert_eq!(views[view], json!({"unavailable": {"denied": "ec2:DescribeSubnets"}}), "{view}");
        }
        assert_eq!(views["cluster"], json!({"unavailable": {"other": "`cluster` has not been gathered"}}));
    }
}
