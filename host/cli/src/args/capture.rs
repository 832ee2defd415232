//! What `gatecheck capture` takes.

use std::path::PathBuf;

use fancy_regex::Regex;

pub(super) const EXAMPLES: &str = "\
Examples:
  gatecheck capture --task arn:aws:ecs:us-west-2:111122223333:task/prod/ID
  gatecheck capture --task ID --cluster prod -o facts.json
  gatecheck check --facts facts.json --policy policy.json

  Into a folder that policies are tried on, without the names of the company:
    gatecheck capture --task ARN -o recordings/ --redact '(?i)acme' --keep 'LOG_*'
    gatecheck replay recordings/ --policy new.json --against ssm:/gatecheck/policies

Secrets are not recorded. `(redacted)` stands for
  - the value of every environment variable, of the task definition and of overrides;
  - what stands under a name like password, secret, token or api-key: labels, tags, options of log
    drivers and volumes, and in command lines `--token VALUE`, `TOKEN=VALUE`, `token: VALUE`,
    `-u NAME:PASSWORD`;
  - any text with a login in a URL, a private key, an access key of AWS, a token of GitHub, GitLab,
    Slack and others, a JSON Web Token, `Bearer TOKEN`, or the URL of a webhook.
Names stay, and so do references to secrets (`valueFrom`, ARNs): a policy that looks at names gives
the same verdict on the recording as on the task, but one that looks into values may not. A secret
without such a name or shape is not known to be one: read a recording before you give it away.

AWS is asked with the credentials of the AWS CLI, in the Region of the ARN. The IAM actions are
ecs:DescribeTasks and, for all there is to record,
  ecs:DescribeTaskDefinition, ecs:DescribeServices, ecs:DescribeClusters,
  ecs:DescribeContainerInstances, ec2:DescribeNetworkInterfaces, ec2:DescribeSubnets,
  ec2:DescribeRouteTables, ec2:DescribeSecurityGroups
What AWS does not tell is recorded as unavailable, with the reason.

Exit codes:
  0  all there is to know about the task is recorded
  2  AWS refused or failed to tell some of it; or nothing is recorded: usage, no such task";

/// What to record.
#[derive(Debug, clap::Args)]
pub struct CaptureArgs {
    /// The task: its ARN, or its identifier with --cluster
    #[arg(long, value_name = "ARN|ID")]
    pub task: String,

    /// Its cluster, by name or ARN; the one in the ARN of the task, unless given
    #[arg(long, value_name = "NAME|ARN")]
    pub cluster: Option<String>,

    /// The file, or the directory to put it in; `SERVICE-ID.json`, or `FAMILY-ID.json` without a service, unless given
    ///
    /// `-` is standard output. What is there already is not overwritten.
    #[arg(short, long, value_name = "FILE|DIR")]
    pub output: Option<PathBuf>,

    /// Also redact texts in which this regular expression is found, and what stands under such names; can be repeated
    #[arg(long, value_name = "PATTERN", value_parser = pattern)]
    pub redact: Vec<Regex>,

    /// Do not redact the variable, label, option or tag of this name (`*` is any text), unless its value looks like a
    /// secret; can be repeated
    #[arg(long, value_name = "NAME")]
    pub keep: Vec<String>,
}

fn pattern(text: &str) -> Result<Regex, String> {
    Regex::new(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use gatecheck_core::facts::Family;

    use super::EXAMPLES;

    #[test]
    fn every_action_is_named() {
        for action in Family::ALL.iter().flat_map(|family| family.iam_actions()) {
            assert!(EXAMPLES.contains(action), "{action}");
        }
    }
}
