//! Section `start`: from nothing to the first verdict, and what a process that judges many tasks grows to.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::bench::{Bench, here};
use crate::child::{self, Package};
use crate::function::{Function, Parameters};
use crate::section::Measured;
use crate::subject;
use crate::table::{Cell, Table};
use crate::timing::Timing;

const EVENT: &str = include_str!("../../cases/fargate-running/event.json");

/// Measures it.
pub fn measure(bench: &Bench) -> Result<Measured> {
    let mut measured = Measured::default();
    first_verdict(bench, &mut measured)?;
    let programs = [("floor", bench.floor()?), ("bootstrap", bench.bootstrap()?)];
    starts(bench, programs, &mut measured)?;
    memory(bench, programs, &mut measured)?;
    Ok(measured)
}

/// What `first-verdict` prints.
#[derive(Deserialize)]
struct FirstVerdict {
    phases: BTreeMap<String, u64>,
    verdict: u64,
    violations: usize,
}

/// A process without Lambda and AWS, many times.
fn first_verdict(bench: &Bench, measured: &mut Measured) -> Result<()> {
    bench.progress.say("building first-verdict (minutes, the first time)");
    let package = Package { workspace: here(), name: "gatecheck-first-verdict", binary: "first-verdict" };
    let program = child::build(&package, &[])?;
    let expected = subject::Task::public()?.violations;
    let mut times: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let runs = bench.times(100, 10);
    for run in 0..runs {
        bench.progress.say(&format!("first verdict: process {} of {runs}", run + 1));
        let printed = child::printed(Command::new(&program).arg(subject::settings().to_string()))?;
        let FirstVerdict { phases, verdict, violations } = serde_json::from_str(&printed)?;
        ensure!(violations == expected, "first-verdict: {violations} violations instead of {expected}");
        for (phase, nanoseconds) in phases.into_iter().chain([("verdict".to_owned(), verdict)]) {
            times.entry(phase).or_default().push(nanoseconds as f64 / 1e9);
        }
    }
    let mut table =
        Table::new("from main to the first verdict, in a process of its own", &["phase", "time", "median", "share"]);
    let verdict = Timing::of(times.get("verdict").cloned().unwrap_or_default())?;
    for (phase, name) in [
        ("facts", "parsing the recorded task and the settings"),
        ("engine", "starting the engine"),
        ("module", "loading the bundled allow-list"),
        ("first evaluation", "first evaluation"),
        ("verdict", "main to first verdict"),
        ("second evaluation", "second evaluation"),
    ] {
        let time = Timing::of(times.get(phase).cloned().unwrap_or_default()).with_context(|| phase.to_owned())?;
        let share = Cell::Ratio(time.low / verdict.low);
        table.row([name.into(), Cell::Seconds(time.low), Cell::Seconds(time.median), share]);
    }
    measured.figure("first verdict", verdict.low);
    measured.tables.push(table);
    Ok(())
}

/// Both programs as Lambda starts them, in turns.
fn starts(bench: &Bench, programs: [(&str, &Path); 2], measured: &mut Measured) -> Result<()> {
    let world = World::new(bench)?;
    let mut times = [[(); 4]; 2].map(|of_program| of_program.map(|()| Vec::new()));
    let runs = bench.times(60, 6);
    for run in 0..runs {
        bench.progress.say(&format!("starting processes in turns: {} of {runs}", run + 1));
        for ((name, program), times) in programs.into_iter().zip(&mut times) {
            let mut function = world.start(name, program)?;
            times[0].push(function.ready()?.as_secs_f64());
            times[1].push(function.end()?.as_secs_f64());
            let mut function = world.start(name, program)?;
            function.ready()?;
            let (answer, at) = function.invoke(&event(run)?)?;
            is_verdict(name, &answer)?;
            times[2].push(at.as_secs_f64());
            times[3].push(function.end()?.as_secs_f64());
        }
    }
    let mut table = Table::new(
        "starting as Lambda does: processes in turns",
        &["", "floor", "median", "bootstrap", "median", "to the floor"],
    );
    let [floor, bootstrap] = times.map(|of_program| of_program.map(Timing::of));
    let names = [
        "exec to asking for an event, by the clock",
        "the same, time of a processor",
        "exec to the first answer, by the clock",
        "the same, time of a processor",
    ];
    for ((name, floor), (position, bootstrap)) in names.into_iter().zip(floor).zip(bootstrap.into_iter().enumerate()) {
        let (floor, bootstrap) = (floor?, bootstrap?);
        let ratio = bootstrap.low / floor.low;
        if position == 1 {
            measured.figure("start to floor", ratio);
        }
        let times = [floor.low, floor.median, bootstrap.low, bootstrap.median].map(Cell::Seconds);
        table.row([Cell::from(name)].into_iter().chain(times).chain([Cell::Ratio(ratio)]));
    }
    table.note("The first answer of bootstrap is a verdict: it reads its policies from Parameter Store first. That of floor is null.");
    measured.tables.push(table);
    Ok(())
}

/// What processes grow to.
fn memory(bench: &Bench, programs: [(&str, &Path); 2], measured: &mut Measured) -> Result<()> {
    let world = World::new(bench)?;
    let tasks = bench.times(10_000, 1_000);
    let mut table = Table::new(
        format!("peak memory, idle and after {tasks} tasks"),
        &["", "idle", "after one", "after all", "above the floor", "time of a task"],
    );
    let mut peaks = Vec::new();
    for (name, program) in programs {
        let mut function = world.start(name, program)?;
        function.ready()?;
        let idle = function.peak_memory()?;
        let (mut first, mut took) = (None, Duration::ZERO);
        for task in 0..tasks {
            if task % 100 == 0 {
                bench.progress.say(&format!("{name}: task {task} of {tasks}"));
            }
            let begun = std::time::Instant::now();
            let (answer, _) = function.invoke(&event(task)?)?;
            took += begun.elapsed();
            is_verdict(name, &answer)?;
            first.get_or_insert(function.peak_memory()?);
        }
        let last = function.peak_memory()?;
        peaks.push(last);
        let above = last.saturating_sub(peaks.first().copied().unwrap_or_default());
        table.row([
            name.into(),
            Cell::Memory(idle),
            Cell::Memory(first.unwrap_or_default()),
            Cell::Memory(last),
            Cell::Memory(above),
            Cell::Seconds(took.as_secs_f64() / tasks as f64),
        ]);
        measured.figure("memory above floor", above as f64);
    }
    measured.tables.push(table);
    Ok(())
}

/// What functions need: one policy, which the event alone decides.
struct World {
    parameters: Parameters,
    folder: std::path::PathBuf,
}

impl World {
    fn new(bench: &Bench) -> Result<Self> {
        let mut settings = subject::settings();
        let of_event = |statement: &Value| statement["attribute"] != "subnet-type" && statement["attribute"] != "ip";
        settings["task"].as_array_mut().context("statements")?.retain(of_event);
        // So that there is something to report.
        settings["task"][3]["allowed_values"] = json!([512, 1024]);
        let parameters = Parameters::start(&json!({"module": "allow-list", "settings": settings}))?;
        Ok(Self { parameters, folder: bench.folder("start")? })
    }

    fn start(&self, name: &str, program: &Path) -> Result<Function> {
        let temporary = self.folder.display().to_string();
        // Nothing listens where other services of AWS would be: a call would fail, and so would the task.
        let environment = [
            ("AWS_ENDPOINT_URL_SSM", &*self.parameters.endpoint),
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
            ("TMPDIR", &*temporary),
        ];
        Function::start(program, &self.folder.join(format!("{name}.log")), &environment)
    }
}

/// The first event of another task each.
fn event(number: usize) -> Result<String> {
    let mut event: Value = serde_json::from_str(EVENT)?;
    let arn = format!("arn:aws:ecs:us-west-2:111122223333:task/prod/{number:032x}");
    event["id"] = format!("00000000-0000-0000-0000-{number:012}").into();
    event["resources"] = json!([arn]);
    event["detail"]["taskArn"] = arn.into();
    event["detail"]["version"] = 1.into();
    Ok(event.to_string())
}

/// Only bootstrap judges, and the task breaks one of the statements.
fn is_verdict(name: &str, answer: &Value) -> Result<()> {
    if name == "floor" {
        ensure!(answer.is_null(), "floor answers {answer}");
        return Ok(());
    }
    let count = |key: &str| answer[key].as_array().map(Vec::len);
    let counts = ["violations", "faults", "undecided"].map(count);
    ensure!(counts == [Some(1), Some(0), Some(0)], "bootstrap answers {answer}");
    Ok(())
}
