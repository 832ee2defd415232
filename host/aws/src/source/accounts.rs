//! Whom to ask about a task: the account and Region that it runs in.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_config::sts::AssumeRoleProvider;
use aws_config::{Region, SdkConfig};
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use gatecheck_core::arn::Arn;
use gatecheck_core::facts::Unavailable;

use crate::config::in_region;
use crate::ec2::Ec2;
use crate::ecs::Ecs;

const ASSUME_ROLE: &str = "sts:AssumeRole";

/// What calls under a role of another account are known by there.
const SESSION: &str = "gatecheck";

/// One account and Region.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) ecs: Ecs,
    pub(super) ec2: Ec2,
}

impl Account {
    fn new(config: &SdkConfig) -> Self {
        Self { ecs: Ecs::new(config), ec2: Ec2::new(config) }
    }
}

/// The account and Region that the configuration leads to, and others that are reached from there.
#[derive(Debug)]
pub(super) struct Accounts {
    config: SdkConfig,
    home: Arc<Account>,
    /// The number of that account. Until it is known, every task is taken for one of it.
    number: OnceLock<String>,
    /// The name of a role that may be assumed in the others.
    role: Option<String>,
    others: Mutex<BTreeMap<Place, Arc<Account>>>,
}

/// Where a task runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    partition: String,
    region: String,
    account: String,
}

impl Place {
    fn of(task: &str) -> Option<Self> {
        let Arn { partition, region, account, .. } = Arn::parse(task).filter(|arn| arn.service == "ecs")?;
        Some(Self { partition: partition.to_owned(), region: region.to_owned(), account: account.to_owned() })
    }
}

impl Accounts {
    pub(super) fn new(config: &SdkConfig, role: Option<String>) -> Self {
        Self {
            config: config.clone(),
            home: Arc::new(Account::new(config)),
            number: OnceLock::new(),
            role,
            others: Mutex::default(),
        }
    }

    pub(super) fn set_number(&self, number: &str) {
        self.number.get_or_init(|| number.to_owned());
    }

    /// Where the configuration leads to.
    pub(super) fn home(&self) -> &Arc<Account> {
        &self.home
    }

    /// Whom to ask about a task.
    pub(super) async fn of_task(&self, arn: &str) -> Result<Arc<Account>, Unavailable> {
        let (Some(place), Some(number)) = (Place::of(arn), self.number.get()) else {
            return Ok(Arc::clone(&self.home));
        };
        let abroad = place.account != *number;
        if !abroad && self.config.region().is_none_or(|region| region.as_ref() == place.region) {
            return Ok(Arc::clone(&self.home));
        }
        if let Some(account) = self.others.lock().unwrap_or_else(PoisonError::into_inner).get(&place) {
            return Ok(Arc::clone(account));
        }
        let mut config = in_region(&self.config, &place.region);
        if abroad {
            let credentials = Box::pin(self.credentials(&place)).await?;
            config = config.to_builder().credentials_provider(credentials).build();
        }
        let account = Arc::new(Account::new(&config));
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(others.entry(place).or_insert(account)))
    }

    /// What the role of another account gives. That it can be assumed is tried at once: what a refusal means is lost later.
    async fn credentials(
        &self,
        Place { partition, region, account }: &Place,
    ) -> Result<SharedCredentialsProvider, Unavailable> {
        let Some(role) = &self.role else {
            let why = format!("the task runs in the account {account}, and no role to ask there is known");
            return Err(Unavailable::Other(why));
        };
        let role = format!("arn:{partition}:iam::{account}:role/{role}");
        let assuming = AssumeRoleProvider::builder(&role).session_name(SESSION).region(Region::new(region.clone()));
        let provider = assuming.configure(&self.config).build().await;
        let tried = provider.provide_credentials().await;
        let refused = |_| Unavailable::Failed(format!("{ASSUME_ROLE}: `{role}` cannot be assumed"));
        tried.map(|_| SharedCredentialsProvider::new(provider)).map_err(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_tells_where_it_runs() {
        let place = Place::of("arn:aws-cn:ecs:cn-north-1:111122223333:task/prod/1").unwrap();
        assert_eq!((&*place.partition, &*place.region, &*place.account), ("aws-cn", "cn-north-1", "111122223333"));
        assert_eq!(Place::of("arn:aws:s3:::x"), None);
        assert_eq!(Place::of("task"), None);
    }
}
