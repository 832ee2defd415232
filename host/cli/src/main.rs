//! The binary `gatecheck`.

use std::process::ExitCode;

use clap::Parser;
use gatecheck_cli::{Args, run};

fn main() -> ExitCode {
    // Modules are compiled by this very program, as its own child.
    gatecheck_store::serve_child().unwrap_or_else(command_line)
}

fn command_line() -> ExitCode {
    let mut out = anstream::stdout();
    let mut err = anstream::stderr();
    run(&Args::parse(), &mut out, &mut err).into()
}
