//! `gatecheck migrate`: from a deployment of the Python tool to what Gatecheck deploys with, and what changes by it.

mod changes;
mod deployment;
mod document;
mod environment;
mod error;
mod files;
mod patterns;
mod report;
mod samconfig;
mod statement;
mod steps;
mod template;
#[cfg(test)]
mod tests;
mod translation;

use std::io::Write;

use crate::args::{Format, MigrateArgs};
use crate::exit::Exit;
use crate::host::Host;
use crate::input::{InputError, is_stdin};
use crate::policies;
use crate::render;
use deployment::Deployment;
use document::Document;
pub(crate) use error::MigrateError;
use report::Report;
use translation::{Translation, tried};

pub(crate) async fn migrate(args: &MigrateArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    let inputs = [Some(&args.policy), args.template.as_ref(), args.env.as_ref(), args.samconfig.as_ref()];
    if inputs.into_iter().flatten().filter(|path| is_stdin(path)).count() > 1 {
        return Err(InputError::StandardInputTwice);
    }
    let document = Document::read(&args.policy)?;
    let deployment = Deployment::read(args)?;
    let host = Host::new()?;
    let translation = Translation::make(&host, &document, &deployment).await;
    let files = files::files(&args.output, &deployment, &translation);
    files::write(&files)?;

    // The file as `check` and `publish` will read it.
    let written = policies::document(&files::policy_path(&args.output, &translation));
    let faults = tried(&host, written).await.into_iter().map(|fault| fault.detail);
    let report = Report {
        deployment: &deployment,
        translation: &translation,
        files: &files,
        problems: deployment.problems.iter().chain(&translation.problem).cloned().chain(faults).collect(),
        steps: steps::steps(&args.output, &deployment, &translation),
    };
    match args.format {
        Format::Human => report.human(out),
        Format::Json => render::json(&report.document(), out),
    }
    .map_err(InputError::Output)?;
    Ok(if report.problems.is_empty() { Exit::Clean } else { Exit::NotJudged })
}
