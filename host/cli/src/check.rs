//! `gatecheck check`: what is at hand becomes facts, policies judge them, the report is printed.

use std::io::Write;

use gatecheck_core::{History, judge};

use crate::args::{CheckArgs, Format};
use crate::exit::Exit;
use crate::host::Host;
use crate::input::InputError;
use crate::policies;
use crate::render;
use crate::subject::Subject;

pub(crate) async fn check(args: &CheckArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    let Subject { event, known, recording } = Subject::read(&args.subject, &args.policy)?;
    let host = Host::new()?;
    let policies = policies::load(&host, &args.policy).await?;

    let history = event.as_ref().filter(|_| !args.all).map(History::of);
    let report = judge(&host.engine, &policies, history, known, &recording).await;
    match args.format {
        Format::Human => render::human(&report, policies.names().count(), out),
        Format::Json => render::json(&report, out),
    }
    .map_err(InputError::Output)?;
    Ok(Exit::of(&report))
}
