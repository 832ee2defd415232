//! What can be typed.

mod bench;
#[cfg(feature = "network")]
mod capture;
mod controls;
#[cfg(feature = "network")]
mod doctor;
mod explain;
mod keygen;
mod migrate;
mod new;
mod replay;
mod subject;
mod test;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
#[cfg(feature = "network")]
use gatecheck_core::policy::Architecture;
use gatecheck_core::policy::Digest;
#[cfg(feature = "network")]
use gatecheck_store::POLICY_PATH;

pub use bench::BenchArgs;
#[cfg(feature = "network")]
pub use capture::CaptureArgs;
pub use controls::ControlsArgs;
#[cfg(feature = "network")]
pub use doctor::DoctorArgs;
pub use explain::ExplainArgs;
pub use keygen::KeygenArgs;
pub use migrate::MigrateArgs;
pub use new::{BuildArgs, NewArgs};
pub use replay::ReplayArgs;
pub use subject::Subject;
pub use test::{ShowBases, TestArgs, TestFormat};

/// Checks Amazon ECS tasks against policies.
#[derive(Debug, Parser)]
#[command(name = "gatecheck", version, propagate_version = true, arg_required_else_help = true)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start a policy in Rust, TypeScript, Python, Go or C
    #[command(after_long_help = new::NEW_EXAMPLES)]
    New(NewArgs),
    /// Build a policy into a module
    #[command(after_long_help = new::BUILD_EXAMPLES)]
    Build(BuildArgs),
    /// Judge a task, or a task definition, by policies
    #[command(after_long_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Show which facts each policy read, and how each of its rules came out
    #[command(after_long_help = explain::EXAMPLES)]
    Explain(ExplainArgs),
    /// Test policies: judge recorded and made-up tasks, and compare with what is expected
    #[command(after_long_help = test::EXAMPLES)]
    Test(TestArgs),
    /// Record what AWS knows of a task that runs, without its secrets
    #[cfg(feature = "network")]
    #[command(after_long_help = capture::EXAMPLES)]
    Capture(CaptureArgs),
    /// Measure what policies cost, and fail where they became more expensive
    #[command(after_long_help = bench::EXAMPLES)]
    Bench(BenchArgs),
    /// Show what a policy sees of a recorded task
    #[command(after_long_help = FACTS_EXAMPLES)]
    Facts(FactsArgs),
    /// Judge recorded tasks again, and tell what changes between two sets of policies
    #[command(after_long_help = replay::EXAMPLES)]
    Replay(ReplayArgs),
    /// Bring a deployment of the Python tool here, and tell what changes for its policy
    #[command(after_long_help = migrate::EXAMPLES)]
    Migrate(MigrateArgs),
    /// Show what a module is, which facts it can read, and the IAM statement they need
    #[command(after_long_help = INSPECT_EXAMPLES)]
    Inspect(InspectArgs),
    /// Show which controls of Security Hub, CIS and others are evaluated, or why not
    #[command(after_long_help = controls::EXAMPLES)]
    Controls(ControlsArgs),
    /// Show the policies that are in force in an account, and what is wrong with them
    #[cfg(feature = "network")]
    #[command(after_long_help = POLICIES_EXAMPLES)]
    Policies(PoliciesArgs),
    /// Look whether a deployed function works, and say what to do where it does not
    #[cfg(feature = "network")]
    #[command(after_long_help = doctor::EXAMPLES)]
    Doctor(DoctorArgs),
    /// Bring a policy and its module to where functions read them
    #[cfg(feature = "network")]
    #[command(after_long_help = PUBLISH_EXAMPLES)]
    Publish(PublishArgs),
    /// Get a module into a file
    #[command(after_long_help = PULL_EXAMPLES)]
    Pull(PullArgs),
    /// Make a policy of what a toolchain built against WASI
    #[command(after_long_help = SEAL_EXAMPLES)]
    Seal(SealArgs),
    /// Make the key that vouches for compiled modules
    #[command(after_long_help = keygen::EXAMPLES)]
    Keygen(KeygenArgs),
    /// Print what a shell needs to complete the command line
    #[command(after_long_help = COMPLETIONS_EXAMPLES)]
    Completions(CompletionsArgs),
    /// Write manual pages
    #[command(after_long_help = MAN_EXAMPLES)]
    Man(ManArgs),
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  gatecheck completions bash > /etc/bash_completion.d/gatecheck
  gatecheck completions zsh > ~/.zfunc/_gatecheck
  gatecheck completions fish > ~/.config/fish/completions/gatecheck.fish";

/// For which shell.
#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

const MAN_EXAMPLES: &str = "\
Examples:
  gatecheck man man1
  man --local-file man1/gatecheck-check.1";

/// Where to write pages.
#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// The directory; it is made if it is not there
    #[arg(value_name = "DIR")]
    pub directory: PathBuf,
}

#[cfg(feature = "network")]
const POLICIES_EXAMPLES: &str = "\
Examples:
  gatecheck policies
  gatecheck policies /gatecheck/policies /gatecheck/ecs-task-policy --format json

Exit codes:
  0  every policy can judge
  2  one of them cannot: its document, its module or its settings are no good";

/// Where to look for policies.
#[cfg(feature = "network")]
#[derive(Debug, clap::Args)]
pub struct PoliciesArgs {
    /// Names of parameters, or paths above them
    #[arg(value_name = "PARAMETER|PATH", default_value = POLICY_PATH)]
    pub path: Vec<String>,

    /// How to print them
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

#[cfg(feature = "network")]
const PUBLISH_EXAMPLES: &str = "\
Examples:
  An entry for the bundled allow-list, or a document of the Python tool:
    gatecheck publish policies/images.json

  A module of your own, small enough for Parameter Store; first only what would be done:
    gatecheck publish my-policy.json --dry-run
    gatecheck publish my-policy.json

  A larger one, compiled ahead for the function and signed:
    gatecheck keygen
    gatecheck publish my-policy.json --to s3://my-bucket/my-policy-1.2.0.wasm --key gatecheck-key.pem

  One that a pipeline has pushed to a registry already (the entry names it by `oci://` and its digest):
    gatecheck publish my-policy.json --kms-key alias/gatecheck

What it does, in this order: it tries the policy here, with its settings; it stores the module; it compiles the module and
stores the signed result beside it, if there is a key; it stores the entry, which turns the policy on. A destination with a
version in its name lets the policies in force keep their module until their entry changes.";

/// What to publish, and where.
#[cfg(feature = "network")]
#[derive(Debug, clap::Args)]
pub struct PublishArgs {
    /// A policy (JSON or YAML) as `check --policy` takes it, or a module (`.wasm`) that needs no settings
    #[arg(value_name = "FILE")]
    pub policy: PathBuf,

    /// Where the module goes: `ssm:/NAME`, `s3://BUCKET/KEY`, `oci://REGISTRY/REPOSITORY:TAG`
    ///
    /// Without it, a module that is a file goes to `ssm:/gatecheck/modules/NAME-DIGEST`.
    #[arg(long, value_name = "REFERENCE")]
    pub to: Option<PathBuf>,

    /// The name of the policy; that of the file, unless given
    #[arg(long)]
    pub name: Option<String>,

    /// The path below which functions look for policies
    #[arg(long, value_name = "PATH", default_value = POLICY_PATH)]
    pub path: String,

    /// Compile the module, and sign the result with this private key (`gatecheck keygen`)
    #[arg(long, value_name = "FILE", conflicts_with = "kms_key")]
    pub key: Option<PathBuf>,

    /// The same with a key in AWS KMS (key spec `ECC_NIST_EDWARDS25519`): its ID, ARN or alias
    #[arg(long, value_name = "KEY")]
    pub kms_key: Option<String>,

    /// The processor of the function, if it is to be compiled for one only
    #[arg(long, value_name = "arm64|x86_64", value_parser = architecture)]
    pub arch: Vec<Architecture>,

    /// Show what would be written, and write nothing
    #[arg(long)]
    pub dry_run: bool,

    /// How to print what is done
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

#[cfg(feature = "network")]
fn architecture(name: &str) -> Result<Architecture, String> {
    name.parse().map_err(|()| "Lambda has `arm64` and `x86_64`".to_owned())
}

const PULL_EXAMPLES: &str = "\
Examples:
  gatecheck pull oci://ghcr.io/acme/images:1.2.0
  gatecheck pull ssm:/gatecheck/modules/images-1f2e3d4c -o images.wasm";

/// What to get.
#[derive(Debug, clap::Args)]
pub struct PullArgs {
    /// `ssm:/NAME`, `s3://BUCKET/KEY`, `oci://REGISTRY/REPOSITORY:TAG` or `https://HOST/PATH`
    #[arg(value_name = "REFERENCE")]
    pub reference: PathBuf,

    /// The file; the last part of the reference, unless given
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// The digest that the module must have
    #[arg(long, value_name = "DIGEST")]
    pub sha256: Option<Digest>,
}

const SEAL_EXAMPLES: &str = "\
Examples:
  TinyGo, Go, .NET, Swift, Zig or Rust, built as a library for WASI 0.1 or 0.2:
    gatecheck seal images.wasm
    gatecheck check --task task.json --policy images.policy.wasm

  A core module that imports no WASI at all becomes a component:
    gatecheck seal target/wasm32-unknown-unknown/release/images.wasm -o images.wasm

What is imported from WASI gets a stand-in inside the component, and the policy imports facts and nothing else:
  clocks             2020-01-01T00:00:00Z, always; waiting is over at once
  random numbers     the same bytes at every call
  arguments          none, and no environment, file or folder
  standard input     is at its end
  output and errors  are taken, and not kept
  exit               a trap: the policy faults
  anything else      refused, or empty; a trap where neither can be said

A policy that waits for the clock to move runs into its time limit. A core module that does not say what it was built for is
taken for one of wit/policy.wit.";

/// What to seal.
#[derive(Debug, clap::Args)]
pub struct SealArgs {
    /// A core module for WASI 0.1 (`wasm32-wasip1`) or without WASI, or a component for WASI 0.2 (`wasm32-wasip2`)
    #[arg(value_name = "MODULE")]
    pub module: PathBuf,

    /// Start its run-time library now, rather than for every task
    ///
    /// What its memory holds afterwards becomes part of the policy. It pays where a run-time library takes long to start, like
    /// that of Go: `gatecheck build` does it there. Nothing may ask for a fact before `evaluate`.
    #[arg(long)]
    pub start: bool,

    /// The file of the policy; `NAME.policy.wasm` beside `NAME.wasm`, unless given
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

const FACTS_EXAMPLES: &str = "\
Examples:
  gatecheck facts fargate-public
  gatecheck facts facts.json

One key for each fact, under its name in the guest SDKs: `{\"known\": ..}`, or `{\"unavailable\": ..}` with the reason. The SDKs
read this where a policy is tested natively. `gatecheck test --bases` lists the recordings that have a name.";

/// Which recording.
#[derive(Debug, clap::Args)]
pub struct FactsArgs {
    /// A recording, or the name of one that comes with this program
    #[arg(value_name = "FILE|NAME")]
    pub recording: PathBuf,
}

const INSPECT_EXAMPLES: &str = "\
Examples:
  gatecheck inspect allow-list
  gatecheck inspect ecs-baseline
  gatecheck inspect my-policy.wasm --format json
  gatecheck inspect oci://ghcr.io/acme/images:1.2.0";

/// What to inspect.
#[derive(Debug, clap::Args)]
pub struct InspectArgs {
    /// The name of a bundled policy, the file of a component, or a reference: `ssm:/NAME`, `s3://BUCKET/KEY`,
    /// `oci://REGISTRY/REPOSITORY:TAG`, `https://HOST/PATH`
    #[arg(value_name = "MODULE|REFERENCE")]
    pub module: PathBuf,

    /// The digest that the module must have
    #[arg(long, value_name = "DIGEST")]
    pub sha256: Option<Digest>,

    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  A task that runs, as the AWS CLI prints it:
    aws ecs describe-tasks --cluster prod --tasks ID --include TAGS > task.json
    gatecheck check --task task.json --policy policy.json

  A task definition in CI, before anything is deployed, by the bundled ecs-baseline or by policies:
    gatecheck check --task-definition taskdef.json
    gatecheck check --task-definition taskdef.json --policy policies/

  An event from EventBridge, with facts recorded for it:
    gatecheck check --event event.json --facts facts.json --policy policy.json

Policies:
  A document with statements, for the bundled allow-list:
    {\"task\": [{\"attribute\": \"subnet-type\", \"allowed_values\": [\"private\"]}]}
  An entry that names a module and its settings:
    {\"module\": \"./my-policy.wasm\", \"settings\": {}}

Exit codes:
  0  no violation
  1  violations
  2  it could not be judged: usage, bad input, a fault, a fact that is missing";

/// What to judge, and by what.
#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// The task.
    #[command(flatten)]
    pub subject: Subject,

    /// A policy, a directory of policies (JSON or YAML), or a module; can be repeated
    ///
    /// `ssm:/PATH` stands for the policies in SSM Parameter Store at that name or below it, and the reference of a module
    /// for a policy without settings. Without any, the bundled `ecs-baseline` evaluates with its recommended rules.
    #[arg(long, value_name = "FILE|DIR|REFERENCE")]
    pub policy: Vec<PathBuf>,

    /// Accepted and without effect: the whole report of the event is always printed
    #[arg(long, hide = true)]
    pub all: bool,

    /// What an undecided rule does: fail with exit code 2, or only show
    #[arg(long, value_enum, default_value_t = OnUndecided::Fail)]
    pub undecided: OnUndecided,

    /// How to print the report
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// What an undecided rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum OnUndecided {
    /// Exit code 2.
    Fail,
    /// It is shown, and the exit code is that of the other rules.
    Warn,
}

/// How to print a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON document.
    Json,
}
