//! One gathering of facts about one task. Families depend on each other; each call is made once nevertheless.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use gatecheck_core::facts::network::NetworkInterface;
use gatecheck_core::facts::task::{Placement, Task, expects, placement};
use gatecheck_core::facts::{Fact, Facts, Family, Unavailable};
use serde_json::Value;
use tokio::sync::OnceCell;

use super::accounts::Account;

pub(super) struct Gathering<'a> {
    aws: &'a Account,
    known: &'a Facts,
    document: &'a Value,
    task: Task,
    // The families that others are made from: whoever needs them first fetches them.
    task_definition: OnceCell<Fact>,
    interfaces: OnceCell<Fact>,
}

impl<'a> Gathering<'a> {
    pub(super) fn new(aws: &'a Account, document: &'a Value, known: &'a Facts) -> Result<Self, Unavailable> {
        Ok(Self {
            aws,
            known,
            document,
            task: Task::from_document(document)?,
            task_definition: OnceCell::new(),
            interfaces: OnceCell::new(),
        })
    }

    /// Gathers `wanted`, and returns with it what had to be fetched on the way.
    pub(super) async fn run(self, wanted: &BTreeSet<Family>) -> Facts {
        let wanted = wanted.iter().map(|family| async { (*family, self.fact(*family).await) });
        let mut facts: Facts = join_all(wanted).await.into_iter().collect();
        let on_the_way = [(Family::TaskDefinition, self.task_definition), (Family::Interfaces, self.interfaces)];
        for (family, cell) in on_the_way {
            if let Some(fact) = cell.into_inner() {
                facts.set(family, fact);
            }
        }
        facts
    }

    async fn fact(&self, family: Family) -> Fact {
        if let Some(fact) = self.known.get(family) {
            return fact.clone();
        }
        if let Err(reason) = expects(self.known, family) {
            return Fact::Unavailable(reason);
        }
        match family {
            // Known, or there would be no gathering.
            Family::Task => Fact::known(self.document.clone()),
            Family::TaskDetails => self.aws.ecs.task(&self.task.cluster_arn, &self.task.arn).await.into(),
            Family::TaskDefinition => self.task_definition().await.clone(),
            Family::Interfaces => self.interfaces().await.clone(),
            Family::Subnets => self.subnets().await.into(),
            Family::SecurityGroups => self.security_groups().await.into(),
            Family::Service => self.service().await.into(),
            Family::Cluster => self.aws.ecs.cluster(&self.task.cluster_arn).await.into(),
        }
    }

    async fn task_definition(&self) -> &Fact {
        let fetch = || async {
            let definition = self.aws.ecs.task_definition(&self.task.task_definition_arn).await;
            definition.map_or_else(Fact::Unavailable, Fact::Known)
        };
        match self.known.get(Family::TaskDefinition) {
            Some(fact) => fact,
            None => self.task_definition.get_or_init(fetch).await,
        }
    }

    async fn service(&self) -> Result<Value, Unavailable> {
        match &self.task.service {
            Some(name) => self.aws.ecs.service(&self.task.cluster_arn, name).await,
            None => Err(Unavailable::NotApplicable("the task belongs to no service".to_owned())),
        }
    }

    async fn interfaces(&self) -> &Fact {
        match self.known.get(Family::Interfaces) {
            Some(fact) => fact,
            None => self.interfaces.get_or_init(|| async { self.fetch_interfaces().await.into() }).await,
        }
    }

    async fn fetch_interfaces(&self) -> Result<Value, Unavailable> {
        match placement(self.document)? {
            Placement::Own(attachments) => {
                let ids = attachments.into_iter().filter_map(|attachment| attachment.network_interface_id).collect();
                self.aws.ec2.interfaces(&ids).await
            }
            Placement::Instance { container_instance_arn } => {
                self.uses_network_of_instance().await?;
                let instance = self.aws.ecs.instance_id(&self.task.cluster_arn, &container_instance_arn).await?;
                self.aws.ec2.interfaces_of_instance(&instance).await
            }
        }
    }

    /// A task without interfaces of its own need not share those of its instance; only the task definition tells.
    async fn uses_network_of_instance(&self) -> Result<(), Unavailable> {
        let definition = self.task_definition().await.as_result().map_err(Clone::clone)?;
        match definition.get("networkMode").and_then(Value::as_str) {
            Some("none") => Err(Unavailable::NotApplicable("the task's network mode is `none`".to_owned())),
            Some("awsvpc") => Err(Unavailable::NotYet("the network interface is not attached yet".to_owned())),
            _ => Ok(()),
        }
    }

    /// Of a task with interfaces of its own the subnets are known before the interfaces are.
    async fn subnets(&self) -> Result<Value, Unavailable> {
        let ids = match placement(self.document)? {
            Placement::Own(attachments) => {
                attachments.into_iter().filter_map(|attachment| attachment.subnet_id).collect()
            }
            Placement::Instance { .. } => {
                self.interface_views().await?.into_iter().filter_map(|interface| interface.subnet_id).collect()
            }
        };
        self.aws.ec2.subnets(&ids).await
    }

    async fn security_groups(&self) -> Result<Value, Unavailable> {
        let interfaces = self.interface_views().await?;
        let ids = interfaces.into_iter().flat_map(|interface| interface.security_group_ids).collect();
        self.aws.ec2.security_groups(&ids).await
    }

    async fn interface_views(&self) -> Result<Vec<NetworkInterface>, Unavailable> {
        let documents = self.interfaces().await.as_result().map_err(Clone::clone)?;
        NetworkInterface::from_documents(documents)
    }
}
