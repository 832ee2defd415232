//! `gatecheck replay`: recorded tasks are judged again; by two sets of policies, and what changes between them is told.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use gatecheck_core::judge;
use gatecheck_core::policy::PolicySet;
use gatecheck_core::recording::Recording;
use gatecheck_core::report::{Report, Violation};
use serde_json::{Value, json};

use crate::args::{Format, ReplayArgs};
use crate::exit::Exit;
use crate::host::Host;
use crate::input::{InputError, files as files_of};
use crate::policies;
use crate::recorded::recorded;
use crate::render::{self, BAD, GOOD, QUIET, STRONG, visible};

pub(crate) async fn replay(args: &ReplayArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    let recordings = find(&args.recording)?;
    let host = Host::new()?;
    let policies = policies::load(&host, &args.policy).await?;
    let against = if args.against.is_empty() { None } else { Some(policies::load(&host, &args.against).await?) };
    let mut exit = Exit::Clean;
    let mut documents = Vec::new();
    for (path, recording) in recordings {
        let report = judged(&host, &policies, &recording).await;
        let before = match &against {
            Some(against) => Some(judged(&host, against, &recording).await),
            None => None,
        };
        let changes = before.as_ref().map(|before| Changes::between(before, &report));
        exit = exit.max(match (&before, &changes) {
            (Some(before), Some(changes)) => changes.exit(before, &report),
            _ => Exit::of(&report),
        });
        match args.format {
            Format::Json => documents.push(document(&path, &report, changes.as_ref())),
            Format::Human => {
                human(&path, &report, changes.as_ref(), policies.names().count(), out).map_err(InputError::Output)?;
            }
        }
    }
    if args.format == Format::Json {
        render::json(&documents, out).map_err(InputError::Output)?;
    }
    Ok(exit)
}

/// The recordings at these paths, by name within a directory.
fn find(paths: &[PathBuf]) -> Result<Vec<(PathBuf, Recording)>, InputError> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let found = files_of(path, |file| file.extension().is_some_and(|extension| extension == "json"))?;
        if found.is_empty() {
            return Err(InputError::NoRecordings { path: path.clone() });
        }
        files.extend(found);
    }
    files.into_iter().map(|path| recorded(&path).map(|recording| (path, recording))).collect()
}

/// All that was recorded is known from the start: no event tells a part of it.
async fn judged(host: &Host, policies: &PolicySet, recording: &Recording) -> Report {
    judge(&host.engine, policies, recording.facts.clone(), recording).await
}

/// What one set of policies finds and the other does not.
struct Changes<'a> {
    more: Vec<&'a Violation>,
    less: Vec<&'a Violation>,
}

impl<'a> Changes<'a> {
    fn between(before: &'a Report, after: &'a Report) -> Self {
        let only = |these: &'a Report, others: &Report| {
            let is_new = |one: &&Violation| !others.violations.iter().any(|other| is_same(one, other));
            these.violations.iter().filter(is_new).collect()
        };
        Self { more: only(after, before), less: only(before, after) }
    }

    fn exit(&self, before: &Report, after: &Report) -> Exit {
        let judged = |report| Exit::of(report) != Exit::NotJudged;
        match (judged(before) && judged(after), self.more.is_empty() && self.less.is_empty()) {
            (false, _) => Exit::NotJudged,
            (true, true) => Exit::Clean,
            (true, false) => Exit::Violations,
        }
    }
}

/// Two sets of policies rarely agree on the names of the policies.
fn is_same(one: &Violation, other: &Violation) -> bool {
    one.is_same(&Violation { policy: one.policy.clone(), ..other.clone() })
}

fn human(
    path: &Path,
    report: &Report,
    changes: Option<&Changes<'_>>,
    policies: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "{STRONG}{}{STRONG:#}", visible(&path.display().to_string()))?;
    let Some(changes) = changes else {
        render::human(report, policies, out)?;
        return writeln!(out);
    };
    let marked = [(&changes.more, '+', BAD), (&changes.less, '-', GOOD)];
    for (violations, mark, style) in marked {
        for Violation { rule, policy, object, severity, message, .. } in violations {
            let text = format!("{object}: {message}");
            writeln!(out, "  {style}{mark} {severity}{style:#} {}", visible(&text))?;
            writeln!(out, "    {QUIET}rule {} of {}{QUIET:#}", visible(rule), visible(policy))?;
        }
    }
    for fault in &report.faults {
        writeln!(out, "  {BAD}! fault {}{BAD:#} {}", visible(&fault.policy), visible(&fault.detail))?;
    }
    if changes.more.is_empty() && changes.less.is_empty() {
        writeln!(out, "  {QUIET}nothing changes{QUIET:#}")?;
    }
    Ok(())
}

fn document(path: &Path, report: &Report, changes: Option<&Changes<'_>>) -> Value {
    json!({
        "recording": path.display().to_string(),
        "report": report,
        "changes": changes.map(|changes| json!({"more": changes.more, "less": changes.less})),
    })
}
