//! The webhook of the Python tool: a flat object with one text, as Slack workflows take it.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Duration;

use gatecheck_core::report::Report;
use gatecheck_core::sink::{Sink, SinkError};
use reqwest::{Client, StatusCode};

use crate::config::WebhookConfig;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const TIMEOUT: Duration = Duration::from_secs(5);

/// Posts the violations of a task as one text.
#[derive(Debug)]
pub(super) struct Webhook {
    /// Made for the first violation: reading the certificates of all authorities takes longer than judging.
    client: OnceLock<Client>,
    config: WebhookConfig,
}

impl Webhook {
    pub(super) fn new(config: WebhookConfig) -> Self {
        Self { client: OnceLock::new(), config }
    }

    fn client(&self) -> reqwest::Result<&Client> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            // A webhook does not move; whoever answers with a redirect is not the one that was configured.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("gatecheck/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(self.client.get_or_init(|| client))
    }

    async fn post(&self, text: String) -> reqwest::Result<StatusCode> {
        let body = BTreeMap::from([(&self.config.key, text)]);
        let answer = self.client()?.post(self.config.url.clone()).json(&body).send().await?;
        Ok(answer.status())
    }
}

impl Sink for Webhook {
    async fn deliver(&self, report: &Report) -> Vec<SinkError> {
        if report.violations.is_empty() {
            return Vec::new();
        }
        let why = match self.post(report.alert()).await {
            Ok(status) if status.is_success() => return Vec::new(),
            Ok(status) => format!("it answered {status}"),
            Err(error) if error.is_timeout() => format!("no answer within {} s", TIMEOUT.as_secs()),
            Err(error) if error.is_connect() => "it could not be reached".to_owned(),
            Err(error) => error.without_url().to_string(),
        };
        vec![SinkError { sink: "webhook", why }]
    }
}
