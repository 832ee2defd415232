//! Questions to ECS. Each answers with documents as the AWS CLI prints them.

mod answer;

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{ClusterField, ServiceField, TaskField};
use gatecheck_core::facts::{Document, Unavailable};
use serde_json::Value;

use crate::batch::Batch;
use crate::cache::Cache;
use crate::calls::client;
use crate::ecs::answer::{ask, elements};

/// What one DescribeTasks, DescribeClusters or DescribeContainerInstances takes.
const AT_A_TIME: usize = 100;
/// What one DescribeServices takes.
const SERVICES_AT_A_TIME: usize = 10;

/// Some ten megabytes of task definitions, and as much again of what policies read of them.
const REMEMBERED_DEFINITIONS: usize = 500;
const REMEMBERED_INSTANCES: usize = 5_000;

#[derive(Debug)]
pub(crate) struct Ecs {
    client: Client,
    /// By ARN of the revision, which never changes.
    definitions: Cache<Arc<Document>>,
    /// By ARN of the container instance, which stays one and the same EC2 instance.
    instances: Cache<String>,
    asking_for: AskingFor,
}

#[derive(Debug)]
struct AskingFor {
    tasks: Batch<Value>,
    definitions: Batch<Arc<Document>>,
    services: Batch<Value>,
    clusters: Batch<Value>,
    instances: Batch<Value>,
}

impl Ecs {
    pub(crate) fn new(config: &SdkConfig) -> Self {
        Self {
            client: client!(aws_sdk_ecs, config),
            definitions: Cache::for_ever(REMEMBERED_DEFINITIONS),
            instances: Cache::for_ever(REMEMBERED_INSTANCES),
            asking_for: AskingFor {
                tasks: Batch::of(AT_A_TIME),
                definitions: Batch::of(1),
                services: Batch::of(SERVICES_AT_A_TIME),
                clusters: Batch::of(AT_A_TIME),
                instances: Batch::of(AT_A_TIME),
            },
        }
    }

    /// The element of `tasks`.
    pub(crate) async fn task(&self, cluster: &str, arn: &str) -> Result<Value, Unavailable> {
        const ACTION: &str = "ecs:DescribeTasks";
        let call = async |asked: BTreeSet<String>| {
            let request = self.client.describe_tasks().cluster(cluster).include(TaskField::Tags);
            let request = request.set_tasks(Some(Vec::from_iter(asked.clone())));
            let answer = ask(ACTION, |keep| request.customize().interceptor(keep).send()).await?;
            Ok(elements(answer, "tasks", "taskArn", &asked, ACTION))
        };
        self.asking_for.tasks.ask(cluster, arn, call).await
    }

    /// `taskDefinition`.
    pub(crate) async fn task_definition(&self, arn: &str) -> Result<Arc<Document>, Unavailable> {
        const ACTION: &str = "ecs:DescribeTaskDefinition";
        if let Some(definition) = self.definitions.get(arn) {
            return Ok(definition);
        }
        let call = async |_: BTreeSet<String>| {
            let request = self.client.describe_task_definition().task_definition(arn);
            let mut answer = ask(ACTION, |keep| request.customize().interceptor(keep).send()).await?;
            let definition = answer.get_mut("taskDefinition").map(Value::take);
            let definition =
                definition.ok_or_else(|| Unavailable::Failed(format!("{ACTION}: no answer for `{arn}`")))?;
            let definition = Arc::new(Document::from(definition));
            self.definitions.put(arn.to_owned(), Arc::clone(&definition));
            Ok([(arn.to_owned(), Ok(definition))].into())
        };
        self.asking_for.definitions.ask("", arn, call).await
    }

    /// The element of `services`.
    pub(crate) async fn service(&self, cluster: &str, name: &str) -> Result<Value, Unavailable> {
        const ACTION: &str = "ecs:DescribeServices";
        let call = async |asked: BTreeSet<String>| {
            let request = self.client.describe_services().cluster(cluster).include(ServiceField::Tags);
            let request = request.set_services(Some(Vec::from_iter(asked.clone())));
            let answer = ask(ACTION, |keep| request.customize().interceptor(keep).send()).await?;
            Ok(elements(answer, "services", "serviceName", &asked, ACTION))
        };
        self.asking_for.services.ask(cluster, name, call).await
    }

    /// The element of `clusters`.
    pub(crate) async fn cluster(&self, arn: &str) -> Result<Value, Unavailable> {
        const ACTION: &str = "ecs:DescribeClusters";
        let call = async |asked: BTreeSet<String>| {
            let request = self
                .client
                .describe_clusters()
                .set_clusters(Some(Vec::from_iter(asked.clone())))
                .include(ClusterField::Settings)
                .include(ClusterField::Configurations)
                .include(ClusterField::Tags);
            let answer = ask(ACTION, |keep| request.customize().interceptor(keep).send()).await?;
            Ok(elements(answer, "clusters", "clusterArn", &asked, ACTION))
        };
        self.asking_for.clusters.ask("", arn, call).await
    }

    /// The EC2 instance behind a container instance.
    pub(crate) async fn instance_id(&self, cluster: &str, arn: &str) -> Result<String, Unavailable> {
        const ACTION: &str = "ecs:DescribeContainerInstances";
        if let Some(id) = self.instances.get(arn) {
            return Ok(id);
        }
        let call = async |asked: BTreeSet<String>| {
            let request = self.client.describe_container_instances().cluster(cluster);
            let request = request.set_container_instances(Some(Vec::from_iter(asked.clone())));
            let answer = ask(ACTION, |keep| request.customize().interceptor(keep).send()).await?;
            Ok(elements(answer, "containerInstances", "containerInstanceArn", &asked, ACTION))
        };
        let instance = self.asking_for.instances.ask(cluster, arn, call).await?;
        let id = instance.get("ec2InstanceId").and_then(Value::as_str);
        let id = id.ok_or_else(|| Unavailable::Failed(format!("{ACTION}: no EC2 instance behind `{arn}`")))?;
        self.instances.put(arn.to_owned(), id.to_owned());
        Ok(id.to_owned())
    }
}
