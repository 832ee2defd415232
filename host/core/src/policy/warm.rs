//! One instance that evaluates again and again, to be measured: how much of a run its evaluation is. Policies never judge
//! like this, since what one keeps in memory must not reach the next task.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use wasmtime::Store;

use super::bindings::PolicyWorld;
use super::engine::Engine;
use super::limits::Allowance;
use super::module::Module;
use super::sandbox::{Bounds, Judgement, Run, State, ended, failed, store};
use super::watchdog::Watched;
use crate::facts::Facts;

/// Of all evaluations together.
const TIME: Duration = Duration::from_mins(10);

/// An instance that is configured.
pub(crate) struct Warm<'a> {
    store: Store<State>,
    policy: PolicyWorld,
    bounds: Bounds,
    _watched: Watched<'a>,
}

impl<'a> Warm<'a> {
    /// Instantiates and configures; a run that ends here is the error.
    pub(crate) fn new(
        engine: &'a Engine,
        module: &Module,
        settings: &String,
        facts: &Arc<Facts>,
        allowance: Allowance,
    ) -> Result<Self, Run> {
        let bounds = Bounds { time: TIME, ..Bounds::whole(allowance) };
        let configured: wasmtime::Result<_> = (|| {
            let (mut store, watched) = store(engine, Some(Arc::clone(facts)), &bounds)?;
            let policy = module.instantiate(&mut store)?;
            let configured = policy.call_configure(&mut store, settings)?;
            store.data_mut().evaluating = true;
            Ok((Self { store, policy, bounds, _watched: watched }, configured))
        })();
        match configured {
            Ok((warm, Ok(problems))) if problems.is_empty() => Ok(warm),
            Ok((_, Ok(problems) | Err(problems))) => {
                Err(Run::Judged(Judgement { problems, verdict: None, reads: BTreeSet::new() }))
            }
            Err(error) => Err(ended(&error, &bounds)),
        }
    }

    /// Evaluates once more.
    pub(crate) fn evaluate(&mut self) -> Run {
        match self.policy.call_evaluate(&mut self.store) {
            Ok(Ok(verdict)) => {
                let reads = std::mem::take(&mut self.store.data_mut().reads);
                Run::Judged(Judgement { problems: Vec::new(), verdict: Some(verdict), reads })
            }
            Ok(Err(message)) => failed(message),
            Err(error) => ended(&error, &self.bounds),
        }
    }
}
