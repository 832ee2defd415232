//! Facts as a policy reads them: from the host in WebAssembly, from what a test gives natively.

use serde_json::Value;

use crate::bindings::gatecheck::policy::{
    cluster, network, security_groups, service, task, task_definition, task_details,
};
use crate::keys::keys_of_text;
#[cfg(not(target_family = "wasm"))]
use crate::keys::keys_of_value;
#[cfg(not(target_family = "wasm"))]
use crate::testing::{Views, view};
use crate::{
    Attachment, Cluster, Container, ExposedAddress, NetworkInterface, SecurityGroupRule, Service, Subnet, Task,
    TaskDefinition, Unavailable,
};

/// A fact that is not known, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Unknown {
    /// The fact family.
    pub family: &'static str,
    /// Why it is not known.
    pub reason: Unavailable,
}

/// What is known about the task. Reading a fact for the first time may cost the host an AWS call.
#[derive(Debug)]
pub struct Facts(Source);

#[derive(Debug)]
enum Source {
    Host,
    /// In tests, which are native: it would double the size of a policy.
    #[cfg(not(target_family = "wasm"))]
    Given(Box<Given>),
}

impl Facts {
    pub(crate) fn from_host() -> Self {
        Self(Source::Host)
    }

    /// Facts for a test: unavailable, but for what is added to them.
    #[cfg(not(target_family = "wasm"))]
    pub fn given() -> Self {
        Self(Source::Given(Box::default()))
    }
}

/// One line for each fact: how the host gives it, how a test does.
macro_rules! facts {
    ($($(#[$doc:meta])* $name:ident, $with:ident: $type:ty, $family:literal, $host:expr;)*) => {
        impl Facts {
            $($(#[$doc])*
            pub fn $name(&self) -> Result<$type, Unknown> {
                let fact = match &self.0 {
                    Source::Host => $host,
                    #[cfg(not(target_family = "wasm"))]
                    Source::Given(given) => match &given.$name {
                        Some(fact) => fact.clone(),
                        None => Err(Unavailable::Other("not given in this test".to_owned())),
                    },
                };
                fact.map_err(|reason| Unknown { family: $family, reason })
            }

            #[doc = concat!("In a test: gives [`Facts::", stringify!($name), "`], or why it is not available.")]
            #[cfg(not(target_family = "wasm"))]
            #[must_use]
            pub fn $with(mut self, fact: Result<$type, Unavailable>) -> Self {
                if let Source::Given(given) = &mut self.0 {
                    given.$name = Some(fact);
                }
                self
            })*
        }

        #[cfg(not(target_family = "wasm"))]
        #[derive(Debug, Default)]
        struct Given {
            $($name: Option<Result<$type, Unavailable>>,)*
        }

        #[cfg(not(target_family = "wasm"))]
        impl Facts {
            /// Facts for a test, all of them as `gatecheck facts` prints them.
            pub(crate) fn recorded(views: &Views) -> Result<Self, String> {
                Ok(Self(Source::Given(Box::new(Given {
                    $($name: Some(view(views, stringify!($name))?),)*
                }))))
            }
        }
    };
}

facts! {
    /// The essentials of the task, from its event.
    task, with_task: Task, "task", task::get();
    /// Its containers, from its event.
    containers, with_containers: Vec<Container>, "task", task::containers();
    /// Its own network interfaces, from its event. Does not apply to bridge and host tasks.
    attachments, with_attachments: Vec<Attachment>, "task", task::attachments();
    /// The task as its event describes it, in the shape of DescribeTasks.
    task_document, with_task_document: Value, "task", task::document().and_then(parse);
    /// Its tags, from DescribeTasks.
    tags, with_tags: Vec<(String, String)>, "task-details", task_details::tags();
    /// The task as DescribeTasks knows it.
    task_details_document, with_task_details_document: Value, "task-details", task_details::document().and_then(parse);
    /// The essentials of its task definition.
    task_definition, with_task_definition: TaskDefinition, "task-definition", task_definition::get();
    /// The task definition as DescribeTaskDefinition knows it.
    task_definition_document, with_task_definition_document: Value, "task-definition", task_definition::document().and_then(parse);
    /// Its network interfaces, or those of its container instance.
    interfaces, with_interfaces: Vec<NetworkInterface>, "interfaces", network::interfaces();
    /// The same as DescribeNetworkInterfaces knows them.
    interface_documents, with_interface_documents: Vec<Value>, "interfaces", network::interface_documents().and_then(parse_all);
    /// The subnets of those interfaces.
    subnets, with_subnets: Vec<Subnet>, "subnets", network::subnets();
    /// The same with their route tables, as DescribeSubnets and DescribeRouteTables know them.
    subnet_documents, with_subnet_documents: Vec<Value>, "subnets", network::subnet_documents().and_then(parse_all);
    /// The addresses under which the internet may find the task.
    exposed_addresses, with_exposed_addresses: Vec<ExposedAddress>, "interfaces", network::exposed_addresses();
    /// The rules of its security groups.
    security_group_rules, with_security_group_rules: Vec<SecurityGroupRule>, "security-groups", security_groups::rules();
    /// The security groups as DescribeSecurityGroups knows them.
    security_group_documents, with_security_group_documents: Vec<Value>, "security-groups", security_groups::documents().and_then(parse_all);
    /// The essentials of its service.
    service, with_service: Service, "service", service::get();
    /// The service as DescribeServices knows it.
    service_document, with_service_document: Value, "service", service::document().and_then(parse);
    /// The essentials of its cluster.
    cluster, with_cluster: Cluster, "cluster", cluster::get();
    /// The cluster as DescribeClusters knows it.
    cluster_document, with_cluster_document: Value, "cluster", cluster::document().and_then(parse);
}

/// One line for each document of which parts can be read.
macro_rules! keys {
    ($($name:ident, $whole:ident, $family:literal, $host:expr;)*) => {
        impl Facts {
            $(#[doc = concat!("Of [`Facts::", stringify!($whole), "`] the wanted keys. To skip the others costs a fraction of reading them.")]
            pub fn $name(&self, wanted: &[&str]) -> Result<Value, Unknown> {
                match &self.0 {
                    Source::Host => keys($family, $host, wanted),
                    #[cfg(not(target_family = "wasm"))]
                    Source::Given(_) => self.$whole().map(|document| keys_of_value(document, wanted)),
                }
            })*
        }
    };
}

keys! {
    task_document_keys, task_document, "task", task::document();
    task_details_document_keys, task_details_document, "task-details", task_details::document();
    task_definition_document_keys, task_definition_document, "task-definition", task_definition::document();
    service_document_keys, service_document, "service", service::document();
    cluster_document_keys, cluster_document, "cluster", cluster::document();
}

fn keys(family: &'static str, document: Result<String, Unavailable>, wanted: &[&str]) -> Result<Value, Unknown> {
    document
        .and_then(|document| keys_of_text(&document, wanted).map_err(not_json))
        .map_err(|reason| Unknown { family, reason })
}

fn parse(document: String) -> Result<Value, Unavailable> {
    serde_json::from_str(&document).map_err(not_json)
}

fn parse_all(documents: Vec<String>) -> Result<Vec<Value>, Unavailable> {
    documents.into_iter().map(parse).collect()
}

fn not_json(error: serde_json::Error) -> Unavailable {
    Unavailable::Failed(format!("the host's document is not JSON: {error}"))
}
