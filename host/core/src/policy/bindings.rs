//! What the interface of wit/ is in Rust: its records, from the views of facts, and what they weigh. Its functions are linked by
//! hand, in functions.rs: as generated they would copy every fact.

use super::weight::{Weigh, weigh, weigh_plain};
use crate::facts::{self, cluster, network, security_groups, service, subnet, task, task_definition};

mod generated {
    wasmtime::component::bindgen!({ path: "../../wit", world: "policy" });
}

pub(super) use generated::{Policy as PolicyWorld, PolicyPre};

/// The interfaces as generated.
pub(crate) mod wit {
    pub(crate) use super::generated::gatecheck::policy::*;
}

use wit::types::Unavailable;

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
