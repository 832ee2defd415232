//! Unit tests of a policy without WebAssembly: facts made up by the test, judged natively.
//!
//! [`Facts::given`] starts with nothing known; `with_...` adds a fact, or why it is not available. The functions here make
//! facts with sensible values, to be changed where a test cares.

mod recorded;

pub use recorded::recorded;
pub(crate) use recorded::{Views, view};

use crate::facts::Facts;
use crate::settings::{Settings, from_text};
use crate::{
    Address, AddressScope, Container, ContainerDefinition, NetworkInterface, Problem, Subnet, SubnetClass, Task,
    TaskDefinition, Verdict,
};

/// Judges `facts` as the host would have it done: reads the settings (JSON text), evaluates. An error are the problems of
/// settings that cannot be judged at all.
pub fn judge<S: Settings>(
    evaluate: fn(&S, &Facts, &mut Verdict),
    settings: &str,
    facts: &Facts,
) -> Result<Verdict, Vec<Problem>> {
    let (settings, _) = from_text::<S>(settings)?;
    let mut verdict = Verdict::default();
    evaluate(&settings, facts, &mut verdict);
    Ok(verdict)
}

/// A Fargate task of the service `service`, at PENDING.
pub fn task(service: &str) -> Task {
    Task {
        arn: "arn:aws:ecs:us-west-2:111122223333:task/prod/c13b4cb40f1f4fe4a2971f76ae5a47ad".into(),
        cluster_arn: "arn:aws:ecs:us-west-2:111122223333:cluster/prod".into(),
        account: "111122223333".into(),
        region: "us-west-2".into(),
        task_definition_arn: format!("arn:aws:ecs:us-west-2:111122223333:task-definition/{service}:42"),
        family: service.into(),
        revision: 42,
        group: Some(format!("service:{service}")),
        service: Some(service.into()),
        status: "PENDING".into(),
        launch_type: Some("FARGATE".into()),
        capacity_provider: None,
        platform_version: Some("1.4.0".into()),
        availability_zone: Some("us-west-2c".into()),
        cpu: Some("256".into()),
        memory: Some("512".into()),
        execute_command: false,
        started_by: None,
        container_instance_arn: None,
    }
}

/// A container of a task that has not started yet.
pub fn container(name: &str, image: &str) -> Container {
    Container { name: name.into(), image: Some(image.into()), image_digest: None, status: "PENDING".into() }
}

/// An empty task definition for Fargate.
pub fn task_definition(family: &str) -> TaskDefinition {
    TaskDefinition {
        arn: format!("arn:aws:ecs:us-west-2:111122223333:task-definition/{family}:42"),
        family: family.into(),
        revision: 42,
        network_mode: Some("awsvpc".into()),
        pid_mode: None,
        ipc_mode: None,
        task_role_arn: None,
        execution_role_arn: None,
        cpu: Some("256".into()),
        memory: Some("512".into()),
        requires_compatibilities: vec!["FARGATE".into()],
        operating_system_family: None,
        cpu_architecture: None,
        containers: Vec::new(),
        volumes: Vec::new(),
    }
}

/// A container of a task definition that asks for nothing.
pub fn container_definition(name: &str) -> ContainerDefinition {
    ContainerDefinition {
        name: name.into(),
        image: Some(format!("{name}:1")),
        essential: true,
        user: None,
        privileged: false,
        read_only_root_filesystem: false,
        added_capabilities: Vec::new(),
        dropped_capabilities: Vec::new(),
        environment: Vec::new(),
        secrets: Vec::new(),
        log_driver: None,
        mounts: Vec::new(),
    }
}

/// A subnet of a class.
pub fn subnet(id: &str, class: SubnetClass) -> Subnet {
    let public = class == SubnetClass::Public;
    Subnet {
        id: id.into(),
        vpc_id: "vpc-1".into(),
        class,
        public_ipv4: public,
        public_ipv6: public,
        route_table_id: Some("rtb-1".into()),
        why: "made up".into(),
    }
}

/// An interface with one private address.
pub fn interface(id: &str, subnet_id: &str) -> NetworkInterface {
    NetworkInterface {
        id: id.into(),
        subnet_id: Some(subnet_id.into()),
        vpc_id: Some("vpc-1".into()),
        addresses: vec![Address { ip: "10.0.0.5".into(), scope: AddressScope::Private }],
        security_group_ids: Vec::new(),
    }
}
