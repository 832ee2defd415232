//! One run of one policy in a fresh instance, bounded in time, memory, stack and in what it may answer.

use std::collections::BTreeSet;
use std::sync::Arc;

use wasmtime::{ResourceLimiter, Store, Trap};

use super::bindings::{Need, PolicyWorld, TooEarly, wit};
use super::engine::{Engine, STACK, TICK};
use super::module::{Description, Module};
use crate::facts::{Facts, Family};
use crate::report::FaultReason;

/// What a policy may use.
pub mod limits {
    use std::time::Duration;

    /// Time for one evaluation, configuration included. A Rust policy needs 0.1 ms, one in Python 2 ms, and the smallest Lambda
    /// function has a fourteenth of a processor.
    pub const TIME: Duration = Duration::from_millis(500);
    /// Linear memory in bytes.
    pub const MEMORY: usize = 64 << 20;
    /// Elements of all tables together.
    pub const TABLE_ELEMENTS: usize = 1 << 20;
    /// Instances, memories and tables of a component, of each so many: the engine keeps more for each than is counted as
    /// memory.
    pub const INSTANCES: usize = 100;
    /// Bytes that one answer may take once it is copied out of the policy's memory.
    pub const ANSWER: usize = 1 << 20;
}

/// How a run ended.
#[derive(Debug)]
pub(crate) enum Run {
    /// With a verdict.
    Judged(Judgement),
    /// It asked for a family that nobody gathered yet.
    Needs(Family),
    /// Without a verdict.
    Fault(FaultReason, String),
}

/// What a run that came to its end says.
#[derive(Debug)]
pub(crate) struct Judgement {
    /// Mistakes in the settings.
    pub(crate) problems: Vec<wit::types::Problem>,
    /// None if nothing in the settings could be judged.
    pub(crate) verdict: Option<wit::types::Verdict>,
    /// The families it read.
    pub(crate) reads: BTreeSet<Family>,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Prepared,
    Instantiated,
    Configured,
    Evaluated,
}

/// Looks on while a policy runs.
pub(super) trait Watch {
    fn reached(&mut self, stage: Stage, store: &mut Store<State>) -> wasmtime::Result<()>;
}

/// Nobody does, where policies judge.
impl Watch for () {
    #[inline]
    fn reached(&mut self, _: Stage, _: &mut Store<State>) -> wasmtime::Result<()> {
        Ok(())
    }
}

/// Runs a policy: instantiate, configure, evaluate.
pub(crate) fn run(engine: &Engine, module: &Module, settings: &String, facts: &Arc<Facts>) -> Run {
    run_watched(engine, module, settings, facts, &mut ())
}

/// Runs a policy while somebody looks on.
pub(super) fn run_watched(
    engine: &Engine,
    module: &Module,
    settings: &String,
    facts: &Arc<Facts>,
    watch: &mut impl Watch,
) -> Run {
    let (mut store, _ticking) = match store(engine, Some(Arc::clone(facts))) {
        Ok(store) => store,
        Err(error) => return fault(&error),
    };
    let judged: wasmtime::Result<_> = (|| {
        watch.reached(Stage::Prepared, &mut store)?;
        let policy = module.instantiate(&mut store)?;
        watch.reached(Stage::Instantiated, &mut store)?;
        let (problems, usable) = match policy.call_configure(&mut store, settings)? {
            Ok(problems) => (problems, true),
            Err(problems) => (problems, false),
        };
        watch.reached(Stage::Configured, &mut store)?;
        store.data_mut().evaluating = true;
        let verdict = if usable { Some(policy.call_evaluate(&mut store)?) } else { None };
        watch.reached(Stage::Evaluated, &mut store)?;
        Ok((problems, verdict.transpose()))
    })();
    let reads = std::mem::take(&mut store.data_mut().reads);
    match judged {
        Ok((problems, Ok(verdict))) => Run::Judged(Judgement { problems, verdict, reads }),
        Ok((_, Err(message))) => Run::Fault(FaultReason::Policy, message),
        Err(error) => match error.downcast_ref::<Need>() {
            Some(&Need(family)) => Run::Needs(family),
            None => fault(&error),
        },
    }
}

impl Module {
    fn instantiate(&self, store: &mut Store<State>) -> wasmtime::Result<PolicyWorld> {
        self.pre.instantiate(store).map_err(|error| error.context(Instantiating))
    }

    /// Asks the module what it is.
    pub fn describe(&self, engine: &Engine) -> Result<Description, (FaultReason, String)> {
        let described = (|| {
            let (mut store, _ticking) = store(engine, None)?;
            let policy = self.instantiate(&mut store)?;
            policy.call_describe(&mut store)
        })();
        described
            .map(|described| Description {
                name: described.name,
                version: described.version,
                summary: described.summary,
                settings_schema: described.settings_schema,
            })
            .map_err(|error| classify(&error))
    }
}

/// A store is good for one run: a trap leaves it unusable, and what a policy keeps in memory must not reach the next task.
fn store(engine: &Engine, facts: Option<Arc<Facts>>) -> wasmtime::Result<(Store<State>, impl Drop + '_)> {
    let state = State {
        facts: facts.unwrap_or_default(),
        reads: BTreeSet::new(),
        evaluating: false,
        #[cfg(feature = "compiler")]
        given: 0,
        limiter: Limiter::default(),
    };
    let mut store = Store::try_new(&engine.wasmtime, state)?;
    store.limiter(|state| &mut state.limiter);
    store.set_hostcall_fuel(limits::ANSWER);
    let ticks = limits::TIME.as_millis() / TICK.as_millis();
    store.set_epoch_deadline(u64::try_from(ticks).unwrap_or(u64::MAX));
    Ok((store, engine.ticking()))
}

/// What a store holds.
pub(crate) struct State {
    pub(super) facts: Arc<Facts>,
    pub(super) reads: BTreeSet<Family>,
    /// Facts can be read only while evaluating.
    pub(super) evaluating: bool,
    /// Bytes of facts that it was given, where they are counted.
    #[cfg(feature = "compiler")]
    pub(super) given: usize,
    limiter: Limiter,
}

#[cfg(feature = "compiler")]
impl State {
    /// Bytes of linear memory. It never shrinks.
    pub(super) fn memory(&self) -> usize {
        self.limiter.memory
    }
}

/// Bounds memory and tables of all instances of a store together.
#[derive(Debug, Default)]
struct Limiter {
    memory: usize,
    elements: usize,
}

/// The policy asked for more memory than it gets. Refused with an error, not with the `-1` of `memory.grow`: the trap that
/// follows that in most languages would not say why.
#[derive(Debug, thiserror::Error)]
#[error("it wanted more than {} MiB of memory", limits::MEMORY >> 20)]
struct MemoryLimit;

/// What went wrong did so while the component was instantiated.
#[derive(Debug, thiserror::Error)]
#[error("it cannot be instantiated")]
struct Instantiating;

impl Limiter {
    fn grow(total: &mut usize, current: usize, desired: usize, limit: usize) -> wasmtime::Result<bool> {
        *total = total.saturating_add(desired.saturating_sub(current));
        if *total > limit { Err(MemoryLimit.into()) } else { Ok(true) }
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Self::grow(&mut self.memory, current, desired, limits::MEMORY)
    }

    fn instances(&self) -> usize {
        limits::INSTANCES
    }

    fn memories(&self) -> usize {
        limits::INSTANCES
    }

    fn tables(&self) -> usize {
        limits::INSTANCES
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Self::grow(&mut self.elements, current, desired, limits::TABLE_ELEMENTS)
    }
}

fn fault(error: &wasmtime::Error) -> Run {
    let (reason, detail) = classify(error);
    Run::Fault(reason, detail)
}

/// Which limit or mistake ended a run, by the type of the error.
fn classify(error: &wasmtime::Error) -> (FaultReason, String) {
    let cause = || error.root_cause().to_string();
    if error.is::<MemoryLimit>() {
        return (FaultReason::MemoryLimit, cause());
    }
    if error.is::<TooEarly>() {
        return (FaultReason::Policy, cause());
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => {
            (FaultReason::TimeLimit, format!("it ran longer than {} ms", limits::TIME.as_millis()))
        }
        Some(Trap::StackOverflow) => {
            (FaultReason::StackLimit, format!("its calls nest deeper than {} KiB of stack", STACK >> 10))
        }
        Some(trap) => (FaultReason::Trap, trap.to_string()),
        // Nothing was copied yet, so that it is for its size, in what the engine alone counts.
        None if error.is::<Instantiating>() => {
            (FaultReason::MemoryLimit, format!("it cannot be instantiated: {}", cause()))
        }
        // Neither a limit nor a trap: the answer could not be copied out, or settings and facts not in.
        None => {
            let limit = limits::ANSWER >> 20;
            let detail =
                format!("what it gave the host is refused, of which {limit} MiB are taken at most: {}", cause());
            (FaultReason::Answer, detail)
        }
    }
}
