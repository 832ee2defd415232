//! Questions to ECS. Each answers with documents as the AWS CLI prints them.

mod answer;

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{ClusterField, ServiceField, TaskField};
use gatecheck_core::facts::{Document, Unavailable};
use serde_json::Value;

use crate::cache::Cache;
use crate::ecs::answer::{ask, the_one_of};

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
}

impl Ecs {
    pub(crate) fn new(config: &SdkConfig) -> Self {
        Self {
            client: Client::new(config),
            definitions: Cache::for_ever(REMEMBERED_DEFINITIONS),
            instances: Cache::for_ever(REMEMBERED_INSTANCES),
        }
    }

    /// The element of `tasks`.
    pub(crate) async fn task(&self, cluster: &str, arn: &str) -> Result<Value, Unavailable> {
        const ACTION: &str = "ecs:DescribeTasks";
        let request = self.client.describe_tasks().cluster(cluster).tasks(arn).include(TaskField::Tags);
        let answer = ask(ACTION, |keep| request.customize().interceptor(keep).send()).await?;
        the_one_of(answer, "tasks", ACTION)
    }

    /// `taskDefinition`.
    pub(crate) async fn task_definition(&self, arn: &str) -> Result<Arc<Document>, Unavailable> {
        const ACTION: &str = "ecs:DescribeTaskDefinition";
        if let Some(definition) = self.definitions.get(arn) {
            return Ok(definition);
        }
        let request = self.client.describe_task_definition().task_definition(arn);
        let mut answer = ask(ACTION, |keep| request.customize().interceptor(keep).send()).await?;
        let definition = answer.get_mut("taskDefinition").map(Value::take);
        let definition = definition.ok_or_else(|| Unavailable::Failed(format!("{ACTION}: no answer for `{arn}`")))?;
        let definition = Arc::new(Document::from(definition));
        self.definitions.put(arn.to_owned(), Arc::clone(&definition));
        Ok(definition)
    }

    /// The element of `services`.
    pub(crate) async fn service(&self, cluster: &str, name: &str) -> Result<Value, Unavailable> {
        const ACTION: &str = "ecs:DescribeServices";
        let request = self.client.describe_services().cluster(cluster).services(name).include(ServiceField::Tags);
        let answer = ask(ACTION, |keep| request.customize().interceptor(keep).send()).await?;
        the_one_of(answer, "services", ACTION)
    }

    /// The element of `clusters`.
    pub(crate) async fn cluster(&self, arn: &str) -> Result<Value, Unavailable> {
        const ACTION: &str = "ecs:DescribeClusters";
        let request = self
            .client
            .describe_clusters()
            .clusters(arn)
            .include(ClusterField::Settings)
            .include(ClusterField::Configurations)
            .include(ClusterField::Tags);
        let answer = ask(ACTION, |keep| request.customize().interceptor(keep).send()).await?;
        the_one_of(answer, "clusters", ACTION)
    }

    /// The EC2 instance behind a container instance.
    pub(crate) async fn instance_id(&self, cluster: &str, arn: &str) -> Result<String, Unavailable> {
        const ACTION: &str = "ecs:DescribeContainerInstances";
        if let Some(id) = self.instances.get(arn) {
            return Ok(id);
        }
        let request = self.client.describe_container_instances().cluster(cluster).container_instances(arn);
        let answer = ask(ACTION, |keep| request.customize().interceptor(keep).send()).await?;
        let instance = the_one_of(answer, "containerInstances", ACTION)?;
        let id = instance.get("ec2InstanceId").and_then(Value::as_str);
        let id = id.ok_or_else(|| Unavailable::Failed(format!("{ACTION}: no EC2 instance behind `{arn}`")))?;
        self.instances.put(arn.to_owned(), id.to_owned());
        Ok(id.to_owned())
    }
}
