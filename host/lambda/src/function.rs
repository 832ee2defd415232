//! The function: what lives as long as its process, and what happens with an event.

use std::env;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join;
use gatecheck_aws::{AwsSource, Calls, Parameters};
use gatecheck_core::arn::Arn;
use gatecheck_core::event::EventError;
use gatecheck_core::policy::Engine;
use gatecheck_core::probe::HEARTBEAT;
use gatecheck_core::{Host, Memory, Outcome, run};
use gatecheck_store::fetch::{Fetcher, Remote};
use gatecheck_store::{CompileLimits, Compiler, Disk, ModuleStore, PolicyStore};
use serde_json::Value;

use crate::config::{Config, ModulesConfig};
use crate::error::HandlerError;
use crate::inbox::{Inbox, REPEATED};
use crate::metrics::Metrics;
use crate::reported::Table;
use crate::sink::Sinks;

/// What is kept of an invocation to deliver what policies have found, if it is not more than half.
const DELIVERY: Duration = Duration::from_secs(10);

/// What is kept to end in time, whatever sinks do.
const RETURN: Duration = Duration::from_millis(500);

/// The Lambda function.
#[derive(Debug)]
pub struct Function {
    engine: Arc<Engine>,
    policies: PolicyStore,
    source: AwsSource,
    sinks: Sinks,
    memory: Memory,
    table: Table,
    has_been_invoked: AtomicBool,
}

impl Function {
    /// Sets up what every invocation needs. Makes no AWS call.
    pub fn new(config: Config, aws: &gatecheck_aws::SdkConfig) -> Result<Self, lambda_runtime::Error> {
        let engine = Arc::new(Engine::with_limits(config.limits)?);
        let modules = modules(&engine, config.modules, aws);
        Ok(Self {
            policies: PolicyStore::new(modules, Parameters::new(aws), config.policies, config.refresh),
            engine,
            source: AwsSource::with_role(aws, config.member_role),
            sinks: Sinks::new(config.sinks, config.decisions, config.refresh, aws),
            memory: Memory::default(),
            table: Table::new(aws, config.table),
            has_been_invoked: AtomicBool::new(false),
        })
    }

    /// Judges the tasks of all events that an invocation brings, and delivers the reports. The invocation ends at `deadline`.
    ///
    /// The answer is what [`Inbox::answer`] makes of them. `arn` is the function's own.
    pub async fn handle(&self, payload: Value, deadline: Instant, arn: &str) -> Result<Value, HandlerError> {
        if let Some(arn) = Arn::parse(arn) {
            self.source.set_account(arn.account);
        }
        let mut metrics = Metrics::start(!self.has_been_invoked.swap(true, Ordering::Relaxed));
        let inbox = Inbox::open(payload);
        metrics.events(inbox.events.len());
        let outcomes = self.judge(&inbox.events, deadline).await;
        match &outcomes {
            Ok(outcomes) => outcomes.iter().for_each(|outcome| {
                log_outcome(outcome);
                metrics.outcome(outcome);
            }),
            Err(_) => metrics.unjudged(inbox.events.len()),
        }
        metrics.modules(self.policies.modules().counts.take());
        metrics.write(Calls::take());
        inbox.answer(outcomes?)
    }

    /// Judges the tasks of events and delivers the reports, by the policies and to the sinks that are in force.
    async fn judge(
        &self,
        events: &[Value],
        deadline: Instant,
    ) -> Result<Vec<Result<Outcome, EventError>>, HandlerError> {
        // Half of the time has to be enough to get at policies: the other half is for judging by those that are there.
        let now = Instant::now();
        let half = now + deadline.saturating_duration_since(now) / 2;
        let (policies, sinks) = join(self.policies.current(half), self.sinks.current()).await;
        let policies = policies?;
        let for_delivery = DELIVERY.min(deadline.saturating_duration_since(Instant::now()) / 2);
        let host = Host {
            engine: &self.engine,
            policies: &policies,
            memory: &self.memory,
            judge_until: deadline.checked_sub(for_delivery),
            deliver_until: deadline.checked_sub(RETURN),
        };
        Ok(run(events, &host, &self.source, &sinks, &self.table).await)
    }
}

/// Says what came of an event. Who is told of a failure writes it.
fn log_outcome(outcome: &Result<Outcome, EventError>) {
    match outcome {
        Ok(Outcome::Skipped(reason)) => tracing::info!("skipped: {reason}"),
        Ok(Outcome::Repeated(_)) => tracing::info!("skipped: {REPEATED}"),
        Ok(Outcome::Closed(_)) => tracing::info!("closed what was open: the task has stopped"),
        Ok(Outcome::Judged(report, _)) => tracing::info!(
            task_arn = report.task,
            violations = report.violations.len(),
            faults = report.faults.len(),
            undecided = report.undecided.len(),
            told_earlier = report.already_reported.len(),
            "judged"
        ),
        Ok(Outcome::Probed(probed)) => tracing::info!(
            probe = probed.id,
            version = env!("CARGO_PKG_VERSION"),
            policies = probed.policies,
            violations = probed.report.violations.len(),
            faults = probed.report.faults.len(),
            undecided = probed.report.undecided.len(),
            verdict = probed.verdict(),
            "{}",
            if probed.id == HEARTBEAT { HEARTBEAT } else { "probe" }
        ),
        Err(_) => {}
    }
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
