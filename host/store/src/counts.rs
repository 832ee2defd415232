//! What was done, counted for metrics.

use std::mem;
use std::sync::{Mutex, PoisonError};

/// Counters that several can add to.
#[derive(Debug, Default)]
pub struct Counts(Mutex<Counted>);

/// How often something was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// WebAssembly bytes were asked for.
    pub modules_fetched: u64,
    /// A module had to be compiled.
    pub modules_compiled: u64,
    /// A signed artifact was loaded.
    pub artifacts_loaded: u64,
    /// An artifact was there and could not be used.
    pub artifacts_ignored: u64,
    /// Policies could not be read again.
    pub refreshes_failed: u64,
    /// Policies could not be loaded.
    pub policies_refused: u64,
}

impl Counts {
    /// One more of what `counter` picks.
    pub(crate) fn add(&self, counter: impl FnOnce(&mut Counted) -> &mut u64) {
        *counter(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner)) += 1;
    }

    /// What was counted since this was last asked.
    pub fn take(&self) -> Counted {
        mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
