//! What `gatecheck replay` takes.

use std::path::PathBuf;

use super::Format;

pub(super) const EXAMPLES: &str = "\
Examples:
  gatecheck replay recordings/ --policy policies/
  gatecheck replay recordings/ --policy policies/ --against ssm:/gatecheck/policies

With --against, what changes is told: `+` is broken by --policy only, `-` by --against only. Violations are the same if rule,
object, attribute and what was found are; the names of the policies may differ.

Exit codes:
  0  no violation; with --against: nothing changes
  1  violations; with --against: something changes
  2  it could not be judged";

/// What to judge again, and by what.
#[derive(Debug, clap::Args)]
pub struct ReplayArgs {
    /// Recordings, or directories of recordings (JSON)
    #[arg(value_name = "FILE|DIR", required = true)]
    pub recording: Vec<PathBuf>,

    /// Policies, as `check --policy` takes them; can be repeated
    #[arg(long, value_name = "FILE|DIR|REFERENCE", required = true)]
    pub policy: Vec<PathBuf>,

    /// Policies to compare with; can be repeated
    #[arg(long, value_name = "FILE|DIR|REFERENCE")]
    pub against: Vec<PathBuf>,

    /// How to print the reports
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}
