//! From the start of a process to its first verdict, without Lambda and AWS: prints how long each phase took, in nanoseconds.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use anyhow::{Result, bail};
use gatecheck_core::facts::{Nothing, Unavailable};
use gatecheck_core::judge;
use gatecheck_core::policy::{Engine, PolicyDocument, PolicySet};
use gatecheck_core::recording::Recording;
use serde_json::{Value, json};

const TASK: &str = include_str!("../../../../host/cli/src/recorded/bases/fargate-public.json");

fn main() -> Result<()> {
    let started = Instant::now();
    let mut phases = Vec::new();
    let mut since = started;
    let mut phase = |name: &'static str| {
        let now = Instant::now();
        phases.push((name, now.duration_since(since)));
        since = now;
    };

    // The six statements are the argument.
    let settings: Value = serde_json::from_str(&std::env::args().nth(1).unwrap_or_default())?;
    let facts = Recording::parse(serde_json::from_str(TASK)?)?.facts;
    phase("facts");
    let engine = Engine::new()?;
    phase("engine");
    let module = Arc::new(gatecheck_bundled::module(&engine, "allow-list")?);
    phase("module");
    let document = PolicyDocument::parse("policy", "bench", json!({"module": "allow-list", "settings": settings}));
    let policies = PolicySet::load([document], |_| Ok(Arc::clone(&module)));
    let nobody = Nothing(Unavailable::Other("the recording has all there is".to_owned()));
    let report = ready(judge(&engine, &policies, facts.clone(), &nobody))?;
    phase("first evaluation");
    let verdict = started.elapsed();
    let again = ready(judge(&engine, &policies, facts, &nobody))?;
    phase("second evaluation");

    if !report.faults.is_empty() || !report.undecided.is_empty() || again.violations != report.violations {
        bail!("no verdict: {report:?}");
    }
    let phases: serde_json::Map<_, _> =
        phases.into_iter().map(|(name, time)| (name.to_owned(), json!(time.as_nanos() as u64))).collect();
    let violations = report.violations.len();
    println!("{}", json!({"phases": phases, "verdict": verdict.as_nanos() as u64, "violations": violations}));
    Ok(())
}

/// Everything is known, so that nothing is waited for.
fn ready<T>(future: impl Future<Output = T>) -> Result<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Ok(value),
        Poll::Pending => bail!("it waits for something"),
    }
}
