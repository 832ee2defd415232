//! `gatecheck publish`: a policy that works here gets to where functions read it. First its module, then what is compiled of
//! it, and at last the entry that turns it on: nobody ever sees an entry whose module is not there yet.

mod plan;
mod signer;

use std::io::{self, Write};

use gatecheck_aws::Tier;
use gatecheck_store::fetch::{Kind, RemoteError, parameters_for};
use serde_json::{Value, json};

use crate::args::{Format, PublishArgs};
use crate::exit::Exit;
use crate::host::Host;
use crate::input::InputError;
use crate::progress;
use crate::render::{self, GOOD, QUIET, STRONG, visible};
use plan::{Plan, Upload};
pub(crate) use signer::public_key;

pub(crate) async fn publish(args: &PublishArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    let host = Host::new()?;
    let plan = Plan::make(&host, args).await?;
    if args.format == Format::Human {
        human(&plan, out).map_err(InputError::Output)?;
    }
    if !args.dry_run {
        carry_out(&host, &plan).await?;
    }
    match (args.format, args.dry_run) {
        (Format::Json, _) => render::json(&document(&plan, !args.dry_run), out),
        (Format::Human, true) => writeln!(out, "\nnothing was written: this was a dry run"),
        (Format::Human, false) => {
            writeln!(
                out,
                "\n{GOOD}published{GOOD:#}: functions read it within GATECHECK_REFRESH_SECONDS (60 by default)"
            )
        }
    }
    .map_err(InputError::Output)?;
    Ok(Exit::Clean)
}

async fn carry_out(host: &Host, plan: &Plan) -> Result<(), InputError> {
    for upload in &plan.uploads {
        let failed =
            |source: RemoteError| InputError::Publish { location: upload.location.clone(), source: source.into() };
        progress::count(upload.what(), async |stored| {
            host.remote.put(&upload.location, upload.kind, &upload.bytes, stored).await
        })
        .await
        .map_err(failed)?;
    }
    let parameters = host.remote.parameters().await;
    let text = plan.entry_text();
    progress::show("storing the policy", parameters.put(&plan.parameter, &text, tier(&text), false)).await?;
    Ok(())
}

/// An entry that does not fit the tier that costs nothing takes the other one.
fn tier(text: &str) -> Tier {
    if text.len() <= parameters_for::STANDARD { Tier::Standard } else { Tier::Advanced }
}

fn human(plan: &Plan, out: &mut impl Write) -> io::Result<()> {
    let mut line = |name: &str, text: &str| writeln!(out, "{QUIET}{name:<9}{QUIET:#} {text}");
    for upload in &plan.uploads {
        line(upload.what(), &visible(&upload.described))?;
        line("", &format!("to {}, {}", visible(&upload.location.to_string()), cost(upload)))?;
    }
    if let Some(hint) = plan.hint {
        line("", hint)?;
    }
    let text = plan.entry_text();
    let cost = match tier(&text) {
        Tier::Standard => "free",
        Tier::Advanced => "0.05 USD a month: it is larger than 4 KB",
    };
    line("policy", &format!("to {STRONG}ssm:{}{STRONG:#}, {cost}", visible(&plan.parameter)))?;
    for row in text.lines() {
        writeln!(out, "  {}", visible(row))?;
    }
    Ok(())
}

/// What an upload takes where it goes.
fn cost(upload: &Upload) -> String {
    match upload.parameters {
        Some(1) => "1 parameter of the standard tier (free)".to_owned(),
        Some(count) => format!("{count} parameters of the standard tier (free; an account has 10,000 in a Region)"),
        None => format!("{} bytes", upload.bytes.len()),
    }
}

fn document(plan: &Plan, written: bool) -> Value {
    let uploads = plan.uploads.iter().map(|upload| {
        json!({
            "kind": if upload.kind == Kind::Module { "module" } else { "artifact" },
            "location": upload.location.to_string(),
            "bytes": upload.bytes.len(),
            "parameters": upload.parameters,
        })
    });
    json!({
        "parameter": plan.parameter,
        "policy": plan.entry,
        "uploads": uploads.collect::<Vec<_>>(),
        "written": written,
    })
}
