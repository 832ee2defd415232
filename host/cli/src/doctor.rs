//! `gatecheck doctor`: whether a deployed function works, and what to do where it does not.

mod contents;
mod path;
mod permissions;
mod probe;
mod test_message;

use std::io::{self, Write};
use std::mem;

use gatecheck_aws::{DeployedFunction, Deployment};
use gatecheck_core::facts::Unavailable;
use serde::Serialize;

use crate::args::{DoctorArgs, Format};
use crate::exit::Exit;
use crate::host::Host;
use crate::input::InputError;
use crate::progress;
use crate::remote::in_region;
use crate::render::{self, BAD, GOOD, QUIET, STRONG, UNSURE, visible};
use contents::Contents;

pub(crate) async fn doctor(args: &DoctorArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    let host = Host::with_remote(in_region(args.region.as_deref()).await)?;
    let deployment = Deployment::new(host.remote.aws().await);
    let findings = progress::show("looking", Box::pin(look(args, &host, &deployment))).await;
    match args.format {
        Format::Json => render::json(&findings, out),
        Format::Human => human(&findings, out),
    }
    .map_err(InputError::Output)?;
    let exits = findings.iter().map(|finding| match finding.state {
        State::Good => Exit::Clean,
        State::Bad => Exit::Violations,
        State::Unknown => Exit::NotJudged,
    });
    Ok(exits.max().unwrap_or(Exit::Clean))
}

/// Each part after the ones that it depends on.
async fn look(args: &DoctorArgs, host: &Host, deployment: &Deployment) -> Vec<Finding> {
    let mut findings = Findings::default();
    // An ARN is a name too.
    let name = args.function.rsplit("function:").next().unwrap_or_default();
    let function = match deployment.function(name).await {
        Ok(function) => function,
        Err(why) => {
            findings.unknown("function", &why, "name another one with `--function`, and its Region with `--region`");
            return findings.0;
        }
    };
    path::function(name, &function, &mut findings);
    path::look(deployment, name, &function, &mut findings).await;
    let mut contents = Contents::of(&function, host).await;
    contents.look(host, &mut findings).await;
    permissions::look(deployment, host, &function, &contents, &mut findings).await;
    if args.tell {
        test_message::send(host, mem::take(&mut contents.in_force), &mut findings).await;
    }
    if !args.no_probe && contents.has_policies() {
        probe::send(deployment, host, &function, &contents, args.wait, &mut findings).await;
    }
    findings.0
}

/// What was found of a part.
#[derive(Debug, Clone, Serialize)]
struct Finding {
    part: &'static str,
    state: State,
    found: String,
    remedy: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Good,
    Bad,
    Unknown,
}

#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn good(&mut self, part: &'static str, found: impl Into<String>) {
        self.0.push(Finding { part, state: State::Good, found: found.into(), remedy: None });
    }

    fn bad(&mut self, part: &'static str, found: impl Into<String>, remedy: impl Into<String>) {
        self.0.push(Finding { part, state: State::Bad, found: found.into(), remedy: Some(remedy.into()) });
    }

    /// A refusal has a remedy of its own.
    fn unknown(&mut self, part: &'static str, why: &Unavailable, otherwise: &str) {
        let (found, remedy) = match why {
            Unavailable::Denied(action) => {
                ("it cannot be looked at".to_owned(), format!("allow `{action}` to who runs this"))
            }
            other => (format!("it cannot be looked at: {other}"), otherwise.to_owned()),
        };
        self.0.push(Finding { part, state: State::Unknown, found, remedy: Some(remedy) });
    }

    /// Says so unless something bad of the part was found.
    fn good_unless_bad(&mut self, part: &'static str, found: impl Into<String>) {
        if self.0.iter().all(|finding| finding.part != part) {
            self.good(part, found);
        }
    }
}

/// What a function is told by its environment; an empty variable counts as not set.
fn lookup(function: &DeployedFunction) -> impl Fn(&str) -> Option<String> {
    |name| function.environment.get(name).filter(|value| !value.trim().is_empty()).cloned()
}

fn human(findings: &[Finding], out: &mut impl Write) -> io::Result<()> {
    for Finding { part, state, found, remedy } in findings {
        let (mark, style) = match state {
            State::Good => ("✓", GOOD),
            State::Bad => ("✗", BAD),
            State::Unknown => ("?", UNSURE),
        };
        writeln!(out, "{style}{mark}{style:#} {STRONG}{part:<12}{STRONG:#} {}", visible(found))?;
        if let Some(remedy) = remedy {
            writeln!(out, "  {:<12} {QUIET}to do{QUIET:#} {}", "", visible(remedy))?;
        }
    }
    let count = |state| findings.iter().filter(|finding| finding.state == state).count();
    let (bad, unknown) = (count(State::Bad), count(State::Unknown));
    writeln!(out)?;
    match (bad, unknown) {
        (0, 0) => writeln!(out, "{GOOD}✓ everything is as it should be{GOOD:#}"),
        (bad, 0) => writeln!(out, "{BAD}{bad} to mend{BAD:#}"),
        (0, unknown) => writeln!(out, "{UNSURE}{unknown} could not be looked at{UNSURE:#}"),
        (bad, unknown) => {
            writeln!(out, "{BAD}{bad} to mend{BAD:#}, {UNSURE}{unknown} could not be looked at{UNSURE:#}")
        }
    }
}
