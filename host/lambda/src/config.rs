//! Configuration, from the environment.

use std::env;
use std::time::Duration;

use gatecheck_core::policy::{Limits, LimitsError, PublicKey};
use gatecheck_core::report::Severity;
use gatecheck_sinks::SinkSources;
use gatecheck_store::PolicySources;
use gatecheck_store::fetch::SourceOfLogins;
use reqwest::Url;
use thiserror::Error;

use crate::decision::Decisions;

/// What the environment says.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where policies are.
    pub policies: PolicySources,
    /// `GATECHECK_REFRESH_SECONDS`: how long policies are good before they are read again.
    pub refresh: Duration,
    /// How modules are fetched and compiled.
    pub modules: ModulesConfig,
    /// `GATECHECK_POLICY_TIME_MS` and its like: what a policy may use.
    pub limits: Limits,
    /// `GATECHECK_SINK_PATH`, `ALERT_WEBHOOK`, `ALERT_KEY` and `ALERT_SEVERITY`: who is told what policies find.
    pub sinks: SinkSources,
    /// `GATECHECK_MEMBER_ROLE`: the name of the role by which facts are read in other accounts.
    pub member_role: Option<String>,
    /// `GATECHECK_TABLE`: the DynamoDB table in which processes share what they have reported.
    pub table: Option<String>,
    /// `GATECHECK_RECORD`: which tasks a decision record is written of.
    pub decisions: Decisions,
}

/// How modules are fetched and compiled.
#[derive(Debug, Clone)]
pub struct ModulesConfig {
    /// `GATECHECK_PUBLIC_KEY`: whose artifacts are loaded. Several, for the time in which keys change, with commas between.
    pub public_keys: Vec<PublicKey>,
    /// `GATECHECK_REGISTRY_LOGINS`: an SSM parameter with logins, as docker writes them.
    pub logins: SourceOfLogins,
    /// `GATECHECK_INSECURE_HOSTS`: asked without encryption, and wherever they are; with commas between.
    pub insecure_hosts: Vec<String>,
    /// `GATECHECK_COMPILE_SECONDS`: how long compiling a module may take.
    pub compile_time: Duration,
    /// `AWS_LAMBDA_FUNCTION_MEMORY_SIZE`: what there is for all, in bytes.
    pub memory: u64,
}

/// What is wrong with the environment. Values stay out of it: some are secrets.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// A variable makes no sense.
    #[error("the environment variable `{name}` is not {expected}")]
    Invalid {
        /// The variable.
        name: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// So does one of the limits.
    #[error(transparent)]
    Limits(#[from] LimitsError),
}

/// The key of the text in a webhook by default, as it was in the Python tool.
const ALERT_KEY: &str = "violation";

/// How long a policy is good by default.
const REFRESH_SECONDS: u64 = 60;

/// How long compiling a module may take by default. The largest ones, of Python, take 12 s of a whole processor.
const COMPILE_SECONDS: u64 = 60;

/// Memory of the function where Lambda does not say, in MiB.
const MEMORY: u64 = 1024;

impl Config {
    /// Reads the environment of the process.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_lookup(|name| env::var(name).ok())
    }

    /// Reads variables; an empty one counts as not set.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let lookup = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let (policies, sink_path) = (PolicySources::from_lookup(lookup), SinkSources::path_from_lookup(lookup));
        let number = |name, default, expected| match lookup(name) {
            None => Ok(default),
            Some(number) => number.trim().parse().map_err(|_| ConfigError::Invalid { name, expected }),
        };
        let seconds = |name, default| number(name, default, "a whole number of seconds").map(Duration::from_secs);
        let refresh = seconds("GATECHECK_REFRESH_SECONDS", REFRESH_SECONDS)?;
        let list = |name| lookup(name).unwrap_or_default().split(',').map(|item| item.trim().to_owned()).collect();
        let public_keys: Vec<String> = list("GATECHECK_PUBLIC_KEY");
        let public_keys = public_keys.iter().filter(|key| !key.is_empty()).map(|key| PublicKey::parse(key));
        let modules = ModulesConfig {
            public_keys: public_keys.collect::<Result<_, _>>().map_err(|_| ConfigError::Invalid {
                name: "GATECHECK_PUBLIC_KEY",
                expected: "what `gatecheck keygen` printed: an Ed25519 public key in base64",
            })?,
            logins: lookup("GATECHECK_REGISTRY_LOGINS").map_or(SourceOfLogins::Nowhere, SourceOfLogins::Parameter),
            insecure_hosts: list("GATECHECK_INSECURE_HOSTS"),
            compile_time: seconds("GATECHECK_COMPILE_SECONDS", COMPILE_SECONDS)?,
            memory: number("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", MEMORY, "a whole number of MiB")? * 1024 * 1024,
        };
        let member_role = lookup("GATECHECK_MEMBER_ROLE");
        let table = lookup("GATECHECK_TABLE").map(|name| name.trim().to_owned());
        let limits = Limits::from_lookup(lookup)?;
        let webhook = webhook(lookup)?;
        let insecure_hosts = modules.insecure_hosts.iter().cloned().collect();
        let sinks = SinkSources { path: sink_path, webhook, insecure_hosts };
        let decisions = lookup("GATECHECK_RECORD").map_or(Some(Decisions::None), |text| Decisions::parse(&text));
        let decisions = decisions
            .ok_or(ConfigError::Invalid { name: "GATECHECK_RECORD", expected: "`none`, `violations` or `all`" })?;
        Ok(Self { policies, refresh, modules, limits, sinks, member_role, table, decisions })
    }
}

/// The sink in the environment: its URL, the key of the text, and from which severity on it is alerted.
fn webhook(lookup: impl Fn(&str) -> Option<String>) -> Result<Option<(Url, String, Severity)>, ConfigError> {
    let Some(url) = lookup("ALERT_WEBHOOK") else { return Ok(None) };
    let url = Url::parse(url.trim()).ok().filter(|url| matches!(url.scheme(), "https" | "http"));
    let url = url.ok_or(ConfigError::Invalid { name: "ALERT_WEBHOOK", expected: "an https URL" })?;
    let severity = lookup("ALERT_SEVERITY").unwrap_or_else(|| Severity::Info.to_string());
    let severity = serde_json::from_value(severity.trim().into()).map_err(|_| ConfigError::Invalid {
        name: "ALERT_SEVERITY",
        expected: "`info`, `low`, `medium`, `high` or `critical`",
    })?;
    Ok(Some((url, lookup("ALERT_KEY").unwrap_or_else(|| ALERT_KEY.to_owned()), severity)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let find = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Config::from_lookup(find)
    }

    #[test]
    fn the_variables_of_the_python_tool_are_enough() {
        let config = config(&[("TASK_POLICY_SSM", "p"), ("ALERT_WEBHOOK", "https://hooks.example/x")]).unwrap();
        assert_eq!(config.policies, PolicySources { parameter: Some("p".to_owned()), path: None });
        assert_eq!(config.refresh, Duration::from_mins(1));
        let (_, key, severity) = config.sinks.webhook.unwrap();
        assert_eq!((key.as_str(), severity), ("violation", Severity::Info));
        assert_eq!(config.sinks.path, None, "its role may read nothing but the policy");
    }

    #[test]
    fn the_webhook_is_alerted_from_a_severity_on() {
        let webhook = |severity: &str| {
            let variables = [("ALERT_WEBHOOK", "https://hooks.example/x"), ("ALERT_SEVERITY", severity)];
            config(&variables).map(|config| config.sinks.webhook.unwrap().2)
        };
        assert_eq!((webhook(" high "), webhook("")), (Ok(Severity::High), Ok(Severity::Info)));
        let error = webhook("hihg").unwrap_err();
        assert!(error.to_string().ends_with("`ALERT_SEVERITY` is not `info`, `low`, `medium`, `high` or `critical`"));
    }

    #[test]
    fn nothing_need_be_configured() {
        let path = |variables: &[(&str, &str)]| config(variables).unwrap().policies.path;
        assert_eq!(path(&[]).as_deref(), Some("/gatecheck/policies"));
        assert_eq!(path(&[("TASK_POLICY_SSM", " ")]).as_deref(), Some("/gatecheck/policies"));
        let sinks = |variables: &[(&str, &str)]| config(variables).unwrap().sinks.path;
        assert_eq!(sinks(&[]).as_deref(), Some("/gatecheck/sinks"));
        assert_eq!(sinks(&[("TASK_POLICY_SSM", "p"), ("GATECHECK_SINK_PATH", "a/b")]).as_deref(), Some("/a/b"));
        assert_eq!(path(&[("TASK_POLICY_SSM", "p"), ("GATECHECK_POLICY_PATH", "mine/")]).as_deref(), Some("/mine"));
    }

    #[test]
    fn keys_and_hosts_come_in_lists() {
        let key = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
        let two = format!("{key}, {key}");
        let variables = [("GATECHECK_PUBLIC_KEY", &*two), ("GATECHECK_INSECURE_HOSTS", "a:1,b")];
        let modules = config(&variables).unwrap().modules;
        assert_eq!(modules.public_keys.len(), 2);
        assert_eq!(modules.insecure_hosts, ["a:1", "b"]);
        assert!(config(&[]).unwrap().modules.public_keys.is_empty());
        let error = config(&[("GATECHECK_PUBLIC_KEY", "key")]).unwrap_err();
        assert!(error.to_string().contains("is not what `gatecheck keygen` printed"), "{error}");
    }

    #[test]
    fn decisions_are_recorded_on_demand() {
        let decisions = |variables: &[(&str, &str)]| config(variables).map(|config| config.decisions);
        assert_eq!(decisions(&[]), Ok(Decisions::None));
        assert_eq!(decisions(&[("GATECHECK_RECORD", "violations")]), Ok(Decisions::Told));
        let error = decisions(&[("GATECHECK_RECORD", "yes")]).unwrap_err();
        assert!(error.to_string().ends_with("is not `none`, `violations` or `all`"), "{error}");
    }

    #[test]
    fn what_is_wrong_is_named_and_secrets_are_not() {
        let error = config(&[("GATECHECK_REFRESH_SECONDS", "1m")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the environment variable `GATECHECK_REFRESH_SECONDS` is not a whole number of seconds"
        );
        let error = config(&[("TASK_POLICY_SSM", "p"), ("ALERT_WEBHOOK", "hooks.example/secret")]).unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
        let good = config(&[("TASK_POLICY_SSM", "p"), ("ALERT_WEBHOOK", "https://hooks.example/secret")]).unwrap();
        assert!(!format!("{good:?}").contains("secret"));
    }
}
