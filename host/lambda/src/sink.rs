//! Where the function takes its reports: the log first, then the sinks that are configured.

mod log;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gatecheck_aws::{Parameters, SdkConfig};
use gatecheck_core::Judged;
use gatecheck_core::facts::Family;
use gatecheck_core::sink::{Sink, Undelivered};
use gatecheck_sinks::{Delivery, SinkSet, SinkSources, SinkStore};

use crate::decision::Decisions;
use crate::log::LogFormat;
use log::Log;

/// What lives as long as the process.
#[derive(Debug)]
pub struct Sinks {
    log: Log,
    decisions: Decisions,
    store: SinkStore,
    delivery: Delivery,
}

/// The sinks of one invocation.
#[derive(Debug)]
pub struct SinksInForce<'a> {
    sinks: &'a Sinks,
    configured: Arc<SinkSet>,
}

impl Sinks {
    /// The log, and the sinks that are configured.
    pub fn new(sources: SinkSources, decisions: Decisions, refresh: Duration, aws: &SdkConfig) -> Self {
        Self {
            log: Log::new(LogFormat::from_env()),
            decisions,
            store: SinkStore::new(Parameters::new(aws), sources, refresh),
            delivery: Delivery::new(aws),
        }
    }

    /// The sinks that are in force now.
    pub async fn current(&self) -> SinksInForce<'_> {
        SinksInForce { sinks: self, configured: self.store.current().await }
    }
}

impl Sink for SinksInForce<'_> {
    fn reads(&self) -> BTreeSet<Family> {
        self.configured.reads()
    }

    fn closes(&self) -> bool {
        self.configured.closes()
    }

    async fn deliver(&self, judged: &[Judged], deadline: Option<Instant>) -> Vec<Undelivered> {
        let log = |(position, Judged { report, .. }): (usize, &Judged)| {
            let failure = self.sinks.log.write(report).err()?;
            Some(Undelivered { position, error: failure })
        };
        for judged in judged {
            self.sinks.decisions.write(judged);
        }
        let mut undelivered: Vec<_> = judged.iter().enumerate().filter_map(log).collect();
        undelivered.extend(self.sinks.delivery.deliver(&self.configured, judged, deadline).await);
        let failed: BTreeSet<_> = undelivered.iter().map(|undelivered| undelivered.position).collect();
        for (position, Judged { report, .. }) in judged.iter().enumerate() {
            self.sinks.log.settle(report, failed.contains(&position));
        }
        undelivered
    }
}
