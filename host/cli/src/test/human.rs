//! Results for people: one line for each case, what is different in those that failed, and at the end what is covered.

use std::collections::BTreeSet;
use std::io::{self, Write};

use gatecheck_core::facts::Family;

use super::coverage::PolicyCoverage;
use super::difference::Difference;
use super::results::{CaseResult, Outcome, Results};
use crate::render::{BAD, GOOD, QUIET, STRONG, visible};

pub(super) fn print(results: &Results, out: &mut impl Write) -> io::Result<()> {
    for suite in &results.suites {
        writeln!(out, "{STRONG}{}{STRONG:#}", visible(&suite.path.display().to_string()))?;
        for case in &suite.cases {
            print_case(case, out)?;
        }
        writeln!(out)?;
    }
    for policy in results.coverage.policies() {
        print_coverage(&policy, out)?;
    }
    print_summary(results, out)
}

fn print_case(case: &CaseResult, out: &mut impl Write) -> io::Result<()> {
    let name = visible(case.name());
    match &case.outcome {
        Outcome::Passed => writeln!(out, "  {GOOD}✓{GOOD:#} {name}"),
        Outcome::Updated => writeln!(out, "  {GOOD}↻{GOOD:#} {name} {QUIET}expected.json is written{QUIET:#}"),
        Outcome::Failed(differences) => {
            writeln!(out, "  {BAD}✗{BAD:#} {name}")?;
            differences.iter().try_for_each(|difference| print_difference(difference, out))
        }
        Outcome::NotRun(problem) => {
            // The name of what cannot be read says nothing.
            match &case.name {
                Some(_) => writeln!(out, "  {BAD}! {name}{BAD:#}\n      {}", visible(&problem.message))?,
                None => writeln!(out, "  {BAD}!{BAD:#} {}", visible(&problem.message))?,
            }
            match &problem.remedy {
                Some(remedy) => writeln!(out, "      {QUIET}help{QUIET:#} {}", visible(remedy)),
                None => Ok(()),
            }
        }
    }
}

fn print_difference(difference: &Difference, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "      {BAD}{:<10}{BAD:#} {}", difference.kind, visible(&difference.what))?;
    for more in &difference.more {
        writeln!(out, "                 {QUIET}{}{QUIET:#}", visible(more))?;
    }
    Ok(())
}

fn print_coverage(policy: &PolicyCoverage<'_>, out: &mut impl Write) -> io::Result<()> {
    let families =
        |families: &BTreeSet<Family>| families.iter().map(|family| family.name()).collect::<Vec<_>>().join(", ");
    let rules = |rules: &BTreeSet<&str>| visible(&rules.iter().copied().collect::<Vec<_>>().join(", "));
    let rows = [
        (
            "covered",
            if policy.rules.is_empty() {
                String::new()
            } else {
                format!("{} of {} rules", policy.covered(), policy.rules.len())
            },
        ),
        ("broken", rules(&policy.broken)),
        ("undecided", rules(&policy.undecided)),
        ("never broken", rules(&policy.never_broken)),
        ("never passing", rules(&policy.never_passing)),
        ("read", families(&policy.read)),
        ("never read", families(&policy.never_read)),
    ];
    // A policy that never came to its end has shown nothing.
    if rows.iter().all(|(_, what)| what.is_empty()) {
        return Ok(());
    }
    let cases = if policy.cases == 1 { "1 case".to_owned() } else { format!("{} cases", policy.cases) };
    writeln!(out, "{STRONG}{}{STRONG:#} {QUIET}{cases}{QUIET:#}", visible(policy.policy))?;
    for (name, what) in rows.iter().filter(|(_, what)| !what.is_empty()) {
        writeln!(out, "  {QUIET}{name:<13}{QUIET:#} {what}")?;
    }
    writeln!(out)
}

fn print_summary(results: &Results, out: &mut impl Write) -> io::Result<()> {
    let totals = results.totals();
    if totals.all() == 0 {
        return writeln!(out, "no case found; suites are files named `*.test.yaml`, `*.test.yml` or `*.test.json`");
    }
    write!(out, "{GOOD}{} passed{GOOD:#}", totals.passed)?;
    if totals.updated > 0 {
        write!(out, ", {} updated", totals.updated)?;
    }
    if totals.failed > 0 {
        write!(out, ", {BAD}{} failed{BAD:#}", totals.failed)?;
    }
    if totals.not_run > 0 {
        write!(out, ", {BAD}{} could not be run{BAD:#}", totals.not_run)?;
    }
    writeln!(out)?;
    if results.update && totals.failed > 0 {
        writeln!(out, "{QUIET}--update writes `expected.json` only: suites are written by hand{QUIET:#}")?;
    }
    Ok(())
}
