//! What is judged: six statements of an allow-list, and a recorded Fargate task that keeps all of them, or breaks two.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use anyhow::{Result, bail, ensure};
use gatecheck_core::facts::{Facts, Unavailable};
use gatecheck_core::policy::{Engine, Module, PolicyDocument, PolicySet};
use gatecheck_core::recording::Recording;
use gatecheck_core::report::Report;
use gatecheck_core::{facts, judge};
use serde_json::{Map, Value, json};

use crate::bench::{Bench, faulty};

/// A recorded task.
#[derive(Debug, Clone)]
pub struct Task {
    /// The recording's name: those that come with `gatecheck`.
    pub name: &'static str,
    /// All families.
    pub facts: Facts,
    /// How many of the six statements it breaks.
    pub violations: usize,
}

impl Task {
    /// In a private subnet: nothing is wrong.
    pub fn private() -> Result<Self> {
        Self::read("fargate-private", include_str!("../../../host/cli/src/recorded/bases/fargate-private.json"), 0)
    }

    /// In a public subnet, with a public address: two statements are broken.
    pub fn public() -> Result<Self> {
        Self::read("fargate-public", include_str!("../../../host/cli/src/recorded/bases/fargate-public.json"), 2)
    }

    fn read(name: &'static str, text: &str, violations: usize) -> Result<Self> {
        Ok(Self { name, facts: Recording::parse(serde_json::from_str(text)?)?.facts, violations })
    }

    /// Its facts as the policy gets them, for peers that take JSON.
    pub fn views(&self) -> Result<Value> {
        let mut known = Map::new();
        for (name, fact) in facts::views(&self.facts) {
            match fact.as_result() {
                Ok(fact) => known.insert(name.to_owned(), fact.clone()),
                Err(reason) => bail!("`{name}` of `{}`: {reason}", self.name),
            };
        }
        Ok(Value::Object(known))
    }
}

/// The six statements.
pub fn settings() -> Value {
    json!({"task": [
        {"attribute": "subnet-type", "allowed_values": ["private"]},
        {"attribute": "ip", "allowed_values": ["private"]},
        {"attribute": "image", "type": "pattern", "allowed_values": [".*.dkr.ecr.*.amazonaws.com/*"]},
        {"attribute": "subnet-id", "allowed_values": ["subnet-0abc1234def567890", "subnet-0fedcba9876543210"]},
        {"attribute": "enableExecuteCommand", "allowed_values": [false]},
        {"attribute": "cpu", "type": "range", "allowed_values": [256, 1024]},
    ]})
}

/// An entry for the allow-list.
pub fn document(name: &str, settings: &Value) -> Result<PolicyDocument> {
    let entry = json!({"module": "allow-list", "settings": settings});
    PolicyDocument::parse(name, "bench", entry).map_err(|fault| faulty(&[fault]))
}

/// So many policies of a module, all alike.
pub fn policies(module: &Arc<Module>, settings: &Value, count: usize) -> Result<PolicySet> {
    let documents = (0..count).map(|number| document(&format!("policy-{number}"), settings));
    let documents = documents.collect::<Result<Vec<_>>>()?;
    let set = PolicySet::load(documents.into_iter().map(Ok), |_| Ok(Arc::clone(module)));
    ensure!(set.faults().is_empty() && set.names().count() == count, "{}", faulty(set.faults()));
    Ok(set)
}

/// Judges as production does, with everything known.
pub fn report(engine: &Engine, policies: &PolicySet, facts: &Facts) -> Result<Report> {
    let nobody = facts::Nothing(Unavailable::Other("the bench gives all there is".to_owned()));
    ready(judge(engine, policies, facts.clone(), &nobody))
}

/// How many violations there are. Whatever is no verdict is an error.
pub fn violations(engine: &Engine, policies: &PolicySet, facts: &Facts) -> Result<usize> {
    let report = report(engine, policies, facts)?;
    ensure!(report.faults.is_empty(), faulty(&report.faults));
    ensure!(report.undecided.is_empty(), "undecided: {:?}", report.undecided);
    Ok(report.violations.len())
}

/// The same of the bundled allow-list.
pub fn judged<'a>(bench: &'a Bench, policies: &'a PolicySet, facts: &'a Facts) -> impl FnMut() -> Result<usize> + 'a {
    move || violations(&bench.engine, policies, facts)
}

/// What a future gives that waits for nothing.
pub fn ready<T>(future: impl Future<Output = T>) -> Result<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Ok(value),
        Poll::Pending => bail!("it waits for something"),
    }
}
