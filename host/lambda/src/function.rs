//! The function: what lives as long as its process, and what happens with an event.

use std::sync::Arc;

use gatecheck_aws::{AwsSource, Parameters};
use gatecheck_core::policy::Engine;
use gatecheck_core::{Memory, Outcome, run};
use serde_json::{Value, json};

use crate::config::Config;
use crate::error::HandlerError;
use crate::policies::PolicyStore;
use crate::sink::Sinks;

/// The Lambda function.
#[derive(Debug)]
pub struct Function {
    engine: Arc<Engine>,
    policies: PolicyStore,
    source: AwsSource,
    sinks: Sinks,
    memory: Memory,
}

impl Function {
    /// Sets up what every invocation needs. Makes no AWS call.
    pub fn new(config: Config, aws: &gatecheck_aws::SdkConfig) -> Result<Self, lambda_runtime::Error> {
        let engine = Arc::new(Engine::new()?);
        let parameters = Parameters::new(aws);
        Ok(Self {
            policies: PolicyStore::new(Arc::clone(&engine), parameters, config.policies, config.refresh),
            engine,
            source: AwsSource::new(aws),
            sinks: Sinks::new(config.webhook)?,
            memory: Memory::default(),
        })
    }

    /// Judges the task of an event and delivers the report, which is also the answer.
    pub async fn handle(&self, event: &Value) -> Result<Value, HandlerError> {
        let policies = self.policies.current().await?;
        match run(event, &policies, &self.engine, &self.source, &self.sinks, &self.memory).await? {
            Outcome::Skipped(reason) => {
                tracing::info!("skipped: {reason}");
                Ok(json!({"skipped": reason.to_string()}))
            }
            Outcome::Repeated => {
                tracing::info!("skipped: this event was judged before");
                Ok(json!({"skipped": "this event was judged before"}))
            }
            Outcome::Judged(_, failures) if !failures.is_empty() => Err(HandlerError::Delivery(failures)),
            Outcome::Judged(report, _) => {
                tracing::info!(
                    task_arn = report.task,
                    violations = report.violations.len(),
                    faults = report.faults.len(),
                    undecided = report.undecided.len(),
                    told_earlier = report.told_earlier,
                    "judged"
                );
                Ok(json!(report))
            }
        }
    }
}
