//! Section `instructions`: what the same takes in instructions, which no other load on the machine changes.

use anyhow::Result;
use gatecheck_core::policy::{Meter, Platform};

use crate::bench::{Bench, faulty, native};
use crate::evaluation::trial;
use crate::section::Measured;
use crate::subject::{Task, judged, policies, settings};
use crate::table::{Cell, Table};
use crate::{counter, native as rust};

/// Measures it.
pub fn measure(bench: &Bench) -> Result<Measured> {
    let tasks = [Task::private()?, Task::public()?];
    Ok(Measured {
        tables: vec![of_webassembly(bench, &tasks)?, of_the_processor(bench, &tasks)?],
        ..Measured::default()
    })
}

/// Fuel: the same on every machine.
fn of_webassembly(bench: &Bench, tasks: &[Task]) -> Result<Table> {
    let mut table = Table::new(
        "instructions of WebAssembly, six statements",
        &["violations", "instantiate", "configure", "evaluate", "total", "to the first"],
    );
    let meter = Meter::new(&bench.engine)?;
    let (wasm, _) = gatecheck_bundled::component("allow-list").unwrap_or_default();
    bench.progress.say("compiling the allow-list so that instructions are counted");
    let module = meter.load(&native(wasm, &Platform::metering()?)?)?;
    let mut first = None;
    for task in tasks {
        let cost = trial(bench, &task.facts)?.meter(&meter, &module).map_err(|faults| faulty(&faults))?;
        let total = cost.instantiate + cost.configure + cost.evaluate;
        let parts = [task.violations as u64, cost.instantiate, cost.configure, cost.evaluate, total];
        let to_first = Cell::Ratio(total as f64 / *first.get_or_insert(total) as f64);
        table.row(parts.into_iter().map(Cell::Count).chain([to_first]));
    }
    Ok(table)
}

/// Those that the processor retires in user mode.
fn of_the_processor(bench: &Bench, tasks: &[Task]) -> Result<Table> {
    let mut table = Table::new(
        "instructions of the processor, six statements",
        &["", "0 violations", "to native", "2 violations", "to native"],
    );
    let counted = match counter::open() {
        Ok(counted) => counted,
        Err(reason) => {
            table.row(["all of them".into(), Cell::Missing(reason)]);
            return Ok(table);
        }
    };
    let mut counted = counted;
    let names = ["native Rust", "one instance again and again", "a fresh instance each"];
    let mut columns = Vec::new();
    for task in tasks {
        let policies = policies(&bench.allow_list, &settings(), 1)?;
        let native = rust::prepared(gatecheck_allow_list::evaluate, &settings())?;
        let recorded = rust::facts(task);
        let trial = trial(bench, &task.facts)?;
        let mut warm = trial.warm(&bench.engine).map_err(|faults| faulty(&faults))?;
        let expected = task.violations;
        columns.push([
            counted.per_call(expected, || Ok(native(&recorded)))?,
            counted.per_call(expected, || warm.evaluate().map_err(|faults| faulty(&faults)))?,
            counted.per_call(expected, judged(bench, &policies, &task.facts))?,
        ]);
    }
    for (position, name) in names.into_iter().enumerate() {
        let cells = columns.iter().flat_map(|column| {
            [Cell::Count(column[position]), Cell::Ratio(column[position] as f64 / column[0] as f64)]
        });
        table.row([Cell::from(name)].into_iter().chain(cells));
    }
    Ok(table)
}
