//! `gatecheck check`: what is given becomes facts, policies are evaluated, the reports are printed.

use std::io::{self, Write};

use gatecheck_core::judge;
use gatecheck_core::report::Report;
use serde_json::json;

use crate::args::{CheckArgs, Format, OnUndecided};
use crate::exit::Exit;
use crate::host::Host;
use crate::input::InputError;
use crate::policies;
use crate::render;
use crate::subject::Subject;

pub(crate) async fn check(args: &CheckArgs, out: &mut impl Write, err: &mut impl Write) -> Result<Exit, InputError> {
    let subjects = Subject::read_all(&args.subject, &args.policy)?;
    let host = Host::new()?;
    let policies = policies::load(&host, &args.policy).await?;
    for warning in policies.warnings() {
        render::warn(warning, err).map_err(InputError::Output)?;
    }

    let mut reports = Vec::new();
    for Subject { known, recording, placeholders } in subjects {
        let mut report = judge(&host.engine, &policies, known, &*recording).await;
        report.leave_open(&placeholders, policies.names());
        reports.push(report);
    }
    let written = match args.format {
        Format::Human => human(&reports, policies.names().count(), out),
        Format::Json => json(&reports, out),
    };
    written.map_err(InputError::Output)?;
    let exit = |report: &Report| match args.undecided {
        OnUndecided::Fail => Exit::of(report),
        OnUndecided::Warn => Exit::of_decided(report),
    };
    Ok(reports.iter().map(exit).max().unwrap_or(Exit::Clean))
}

fn human(reports: &[Report], policies: usize, out: &mut impl Write) -> io::Result<()> {
    for (position, report) in reports.iter().enumerate() {
        if position > 0 {
            writeln!(out)?;
        }
        render::human(report, policies, out)?;
    }
    Ok(())
}

/// One report alone, or all of them with their sum.
fn json(reports: &[Report], out: &mut impl Write) -> io::Result<()> {
    if let [report] = reports {
        return render::json(report, out);
    }
    let sum = |count: fn(&Report) -> usize| reports.iter().map(count).sum::<usize>();
    let summary = json!({
        "subjects": reports.len(),
        "violations": sum(|report| report.violations.len()),
        "faults": sum(|report| report.faults.len()),
        "undecided": sum(|report| report.undecided.len()),
    });
    render::json(&json!({"reports": reports, "summary": summary}), out)
}
