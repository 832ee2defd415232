//! What `gatecheck migrate` takes.

use std::path::PathBuf;

use super::Format;

pub(super) const EXAMPLES: &str = "\
Examples:
  From the folder of the Python tool that `sam deploy` was run in:
    gatecheck migrate --template template.yaml --samconfig samconfig.toml --policy task_policy.json

  From what runs:
    aws ssm get-parameter --name /gatecheck/ecs-task-policy --with-decryption > policy.json
    aws lambda get-function-configuration --function-name FUNCTION > function.json
    gatecheck migrate --policy policy.json --env function.json

What it writes:
  policies/NAME.json  the policy, for `gatecheck publish`, named like its parameter
  sinks/alerts.json   who is told, if ALERT_WEBHOOK is set; its URL is neither written nor printed
  samconfig.toml      what `sam deploy` needs for a stack beside the old one

What it prints is what changes for this very policy, each behaviour with the statements it touches:
  left out            statements that judged nothing, or crashed
  rewritten           what the allow-list would not take as it is
  judged differently  where facts are read otherwise, or what did nothing now does something
  worth a look        patterns that allow more than they seem to
and then the steps to take, in their order. Statements are named by their place in the old
document. Nothing is asked of AWS, and nothing is changed there.

Exit codes:
  0  the policy is ready
  2  something is left to be done by hand, or could not be read";

/// The deployment, and where to write what it becomes.
#[derive(Debug, clap::Args)]
pub struct MigrateArgs {
    /// The policy document: JSON, or what `aws ssm get-parameter` prints of it
    #[arg(long, value_name = "FILE")]
    pub policy: PathBuf,

    /// The SAM template of the function
    ///
    /// Variables, architecture, memory and the pattern of the rule are read from it. What it leaves to
    /// an intrinsic function, such as `!Ref`, is not known.
    #[arg(long, value_name = "FILE")]
    pub template: Option<PathBuf>,

    /// Its environment: lines `NAME=VALUE`, such as the `.env` of prereq.py, or what
    /// `aws lambda get-function-configuration` prints
    ///
    /// Fills the template's `<NAME>`, and stands in for what the template does not tell.
    #[arg(long, value_name = "FILE")]
    pub env: Option<PathBuf>,

    /// Its samconfig.toml: Region, stack and prefix
    #[arg(long, value_name = "FILE")]
    pub samconfig: Option<PathBuf>,

    /// The directory to write to; no file is overwritten
    #[arg(short, long, value_name = "DIR", default_value = "gatecheck-migrated")]
    pub output: PathBuf,

    /// How to print what changes
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}
