//! What `gatecheck doctor` takes.

use std::time::Duration;

use super::Format;

pub(super) const EXAMPLES: &str = "\
Examples:
  gatecheck doctor
  gatecheck doctor --function my-stack --region eu-central-1
  gatecheck doctor --no-probe                # looks only
  gatecheck doctor --tell                    # and sends a test message to every sink

What it looks at, from the function outwards:
  function      is it there and active, does its configuration make sense
  queue         does it invoke the function, do messages fail one by one, do dead letters wait
  rules         do they let every start of a task through, and may they send to the queue
  policies      are there any, and do their modules and settings load
  sinks         are their entries and secrets as they should be
  permissions   does the role allow what these policies and sinks need
  probe         an event of its own, from the bus to the verdict: the function has to judge a recorded
                task exactly as this machine does. Nobody is told of it

It asks with the credentials of the AWS CLI. The IAM actions, of which each that is refused leaves one part
unknown, are
  lambda:GetFunctionConfiguration, lambda:ListEventSourceMappings, sqs:GetQueueUrl,
  sqs:GetQueueAttributes, events:ListRuleNamesByTarget, events:DescribeRule, events:PutEvents,
  ssm:GetParameter, ssm:GetParametersByPath, iam:SimulatePrincipalPolicy, logs:FilterLogEvents

Exit codes:
  0  everything is as it should be
  1  something is not
  2  something could not be looked at";

/// What to look at.
#[derive(Debug, clap::Args)]
pub struct DoctorArgs {
    /// The name of the function, which is that of its stack; or its ARN
    #[arg(long, value_name = "NAME", default_value = "gatecheck")]
    pub function: String,

    /// Its Region; that of the AWS CLI, unless given
    #[arg(long)]
    pub region: Option<String>,

    /// Send no event
    #[arg(long)]
    pub no_probe: bool,

    /// Send a test message to every sink but Security Hub, whatever its filter; from this machine, not from the function
    #[arg(long)]
    pub tell: bool,

    /// How many seconds to wait for the verdict
    #[arg(long, value_name = "SECONDS", default_value = "90", value_parser = seconds)]
    pub wait: Duration,

    /// How to print what is found
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

fn seconds(text: &str) -> Result<Duration, String> {
    text.parse().map(Duration::from_secs).map_err(|_| "not a whole number of seconds".to_owned())
}
