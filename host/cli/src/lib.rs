//! Gatecheck on the command line: the same policies through the same library as in the Lambda function.

mod args;
mod check;
mod exit;
mod input;
mod inspect;
mod policies;
mod render;

use std::io::{self, Write};

pub use args::{Args, CheckArgs, Command, Format, InspectArgs};
pub use exit::Exit;
use input::InputError;

/// Runs a command. Its result goes to `out`, what keeps it from one to `err`.
pub fn run(args: &Args, out: &mut impl Write, err: &mut impl Write) -> Exit {
    let result = match &args.command {
        Command::Check(args) => check::check(args, out),
        Command::Inspect(args) => inspect::inspect(args, out),
    };
    result.unwrap_or_else(|error| {
        // Whoever closed the pipe has seen enough.
        if matches!(&error, InputError::Output(error) if error.kind() == io::ErrorKind::BrokenPipe) {
            return Exit::NotJudged;
        }
        // Nobody is left to tell if standard error is gone.
        let _ = writeln!(err, "{}error{}: {error}", render::BAD.render(), render::BAD.render_reset());
        if let Some(remedy) = error.remedy() {
            let _ = writeln!(err, "  {}help{}: {remedy}", render::QUIET.render(), render::QUIET.render_reset());
        }
        Exit::NotJudged
    })
}
