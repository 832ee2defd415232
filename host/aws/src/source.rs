//! Facts from AWS.

use std::collections::BTreeSet;

use aws_config::SdkConfig;
use gatecheck_core::facts::task::without_details;
use gatecheck_core::facts::{Fact, FactSource, Facts, Family, Nothing, Unavailable};
use serde_json::Value;

use self::accounts::Accounts;
use self::gathering::Gathering;

mod accounts;
mod gathering;

/// The accounts and Regions that tasks run in, asked about those tasks.
///
/// What can be said about many tasks with one answer (task definitions, subnets and their routes) is remembered, so one
/// source should serve as many gatherings as possible.
#[derive(Debug)]
pub struct AwsSource {
    accounts: Accounts,
}

impl AwsSource {
    /// The account and Region that `config` leads to.
    pub fn new(config: &SdkConfig) -> Self {
        Self { accounts: Accounts::new(config, None) }
    }

    /// The same, and other accounts by the role of this name in them (`sts:AssumeRole`).
    pub fn with_role(config: &SdkConfig, role: Option<String>) -> Self {
        Self { accounts: Accounts::new(config, role) }
    }

    /// Says the number of the account that the configuration leads to. Before that, every task is taken for one that runs there.
    pub fn set_account(&self, number: &str) {
        self.accounts.set_number(number);
    }

    /// A task, by its identifier or ARN, as if an event had told of it; and what only DescribeTasks knows. What else is to be
    /// known about it is gathered with these facts.
    pub async fn task(&self, cluster: &str, task: &str) -> Result<Facts, Unavailable> {
        let details = self.accounts.home().ecs.task(cluster, task).await?;
        let task = Fact::known(without_details(&details));
        Ok(Facts::from_iter([(Family::Task, task), (Family::TaskDetails, Fact::known(details))]))
    }

    async fn gather_about(&self, task: &Value, wanted: &BTreeSet<Family>, known: &Facts) -> Result<Facts, Unavailable> {
        let arn = task.get("taskArn").and_then(Value::as_str).unwrap_or_default();
        let account = self.accounts.of_task(arn).await?;
        Ok(Gathering::new(&account, task, known)?.run(wanted).await)
    }
}

impl FactSource for AwsSource {
    async fn gather(&self, wanted: &BTreeSet<Family>, known: &Facts) -> Facts {
        let gathered = match known.get(Family::Task).map(Fact::as_result) {
            Some(Ok(task)) => self.gather_about(task, wanted, known).await,
            Some(Err(reason)) => Err(reason.clone()),
            None => Err(Unavailable::Other("there is no task to ask about".to_owned())),
        };
        match gathered {
            Ok(facts) => facts,
            Err(no_task) => Nothing(no_task).gather(wanted, known).await,
        }
    }
}
