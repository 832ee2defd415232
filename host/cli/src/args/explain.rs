//! What `gatecheck explain` takes.

use std::path::PathBuf;

use super::{Format, Subject};

pub(super) const EXAMPLES: &str = "\
Examples:
  gatecheck explain --facts fargate-public --policy policies/
  gatecheck explain --event event.json --facts facts.json --policy images.json

Of each policy it shows what it read, known or not, what its module could have read and did not, and every rule that it
named: passed, broken or undecided. A rule that is not there does not apply to the task, or was never reached.
`gatecheck facts` shows the facts themselves.

Exit codes:
  0  no violation
  1  violations
  2  it could not be judged";

/// What to explain.
#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// The task.
    #[command(flatten)]
    pub subject: Subject,

    /// Policies, as `check --policy` takes them; can be repeated
    #[arg(long, value_name = "FILE|DIR|REFERENCE", required = true)]
    pub policy: Vec<PathBuf>,

    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}
