//! Section `limits`: how soon a policy that runs away is ended, and whether its memory comes back.

use std::fs;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, ensure};
use gatecheck_core::policy::{Limits, Module, Platform};
use gatecheck_core::report::FaultReason;
use serde_json::json;

use crate::bench::{Bench, native, root};
use crate::child::own_memory;
use crate::section::Measured;
use crate::subject::{Task, policies, report};
use crate::table::{Cell, Table};

/// Measures it.
pub fn measure(bench: &Bench) -> Result<Measured> {
    let mut measured = Measured::default();
    bench.progress.say("building the hostile policy");
    let wasm = gatecheck_build::component(&root(), "gatecheck-guest-hostile", &bench.folder("hostile")?)?;
    let module = Arc::new(Module::signed(&bench.engine, &native(&wasm, &Platform::here()?)?)?);
    runaway(bench, &module, &mut measured)?;
    hog(bench, &module, &mut measured)?;
    Ok(measured)
}

fn runaway(bench: &Bench, module: &Arc<Module>, measured: &mut Measured) -> Result<()> {
    let limit = Limits::default().time();
    let mut late = Vec::new();
    let runs = bench.times(40, 6);
    for run in 0..runs {
        bench.progress.say(&format!("a policy runs away: {} of {runs}", run + 1));
        let started = Instant::now();
        ends_with(bench, module, "loop", FaultReason::TimeLimit)?;
        late.push(started.elapsed().as_secs_f64() - limit.as_secs_f64());
    }
    late.sort_by(f64::total_cmp);
    let at = |share: f64| late[((late.len() - 1) as f64 * share) as usize];
    let mut table = Table::new(
        format!("an endless loop: how long after its {} ms it ends", limit.as_millis()),
        &["runs", "least", "median", "nine of ten", "most", "median to its time"],
    );
    let share = Cell::Ratio(at(0.5) / limit.as_secs_f64());
    let runs = Cell::Count(runs as u64);
    table.row([runs].into_iter().chain([0.0, 0.5, 0.9, 1.0].map(|share| Cell::Seconds(at(share)))).chain([share]));
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    table.note(format!("The load of the machine was {} then.", load.split(' ').next().unwrap_or("unknown")));
    measured.figure("overshoot", at(0.5));
    measured.tables.push(table);
    Ok(())
}

fn hog(bench: &Bench, module: &Arc<Module>, measured: &mut Measured) -> Result<()> {
    let mut table = Table::new(
        format!("a policy that takes all memory it gets, {} MiB", Limits::default().memory() >> 20),
        &["hogs before", "memory before", "memory after", "more"],
    );
    // The first one lets the allocator grow, which is not what this is about; the table shows it all the same.
    for hogs in [0, 1, 10] {
        for _ in 1..hogs {
            ends_with(bench, module, "hog-memory", FaultReason::MemoryLimit)?;
        }
        let before = own_memory()?;
        ends_with(bench, module, "hog-memory", FaultReason::MemoryLimit)?;
        let after = own_memory()?;
        let more = after.saturating_sub(before);
        table.row([Cell::Count(hogs), Cell::Memory(before), Cell::Memory(after), Cell::Memory(more)]);
        measured.figure("memory after a hog", more as f64);
    }
    measured.tables.push(table);
    Ok(())
}

/// One run, which must end like this.
fn ends_with(bench: &Bench, module: &Arc<Module>, what: &str, reason: FaultReason) -> Result<()> {
    let policies = policies(module, &json!({"do": what}), 1)?;
    let report = report(&bench.engine, &policies, &Task::private()?.facts)?;
    ensure!(report.faults.len() == 1 && report.faults[0].reason == reason, "{what}: {:?}", report.faults);
    Ok(())
}
