//! The binary `gatecheck`.

use std::process::ExitCode;

use clap::Parser;
use gatecheck_cli::{Args, run};

fn main() -> ExitCode {
    let mut out = anstream::stdout();
    let mut err = anstream::stderr();
    run(&Args::parse(), &mut out, &mut err).into()
}
