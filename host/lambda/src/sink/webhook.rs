//! The webhook of the Python tool: a flat object with one text, as Slack workflows take it.

use std::collections::BTreeMap;
use std::time::Duration;

use gatecheck_core::report::Report;
use gatecheck_core::sink::{Sink, SinkError};

use crate::config::WebhookConfig;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const TIMEOUT: Duration = Duration::from_secs(5);

/// Posts the violations of a task as one text.
#[derive(Debug)]
pub(super) struct Webhook {
    client: reqwest::Client,
    config: WebhookConfig,
}

impl Webhook {
    pub(super) fn new(config: WebhookConfig) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            // A webhook does not move; whoever answers with a redirect is not the one that was configured.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("gatecheck/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, config })
    }
}

impl Sink for Webhook {
    async fn deliver(&self, report: &Report) -> Vec<SinkError> {
        if report.violations.is_empty() {
            return Vec::new();
        }
        let body = BTreeMap::from([(&self.config.key, report.alert())]);
        let answer = self.client.post(self.config.url.clone()).json(&body).send().await;
        let why = match answer {
            Ok(answer) if answer.status().is_success() => return Vec::new(),
            Ok(answer) => format!("it answered {}", answer.status()),
            Err(error) if error.is_timeout() => format!("no answer within {} s", TIMEOUT.as_secs()),
            Err(error) if error.is_connect() => "it could not be reached".to_owned(),
            Err(error) => error.without_url().to_string(),
        };
        vec![SinkError { sink: "webhook", why }]
    }
}
