//! The run-time library of a component is started here, once, rather than for every task: what its memories, globals and tables
//! hold afterwards is what a new instance begins with.
//!
//! Go, for one, takes longer to start than most policies take to judge. Facts are traps meanwhile, so that what one task is
//! cannot become part of the policy of all.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use wasmtime::component::{Component, Instance, Lift, Linker, WasmList};
use wasmtime::{Config, Engine, OptLevel, Store};
use wasmtime_wizer::{ComponentInstanceState, Wizer};

use crate::SealError;
use crate::prune::prune;

/// Instructions within which a run-time library starts. That of Go takes a thousandth.
const FUEL: u64 = 1_000_000_000;

/// Starts a component, and makes one that has been started.
///
/// It has to be flat, as what [`seal`](crate::seal) makes of a core module is: each of its core modules is instantiated once.
pub fn start(component: &[u8]) -> Result<Vec<u8>, SealError> {
    let unfit = |error: wasmtime::Error| SealError::Unstartable(format!("{error:#}"));
    let wizer = Wizer::new();
    let (context, observable) = wizer.instrument_component(component).map_err(unfit)?;
    let engine = Engine::new(&config()).map_err(unfit)?;
    let observable = Component::new(&engine, observable).map_err(unfit)?;
    let mut linker = Linker::new(&engine);
    linker.define_unknown_imports_as_traps(&observable).map_err(unfit)?;
    let mut store = Store::new(&engine, ());
    store.set_fuel(FUEL).map_err(unfit)?;
    let instance = linker
        .instantiate(&mut store, &observable)
        .map_err(|error| SealError::NotStarted(error.root_cause().to_string()))?;

    let mut started = Started { store, instance, failed: None };
    let snapshot = pin!(wizer.snapshot_component(&context, &mut started)).poll(&mut Context::from_waker(Waker::noop()));
    // Nothing is waited for.
    let Poll::Ready(snapshot) = snapshot else { return Err(SealError::Unstartable("it waits".to_owned())) };
    match started.failed {
        Some(error) => Err(unfit(error)),
        None => prune(&snapshot.map_err(unfit)?).map_err(|error| SealError::Unstartable(error.to_string())),
    }
}

/// Compiled to run once, to the same result on every processor.
fn config() -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .consume_fuel(true)
        .cranelift_opt_level(OptLevel::None)
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false);
    config
}

/// An instance whose state can be asked for.
struct Started {
    store: Store<()>,
    instance: Instance,
    /// Why an answer is none: those who ask take no error.
    failed: Option<wasmtime::Error>,
}

impl Started {
    fn ask<R: Lift + 'static, T: Default>(
        &mut self,
        instance: &str,
        function: &str,
        read: impl FnOnce(&Store<()>, R) -> T,
    ) -> T {
        match self.call(instance, function) {
            Ok(answer) => read(&self.store, answer),
            Err(error) => {
                self.failed = Some(error);
                T::default()
            }
        }
    }

    fn call<R: Lift + 'static>(&mut self, instance: &str, function: &str) -> wasmtime::Result<R> {
        let missing = || wasmtime::Error::msg(format!("it exports no `{instance}#{function}`"));
        let (_, exports) = self.instance.get_export(&mut self.store, None, instance).ok_or_else(missing)?;
        let (_, export) = self.instance.get_export(&mut self.store, Some(&exports), function).ok_or_else(missing)?;
        let function = self.instance.get_typed_func::<(), (R,)>(&mut self.store, export)?;
        Ok(function.call(&mut self.store, ())?.0)
    }
}

impl ComponentInstanceState for Started {
    async fn call_func_ret_list_u8(&mut self, instance: &str, func: &str, contents: impl FnOnce(&[u8]) + Send) {
        self.ask(instance, func, |store, list: WasmList<u8>| contents(list.as_le_slice(store)));
    }

    async fn call_func_ret_s32(&mut self, instance: &str, func: &str) -> i32 {
        self.ask(instance, func, |_, number| number)
    }

    async fn call_func_ret_s64(&mut self, instance: &str, func: &str) -> i64 {
        self.ask(instance, func, |_, number| number)
    }

    async fn call_func_ret_f32(&mut self, instance: &str, func: &str) -> u32 {
        self.ask(instance, func, |_, number: f32| number.to_bits())
    }

    async fn call_func_ret_f64(&mut self, instance: &str, func: &str) -> u64 {
        self.ask(instance, func, |_, number: f64| number.to_bits())
    }
}
