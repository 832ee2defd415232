//! Figures for people: one row for each; beside those that were saved, if there are any.

use std::io::{self, Write};

use gatecheck_core::facts::Family;

use super::comparison::{Change, Comparison, Outcome, percent};
use super::figures::CaseFigures;
use super::results::{Measured, PolicyResult, Results};
use super::rows::{self, Kind, Row, grouped};
use crate::render::{BAD, GOOD, QUIET, STRONG, print_fault, visible};

pub(super) fn print(results: &Results, comparison: Option<&Comparison<'_>>, out: &mut impl Write) -> io::Result<()> {
    for result in &results.0 {
        print_policy(result, comparison, out)?;
    }
    if let Some(comparison) = comparison {
        print_comparison(comparison, out)?;
    }
    let measured = results.cases().filter(|(_, case)| case.figures.is_ok()).count();
    let faulty = results.faults().next().is_some();
    let cases = if measured == 1 { "1 case is measured".to_owned() } else { format!("{measured} cases are measured") };
    writeln!(out, "{cases}{}", if faulty { "; not every case could be" } else { "" })?;
    if measured > 0 {
        writeln!(out, "{QUIET}~ differs from run to run; everything else is the same every time{QUIET:#}")?;
    }
    Ok(())
}

fn print_policy(result: &PolicyResult, comparison: Option<&Comparison<'_>>, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{STRONG}{}{STRONG:#}", visible(&result.policy))?;
    let Measured { sizes, cases } = match &result.measured {
        Ok(measured) => measured,
        Err(fault) => {
            print_fault(fault, "  ", out)?;
            return writeln!(out);
        }
    };
    let before = comparison.and_then(|comparison| comparison.before.of(&result.policy));
    let saved = before.map(|before| rows::sizes(&before.sizes));
    let threshold = comparison.map_or(f64::INFINITY, |comparison| comparison.threshold);
    print_rows(&rows::sizes(sizes), saved.as_deref(), threshold, out)?;
    for case in cases {
        writeln!(out, "\n  {STRONG}{}{STRONG:#}", visible(&case.recording))?;
        match &case.figures {
            Ok(figures) => {
                let before = before.and_then(|before| before.on(&case.recording));
                print_case(figures, before, threshold, out)?;
            }
            Err(faults) => faults.iter().try_for_each(|fault| print_fault(fault, "    ", out))?,
        }
    }
    writeln!(out)
}

fn print_case(
    figures: &CaseFigures,
    before: Option<&CaseFigures>,
    threshold: f64,
    out: &mut impl Write,
) -> io::Result<()> {
    let saved = before.map(rows::case);
    print_rows(&rows::case(figures), saved.as_deref(), threshold, out)?;
    let time = figures.not_deterministic.microseconds;
    let (lower, upper) = (grouped(time.lower_quartile), grouped(time.upper_quartile));
    writeln!(out, "      {QUIET}half of {} runs{QUIET:#} {lower} to {upper} µs", time.runs)?;
    writeln!(out, "    {QUIET}read{QUIET:#}            {}", read(&figures.read))?;
    match before {
        Some(before) if before.read != figures.read => {
            writeln!(out, "    {QUIET}read before{QUIET:#}     {}", read(&before.read))
        }
        _ => Ok(()),
    }
}

fn read(families: &[Family]) -> String {
    let names: Vec<_> = families.iter().copied().map(Family::name).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

/// Before, now, and the change between; or what there is now.
fn print_rows(rows: &[Row], saved: Option<&[Row]>, threshold: f64, out: &mut impl Write) -> io::Result<()> {
    for (position, row) in rows.iter().enumerate() {
        let Row { label, value, unit, kind } = row;
        write!(out, "    {QUIET}{label:<15}{QUIET:#}")?;
        let before = saved.and_then(|saved| saved.get(position)).filter(|before| before.label == row.label);
        let Some(before) = before.map(|before| before.value) else {
            writeln!(out, " {:>14}{}", grouped(*value), with_space(unit))?;
            continue;
        };
        write!(out, " {:>14} {QUIET}→{QUIET:#} {:>14}{}", grouped(before), grouped(*value), with_space(unit))?;
        match percent(before, *value) {
            None => writeln!(out)?,
            Some(change) => {
                let style = match (kind, Outcome::of(before, *value, threshold)) {
                    (Kind::Noisy, _) => QUIET,
                    (Kind::Judged, Outcome::TooMuch) => BAD,
                    (_, Outcome::Less) => GOOD,
                    _ => STRONG,
                };
                writeln!(out, "  {style}{change}{style:#}")?;
            }
        }
    }
    Ok(())
}

fn with_space(unit: &str) -> String {
    if unit.is_empty() { String::new() } else { format!(" {QUIET}{unit}{QUIET:#}") }
}

fn print_comparison(comparison: &Comparison<'_>, out: &mut impl Write) -> io::Result<()> {
    let path = visible(&comparison.path.display().to_string());
    for (cases, what) in [(&comparison.new, "new"), (&comparison.gone, "gone")] {
        for (policy, recording) in cases {
            let why = if what == "new" { "is not in" } else { "is only in" };
            writeln!(out, "{STRONG}{what}{STRONG:#} `{}` on `{}` {why} {path}", visible(policy), visible(recording))?;
        }
    }
    for change in comparison.with(Outcome::Less) {
        writeln!(out, "{GOOD}✓{GOOD:#} {}", told(change))?;
    }
    for change in comparison.too_much() {
        writeln!(out, "{BAD}✗{BAD:#} {}", told(change))?;
    }
    let (failed, all) = (comparison.too_much().count(), comparison.changes.len());
    // The smallest rise of all is one instruction.
    let (least, much) = match comparison.threshold {
        0.0 => (String::new(), "more instructions".to_owned()),
        threshold => ("at least ".to_owned(), format!("{threshold} % more instructions")),
    };
    match failed {
        0 => writeln!(out, "{GOOD}✓ no case takes {much} than in {path}{GOOD:#}")?,
        1 => writeln!(out, "{BAD}1 of {all} cases takes {least}{much} than in {path}{BAD:#}")?,
        failed => writeln!(out, "{BAD}{failed} of {all} cases take {least}{much} than in {path}{BAD:#}")?,
    }
    let versions = (&comparison.before.gatecheck, env!("CARGO_PKG_VERSION"));
    if versions.0 != versions.1 {
        let (then, now) = (visible(versions.0), versions.1);
        writeln!(
            out,
            "{QUIET}{path} was measured by Gatecheck {then}, which may give other facts than {now}{QUIET:#}"
        )?;
    }
    Ok(())
}

/// A case with its figures in one line.
fn told(change: &Change<'_>) -> String {
    let Change { policy, recording, before, now, .. } = *change;
    let percent = percent(before, now).unwrap_or_default();
    let (before, now) = (grouped(before), grouped(now));
    format!("`{}` on `{}`: {before} instructions before, {now} now, {percent}", visible(policy), visible(recording))
}
