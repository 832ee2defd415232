//! The samconfig.toml of the Python tool, and the one for the stack that takes its place.

use std::path::Path;

use toml::{Table, Value};

use super::deployment::Deployment;
use super::error::MigrateError;
use crate::input::{InputError, read};

/// Where policies, sinks and secrets are.
pub(super) const PREFIX: &str = "/gatecheck";

/// What the new stack has after the name of the old one.
const SUFFIX: &str = "-v2";

/// What a samconfig.toml says.
#[derive(Default)]
pub(super) struct Samconfig {
    pub(super) region: Option<String>,
    pub(super) stack: Option<String>,
    pub(super) prefix: Option<String>,
}

impl Samconfig {
    pub(super) fn read(path: &Path) -> Result<Self, InputError> {
        let text = read(path)?;
        let document: Table = toml::from_str(&text).map_err(|error| {
            // Its own text quotes the line, which may hold a secret.
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            MigrateError::NotToml { path: path.to_owned(), reason: error.message().to_owned(), line }
        })?;
        // Another environment than `default` is asked for by name, but may be the only one there is.
        let mut tables = document.iter().filter(|(_, value)| value.is_table());
        let first = tables.next();
        let Some(environment) = document.get("default").or(first.map(|(_, table)| table)) else {
            return Ok(Self::default());
        };
        let get = |key: &str| {
            let parameter =
                |command: &str| environment.get(command)?.get("parameters")?.get(key).and_then(Value::as_str);
            parameter("deploy").or_else(|| parameter("global")).filter(|text| is_plain(text)).map(str::to_owned)
        };
        Ok(Self { region: get("region"), stack: get("stack_name"), prefix: get("s3_prefix") })
    }
}

/// Names that stacks, Regions and prefixes can have. What waits for prereq.py is none.
pub(super) fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|one| one.is_ascii_alphanumeric() || "-_./".contains(one))
}

/// The stack that takes the place of the old one.
pub(super) fn new_stack(deployment: &Deployment) -> String {
    format!("{}{SUFFIX}", deployment.stack.as_deref().unwrap_or("gatecheck"))
}

/// The samconfig.toml for it.
pub(super) fn written(deployment: &Deployment) -> String {
    let stack = new_stack(deployment);
    let prefix = deployment.prefix.as_ref().map_or_else(|| stack.clone(), |prefix| format!("{prefix}{SUFFIX}"));
    let region = match &deployment.region {
        Some(region) => format!("region = \"{region}\""),
        None => "# region = \"us-west-2\"".to_owned(),
    };
    let (architecture, memory) = (deployment.architecture(), deployment.memory());
    format!(
        "\
# For `sam deploy --config-file` and the template of Gatecheck. The stack has another name than that of the Python tool, which
# keeps running until it is deleted; and another prefix, since `sam delete` removes what lies below that of its stack.
version = 0.1

[default.global.parameters]
stack_name = \"{stack}\"

[default.deploy.parameters]
{region}
capabilities = \"CAPABILITY_IAM\"
confirm_changeset = true
resolve_s3 = true
s3_prefix = \"{prefix}\"
parameter_overrides = [
    \"Architecture={architecture}\",
    \"MemorySize={memory}\",
    \"ParameterPrefix={PREFIX}\",
    \"ExamplePolicy=false\",
]
"
    )
}
