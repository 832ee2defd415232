//! Section `scale`: more policies, more containers, larger documents.

use anyhow::{Context, Result};
use gatecheck_core::facts::{Fact, Facts, Family};
use serde_json::{Value, json};

use crate::bench::Bench;
use crate::section::Measured;
use crate::subject::{Task, judged, policies, settings};
use crate::table::{Cell, Table};
use crate::timing::{Contender, Effort, in_turns};

/// Measures it.
pub fn measure(bench: &Bench) -> Result<Measured> {
    let mut measured = Measured::default();
    let task = Task::public()?;
    let many =
        [1, 10, 100].map(|count| Ok(Point { size: count, settings: settings(), policies: count, task: task.clone() }));
    let table = growth(bench, "policies of six statements, each in a fresh instance", "policies", many)?;
    measured.figure("100 policies to one", table.ratio);
    measured.tables.push(table.table);

    let containers = [1, 5, 10, 50].map(|count| {
        // Every image is looked at, and every one is refused.
        let settings = json!({"task": [{"attribute": "image", "allowed_values": ["none"]}]});
        let task = Task { violations: count, ..with_containers(&task, count)? };
        Ok(Point { size: count, settings, policies: 1, task })
    });
    measured
        .tables
        .push(growth(bench, "one statement on the image of each container", "containers", containers)?.table);

    let documents = [6, 50, 200, 500].map(|kilobytes| {
        Ok(Point { size: kilobytes, settings: settings(), policies: 1, task: with_document(&task, kilobytes * 1000)? })
    });
    measured.tables.push(growth(bench, "six statements on a task of so many KB as JSON", "KB", documents)?.table);

    let documents = [6, 50, 200, 500].map(|kilobytes| {
        // An expression is evaluated on the whole document.
        let settings = json!({"task": [{"attribute": "length(containers)", "allowed_values": [0]}]});
        let task = Task { violations: 1, ..with_document(&task, kilobytes * 1000)? };
        Ok(Point { size: kilobytes, settings, policies: 1, task })
    });
    let table = growth(bench, "a JMESPath expression on a task of so many KB as JSON", "KB", documents)?;
    measured.tables.push(table.table);
    Ok(measured)
}

/// One size of what grows.
struct Point {
    size: usize,
    settings: Value,
    policies: usize,
    task: Task,
}

struct Growth {
    table: Table,
    /// The largest to the smallest.
    ratio: f64,
}

fn growth<const N: usize>(
    bench: &Bench,
    title: &str,
    unit: &'static str,
    points: [Result<Point>; N],
) -> Result<Growth> {
    let points = points.into_iter().collect::<Result<Vec<_>>>()?;
    let sets: Vec<_> = points
        .iter()
        .map(|point| policies(&bench.allow_list, &point.settings, point.policies))
        .collect::<Result<_>>()?;
    let contenders = points.iter().zip(&sets).map(|(point, set)| {
        let expected = point.task.violations * point.policies;
        Contender::new(format!("{} {unit}", point.size), expected, judged(bench, set, &point.task.facts))
    });
    let effort = bench.effort();
    // Batches that are all as long, whatever a call takes: a longer one has less of a chance to go undisturbed.
    let effort = Effort { batches: effort.batches / 3, batch: effort.batch * 3, calls: 1 };
    let times = in_turns(contenders.collect(), effort, &bench.progress)?;

    let first = points.first().zip(times.first()).context("a table of something")?;
    let mut table = Table::new(title, &[unit, "time", "median", "to the first", "per unit", "per unit to the first"]);
    for (point, time) in points.iter().zip(&times) {
        let (size, least) = (point.size as f64, first.0.size as f64);
        table.row([
            Cell::Count(point.size as u64),
            Cell::Seconds(time.low),
            Cell::Seconds(time.median),
            Cell::Ratio(time.low / first.1.low),
            Cell::Seconds(time.low / size),
            Cell::Ratio(time.low / size / (first.1.low / least)),
        ]);
    }
    let last = times.last().context("a table of something")?;
    Ok(Growth { table, ratio: last.low / first.1.low })
}

fn with_containers(task: &Task, count: usize) -> Result<Task> {
    changed(task, |document| {
        let containers = document["containers"].as_array_mut().context("no containers")?;
        let container = containers.first().context("no container")?.clone();
        containers.extend((1..count).map(|number| {
            let mut container = container.clone();
            container["name"] = format!("side-{number}").into();
            container
        }));
        Ok(())
    })
}

/// Environment variables that an override sets make a document large.
fn with_document(task: &Task, bytes: usize) -> Result<Task> {
    changed(task, |document| {
        let variable =
            |number: usize| json!({"name": format!("VARIABLE_{number:05}"), "value": "a value of some length"});
        let each = variable(0).to_string().len() + 1;
        let missing = bytes.saturating_sub(document.to_string().len());
        let environment: Vec<_> = (0..missing / each).map(variable).collect();
        document["overrides"] = json!({"containerOverrides": [{"name": "web", "environment": environment}]});
        Ok(())
    })
}

fn changed(task: &Task, change: impl Fn(&mut Value) -> Result<()>) -> Result<Task> {
    let mut facts = Facts::new();
    for (family, fact) in task.facts.iter() {
        facts.set(
            family,
            match fact.as_result() {
                Ok(document) if matches!(family, Family::Task | Family::TaskDetails) => {
                    let mut document = document.clone();
                    change(&mut document)?;
                    Fact::known(document)
                }
                _ => fact.clone(),
            },
        );
    }
    Ok(Task { facts, ..task.clone() })
}
