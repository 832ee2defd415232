//! What there is of a deployment: its template, its environment and its samconfig.toml, each of which may be missing.

use serde_json::{Map, Value};

use super::environment::Environment;
use super::samconfig::{Samconfig, is_plain};
use super::template::{Setting, Template};
use crate::args::MigrateArgs;
use crate::input::InputError;

/// The statuses that Gatecheck judges at.
const STATUSES: [&str; 3] = ["PROVISIONING", "PENDING", "RUNNING"];

/// What the tool took where `ALERT_KEY` is not set.
const KEY: &str = "violation";

/// A deployment of the Python tool.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Deployment {
    /// The parameter that holds its policy.
    pub(super) parameter: Option<String>,
    /// The key under which it posted to its webhook, if it has one. The URL is a secret that goes no further.
    pub(super) alert_key: Option<String>,
    pub(super) region: Option<String>,
    pub(super) stack: Option<String>,
    pub(super) prefix: Option<String>,
    /// The scope that its rule amounts to.
    pub(super) scope: Map<String, Value>,
    /// The rule listens to less than Gatecheck, or is not known.
    pub(super) hears_less: bool,
    /// What has to be done by hand.
    pub(super) problems: Vec<String>,
    /// What is not known.
    pub(super) unknown: Vec<&'static str>,
    architecture: Option<String>,
    memory: Option<u64>,
}

impl Deployment {
    pub(super) fn read(args: &MigrateArgs) -> Result<Self, InputError> {
        let environment = args.env.as_deref().map(Environment::read).transpose()?.unwrap_or_default();
        let template = args.template.as_deref().map(|path| Template::read(path, &environment)).transpose()?;
        let samconfig = args.samconfig.as_deref().map(Samconfig::read).transpose()?.unwrap_or_default();
        let mut deployment = Self { hears_less: true, ..Self::default() };
        deployment.take_variables(template.as_ref(), &environment);
        if let Some(template) = &template {
            deployment.take_rules(&template.patterns());
        } else if args.env.is_none() {
            deployment.unknown.push("whether ALERT_WEBHOOK is set: give --template or --env, or no sink is written");
        }
        let told = |pointer: &str| match template.as_ref()?.setting(pointer) {
            Some(Setting::Text(text)) => Some(text),
            _ => None,
        };
        let architecture = told("/Architectures/0").or(environment.architecture.clone());
        deployment.architecture = architecture.filter(|name| ["arm64", "x86_64"].contains(&name.as_str()));
        deployment.memory = told("/MemorySize").and_then(|text| text.parse().ok()).or(environment.memory);
        let region = environment.get("AWS_REGION").filter(|region| is_plain(region)).map(str::to_owned);
        deployment.region = samconfig.region.or(region);
        if deployment.region.is_none() {
            deployment.unknown.push("the Region: write it into samconfig.toml");
        }
        deployment.stack = samconfig.stack;
        deployment.prefix = samconfig.prefix;
        Ok(deployment)
    }

    /// The processor of the function: what it was, or what costs less.
    pub(super) fn architecture(&self) -> &str {
        self.architecture.as_deref().unwrap_or("arm64")
    }

    /// Its memory in MiB: what it was, or what the template of Gatecheck takes.
    pub(super) fn memory(&self) -> u64 {
        self.memory.unwrap_or(512).clamp(128, 10240)
    }

    fn take_variables(&mut self, template: Option<&Template>, environment: &Environment) {
        let variable = |name: &str| {
            let written = template.and_then(|template| template.variable(name));
            written.or_else(|| environment.get(name).map(|value| Setting::Text(value.to_owned())))
        };
        self.parameter = match variable("TASK_POLICY_SSM") {
            Some(Setting::Text(name)) => Some(name),
            _ => environment.get("GATECHECK_TASK_POLICY_SSM_PARAMETER").map(str::to_owned),
        };
        if variable("ALERT_WEBHOOK").is_some() {
            self.alert_key = Some(match variable("ALERT_KEY") {
                Some(Setting::Text(key)) => key,
                Some(Setting::Computed) => {
                    self.problems.push(format!(
                        "the template leaves `ALERT_KEY` to CloudFormation: write the key into sinks/alerts.json instead of \
                         `{KEY}`"
                    ));
                    KEY.to_owned()
                }
                None => KEY.to_owned(),
            });
        }
    }

    pub(super) fn take_rules(&mut self, patterns: &[&Value]) {
        let hears = |status: &str| {
            patterns.iter().any(|pattern| match pattern.pointer("/detail/lastStatus") {
                Some(Value::Array(statuses)) => statuses.iter().any(|one| one == status),
                other => other.is_none(),
            })
        };
        self.hears_less = !STATUSES.iter().all(|status| hears(status));
        for pattern in patterns {
            let keys = |value: Option<&Value>| value.and_then(Value::as_object).cloned().unwrap_or_default();
            let filters = keys(Some(pattern))
                .into_iter()
                .filter(|(key, _)| !["source", "detail-type", "detail"].contains(&key.as_str()));
            let details = keys(pattern.get("detail"))
                .into_iter()
                .filter(|(key, _)| !["desiredStatus", "lastStatus"].contains(&key.as_str()));
            for (key, filter) in filters.chain(details.map(|(key, filter)| (format!("detail.{key}"), filter))) {
                // Several rules together hear more than each of them.
                match scoped(&key, &filter).filter(|_| patterns.len() == 1) {
                    Some(name) => drop(self.scope.insert(name.to_owned(), filter)),
                    None => self.problems.push(format!(
                        "a rule of the template also filters by `{key}`: say with `scope` in the policy which tasks it is for"
                    )),
                }
            }
        }
    }
}

/// The key of a scope that says the same as a filter of a rule.
fn scoped(key: &str, filter: &Value) -> Option<&'static str> {
    let launch_types = ["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"];
    // Globs and the other matchers of a rule are no texts, or mean something else.
    let all = |is_good: &dyn Fn(&str) -> bool| {
        filter.as_array().is_some_and(|texts| texts.iter().all(|text| text.as_str().is_some_and(is_good)))
    };
    match key {
        "detail.clusterArn" if all(&|arn| !arn.contains(['*', '?', '['])) => Some("clusters"),
        "detail.launchType" if all(&|name| launch_types.contains(&name)) => Some("launch_types"),
        _ => None,
    }
}
