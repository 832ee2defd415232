//! What `gatecheck controls` takes.

use super::Format;

pub(super) const EXAMPLES: &str = "\
Examples:
  gatecheck controls
  gatecheck controls --format json

By catalogue: each control, the rules of the bundled `ecs-baseline` that evaluate it, and where they can be evaluated; or why it
is not evaluated yet. `gatecheck inspect ecs-baseline` shows the rules.";

/// How to show them.
#[derive(Debug, clap::Args)]
pub struct ControlsArgs {
    /// How to print them
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}
