//! The run-time library of a component is started here, once, rather than for every task, and its settings can be read here as
//! well: what its memories, globals and tables hold afterwards is what a new instance begins with.
//!
//! Go, for one, takes longer to start than most policies take to judge. Facts are traps meanwhile, so that what one task is
//! cannot become part of the policy of all.

#![expect(clippy::disallowed_types, reason = "it initializes policies, and evaluates none")]

use std::ops::Range;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use wasm_encoder::{ComponentSectionId, RawSection, Section};
use wasmparser::{BinaryReaderError, Payload};
use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{Component, ComponentType, Instance, Lift, Linker, Type, Val, WasmList};
use wasmtime::{Config, Engine, OptLevel, Store};
use wasmtime_wizer::{ComponentInstanceState, Wizer};

use crate::SealError;
use crate::prune::prune;
use crate::sections::{copy, part, top_level};

/// Instructions within which a run-time library starts, and reads settings. That of Go takes a thousandth.
const FUEL: u64 = 1_000_000_000;

/// Starts a component, has it read the settings if there are some (JSON text, as the host gives it), and makes one that begins
/// there.
///
/// It has to be flat, as what [`seal`](crate::seal) makes of a core module is: each of its core modules is instantiated once. Or
/// it has such a component inside that judges, as what is made of a component for WASI has.
pub fn start(component: &[u8], settings: Option<&str>) -> Result<Vec<u8>, SealError> {
    let unreadable = |error: BinaryReaderError| SealError::Unstartable(error.message().to_owned());
    let Some(judge) = judge(component).map_err(unreadable)? else { return begin(component, settings) };
    let begun = begin(part(component, &judge), settings)?;
    let begun = RawSection { id: ComponentSectionId::Component.into(), data: &begun };
    copy(component, |payload, copied| {
        let is_judge =
            matches!(payload, Payload::ComponentSection { unchecked_range, .. } if *unchecked_range == judge);
        if is_judge {
            begun.append_to(copied);
        }
        Ok(is_judge)
    })
    .map_err(unreadable)
}

/// The component inside that judges: one that exports `evaluate`.
fn judge(component: &[u8]) -> Result<Option<Range<usize>>, BinaryReaderError> {
    for payload in top_level(component) {
        let Payload::ComponentSection { unchecked_range, .. } = payload? else { continue };
        for payload in top_level(part(component, &unchecked_range)) {
            let Payload::ComponentExportSection(exports) = payload? else { continue };
            for export in exports {
                if export?.name.name == "evaluate" {
                    return Ok(Some(unchecked_range));
                }
            }
        }
    }
    Ok(None)
}

fn begin(component: &[u8], settings: Option<&str>) -> Result<Vec<u8>, SealError> {
    let unfit = |error: wasmtime::Error| SealError::Unstartable(format!("{error:#}"));
    let failed = |error: wasmtime::Error| SealError::NotStarted(error.root_cause().to_string());
    let wizer = Wizer::new();
    let (context, observable) = wizer.instrument_component(component).map_err(unfit)?;
    let engine = Engine::new(&config()).map_err(unfit)?;
    let observable = Component::new(&engine, observable).map_err(unfit)?;
    let mut linker = Linker::new(&engine);
    nothing_outside(&engine, &mut linker, &observable).map_err(unfit)?;
    let mut store = Store::new(&engine, ());
    store.set_fuel(FUEL).map_err(unfit)?;
    let instance = linker.instantiate(&mut store, &observable).map_err(failed)?;

    let mut started = Started { store, instance, failed: None };
    if let Some(settings) = settings {
        let problems = started.configure(settings).map_err(failed)?;
        if !problems.is_empty() {
            return Err(SealError::Settings(problems));
        }
    }
    let snapshot = pin!(wizer.snapshot_component(&context, &mut started)).poll(&mut Context::from_waker(Waker::noop()));
    // Nothing is waited for.
    let Poll::Ready(snapshot) = snapshot else { return Err(SealError::Unstartable("it waits".to_owned())) };
    match started.failed {
        Some(error) => Err(unfit(error)),
        None => prune(&snapshot.map_err(unfit)?).map_err(|error| SealError::Unstartable(error.to_string())),
    }
}

/// Facts are traps, and so is WASI, but for what there is none of: arguments, environment, open folders. The stand-ins say the
/// same of them.
fn nothing_outside(engine: &Engine, linker: &mut Linker<()>, component: &Component) -> wasmtime::Result<()> {
    for (name, item) in component.component_type().imports(engine) {
        let ComponentItem::ComponentInstance(interface) = item.ty else { continue };
        if !name.starts_with("wasi:") {
            continue;
        }
        for (function, item) in interface.exports(engine) {
            let ComponentItem::ComponentFunc(ty) = item.ty else { continue };
            if is_list(&ty) {
                linker.instance(name)?.func_new(function, |_, _, _, results| {
                    results.fill(Val::List(Vec::new()));
                    Ok(())
                })?;
            }
        }
    }
    linker.define_unknown_imports_as_traps(component)
}

/// Asks for nothing and gets a list.
fn is_list(function: &ComponentFunc) -> bool {
    let mut results = function.results();
    function.params().len() == 0 && matches!((results.next(), results.next()), (Some(Type::List(_)), None))
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
    /// Each mistake in the settings, with its place.
    fn configure(&mut self, settings: &str) -> wasmtime::Result<Vec<String>> {
        type Problems = Result<Vec<Problem>, Vec<Problem>>;
        let missing = || wasmtime::Error::msg("it exports no `configure`");
        let configure = self.instance.get_func(&mut self.store, "configure").ok_or_else(missing)?;
        let configure = configure.typed::<(&str,), (Problems,)>(&self.store)?;
        let (Ok(problems) | Err(problems),) = configure.call(&mut self.store, (settings,))?;
        Ok(problems.into_iter().map(|problem| format!("`{}`: {}", problem.pointer, problem.message)).collect())
    }

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

/// A mistake in the settings, as wit/policy.wit has it.
#[derive(ComponentType, Lift)]
#[component(record)]
struct Problem {
    pointer: String,
    message: String,
    #[expect(dead_code, reason = "the type is that of the interface")]
    remedy: Option<String>,
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
