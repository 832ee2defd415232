//! `gatecheck explain`: which facts each policy read, and how each of its rules came out.

use std::collections::BTreeSet;
use std::io::{self, Write};

use gatecheck_core::facts::{Fact, Family};
use gatecheck_core::report::Report;
use gatecheck_core::{Explanation, explain as explained};
use serde_json::{Value, json};

use crate::args::{ExplainArgs, Format};
use crate::exit::Exit;
use crate::host::Host;
use crate::input::InputError;
use crate::policies;
use crate::render::{self, BAD, GOOD, QUIET, STRONG, UNSURE, print_fault, visible};
use crate::subject::Subject;

pub(crate) async fn explain(args: &ExplainArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    let Subject { known, recording, .. } = Subject::read(&args.subject, &args.policy)?;
    let host = Host::new()?;
    let policies = policies::load(&host, &args.policy).await?;
    let task = known.of_task("taskArn").map(str::to_owned);
    let explanations = explained(&host.engine, &policies, known, &*recording).await;
    let unloaded = Report { faults: policies.faults().to_vec(), ..Report::default() };
    match args.format {
        Format::Json => {
            let policies: Vec<_> = explanations.iter().map(document).collect();
            render::json(&json!({"task": task, "policies": policies, "faults": unloaded.faults}), out)
        }
        Format::Human => human(task.as_deref(), &explanations, &unloaded, out),
    }
    .map_err(InputError::Output)?;
    let exits = explanations.iter().map(|explanation| Exit::of(&explanation.report));
    Ok(exits.fold(Exit::of(&unloaded), Exit::max))
}

fn document(explanation: &Explanation) -> Value {
    let Explanation { policy, is_in_scope, read, not_read, report } = explanation;
    let read = read.iter().map(|(family, fact)| {
        let unavailable = fact.as_result().err().map(ToString::to_string);
        json!({"family": family, "unavailable": unavailable})
    });
    json!({
        "policy": policy,
        "in_scope": is_in_scope,
        "read": read.collect::<Vec<_>>(),
        "not_read": not_read,
        "passed": report.passed.iter().map(|passed| &passed.rule).collect::<Vec<_>>(),
        "violations": report.violations,
        "undecided": report.undecided,
        "faults": report.faults,
    })
}

fn human(task: Option<&str>, explanations: &[Explanation], unloaded: &Report, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{STRONG}{}{STRONG:#}", visible(task.unwrap_or("no task yet")))?;
    for explanation in explanations {
        writeln!(out, "\n{STRONG}{}{STRONG:#}", visible(&explanation.policy))?;
        if explanation.is_in_scope {
            print_facts(explanation, out)?;
            print_rules(&explanation.report, out)?;
        } else {
            writeln!(out, "  {QUIET}is not for this task: its scope leaves it out{QUIET:#}")?;
        }
        print_faults(&explanation.report, out)?;
    }
    if !unloaded.faults.is_empty() {
        writeln!(out)?;
    }
    print_faults(unloaded, out)
}

fn print_facts(explanation: &Explanation, out: &mut impl Write) -> io::Result<()> {
    let name = |first: bool, name| if first { name } else { "" };
    for (position, (family, fact)) in explanation.read.iter().enumerate() {
        let known = match fact {
            Fact::Known(document) => format!("{QUIET}{}{QUIET:#}", size(document)),
            Fact::Unavailable(reason) => format!("{UNSURE}{}{UNSURE:#}", visible(&reason.to_string())),
        };
        writeln!(out, "  {QUIET}{:<9}{QUIET:#} {:<16} {known}", name(position == 0, "read"), family.name())?;
    }
    let not_read: Vec<_> = explanation.not_read.iter().copied().map(Family::name).collect();
    if !not_read.is_empty() {
        writeln!(out, "  {QUIET}{:<9} {}{QUIET:#}", "not read", not_read.join(", "))?;
    }
    Ok(())
}

/// How much there is of a family.
fn size(document: &Value) -> String {
    match document {
        Value::Array(documents) if documents.len() == 1 => "1 document".to_owned(),
        Value::Array(documents) => format!("{} documents", documents.len()),
        _ => "known".to_owned(),
    }
}

/// In the order of their names: a rule may be broken and undecided.
fn print_rules(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let passed = report.passed.iter().map(|passed| &passed.rule);
    let broken = report.violations.iter().map(|violation| &violation.rule);
    let undecided = report.undecided.iter().map(|undecided| &undecided.rule);
    let rules: BTreeSet<_> = passed.chain(broken).chain(undecided).collect();
    if rules.is_empty() && report.faults.is_empty() {
        writeln!(out, "  {QUIET}none of its rules applies to this task{QUIET:#}")?;
    }
    for rule in rules {
        let broken: Vec<_> = report.violations.iter().filter(|violation| violation.rule == *rule).collect();
        let undecided: Vec<_> = report.undecided.iter().filter(|undecided| undecided.rule == *rule).collect();
        let (mark, style) = match (broken.is_empty(), undecided.is_empty()) {
            (false, _) => ('✗', BAD),
            (true, false) => ('?', UNSURE),
            (true, true) => ('✓', GOOD),
        };
        writeln!(out, "  {style}{mark}{style:#} {}", visible(rule))?;
        for violation in broken {
            writeln!(out, "      {}: {}", visible(&violation.object), visible(&violation.message))?;
        }
        for missing in undecided.iter().flat_map(|undecided| &undecided.unavailable) {
            writeln!(out, "      undecided: {} {}", visible(&missing.family), visible(&missing.reason.to_string()))?;
        }
    }
    Ok(())
}

fn print_faults(report: &Report, out: &mut impl Write) -> io::Result<()> {
    report.faults.iter().try_for_each(|fault| print_fault(fault, "  ", out))
}
