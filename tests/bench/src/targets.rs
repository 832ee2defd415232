//! Targets: what figures should be.

use std::collections::BTreeMap;

use crate::section::Reason;
use crate::table::{Cell, Table};

/// What a figure should be at most.
struct Target {
    what: &'static str,
    section: &'static str,
    /// As its section calls it.
    figure: &'static str,
    at_most: f64,
    cell: fn(f64) -> Cell,
}

/// All of them.
const TARGETS: [Target; 16] = [
    ratio("warm evaluation, to native Rust", "evaluation", "warm to native", 5.0),
    ratio("warm evaluation, to CPython", "evaluation", "warm to CPython", 1.0 / 8.0),
    time("fresh instance, allow-list", "evaluation", "fresh allow-list", 100e-6),
    time("fresh instance, `baseline` in Go, configured ahead", "languages", "baseline in go", 0.5e-3),
    time("fresh instance, example in Go, configured ahead", "languages", "example in go", 0.5e-3),
    time("fresh instance, `baseline` in Python, configured ahead", "languages", "baseline in python", 1.6e-3),
    time("fresh instance, example in Python, configured ahead", "languages", "example in python", 1.6e-3),
    ratio("100 policies, to one", "scale", "100 policies to one", 100.0),
    time("main to first verdict", "start", "first verdict", 1e-3),
    ratio("processor time of a start, to the floor", "start", "start to floor", 1.3),
    memory("peak memory after all tasks, above the floor", "start", "memory above floor", 10 << 20),
    time("a runaway ends after its deadline within", "limits", "overshoot", 5e-3),
    memory("memory kept after a hog", "limits", "memory after a hog", 1 << 20),
    bytes("zip without the compiler, above the floor", "size", "zip without compiler above floor", 3_000_000),
    bytes("package for arm64", "size", "package for arm64", 12_500_000),
    bytes("package for x86_64", "size", "package for x86_64", 12_500_000),
];

const fn ratio(what: &'static str, section: &'static str, figure: &'static str, at_most: f64) -> Target {
    Target { what, section, figure, at_most, cell: Cell::Ratio }
}

const fn time(what: &'static str, section: &'static str, figure: &'static str, at_most: f64) -> Target {
    Target { what, section, figure, at_most, cell: Cell::Seconds }
}

const fn memory(what: &'static str, section: &'static str, figure: &'static str, at_most: u64) -> Target {
    Target { what, section, figure, at_most: at_most as f64, cell: |number| Cell::Memory(number as u64) }
}

const fn bytes(what: &'static str, section: &'static str, figure: &'static str, at_most: u64) -> Target {
    Target { what, section, figure, at_most: at_most as f64, cell: |number| Cell::Bytes(number as u64) }
}

/// The targets of the sections that were measured.
pub fn compared(sections: &[&str], figures: &BTreeMap<&'static str, Result<f64, Reason>>) -> Table {
    let mut table = Table::new("targets", &["figure", "at most", "measured", ""]);
    for Target { what, section, figure, at_most, cell } in TARGETS {
        if !sections.contains(&section) {
            continue;
        }
        let begin = [Cell::from(what), cell(at_most)];
        let rest = match figures.get(figure) {
            Some(Ok(value)) => vec![cell(*value), Cell::from(if *value <= at_most { "met" } else { "MISSED" })],
            Some(Err(reason)) => vec![Cell::Missing(reason.clone())],
            None => vec![Cell::Missing(format!("section `{section}` does not tell"))],
        };
        table.row(begin.into_iter().chain(rest));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_is_missing_meets_no_target() {
        let figures = BTreeMap::from([("warm to native", Ok(4.9)), ("fresh allow-list", Ok(1.0))]);
        let table = compared(&["evaluation"], &figures).to_string();
        let lines: Vec<_> = table.lines().skip(2).collect();
        assert!(lines[0].ends_with("met") && lines[2].ends_with("MISSED"), "{table}");
        assert!(lines[1].ends_with("not measured: section `evaluation` does not tell"), "{table}");
    }
}
