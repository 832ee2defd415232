//! `gatecheck build`: from a project to a policy, by the toolchain of its language.

use std::fs;
use std::io::Write;

use gatecheck_core::policy::{Digest, check_interface};
use gatecheck_project::{MODULE, Run, build as built};

use crate::args::BuildArgs;
use crate::exit::Exit;
use crate::input::InputError;
use crate::policies::settings;
use crate::progress;
use crate::render::{QUIET, STRONG, visible};

pub(crate) fn build(args: &BuildArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    let mut said = Ok(());
    let mut run = |command: Run| {
        let shown = visible(command.shown());
        let printed = progress::block(&shown, || command.output())?;
        // Warnings are for the author to see.
        let warnings = if printed.err.is_empty() { "" } else { "\n" };
        said = writeln!(out, "{QUIET}$ {shown}{QUIET:#}{warnings}{}", printed.err);
        Ok(printed)
    };
    let settings = args.settings.as_deref().map(settings).transpose()?;
    let sealed = built(&args.project, settings.as_deref(), &mut run)?;
    said.map_err(InputError::Output)?;
    let path = args.project.join(MODULE);
    let path = path.strip_prefix(".").unwrap_or(&path).to_owned();
    check_interface(&sealed.component).map_err(|source| InputError::NotSealed { path: path.clone(), source })?;
    fs::write(&path, &sealed.component).map_err(|source| InputError::Unwritable { path: path.clone(), source })?;
    let (size, digest) = (sealed.component.len(), Digest::of(&sealed.component));
    writeln!(out, "{STRONG}{}{STRONG:#} {size} bytes\n  {QUIET}sha256{QUIET:#} {digest}", path.display())
        .map_err(InputError::Output)?;
    Ok(Exit::Clean)
}
