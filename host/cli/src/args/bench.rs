//! What can be typed after `gatecheck bench`.

use std::path::PathBuf;

use super::Format;

pub(super) const EXAMPLES: &str = "\
Examples:
  What a policy costs, on every recording that comes with this program, or on some:
    gatecheck bench --policy policy.json
    gatecheck bench --policy images.wasm --facts fargate-public --facts ./facts.json

  In CI: the figures are kept in the repository, and no change makes a policy 5 % more expensive
    gatecheck bench --policy policies/ --save bench.json
    gatecheck bench --policy policies/ --compare bench.json

  Not by a single instruction:
    gatecheck bench --policy policies/ --compare bench.json --threshold 0

What the figures are:
  instructions      of WebAssembly, that one run takes: to instantiate, to configure, to evaluate.
                    Copying or filling memory counts one for each byte
  memory            linear memory at its largest, in bytes
  settings          bytes of JSON that the policy is given
  facts, answer     bytes given to the policy, and taken from it, as the canonical ABI lays them
                    out: records, behind them the text of strings and the elements of lists
  rounds            evaluations until no fact is missing; one is enough once the host knows what a
                    policy reads
  time ~            microseconds of one run: the median of several, and what half of them take
  module            bytes of the component; gzipped; then in base64, as Parameter Store takes it
  native            bytes of code for the processor of this machine

Every run has an instance of its own, as in production, and all facts at hand. Whether the task
is in the scope of the policy does not matter.

What is marked with ~ differs from run to run; it is shown and never judged. Everything else is
the same every time and, but for sizes of what is compressed or native, on every machine, as long
as the version of Gatecheck is. Only the sum of all instructions is judged. They are counted in
code that is compiled for it, while time is that of the code of production.

Exit codes:
  0  everything is measured; with --compare: no case takes --threshold percent more instructions
  1  a case does
  2  a policy cannot be measured: usage, bad input, a fault";

/// What to measure, and what to compare it with.
#[derive(Debug, clap::Args)]
pub struct BenchArgs {
    /// Policies, as `check --policy` takes them; can be repeated
    #[arg(long, value_name = "FILE|DIR|REFERENCE", required = true, num_args = 1..)]
    pub policy: Vec<PathBuf>,

    /// A recording to measure on: a file, or a name that `gatecheck test --bases` lists; can be repeated
    ///
    /// Without it, all those of the list.
    #[arg(long, value_name = "FILE|NAME", num_args = 1..)]
    pub facts: Vec<PathBuf>,

    /// Write the figures to a file (JSON)
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,

    /// Compare with the figures in a file that --save wrote
    ///
    /// A case is a policy on a recording. Those that are not in the file, and those that are only
    /// there, are told and are no failure.
    #[arg(long, value_name = "FILE")]
    pub compare: Option<PathBuf>,

    /// Fail if a case takes this much more instructions, or more: percent; 0 stands for any rise
    #[arg(long, value_name = "PERCENT", default_value_t = 5.0, value_parser = percent, requires = "compare", allow_negative_numbers = true)]
    pub threshold: f64,

    /// How to print the figures
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

fn percent(text: &str) -> Result<f64, String> {
    let percent = text.trim_end_matches('%').trim().parse::<f64>().ok();
    percent
        .filter(|percent| percent.is_finite() && *percent >= 0.0)
        .ok_or_else(|| "a number of percent, such as 5 or 0.5".to_owned())
}
