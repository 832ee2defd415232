//! `gatecheck bench`: what policies cost on recorded tasks, and whether that is more than it was.

mod comparison;
mod error;
mod figures;
mod human;
mod json;
mod measure;
mod results;
mod rows;
mod subject;
mod time;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use gatecheck_core::recording::Recording;

pub(crate) use error::BenchError;

use crate::args::{BenchArgs, Format};
use crate::exit::Exit;
use crate::host::Host;
use crate::input::{InputError, is_stdin};
use crate::policies;
use crate::recorded::{self, recorded};
use comparison::Comparison;
use figures::Figures;

pub(crate) async fn bench(args: &BenchArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    if args.policy.iter().chain(&args.facts).filter(|path| is_stdin(path)).count() > 1 {
        return Err(InputError::StandardInputTwice);
    }
    let before = args.compare.as_deref().map(Figures::read).transpose()?;
    let recordings = recordings(&args.facts)?;
    let host = Host::new()?;
    let documents = policies::documents(&host, &args.policy).await?;
    let results = measure::all(&host, documents, &recordings).await?;
    let comparison = args.compare.as_deref().zip(before.as_ref());
    let comparison = comparison.map(|(path, before)| Comparison::new(path, before, &results, args.threshold));
    match args.format {
        Format::Human => human::print(&results, comparison.as_ref(), out),
        Format::Json => json::print(&results, comparison.as_ref(), out),
    }
    .map_err(InputError::Output)?;
    let is_complete = results.faults().next().is_none();
    if let Some(path) = &args.save {
        save(path, &results.figures(), is_complete)?;
    }
    Ok(match &comparison {
        _ if !is_complete => Exit::NotJudged,
        Some(comparison) if comparison.too_much().next().is_some() => Exit::Violations,
        _ => Exit::Clean,
    })
}

/// The recordings that are named, each once; all that have a name, if none is.
fn recordings(named: &[PathBuf]) -> Result<Vec<(String, Recording)>, InputError> {
    let all: Vec<PathBuf> = recorded::names().map(PathBuf::from).collect();
    let named = if named.is_empty() { &all } else { named };
    let mut seen = BTreeSet::new();
    let once = named.iter().filter(|name| seen.insert(*name));
    once.map(|name| Ok((name.display().to_string(), recorded(name)?))).collect()
}

/// Figures that lack a case would let it pass as a new one ever after.
fn save(path: &Path, figures: &Figures, is_complete: bool) -> Result<(), InputError> {
    if !is_complete {
        return Err(BenchError::NotSaved { path: path.to_owned() }.into());
    }
    figures.write(path).map_err(|source| InputError::Unwritable { path: path.to_owned(), source })
}
