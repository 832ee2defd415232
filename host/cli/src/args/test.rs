//! What can be typed after `gatecheck test`.

use std::path::PathBuf;

use clap::ValueEnum;

pub(super) const EXAMPLES: &str = "\
Examples:
  All cases below this folder, or some of them:
    gatecheck test
    gatecheck test policies/ --filter \"public address\"

  In CI:
    gatecheck test --require-tests --threshold 80 --format junit > gatecheck.xml

  A task to start from: its facts as a recording, to be changed at will
    gatecheck test --bases
    gatecheck test --base fargate-private > facts.json

Suites are files named `*.test.yaml`, `*.test.yml` or `*.test.json`; paths in them are relative to
the suite:

  policy: images.json              # as `check --policy` takes it
  cases:
    - name: an image of our registry
      facts: fargate-private       # a recording of --bases, or a file like ./facts.json
    - name: an image from elsewhere
      facts: fargate-private
      patch:                       # what is different: a merge patch (RFC 7396) for a fact family
        task: {containers: [{name: web, image: nginx}]}
      expect:
        violations:                # or a number; only the keys that are given are compared
          - {rule: image, object: web, found: nginx, message: none of, severity: high}
    - name: AWS refuses
      facts: fargate-private
      patch:
        subnets: {unavailable: {denied: ec2:DescribeSubnets}}
      expect:
        undecided: [{rule: subnet-type, family: subnets}]
    - name: a slip in the settings
      facts: fargate-private
      settings: {task: [{attribute: image}]}      # instead of those of the policy
      expect:
        faults: [{reason: settings, detail: allowed_values}]

What is not expected fails the case as well, but for rules that are undecided because their facts
are not there yet or never will be: they may be listed, and a number counts them. `message` and
`remediation` of violations, `reason` of undecided rules and `detail` of faults are patterns, found
anywhere in the text. Lists in a patch replace lists, `null` takes a key or a family away, and a
patch of `task` also changes `task-details`, which describes the same task.

With `event: event.json` the task is evaluated at this event.

A folder with `expected.json`, a policy (`policy.json`, `policy.yaml`) and `event.json` or
`facts.json` is a case too. The whole report is compared, but for the file that a fault lies in
(what stands before `#`) and the text of a failure of AWS.

Policies run within the limits of production. What is said of a policy at the end covers the rules
that it named in some case: as broken, undecided or passed.

Exit codes:
  0  every case passed
  1  a case failed
  2  a case could not be run: usage, a suite with a mistake, no such policy or recording";

/// Which cases, and how to tell of them.
#[derive(Debug, clap::Args)]
pub struct TestArgs {
    /// Suites, and directories below which suites and cases are
    #[arg(value_name = "DIR|FILE", default_value = ".")]
    pub path: Vec<PathBuf>,

    /// Only the cases that have this text in `PATH/NAME`: the path of their suite, and their name
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,

    /// Fail if there is no case
    #[arg(long)]
    pub require_tests: bool,

    /// Fail if less than so many percent of the rules of a policy are covered: seen broken by one case, and passing by another
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(1..=100), conflicts_with = "filter")]
    pub threshold: Option<u8>,

    /// Write the report that comes into the `expected.json` of each folder that fails; suites are written by hand
    #[arg(long, conflicts_with = "watch")]
    pub update: bool,

    /// Run again whenever a file changes
    #[arg(long)]
    pub watch: bool,

    /// Instead of running anything, what there is to start from.
    #[command(flatten)]
    pub show: ShowBases,

    /// How to print the results
    #[arg(long, value_enum, default_value_t = TestFormat::Human)]
    pub format: TestFormat,
}

/// The recordings that come with the program.
#[derive(Debug, clap::Args)]
pub struct ShowBases {
    /// List the recordings that come with this program
    #[arg(long, conflicts_with_all = RUNNING, conflicts_with = "base")]
    pub bases: bool,

    /// Print one of them
    #[arg(long, value_name = "NAME", conflicts_with_all = RUNNING)]
    pub base: Option<String>,
}

/// What has a meaning only where cases are run.
const RUNNING: [&str; 7] = ["path", "filter", "require_tests", "threshold", "update", "watch", "format"];

/// How to print the results of tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    /// For people.
    Human,
    /// One JSON document.
    Json,
    /// The XML that CI systems read.
    Junit,
    /// Test Anything Protocol, version 14.
    Tap,
}
