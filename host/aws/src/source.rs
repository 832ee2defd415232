//! Facts from AWS.

use std::collections::BTreeSet;

use aws_config::SdkConfig;
use gatecheck_core::facts::task::without_details;
use gatecheck_core::facts::{Fact, FactSource, Facts, Family, Nothing, Unavailable};

use crate::ec2::Ec2;
use crate::ecs::Ecs;
use crate::source::gathering::Gathering;

mod gathering;

/// One account and Region, asked about the tasks that run there.
///
/// What can be said about many tasks with one answer (task definitions, subnets and their routes) is remembered, so one
/// source should serve as many gatherings as possible.
#[derive(Debug)]
pub struct AwsSource {
    ecs: Ecs,
    ec2: Ec2,
}

impl AwsSource {
    /// The account and Region that `config` leads to.
    pub fn new(config: &SdkConfig) -> Self {
        Self { ecs: Ecs::new(config), ec2: Ec2::new(config) }
    }

    /// A task, by its identifier or ARN, as if an event had told of it; and what only DescribeTasks knows. What else is to be
    /// known about it is gathered with these facts.
    pub async fn task(&self, cluster: &str, task: &str) -> Result<Facts, Unavailable> {
        let details = self.ecs.task(cluster, task).await?;
        let task = Fact::known(without_details(&details));
        Ok(Facts::from_iter([(Family::Task, task), (Family::TaskDetails, Fact::known(details))]))
    }
}

impl FactSource for AwsSource {
    async fn gather(&self, wanted: &BTreeSet<Family>, known: &Facts) -> Facts {
        let no_task = match known.get(Family::Task).map(Fact::as_result) {
            Some(Ok(task)) => match Gathering::new(self, task, known) {
                Ok(gathering) => return gathering.run(wanted).await,
                Err(reason) => reason,
            },
            Some(Err(reason)) => reason.clone(),
            None => Unavailable::Other("there is no task to ask about".to_owned()),
        };
        Nothing(no_task).gather(wanted, known).await
    }
}
