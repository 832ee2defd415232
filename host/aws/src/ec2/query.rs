//! Calls of EC2: signed, in its query protocol, tried again where that can help.
//!
//! Its client of the SDK has seven hundred operations, of which four are needed: compiling them takes five minutes, and 12 GB for a
//! release.

use std::sync::atomic::Ordering;
use std::time::Duration;

use aws_config::SdkConfig;
use gatecheck_core::facts::Unavailable;
use serde_json::Value;
use tokio::time::{sleep, timeout};

use super::document::{error, page};
use crate::calls::RETRIES;
use crate::failure::{Failure, one_line};
use crate::signed::Service;

const VERSION: &str = "2016-11-15";

/// As for the clients of the SDK (config.rs): the calls of one question take no longer than this, and each is tried so often.
const WHOLE: Duration = Duration::from_secs(8);
const ATTEMPTS: u32 = 3;
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// What a service says that is asked too often.
const THROTTLED: [&str; 5] =
    ["EC2ThrottledException", "RequestLimitExceeded", "RequestThrottled", "Throttling", "ThrottlingException"];

/// Documents that are selected by filters: names, and values of which one must be the document's.
pub(super) type Filters<'a> = Vec<(&'static str, Vec<&'a str>)>;

/// An operation that describes what is there.
#[derive(Debug)]
pub(super) struct Describe {
    /// Such as `ec2:DescribeSubnets`.
    pub(super) action: &'static str,
    /// The element of the answer with the documents.
    pub(super) list: &'static str,
    /// What the API calls the tags of a document.
    pub(super) tags: &'static str,
    /// More fields of the request.
    pub(super) fields: &'static [(&'static str, &'static str)],
}

/// Why an attempt failed.
enum Attempt {
    /// Another one may succeed.
    MayPass(Failure),
    Final(Failure),
}

/// Asks EC2.
#[derive(Debug)]
pub(super) struct Query {
    service: Service,
}

impl Query {
    pub(super) fn new(config: &SdkConfig) -> Self {
        Self { service: Service::new("ec2", config) }
    }

    /// All documents that pass the filters, from all pages.
    pub(super) async fn describe(&self, what: &Describe, filters: Filters<'_>) -> Result<Vec<Value>, Unavailable> {
        let described = timeout(WHOLE, self.pages(what, &filters)).await;
        let described = described.unwrap_or_else(|_| Err(Failure::Other("timed out".to_owned())));
        described.map_err(|failure| failure.unavailable(what.action))
    }

    async fn pages(&self, what: &Describe, filters: &Filters<'_>) -> Result<Vec<Value>, Failure> {
        let mut documents = Vec::new();
        let mut fields = fields(what, filters);
        loop {
            let answer = self.call(&fields).await?;
            let page = page(&answer, what.list, what.tags).ok_or_else(Failure::not_read)?;
            documents.extend(page.documents);
            fields.retain(|(name, _)| name != "NextToken");
            match page.next {
                Some(next) => fields.push(("NextToken".to_owned(), next)),
                None => return Ok(documents),
            }
        }
    }

    async fn call(&self, fields: &[(String, String)]) -> Result<String, Failure> {
        let mut attempts = 1;
        loop {
            match self.attempt(fields).await {
                Ok(answer) => return Ok(answer),
                Err(Attempt::MayPass(_)) if attempts < ATTEMPTS => {
                    sleep(backoff(attempts)).await;
                    attempts += 1;
                    RETRIES.fetch_add(1, Ordering::Relaxed);
                }
                Err(Attempt::MayPass(failure) | Attempt::Final(failure)) => return Err(failure),
            }
        }
    }

    async fn attempt(&self, fields: &[(String, String)]) -> Result<String, Attempt> {
        let (status, answer) = self.service.form_answer(fields).await.map_err(|failure| match failure {
            Failure::Denied => Attempt::Final(failure),
            Failure::Other(_) => Attempt::MayPass(failure),
        })?;
        if status.is_success() {
            return Ok(answer);
        }
        let (code, message) = error(&answer).unwrap_or_else(|| (status.as_str().to_owned(), None));
        let failure = Failure::of_code(&code, message.as_deref().map(one_line));
        let may_pass = status.is_server_error() || THROTTLED.contains(&code.as_str());
        Err(if may_pass { Attempt::MayPass(failure) } else { Attempt::Final(failure) })
    }
}

/// The form: `Filter.1.Name`, `Filter.1.Value.1`, `Filter.1.Value.2`, ...
fn fields(what: &Describe, filters: &Filters<'_>) -> Vec<(String, String)> {
    let operation = what.action.trim_start_matches("ec2:");
    let fixed = [("Action", operation), ("Version", VERSION)];
    let fixed = fixed.iter().chain(what.fields).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let mut fields: Vec<_> = fixed.collect();
    for (number, (name, values)) in filters.iter().enumerate().map(|(number, filter)| (number + 1, filter)) {
        fields.push((format!("Filter.{number}.Name"), (*name).to_owned()));
        let value = |(position, value): (usize, &&str)| {
            (format!("Filter.{number}.Value.{}", position + 1), (*value).to_owned())
        };
        fields.extend(values.iter().enumerate().map(value));
    }
    fields
}

/// Twice as long each time, and never the same for two that failed in the same moment.
fn backoff(attempts: u32) -> Duration {
    // Without randomness all wait the longest.
    let random = getrandom::u32().map_or(1.0, |random| f64::from(random) / f64::from(u32::MAX));
    (FIRST_WAIT * 2_u32.saturating_pow(attempts - 1)).mul_f64(random)
}
