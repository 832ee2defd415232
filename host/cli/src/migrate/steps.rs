//! What to do with what was written, in order.

use std::path::Path;

use super::deployment::Deployment;
use super::files::{policy_path, samconfig_path, sink_path};
use super::samconfig::{PREFIX, is_plain, new_stack};
use super::translation::Translation;

/// A step.
pub(super) struct Step {
    pub(super) what: &'static str,
    pub(super) commands: Vec<String>,
}

/// All of them, from the secret to the end of the old stack.
pub(super) fn steps(output: &Path, deployment: &Deployment, translation: &Translation) -> Vec<Step> {
    let step = |what, commands: &[String]| Step { what, commands: commands.to_vec() };
    let region = deployment.region.as_ref().map(|region| format!(" --region {region}")).unwrap_or_default();
    let put = format!("aws ssm put-parameter{region}");
    let mut steps = Vec::new();
    if deployment.alert_key.is_some() {
        let sink = quoted(&sink_path(output));
        steps.push(step(
            "store the webhook as a secret (WEBHOOK stands for the value of ALERT_WEBHOOK), and the sink that posts to it",
            &[
                format!("{put} --type SecureString --name {PREFIX}/secrets/alert-webhook --value WEBHOOK"),
                format!("{put} --type String --name {PREFIX}/sinks/alerts --value file://{sink}"),
            ],
        ));
    }
    let environment = deployment.region.as_ref().map(|region| format!("AWS_REGION={region} ")).unwrap_or_default();
    let policy = quoted(&policy_path(output, translation));
    steps.push(step("publish the policy", &[format!("{environment}gatecheck publish {policy}")]));
    let here = if output.is_absolute() { "" } else { "\"$PWD\"/" };
    let samconfig = quoted(&samconfig_path(output));
    steps.push(step(
        "deploy the new stack, from the folder of a release; in `deploy` of the source, `sam build` comes first",
        &[format!("samconfig={here}{samconfig}"), "sam deploy --config-file \"$samconfig\"".to_owned()],
    ));
    steps.push(step(
        "see that it works, and watch both for a while: what only one of them tells is listed above",
        &[format!("gatecheck doctor --function {}{region}", new_stack(deployment))],
    ));
    let mut delete =
        vec![format!("sam delete --stack-name {}{region}", deployment.stack.as_deref().unwrap_or("STACK"))];
    if let Some(parameter) = deployment.parameter.as_ref().filter(|name| is_plain(name)) {
        delete.push(format!("aws ssm delete-parameter{region} --name {parameter}"));
    }
    steps.push(step("delete the old stack, its parameter, and the role that prereq.py made", &delete));
    steps
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    if is_plain(&path) { path } else { format!("'{}'", path.replace('\'', "'\\''")) }
}
