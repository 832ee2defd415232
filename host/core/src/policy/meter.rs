//! Runs that are counted: instructions, memory, and what crosses the interface. They are the same every time, on every
//! machine. Nothing of it stands in the way of a policy that judges.

use std::sync::Arc;

use wasmtime::Store;
use wasmtime::component::ComponentType;

use super::artifact::NativeCode;
use super::bindings::wit;
use super::engine::{Engine, EngineError, Purpose};
use super::limits::{Allowance, Limits};
use super::module::{Module, ModuleError};
use super::sandbox::{Bounds, Judgement, Run, Stage, State, Watch, run_watched};
use super::weight::Weigh;
use crate::facts::Facts;

/// More than any policy needs that comes to its end within the limits.
const FUEL: u64 = u64::MAX;

/// An engine that counts instructions. It sets no limit in time.
#[derive(Debug)]
pub struct Meter(Engine);

/// A module for a [`Meter`].
#[derive(Debug)]
pub struct MeteredModule(Module);

/// What one run takes. Every number is the same every time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Instructions until there is an instance.
    pub instantiate: u64,
    /// Instructions of `configure`.
    pub configure: u64,
    /// Instructions of `evaluate`.
    pub evaluate: u64,
    /// Bytes of linear memory at the end, which is when it is largest.
    pub memory: usize,
    /// Bytes of settings that the policy is given.
    pub settings: usize,
    /// Bytes of facts that it is given.
    pub facts: usize,
    /// Bytes of its answers: mistakes in the settings, and the verdict.
    pub answer: usize,
}

impl Meter {
    /// Starts an engine with the limits of the one that judges.
    pub fn new(engine: &Engine) -> Result<Self, EngineError> {
        Engine::start(Purpose::Metering, engine.limits).map(Self)
    }

    /// The limits that it keeps.
    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Loads native code that was compiled for [`Platform::metering`](super::Platform::metering).
    pub fn load(&self, native: &NativeCode) -> Result<MeteredModule, ModuleError> {
        Module::signed(&self.0, native).map(MeteredModule)
    }

    /// Runs a policy and counts.
    pub(crate) fn run(
        &self,
        module: &MeteredModule,
        settings: &String,
        facts: &Arc<Facts>,
        allowance: Allowance,
    ) -> (Run, Cost) {
        let mut watch = Counting { left: FUEL, cost: Cost { settings: settings.len(), ..Cost::default() } };
        let run = run_watched(&self.0, &module.0, settings, facts, &Bounds::whole(allowance), &mut watch);
        let mut cost = watch.cost;
        if let Run::Judged(judgement) = &run {
            cost.answer = answer(judgement);
        }
        (run, cost)
    }
}

/// What `configure` and `evaluate` returned weighs: results with an error that is as large as the value, or smaller.
fn answer(judgement: &Judgement) -> usize {
    type Configured = Result<Vec<wit::types::Problem>, Vec<wit::types::Problem>>;
    type Evaluated = Result<wit::types::Verdict, String>;
    let verdict = judgement.verdict.as_ref().map_or(0, |verdict| Evaluated::SIZE32 + verdict.behind());
    Configured::SIZE32 + judgement.problems.behind() + verdict
}

/// Counts what each stage takes.
struct Counting {
    left: u64,
    cost: Cost,
}

impl Watch for Counting {
    fn reached(&mut self, stage: Stage, store: &mut Store<State>) -> wasmtime::Result<()> {
        if stage == Stage::Prepared {
            store.data_mut().given = Some(0);
            return store.set_fuel(FUEL);
        }
        let left = store.get_fuel()?;
        let instructions = self.left.saturating_sub(left);
        self.left = left;
        match stage {
            Stage::Prepared => {}
            Stage::Instantiated => self.cost.instantiate = instructions,
            Stage::Configured => self.cost.configure = instructions,
            Stage::Evaluated => self.cost.evaluate = instructions,
        }
        self.cost.memory = store.data().memory();
        self.cost.facts = store.data().given.unwrap_or_default();
        Ok(())
    }
}
