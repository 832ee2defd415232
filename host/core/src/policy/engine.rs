//! The only place that configures the WebAssembly engine, for what compiles and for what runs alike: code compiled under
//! another configuration is refused when it is loaded. There are two: policies judge with one, and are measured with the
//! other.

#![expect(clippy::disallowed_types, reason = "the one place that configures the engine")]

use std::fmt;
use std::time::Instant;

use thiserror::Error;

use super::limits::{Limits, STACK};
use super::native;
use super::watchdog::{Watchdog, Watched};

/// Address space that is reserved for a memory, in bytes.
const ADDRESS_SPACE: u64 = 64 << 20;

/// Address space behind a memory that nothing may touch, in bytes.
const GUARD: u64 = 64 << 10;

/// What an engine is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Production.
    Judging,
    /// To count instructions, the same number every time: by fuel, and without a deadline.
    #[cfg(feature = "compiler")]
    Metering,
}

/// The WebAssembly engine, with what a policy may use of it and the watchdog that ends what runs too long.
pub struct Engine {
    pub(super) wasmtime: wasmtime::Engine,
    pub(crate) limits: Limits,
    watchdog: Watchdog,
}

/// Why there is no engine.
#[derive(Debug, Error)]
pub enum EngineError {
    /// The platform cannot run it.
    #[error("the WebAssembly engine cannot start on this platform")]
    Unsupported(#[source] wasmtime::Error),
    /// The system gives no thread to the watchdog.
    #[error("the watchdog over policies cannot start")]
    Watchdog(#[source] std::io::Error),
}

impl Engine {
    /// Starts the engine and its watchdog, with the default limits. One is enough for a process.
    pub fn new() -> Result<Self, EngineError> {
        Self::with_limits(Limits::default())
    }

    /// The same with the limits that the operator sets.
    pub fn with_limits(limits: Limits) -> Result<Self, EngineError> {
        Self::start(Purpose::Judging, limits)
    }

    pub(super) fn start(purpose: Purpose, limits: Limits) -> Result<Self, EngineError> {
        let wasmtime = wasmtime::Engine::new(&config(purpose)).map_err(EngineError::Unsupported)?;
        let weak = wasmtime.weak();
        let bark = move || weak.upgrade().into_iter().for_each(|engine| engine.increment_epoch());
        Ok(Self { wasmtime, limits, watchdog: Watchdog::start(bark).map_err(EngineError::Watchdog)? })
    }

    /// Watches over a run until the guard is dropped.
    pub(super) fn until(&self, deadline: Instant) -> Watched<'_> {
        self.watchdog.until(deadline)
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

fn config(purpose: Purpose) -> wasmtime::Config {
    let mut config = wasmtime::Config::new();
    match purpose {
        // A deadline in time: what runs too long is interrupted at its next loop or call.
        Purpose::Judging => config.epoch_interruption(true).max_wasm_stack(STACK),
        // What is counted needs more room for each call.
        #[cfg(feature = "compiler")]
        Purpose::Metering => config.consume_fuel(true).max_wasm_stack(2 * STACK),
    };
    config
        .wasm_component_model(true)
        // Policies need neither; both cost size and memory.
        .gc_support(false)
        .concurrency_support(false)
        // As much address space as most policies may have memory, instead of 4 GiB for each: where a process has little of it,
        // nothing would run. One that may grow beyond is moved.
        .memory_reservation(ADDRESS_SPACE)
        .memory_reservation_for_growth(ADDRESS_SPACE)
        .memory_guard_size(GUARD)
        // Nobody reads where in its code a policy stopped, and what tells that is a seventh of what it is compiled to. Most runs
        // that stop only ask for a fact.
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false)
        .with_custom_code_memory(Some(native::code_memory()));
    // The same for debuggers. Windows needs it for more.
    #[cfg(all(feature = "compiler", not(windows)))]
    config.native_unwind_info(false);
    // The same verdict on every processor.
    #[cfg(feature = "compiler")]
    config.cranelift_nan_canonicalization(true).wasm_relaxed_simd(false);
    #[cfg(not(feature = "compiler"))]
    config.wasm_relaxed_simd(false);
    config
}

/// Compiles a component for `target` (a target triple), without the features of the processor at hand, after a look at what
/// it imports.
#[cfg(feature = "compiler")]
pub fn precompile(component: &[u8], target: &str) -> Result<Vec<u8>, super::ModuleError> {
    precompile_for(component, target, Purpose::Judging)
}

#[cfg(feature = "compiler")]
pub(super) fn precompile_for(component: &[u8], target: &str, purpose: Purpose) -> Result<Vec<u8>, super::ModuleError> {
    super::version::check(component)?;
    let compiled = for_target(target, purpose).and_then(|engine| engine.precompile_component(component));
    compiled.map_err(super::ModuleError::Refused)
}

/// An engine that compiles for a target triple, and for every processor of that kind.
#[cfg(feature = "compiler")]
pub(super) fn for_target(target: &str, purpose: Purpose) -> wasmtime::Result<wasmtime::Engine> {
    wasmtime::Engine::new(config(purpose).target(target)?)
}
