//! The interface of wit/ towards the facts: each import is a view over a family, or the stop that asks for it.

use std::fmt;

use serde_json::Value;

use super::sandbox::State;
use super::weight::{Weigh, weigh, weigh_plain};
use crate::facts::{self, Family, cluster, network, security_groups, service, subnet, task, task_definition};

mod generated {
    wasmtime::component::bindgen!({ path: "../../wit", world: "policy", imports: { default: trappable } });
}

pub(super) use generated::{Policy as PolicyWorld, PolicyPre};

/// The interfaces as generated.
pub(crate) mod wit {
    pub(crate) use super::generated::gatecheck::policy::*;
}

use wit::types::Unavailable;

/// The policy read a family that has not been gathered. Ends the run; the host gathers and starts over.
#[derive(Debug)]
pub(super) struct Need(pub(super) Family);

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "needs {}", self.0)
    }
}

impl std::error::Error for Need {}

/// The policy read a fact outside `evaluate`.
#[derive(Debug)]
pub(super) struct TooEarly;

impl fmt::Display for TooEarly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it reads facts outside `evaluate`")
    }
}

impl std::error::Error for TooEarly {}

/// What an import returns: the fact or why it is unavailable, or the stop.
pub(super) type Import<T> = wasmtime::Result<Result<T, Unavailable>>;

impl State {
    fn read<T, F>(&mut self, family: Family, view: F) -> Import<T>
    where
        T: Clone + Send + Sync + 'static,
        F: FnOnce(&Value) -> Result<T, facts::Unavailable> + 'static,
    {
        if !self.evaluating {
            return Err(TooEarly.into());
        }
        let fact = self.facts.get(family).ok_or(Need(family))?;
        self.reads.insert(family);
        Ok(fact.view(view).map_err(Unavailable::from))
    }

    fn document(&mut self, family: Family) -> Import<String> {
        self.read(family, |document| Ok(document.to_string()))
    }

    fn documents(&mut self, family: Family) -> Import<Vec<String>> {
        self.read(family, |documents| Ok(facts::elements(documents)?.iter().map(Value::to_string).collect()))
    }
}

/// The records of views.
fn records<T, R: From<T>>(views: Vec<T>) -> Vec<R> {
    views.into_iter().map(R::from).collect()
}

impl From<facts::Unavailable> for Unavailable {
    fn from(reason: facts::Unavailable) -> Self {
        match reason {
            facts::Unavailable::NotYet(why) => Self::NotYet(why),
            facts::Unavailable::NotApplicable(why) => Self::NotApplicable(why),
            facts::Unavailable::Denied(why) => Self::Denied(why),
            facts::Unavailable::Failed(why) => Self::Failed(why),
            facts::Unavailable::Other(why) => Self::Other(why),
        }
    }
}

impl From<Unavailable> for facts::Unavailable {
    fn from(reason: Unavailable) -> Self {
        match reason {
            Unavailable::NotYet(why) => Self::NotYet(why),
            Unavailable::NotApplicable(why) => Self::NotApplicable(why),
            Unavailable::Denied(why) => Self::Denied(why),
            Unavailable::Failed(why) => Self::Failed(why),
            Unavailable::Other(why) => Self::Other(why),
        }
    }
}

impl wit::types::Host for State {}

impl wit::task::Host for State {
    fn get(&mut self) -> Import<wit::task::Essentials> {
        self.read(Family::Task, |document| task::Task::from_document(document).map(Into::into))
    }

    fn containers(&mut self) -> Import<Vec<wit::task::Container>> {
        self.read(Family::Task, |document| task::containers(document).map(records))
    }

    fn attachments(&mut self) -> Import<Vec<wit::task::Attachment>> {
        self.read(Family::Task, |document| task::attachments(document).map(records))
    }

    fn document(&mut self) -> Import<String> {
        self.document(Family::Task)
    }
}

impl wit::task_details::Host for State {
    fn tags(&mut self) -> Import<Vec<(String, String)>> {
        self.read(Family::TaskDetails, task::tags)
    }

    fn document(&mut self) -> Import<String> {
        self.document(Family::TaskDetails)
    }
}

impl wit::task_definition::Host for State {
    fn get(&mut self) -> Import<wit::task_definition::Essentials> {
        self.read(Family::TaskDefinition, |document| {
            task_definition::TaskDefinition::from_document(document).map(Into::into)
        })
    }

    fn document(&mut self) -> Import<String> {
        self.document(Family::TaskDefinition)
    }
}

impl wit::network::Host for State {
    fn interfaces(&mut self) -> Import<Vec<wit::network::NetworkInterface>> {
        self.read(Family::Interfaces, |documents| network::NetworkInterface::from_documents(documents).map(records))
    }

    fn interface_documents(&mut self) -> Import<Vec<String>> {
        self.documents(Family::Interfaces)
    }

    fn subnets(&mut self) -> Import<Vec<wit::network::Subnet>> {
        self.read(Family::Subnets, |documents| subnet::Subnet::from_documents(documents).map(records))
    }

    fn subnet_documents(&mut self) -> Import<Vec<String>> {
        self.documents(Family::Subnets)
    }

    fn exposed_addresses(&mut self) -> Import<Vec<wit::network::ExposedAddress>> {
        let interfaces = match self.read(Family::Interfaces, network::NetworkInterface::from_documents)? {
            Ok(interfaces) => interfaces,
            Err(reason) => return Ok(Err(reason)),
        };
        let subnets = if network::exposure_needs_subnets(&interfaces) {
            self.read(Family::Subnets, subnet::Subnet::from_documents)?
        } else {
            Ok(Vec::new())
        };
        Ok(subnets.and_then(|subnets| {
            let exposed = network::exposed_addresses(&interfaces, &subnets)?;
            Ok(records(exposed))
        }))
    }
}

impl wit::security_groups::Host for State {
    fn rules(&mut self) -> Import<Vec<wit::security_groups::Rule>> {
        self.read(Family::SecurityGroups, |groups| security_groups::rules(groups).map(records))
    }

    fn documents(&mut self) -> Import<Vec<String>> {
        self.documents(Family::SecurityGroups)
    }
}

impl wit::service::Host for State {
    fn get(&mut self) -> Import<wit::service::Essentials> {
        self.read(Family::Service, |document| service::Service::from_document(document).map(Into::into))
    }

    fn document(&mut self) -> Import<String> {
        self.document(Family::Service)
    }
}

impl wit::cluster::Host for State {
    fn get(&mut self) -> Import<wit::cluster::Essentials> {
        self.read(Family::Cluster, |document| cluster::Cluster::from_document(document).map(Into::into))
    }

    fn document(&mut self) -> Import<String> {
        self.document(Family::Cluster)
    }
}

/// A record of the interface from the view of the same fields, and what it weighs.
macro_rules! record {
    ($from:path => $to:path { $($field:ident),* $(,)? } $(, lists { $($list:ident),* $(,)? })?) => {
        impl From<$from> for $to {
            fn from(view: $from) -> Self {
                Self {
                    $($field: view.$field,)*
                    $($($list: view.$list.into_iter().map(Into::into).collect(),)*)?
                }
            }
        }

        weigh!($to { $($field,)* $($($list,)*)? });
    };
}

record!(task::Task => wit::task::Essentials {
    arn, cluster_arn, account, region, task_definition_arn, family, revision, group, service, status, launch_type,
    capacity_provider, platform_version, availability_zone, cpu, memory, execute_command, started_by,
    container_instance_arn,
});
record!(task::Container => wit::task::Container { name, image, image_digest, status });
record!(task::Attachment => wit::task::Attachment { subnet_id, network_interface_id, private_ipv4_address });
record!(task_definition::Mount => wit::task_definition::Mount { volume, container_path, read_only });
record!(task_definition::Volume => wit::task_definition::Volume {
    name, host_path, efs_file_system_id, efs_transit_encryption,
});
record!(task_definition::Container => wit::task_definition::Container {
    name, image, essential, user, privileged, read_only_root_filesystem, added_capabilities, dropped_capabilities,
    environment, secrets, log_driver,
}, lists { mounts });
record!(task_definition::TaskDefinition => wit::task_definition::Essentials {
    arn, family, revision, network_mode, pid_mode, ipc_mode, task_role_arn, execution_role_arn, cpu, memory,
    requires_compatibilities, operating_system_family, cpu_architecture,
}, lists { containers, volumes });
record!(network::ExposedAddress => wit::network::ExposedAddress { interface_id, ip, why });
record!(network::NetworkInterface => wit::network::NetworkInterface {
    id, subnet_id, vpc_id, security_group_ids,
}, lists { addresses });
record!(security_groups::Rule => wit::security_groups::Rule {
    group_id, egress, protocol, from_port, to_port, peer, anywhere, description,
});
record!(service::Service => wit::service::Essentials {
    arn, name, status, launch_type, platform_version, desired_count, assign_public_ip, execute_command, propagate_tags,
});
record!(cluster::Cluster => wit::cluster::Essentials {
    arn, name, status, container_insights, execute_command_logging,
});

weigh!(wit::network::Address { ip, scope });
weigh!(wit::network::Subnet { id, vpc_id, class, public_ipv4, public_ipv6, route_table_id, why });
weigh!(wit::types::Problem { pointer, message, remedy });
weigh!(wit::types::Verdict { violations, undecided, passed });
weigh!(wit::types::Violation { rule, severity, object, attribute, found, allowed, check, message, remediation });
weigh!(wit::types::Undecided { rule, unavailable });
weigh!(wit::types::Missing { family, reason });
weigh_plain!(wit::network::AddressScope, wit::network::SubnetClass, wit::types::Severity);

impl Weigh for Unavailable {
    fn behind(&self) -> usize {
        let (Self::NotYet(why) | Self::NotApplicable(why) | Self::Denied(why) | Self::Failed(why) | Self::Other(why)) =
            self;
        why.behind()
    }
}

impl From<network::Address> for wit::network::Address {
    fn from(address: network::Address) -> Self {
        use network::AddressScope as From;
        use wit::network::AddressScope as To;
        let scope = match address.scope {
            From::Private => To::Private,
            From::Public => To::Public,
            From::Carrier => To::Carrier,
            From::CustomerOwned => To::CustomerOwned,
            From::GlobalIpv6 => To::GlobalIpv6,
        };
        Self { ip: address.ip, scope }
    }
}

impl From<subnet::Subnet> for wit::network::Subnet {
    fn from(subnet: subnet::Subnet) -> Self {
        use subnet::SubnetClass as From;
        use wit::network::SubnetClass as To;
        let class = match subnet.class {
            From::Public => To::Public,
            From::Carrier => To::Carrier,
            From::Inspected => To::Inspected,
            From::Unknown => To::Unknown,
            From::Private => To::Private,
            From::Isolated => To::Isolated,
        };
        Self {
            id: subnet.id,
            vpc_id: subnet.vpc_id,
            class,
            public_ipv4: subnet.public_ipv4,
            public_ipv6: subnet.public_ipv6,
            route_table_id: subnet.route_table_id,
            why: subnet.why,
        }
    }
}
