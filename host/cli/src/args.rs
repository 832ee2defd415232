//! What can be typed.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

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
    /// Judge a task, or a task definition, by policies
    #[command(after_long_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Show what a module is, which facts it can read, and the IAM statement they need
    #[command(after_long_help = INSPECT_EXAMPLES)]
    Inspect(InspectArgs),
}

const INSPECT_EXAMPLES: &str = "\
Examples:
  gatecheck inspect allow-list
  gatecheck inspect my-policy.wasm --format json";

/// What to inspect.
#[derive(Debug, clap::Args)]
pub struct InspectArgs {
    /// The name of a bundled policy, or the file of a component
    #[arg(value_name = "MODULE")]
    pub module: PathBuf,

    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  A task that runs, as the AWS CLI prints it:
    aws ecs describe-tasks --cluster prod --tasks ID --include TAGS > task.json
    gatecheck check --task task.json --policy policy.json

  A task definition in CI, before anything is deployed:
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
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true).args(["event", "task", "task_definition", "facts"]))]
pub struct CheckArgs {
    /// An ECS Task State Change event from EventBridge (JSON; `-` is standard input)
    ///
    /// Violations that an earlier event of the same task told are left out, as the Lambda function does it.
    #[arg(long, value_name = "FILE")]
    pub event: Option<PathBuf>,

    /// A task as `aws ecs describe-tasks` prints it
    #[arg(long, value_name = "FILE")]
    pub task: Option<PathBuf>,

    /// A task definition as `aws ecs describe-task-definition` prints it
    #[arg(long, value_name = "FILE")]
    pub task_definition: Option<PathBuf>,

    /// Recorded facts: what AWS would have said
    #[arg(long, value_name = "FILE")]
    pub facts: Option<PathBuf>,

    /// A policy, or a directory of policies (JSON or YAML); can be repeated
    #[arg(long, value_name = "FILE|DIR", required = true)]
    pub policy: Vec<PathBuf>,

    /// Also tell what an earlier event of the task told
    #[arg(long, requires = "event")]
    pub all: bool,

    /// How to print the report
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// How to print a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON document.
    Json,
}
