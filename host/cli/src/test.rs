//! `gatecheck test`: tasks that were recorded or made up become facts, policies judge them, the reports are compared with
//! what is expected.

mod case;
mod coverage;
mod difference;
mod error;
mod expectation;
mod expected;
mod facts;
mod find;
mod folder;
mod human;
mod json;
mod junit;
mod pairs;
mod plan;
mod results;
mod run;
mod suite;
mod tap;
mod watch;

use std::io::Write;

pub(crate) use error::TestError;
pub(crate) use find::is_suite;

use crate::args::{TestArgs, TestFormat};
use crate::exit::Exit;
use crate::host::Host;
use crate::input::InputError;
use crate::recorded;
use plan::Plan;

pub(crate) async fn test(args: &TestArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    if args.show.bases {
        recorded::list(out).map_err(InputError::Output)?;
        return Ok(Exit::Clean);
    }
    if let Some(name) = &args.show.base {
        let base = recorded::find(name)?;
        out.write_all(base.text.as_bytes()).map_err(InputError::Output)?;
        return Ok(Exit::Clean);
    }
    let host = Host::new()?;
    if args.watch {
        return watch::watch(&host, args, out).await;
    }
    let plan = Plan::of(&host, args).await?;
    once(&host, args, plan, out).await
}

/// Runs what is planned, once.
async fn once(host: &Host, args: &TestArgs, plan: Plan, out: &mut impl Write) -> Result<Exit, InputError> {
    let results = run::run(host, plan.suites, args.update, args.threshold).await;
    match args.format {
        TestFormat::Human => human::print(&results, out),
        TestFormat::Json => json::print(&results, out),
        TestFormat::Junit => junit::print(&results, out),
        TestFormat::Tap => tap::print(&results, out),
    }
    .map_err(InputError::Output)?;
    Ok(results.exit())
}
