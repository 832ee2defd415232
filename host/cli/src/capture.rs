//! `gatecheck capture`: what AWS knows of a task becomes a recording, without its secrets.

mod error;
mod file;
mod target;

use std::io::{self, Write};
use std::path::Path;

use gatecheck_aws::{AwsSource, in_region};
use gatecheck_core::facts::{Fact, FactSource, Facts, Family, Unavailable};
use gatecheck_core::recording::{REDACTED, Recording, Redactor};

use crate::args::CaptureArgs;
use crate::exit::Exit;
use crate::input::{InputError, is_stdin as is_dash};
use crate::progress;
use crate::render::{self, BAD, GOOD, QUIET, STRONG, visible};
pub(crate) use error::CaptureError;
use target::Target;

pub(crate) async fn capture(
    args: &CaptureArgs,
    out: &mut impl Write,
    err: &mut impl Write,
) -> Result<Exit, InputError> {
    let target = Target::of(&args.task, args.cluster.as_deref())?;
    let facts = progress::show("asking AWS", gather(&target)).await?;
    let recording = Recording::new(redactor(args).facts(&facts));
    let facts = &recording.facts;
    let mut text = Vec::new();
    render::json(&recording, &mut text).map_err(InputError::Output)?;
    if args.output.as_deref().is_some_and(is_dash) {
        out.write_all(&text).map_err(InputError::Output)?;
        human(facts, None, err).map_err(InputError::Output)?;
    } else {
        let path = file::write(args.output.as_deref(), facts, &text)?;
        human(facts, Some(&path), out).map_err(InputError::Output)?;
    }
    Ok(if missing(facts).next().is_none() { Exit::Clean } else { Exit::NotJudged })
}

/// All that is to be known about the task.
async fn gather(target: &Target<'_>) -> Result<Facts, CaptureError> {
    let remote = crate::remote::remote();
    let config = remote.aws().await;
    let aws = match target.region {
        Some(region) => AwsSource::new(&in_region(config, region)),
        None => AwsSource::new(config),
    };
    let task = aws.task(target.cluster, target.task).await;
    let mut facts = task.map_err(|reason| CaptureError::NoTask { task: target.task.to_owned(), reason })?;
    let rest = aws.gather(&facts.missing(&Family::ALL.into()), &facts).await;
    facts.extend(rest);
    Ok(facts)
}

fn redactor(args: &CaptureArgs) -> Redactor {
    let patterns = args.redact.clone();
    // A text that a pattern gives up on may be what it is for.
    let matches = move |text: &str| patterns.iter().any(|pattern| pattern.is_match(text).unwrap_or(true));
    Redactor::default().and(matches).keep(args.keep.clone())
}

/// What should be known and is not.
fn missing(facts: &Facts) -> impl Iterator<Item = (Family, &Unavailable)> {
    unknown(facts).filter(|(_, reason)| !reason.is_expected())
}

fn unknown(facts: &Facts) -> impl Iterator<Item = (Family, &Unavailable)> {
    facts.iter().filter_map(|(family, fact)| Some((family, fact.as_result().err()?)))
}

fn human(facts: &Facts, path: Option<&Path>, out: &mut impl Write) -> io::Result<()> {
    let task = |key| visible(facts.of_task(key).unwrap_or_default());
    let definition = task("taskDefinitionArn");
    let definition = definition.rsplit('/').next().unwrap_or_default();
    writeln!(out, "{STRONG}{}{STRONG:#}  {QUIET}{definition}{QUIET:#}\n", task("taskArn"))?;
    let known = facts.iter().filter(|(_, fact)| fact.as_result().is_ok());
    let known: Vec<_> = known.map(|(family, _)| family.name()).collect();
    writeln!(out, "  {QUIET}known{QUIET:#}      {}", known.join(", "))?;
    for (family, reason) in unknown(facts).filter(|(_, reason)| reason.is_expected()) {
        writeln!(out, "  {QUIET}has none{QUIET:#}   {family} {QUIET}({}){QUIET:#}", visible(&reason.to_string()))?;
    }
    if facts.of_task("desiredStatus").is_some_and(|status| status != "RUNNING") {
        writeln!(out, "  {QUIET}stopping{QUIET:#}   what the task had and has no more is recorded as not there yet")?;
    }
    writeln!(out, "  {QUIET}redacted{QUIET:#}   {}", redacted(facts))?;
    for (family, reason) in missing(facts) {
        writeln!(out, "\n  {BAD}! missing{BAD:#}  {family}: {}", visible(&reason.to_string()))?;
        writeln!(out, "  {QUIET}to do{QUIET:#}      {}", visible(&error::remedy(reason)))?;
    }
    let Some(path) = path.map(|path| visible(&path.display().to_string())) else { return Ok(()) };
    writeln!(out, "\n{GOOD}recorded{GOOD:#} in {path}; try it with")?;
    writeln!(out, "  gatecheck check --facts {path} --policy POLICY")
}

/// How many texts were redacted.
fn redacted(facts: &Facts) -> String {
    let known = facts.iter().filter_map(|(_, fact)| match fact {
        Fact::Known(document) => Some(document.to_string()),
        Fact::Unavailable(_) => None,
    });
    match known.map(|text| text.matches(&format!("\"{REDACTED}\"")).count()).sum() {
        0_usize => "nothing".to_owned(),
        1 => "1 text".to_owned(),
        count => format!("{count} texts"),
    }
}
