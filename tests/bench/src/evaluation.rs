//! Section `evaluation`: what it takes to judge one task by six statements.

use anyhow::Result;
use gatecheck_core::facts;
use gatecheck_core::facts::{Facts, Unavailable};
use gatecheck_core::measure::Trial;

use crate::bench::{Bench, faulty};
use crate::native;
use crate::peers::{cedar, guard, python, rego};
use crate::peers::{cedar::Cedar, guard::Guard, python::Python, rego::Rego};
use crate::section::Measured;
use crate::subject::{Task, document, judged, policies, ready, settings};
use crate::table::{Cell, Table};
use crate::timing::{Contender, Timing, in_turns};

/// Those that are compared, in the order of the table.
const NATIVE: usize = 0;
const WARM: usize = 1;
const FRESH: usize = 2;
const NO_RULES: usize = 3;
const GUARD: usize = 4;
const PYTHON: usize = 8;

/// Measures it.
pub fn measure(bench: &Bench) -> Result<Measured> {
    let mut measured = Measured::default();
    let mut table = Table::new(
        "six statements on a recorded Fargate task",
        &["", "0 violations", "to native", "median", "2 violations", "to native", "median"],
    );
    let python = Python::version();
    let tasks = [Task::private()?, Task::public()?];
    let [clean, broken] = tasks.each_ref().map(|task| times(bench, task, python.is_ok()));
    let (clean, broken) = (clean?, broken?);

    let names = [
        "native Rust, the limit",
        "Gatecheck, one instance again and again",
        "Gatecheck, a fresh instance each: production",
        "cfn-guard, parsing facts, no rules",
        "cfn-guard, parsing facts and rules",
        "regorus, interpreter",
        "regorus, virtual machine",
        "cedar",
    ];
    for (position, name) in names.into_iter().enumerate() {
        table.row(row(name, position, &clean, &broken));
        if position == GUARD {
            let difference = |times: &[Timing]| Timing {
                low: times[GUARD].low - times[NO_RULES].low,
                median: times[GUARD].median - times[NO_RULES].median,
            };
            let (clean, broken) = ([clean[NATIVE], difference(&clean)], [broken[NATIVE], difference(&broken)]);
            table.row(row("  the difference", 1, &clean, &broken));
        }
    }
    // The worse of both tasks is what targets are about.
    let worst = |of: usize, to: usize| {
        let ratio = |times: &[Timing]| times[of].low / times[to].low;
        ratio(&clean).max(ratio(&broken))
    };
    measured.figure("warm to native", worst(WARM, NATIVE));
    measured.figure("fresh allow-list", clean[FRESH].low.max(broken[FRESH].low));
    match python {
        Ok(version) => {
            table.row(row(&version, PYTHON, &clean, &broken));
            measured.figure("warm to CPython", worst(WARM, PYTHON));
        }
        Err(reason) => {
            table.row(["CPython".into(), Cell::Missing(reason.to_string())]);
            measured.missing("warm to CPython", reason.to_string());
        }
    }
    table.note("What the peers cannot say:");
    for note in [python::CANNOT, guard::CANNOT, rego::CANNOT, cedar::CANNOT] {
        table.note(format!("- {note}"));
    }
    measured.tables.push(table);
    Ok(measured)
}

fn row(name: &str, position: usize, clean: &[Timing], broken: &[Timing]) -> Vec<Cell> {
    let cells = [clean, broken].into_iter().flat_map(|times| {
        let Timing { low, median } = times[position];
        [Cell::Seconds(low), Cell::Ratio(low / times[NATIVE].low), Cell::Seconds(median)]
    });
    [Cell::from(name)].into_iter().chain(cells).collect()
}

/// One task by all of them, in turns.
fn times(bench: &Bench, task: &Task, with_python: bool) -> Result<Vec<Timing>> {
    let expected = task.violations;
    let (settings, views) = (settings(), task.views()?);
    let policies = policies(&bench.allow_list, &settings, 1)?;
    let native = native::prepared(gatecheck_allow_list::evaluate, &settings)?;
    let recorded = native::facts(task);
    let trial = trial(bench, &task.facts)?;
    let mut warm = trial.warm(&bench.engine).map_err(|faults| faulty(&faults))?;
    let (guard, rego, cedar) = (Guard::new(&views), Rego::new(&views)?, Cedar::new(&views)?);

    let mut python = None;
    let mut contenders = vec![
        Contender::new("native Rust", expected, || Ok(native(&recorded))),
        Contender::new("one instance", expected, || warm.evaluate().map_err(|faults| faulty(&faults))),
        Contender::new("a fresh instance", expected, judged(bench, &policies, &task.facts)),
        Contender::new("cfn-guard without rules", 0, || guard.run_nothing()),
        Contender::new("cfn-guard", expected, guard.run_again()?),
        Contender::new("regorus", expected, rego.interpreted()),
        Contender::new("regorus, virtual machine", expected, rego.in_machine()?),
        Contender::new("cedar", expected, || cedar.violations()),
    ];
    if with_python {
        let folder = bench.folder("peers")?;
        let python = python.insert(Python::start(&folder, task.name, &settings, &views, expected)?);
        contenders.push(Contender::external("CPython", |times| python.batch(times)));
    }
    in_turns(contenders, bench.effort(), &bench.progress)
}

/// The six statements with all facts of a task.
pub fn trial(bench: &Bench, known: &Facts) -> Result<Trial> {
    let document = document("allow-list", &settings())?;
    let nobody = facts::Nothing(Unavailable::Other("the bench gives all there is".to_owned()));
    let prepared = Trial::prepare(&bench.engine, document, bench.allow_list.clone(), known.clone(), &nobody);
    ready(prepared)?.map_err(|faults| faulty(&faults))
}
