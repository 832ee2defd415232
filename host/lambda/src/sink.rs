//! Where the function takes its reports.

mod log;
mod webhook;

use gatecheck_core::report::Report;
use gatecheck_core::sink::{Sink, SinkError};

use crate::config::WebhookConfig;
use crate::log::LogFormat;
use log::Log;
use webhook::Webhook;

/// The log, and a webhook if there is one.
#[derive(Debug)]
pub struct Sinks {
    log: Log,
    webhook: Option<Webhook>,
}

impl Sinks {
    /// The log, and the webhook that is configured.
    pub fn new(webhook: Option<WebhookConfig>) -> Self {
        Self { log: Log(LogFormat::from_env()), webhook: webhook.map(Webhook::new) }
    }
}

impl Sink for Sinks {
    async fn deliver(&self, report: &Report) -> Vec<SinkError> {
        let mut failures = self.log.deliver(report).await;
        if let Some(webhook) = &self.webhook {
            failures.extend(webhook.deliver(report).await);
        }
        failures
    }
}
