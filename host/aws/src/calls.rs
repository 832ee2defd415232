//! How many calls are made: AWS limits them for a whole account, so whoever runs Gatecheck wants to know.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

pub(crate) static CALLS: AtomicU64 = AtomicU64::new(0);
pub(crate) static RETRIES: AtomicU64 = AtomicU64::new(0);

/// Calls since the last time that this was asked, in the whole process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calls {
    /// Attempts: each counts against the limits.
    pub made: u64,
    /// Those that repeat an attempt that was throttled, or failed.
    pub repeated: u64,
}

impl Calls {
    /// What was counted, which starts anew.
    pub fn take() -> Self {
        Self { made: CALLS.swap(0, Ordering::Relaxed), repeated: RETRIES.swap(0, Ordering::Relaxed) }
    }
}

/// Counts the calls of a client.
#[derive(Debug)]
pub(crate) struct CountCalls;

impl Intercept for CountCalls {
    fn name(&self) -> &'static str {
        "CountCalls"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        CALLS.fetch_add(1, Ordering::Relaxed);
        if config.load::<RequestAttempts>().is_some_and(|attempts| attempts.attempts() > 1) {
            RETRIES.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// A client of a service whose calls are counted.
macro_rules! client {
    ($sdk:ident, $config:expr) => {
        $sdk::Client::from_conf($sdk::config::Builder::from($config).interceptor($crate::calls::CountCalls).build())
    };
}
pub(crate) use client;
