//! The only place that configures the WebAssembly engine, for what compiles and for what runs alike: code compiled under
//! another configuration is refused when it is loaded. There are two: policies judge with one, and are measured with the
//! other.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use thiserror::Error;

/// How often a running policy can be interrupted.
pub(super) const TICK: Duration = Duration::from_millis(10);

/// Stack of WebAssembly code. A recursion without end hits it in less than a millisecond.
pub(super) const STACK: usize = 512 * 1024;

/// What an engine is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Production.
    Judging,
    /// To count instructions, the same number every time: by fuel, and without a deadline.
    #[cfg(feature = "compiler")]
    Metering,
}

/// The WebAssembly engine with the clock that interrupts what runs too long.
pub struct Engine {
    pub(super) wasmtime: wasmtime::Engine,
    clock: Arc<Clock>,
}

/// Why there is no engine.
#[derive(Debug, Error)]
pub enum EngineError {
    /// The platform cannot run it.
    #[error("the WebAssembly engine cannot start on this platform")]
    Unsupported(#[source] wasmtime::Error),
    /// The system gives no thread to the clock.
    #[error("the clock that interrupts policies cannot start")]
    Clock(#[source] std::io::Error),
}

impl Engine {
    /// Starts the engine and its clock. One is enough for a process.
    pub fn new() -> Result<Self, EngineError> {
        Self::start(Purpose::Judging)
    }

    pub(super) fn start(purpose: Purpose) -> Result<Self, EngineError> {
        let wasmtime = wasmtime::Engine::new(&config(purpose)).map_err(EngineError::Unsupported)?;
        let clock = Arc::new(Clock::default());
        let (ticking, weak) = (Arc::clone(&clock), wasmtime.weak());
        thread::Builder::new()
            .name("policy-clock".to_owned())
            .spawn(move || {
                while ticking.wait_until_needed() {
                    thread::sleep(TICK);
                    let Some(engine) = weak.upgrade() else { return };
                    engine.increment_epoch();
                }
            })
            .map_err(EngineError::Clock)?;
        Ok(Self { wasmtime, clock })
    }

    /// Lets the clock tick until the guard is dropped.
    pub(super) fn ticking(&self) -> Ticking<'_> {
        self.clock.change(|state| state.running += 1);
        Ticking(&self.clock)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.clock.change(|state| state.closed = true);
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
        .concurrency_support(false);
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

/// Whether anything runs. A thread that ticks for nothing would keep the processor awake.
#[derive(Default)]
struct Clock {
    state: Mutex<ClockState>,
    changed: Condvar,
}

#[derive(Default)]
struct ClockState {
    running: usize,
    closed: bool,
}

impl Clock {
    fn change(&self, change: impl FnOnce(&mut ClockState)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }

    /// Blocks while nothing runs; false once the engine is gone.
    fn wait_until_needed(&self) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = |state: &mut ClockState| state.running == 0 && !state.closed;
        !self.changed.wait_while(state, idle).unwrap_or_else(PoisonError::into_inner).closed
    }
}

pub(super) struct Ticking<'a>(&'a Clock);

impl Drop for Ticking<'_> {
    fn drop(&mut self) {
        self.0.change(|state| state.running = state.running.saturating_sub(1));
    }
}
