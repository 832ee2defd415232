//! The crate against a server that speaks the protocols of AWS.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "this is how tests fail; clippy recognises only test functions as tests, not what they share"
)]

#[expect(unreachable_pub, reason = "it is public where it lives, in the whole-system tests")]
#[path = "../../../../tests/src/aws.rs"]
mod aws;
mod calls;
mod failures;
mod gathering;
mod objects;
mod parameters;
mod raw;
mod recordings;
mod registry;
mod signing;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws::RecordedAws;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_ssm::config::Credentials;
use gatecheck_aws::AwsSource;
use gatecheck_core::facts::{Fact, FactSource, Facts, Family};

/// An account with the task of a recording, and a source that asks it.
struct Account {
    aws: RecordedAws,
    source: AwsSource,
    task: Facts,
}

impl Account {
    async fn of(facts: &Facts) -> Self {
        let aws = RecordedAws::start(facts.clone(), BTreeMap::new()).await;
        let source = AwsSource::new(&config(&aws.endpoint()).await);
        let task = facts.iter().filter(|(family, _)| *family == Family::Task);
        let task = task.map(|(family, fact)| (family, fact.clone())).collect();
        Self { aws, source, task }
    }

    async fn gather(&self, wanted: &[Family]) -> Facts {
        self.source.gather(&wanted.iter().copied().collect(), &self.task).await
    }

    /// Gathers one family.
    async fn fact(&self, wanted: Family) -> Fact {
        let facts = self.gather(&[wanted]).await;
        facts.get(wanted).cloned().unwrap_or_else(|| panic!("{wanted} was not gathered"))
    }

    /// The calls since the last look, in alphabetical order since some are made at the same time.
    fn calls(&self) -> Vec<String> {
        let mut calls = self.aws.calls();
        self.aws.clear_calls();
        calls.sort();
        calls
    }
}

/// As `load_config` makes it, without looking at the environment and without waiting long between attempts.
async fn config(endpoint: &str) -> SdkConfig {
    let timeouts = TimeoutConfig::builder().connect_timeout(Duration::from_secs(1));
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::from_static("us-west-2"))
        .credentials_provider(Credentials::for_tests())
        .endpoint_url(endpoint)
        .timeout_config(timeouts.operation_attempt_timeout(Duration::from_secs(1)).build())
        .retry_config(RetryConfig::standard().with_max_attempts(3).with_initial_backoff(Duration::from_millis(1)))
        .load()
        .await
}
