//! `gatecheck completions` and `gatecheck man`: what shells and `man` know of the command line, made from its definition.

use std::fs;
use std::io::Write;

use clap::CommandFactory;

use crate::args::{Args, CompletionsArgs, ManArgs};
use crate::exit::Exit;
use crate::input::InputError;

pub(crate) fn completions(args: &CompletionsArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "gatecheck", &mut script);
    out.write_all(&script).map_err(InputError::Output)?;
    Ok(Exit::Clean)
}

/// One page for the program and one for each command, as `gatecheck-check.1`.
pub(crate) fn man(args: &ManArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    let unwritable = |source| InputError::Unwritable { path: args.directory.clone(), source };
    fs::create_dir_all(&args.directory).map_err(unwritable)?;
    let pages = clap_mangen::generate_to(Args::command().disable_help_subcommand(true), &args.directory);
    pages.map_err(unwritable)?;
    writeln!(out, "read them with: man --local-file {}/gatecheck.1", args.directory.display())
        .map_err(InputError::Output)?;
    Ok(Exit::Clean)
}
