//! One run of one policy in a fresh instance, bounded in time, memory, stack and in what it may answer.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use wasmtime::{ResourceLimiter, Store, Trap, UpdateDeadline};

use super::bindings::{PolicyWorld, wit};
use super::engine::Engine;
use super::functions::{Need, TooEarly};
use super::limits::{Allowance, EntryLimits, INSTANCES, Limit, STACK, TABLE_ELEMENTS};
use super::module::{Description, Module};
use super::watchdog::Watched;
use crate::facts::{Facts, Family};
use crate::report::FaultReason;

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

/// What one run may use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) allowance: Allowance,
    /// What is left of the policy's time.
    pub(crate) time: Duration,
    /// Its share of the time that is left for the event, if that is less.
    pub(crate) share: Option<Duration>,
}

impl Bounds {
    /// All of an allowance, for one run.
    pub(crate) fn whole(allowance: Allowance) -> Self {
        Self { allowance, time: allowance.limits.time(), share: None }
    }

    fn deadline(&self) -> Instant {
        Instant::now() + self.share.unwrap_or(self.time).min(self.time)
    }
}

/// Runs a policy: instantiate, configure, evaluate.
pub(crate) fn run(engine: &Engine, module: &Module, settings: &String, facts: &Arc<Facts>, bounds: &Bounds) -> Run {
    run_watched(engine, module, settings, facts, bounds, &mut ())
}

/// Runs a policy while somebody looks on.
pub(super) fn run_watched(
    engine: &Engine,
    module: &Module,
    settings: &String,
    facts: &Arc<Facts>,
    bounds: &Bounds,
    watch: &mut impl Watch,
) -> Run {
    let (mut store, _watched) = match store(engine, Some(Arc::clone(facts)), bounds) {
        Ok(store) => store,
        Err(error) => return ended(&error, bounds),
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
        Ok((_, Err(message))) => failed(message),
        Err(error) => ended(&error, bounds),
    }
}

impl Module {
    pub(super) fn instantiate(&self, store: &mut Store<State>) -> wasmtime::Result<PolicyWorld> {
        self.pre.instantiate(store).map_err(|error| error.context(Instantiating))
    }

    /// Asks the module what it is.
    pub fn describe(&self, engine: &Engine) -> Result<Description, (FaultReason, String)> {
        let bounds = Bounds::whole(EntryLimits::default().within(&engine.limits));
        let described = (|| {
            let (mut store, _watched) = store(engine, None, &bounds)?;
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
            .map_err(|error| classify(&error, &bounds))
    }
}

/// A store is good for one run: a trap leaves it unusable, and what a policy keeps in memory must not reach the next task.
pub(super) fn store<'a>(
    engine: &'a Engine,
    facts: Option<Arc<Facts>>,
    bounds: &Bounds,
) -> wasmtime::Result<(Store<State>, Watched<'a>)> {
    let limits = &bounds.allowance.limits;
    let state = State {
        facts: facts.unwrap_or_default(),
        reads: BTreeSet::new(),
        evaluating: false,
        given: None,
        limiter: Limiter { memory: Grown::up_to(limits.memory()), elements: Grown::up_to(TABLE_ELEMENTS) },
    };
    let mut store = Store::try_new(&engine.wasmtime, state)?;
    store.limiter(|state| &mut state.limiter);
    store.set_hostcall_fuel(limits.answer());
    // The watchdog makes all that runs look up, whoever's time it is that is over.
    let deadline = bounds.deadline();
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(move |_| {
        Ok(if Instant::now() < deadline { UpdateDeadline::Continue(1) } else { UpdateDeadline::Interrupt })
    });
    Ok((store, engine.until(deadline)))
}

/// What a store holds.
pub(crate) struct State {
    pub(super) facts: Arc<Facts>,
    pub(super) reads: BTreeSet<Family>,
    /// Facts can be read only while evaluating.
    pub(super) evaluating: bool,
    /// Bytes of facts that it was given, if somebody counts them.
    pub(super) given: Option<usize>,
    limiter: Limiter,
}

#[cfg(feature = "compiler")]
impl State {
    /// Bytes of linear memory. It never shrinks.
    pub(super) fn memory(&self) -> usize {
        self.limiter.memory.total
    }
}

/// Bounds memory and tables of all instances of a store together.
#[derive(Debug)]
struct Limiter {
    memory: Grown,
    elements: Grown,
}

/// Something that only grows.
#[derive(Debug)]
struct Grown {
    total: usize,
    limit: usize,
}

/// The policy wanted more of something than it gets. Refused with an error, not with the `-1` of `memory.grow`: the trap that
/// follows that in most languages would not say why.
#[derive(Debug, thiserror::Error)]
enum TooMuch {
    #[error("it wanted more than {} MiB of memory", .0 >> 20)]
    Memory(usize),
    #[error("it wanted more than {0} elements in its tables, and this limit is fixed")]
    Elements(usize),
}

/// What went wrong did so while the component was instantiated.
#[derive(Debug, thiserror::Error)]
#[error("it cannot be instantiated")]
struct Instantiating;

impl Grown {
    fn up_to(limit: usize) -> Self {
        Self { total: 0, limit }
    }

    fn grow(&mut self, current: usize, desired: usize, too_much: fn(usize) -> TooMuch) -> wasmtime::Result<bool> {
        self.total = self.total.saturating_add(desired.saturating_sub(current));
        if self.total > self.limit { Err(too_much(self.limit).into()) } else { Ok(true) }
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.memory.grow(current, desired, TooMuch::Memory)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.elements.grow(current, desired, TooMuch::Elements)
    }

    fn instances(&self) -> usize {
        INSTANCES
    }

    fn memories(&self) -> usize {
        INSTANCES
    }

    fn tables(&self) -> usize {
        INSTANCES
    }
}

/// How a run ends whose policy says that it failed.
pub(super) fn failed(message: String) -> Run {
    let says_why = !message.trim().is_empty();
    Run::Fault(FaultReason::Policy, if says_why { message } else { "it failed, and does not say why".to_owned() })
}

/// How a run ends with an error.
pub(super) fn ended(error: &wasmtime::Error, bounds: &Bounds) -> Run {
    if let Some(&Need(family)) = error.downcast_ref() {
        return Run::Needs(family);
    }
    let (reason, detail) = classify(error, bounds);
    Run::Fault(reason, detail)
}

/// Which limit or mistake ended a run, by the type of the error; with the limit, and how to change it.
fn classify(error: &wasmtime::Error, bounds: &Bounds) -> (FaultReason, String) {
    let cause = || error.root_cause().to_string();
    let how_to_raise = |limit| bounds.allowance.how_to_raise(limit);
    match error.downcast_ref::<TooMuch>() {
        Some(TooMuch::Memory(_)) => {
            return (FaultReason::MemoryLimit, format!("{}; {}", cause(), how_to_raise(Limit::Memory)));
        }
        Some(TooMuch::Elements(_)) => return (FaultReason::MemoryLimit, cause()),
        None => {}
    }
    if error.is::<TooEarly>() {
        return (FaultReason::Policy, cause());
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => (FaultReason::TimeLimit, out_of_time(bounds)),
        Some(Trap::StackOverflow) => {
            let stack = STACK >> 10;
            (
                FaultReason::StackLimit,
                format!("its calls nest deeper than {stack} KiB of stack, and this limit is fixed"),
            )
        }
        Some(trap) => (FaultReason::Trap, trap.to_string()),
        // Nothing was copied yet, so that it is for its size, in what the engine alone counts.
        None if error.is::<Instantiating>() => {
            (FaultReason::MemoryLimit, format!("it cannot be instantiated: {}", cause()))
        }
        // Neither a limit nor a trap: the answer could not be copied out, or settings and facts not in.
        None => {
            let most = bounds.allowance.limits.answer() >> 10;
            let raise = how_to_raise(Limit::Answer);
            let detail = format!(
                "its answer is refused: {}; of an answer {most} KiB are taken, to change that {raise}",
                cause()
            );
            (FaultReason::Answer, detail)
        }
    }
}

fn out_of_time(bounds: &Bounds) -> String {
    match bounds.share {
        Some(share) if share < bounds.time => format!(
            "it ran longer than {} ms, its share of the time that was left for this event; give the function more time",
            share.as_millis()
        ),
        _ => format!(
            "it ran longer than {} ms; {}",
            bounds.allowance.limits.time().as_millis(),
            bounds.allowance.how_to_raise(Limit::Time)
        ),
    }
}
