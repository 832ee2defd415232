//! Gatecheck on the command line: the same policies through the same library as in the Lambda function.

mod args;
mod bench;
mod build;
#[cfg(feature = "network")]
mod capture;
mod check;
mod controls;
mod definition;
#[cfg(feature = "network")]
mod doctor;
mod document;
mod exit;
mod explain;
mod facts;
mod host;
mod input;
mod inspect;
mod keygen;
mod migrate;
mod new;
mod policies;
mod progress;
#[cfg(feature = "network")]
mod publish;
mod pull;
mod recorded;
#[cfg(feature = "network")]
mod remote;
mod render;
mod replay;
mod rules;
mod seal;
mod shell;
#[cfg(feature = "network")]
mod stored;
mod subject;
mod test;

use std::io::{self, Write};

pub use args::{
    Args, BenchArgs, BuildArgs, CheckArgs, Command, CompletionsArgs, ControlsArgs, ExplainArgs, FactsArgs, Format,
    InspectArgs, KeygenArgs, ManArgs, MigrateArgs, NewArgs, OnUndecided, PullArgs, ReplayArgs, SealArgs, ShowBases,
    Subject, TestArgs, TestFormat,
};
#[cfg(feature = "network")]
pub use args::{CaptureArgs, DoctorArgs, PoliciesArgs, PublishArgs};
pub use exit::Exit;
use input::InputError;
use tokio::runtime::Builder;

/// Runs a command. Its result goes to `out`, what keeps it from one to `err`.
pub fn run(args: &Args, out: &mut impl Write, err: &mut impl Write) -> Exit {
    let runtime = Builder::new_current_thread().enable_all().build().map_err(InputError::Runtime);
    let result = runtime.and_then(|runtime| runtime.block_on(obey(&args.command, out, err)));
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

async fn obey(command: &Command, out: &mut impl Write, err: &mut impl Write) -> Result<Exit, InputError> {
    match command {
        Command::Check(args) => check::check(args, out, err).await,
        Command::New(args) => new::new(args, out),
        Command::Build(args) => build::build(args, out),
        Command::Test(args) => test::test(args, out).await,
        Command::Explain(args) => explain::explain(args, out).await,
        #[cfg(feature = "network")]
        Command::Capture(args) => capture::capture(args, out, err).await,
        Command::Bench(args) => bench::bench(args, out).await,
        Command::Facts(args) => facts::facts(args, out).await,
        Command::Replay(args) => replay::replay(args, out).await,
        Command::Migrate(args) => migrate::migrate(args, out).await,
        Command::Inspect(args) => inspect::inspect(args, out).await,
        Command::Controls(args) => controls::controls(args, out).await,
        Command::Pull(args) => pull::pull(args, out).await,
        Command::Seal(args) => seal::seal(args, out),
        Command::Keygen(args) => keygen::keygen(args, out).await,
        Command::Completions(args) => shell::completions(args, out),
        Command::Man(args) => shell::man(args, out),
        #[cfg(feature = "network")]
        Command::Publish(args) => publish::publish(args, out).await,
        #[cfg(feature = "network")]
        Command::Doctor(args) => doctor::doctor(args, out).await,
        #[cfg(feature = "network")]
        Command::Policies(args) => stored::policies(args, out).await,
    }
}
