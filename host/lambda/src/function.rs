//! The function: what lives as long as its process, and what happens with an event.

use std::env;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gatecheck_aws::{AwsSource, Parameters};
use gatecheck_core::policy::Engine;
use gatecheck_core::report::Report;
use gatecheck_core::{Host, Memory, Outcome, run};
use gatecheck_store::fetch::{Fetcher, Remote};
use gatecheck_store::{CompileLimits, Compiler, Disk, ModuleStore, PolicyStore};
use serde_json::{Value, json};

use crate::config::{Config, ModulesConfig};
use crate::error::HandlerError;
use crate::metrics;
use crate::sink::Sinks;

/// What is kept of an invocation to deliver what policies have found, if it is not more than half.
const DELIVERY: Duration = Duration::from_secs(10);

/// Bytes of an answer.
const LONGEST_ANSWER: usize = 5_000_000;

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
        let engine = Arc::new(Engine::with_limits(config.limits)?);
        let modules = modules(&engine, config.modules, aws);
        Ok(Self {
            policies: PolicyStore::new(modules, Parameters::new(aws), config.policies, config.refresh),
            engine,
            source: AwsSource::new(aws),
            sinks: Sinks::new(config.webhook),
            memory: Memory::default(),
        })
    }

    /// Judges the task of an event and delivers the report, which is also the answer. The invocation ends at `deadline`.
    pub async fn handle(&self, event: &Value, deadline: Instant) -> Result<Value, HandlerError> {
        // Half of the time has to be enough to get at policies: the other half is for judging by those that are there.
        let now = Instant::now();
        let policies = self.policies.current(now + deadline.saturating_duration_since(now) / 2).await;
        metrics::write(&self.policies.modules().counts.take());
        let policies = policies?;
        let now = Instant::now();
        let for_delivery = DELIVERY.min(deadline.saturating_duration_since(now) / 2);
        let host = Host {
            engine: &self.engine,
            policies: &policies,
            memory: &self.memory,
            deadline: deadline.checked_sub(for_delivery),
        };
        match run(event, &host, &self.source, &self.sinks).await? {
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
                Ok(answer(&report))
            }
        }
    }
}

/// Whoever invoked the function gets the report. Lambda takes no answer above 6 MB and would call the invocation failed.
fn answer(report: &Report) -> Value {
    let answer = json!(report);
    if answer.to_string().len() <= LONGEST_ANSWER {
        return answer;
    }
    json!({
        "task": report.task,
        "too_large": {
            "violations": report.violations.len(),
            "faults": report.faults.len(),
            "undecided": report.undecided.len(),
        },
    })
}

/// Where modules come from, and how they become native code.
fn modules(engine: &Arc<Engine>, config: ModulesConfig, aws: &gatecheck_aws::SdkConfig) -> ModuleStore {
    let remote = Remote::new(config.insecure_hosts, config.logins).with_aws(aws.clone());
    // The function itself needs its part of the memory.
    let limits = CompileLimits { time: config.compile_time, memory: config.memory / 4 * 3 };
    let fetcher = Fetcher::of_remote(Arc::new(remote));
    let disk = Disk::new(env::temp_dir().join("gatecheck"));
    ModuleStore::new(Arc::clone(engine), fetcher, config.public_keys, Compiler::new(limits), disk)
}
