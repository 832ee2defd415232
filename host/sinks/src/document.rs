//! The entry of a sink: what kind it is, where its secrets are, and what it is told.

use gatecheck_core::entry::{self, understand};
use gatecheck_core::policy::Scope;
use gatecheck_core::report::Severity;
use serde::Deserialize;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::filter::Filter;

/// A sink as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct SinkDocument {
    /// Its name.
    pub name: String,
    /// The reports that it is for.
    pub filter: Filter,
    /// Where it tells of them.
    pub channel: Channel,
}

/// A way to tell somebody.
#[derive(Debug, Clone, PartialEq)]
pub enum Channel {
    /// An incoming webhook of Slack.
    Slack(Hook),
    /// A webhook of a Slack workflow, or of whoever else takes a flat object with one text.
    SlackWorkflow(Workflow),
    /// A webhook of a Microsoft Teams workflow.
    Teams(Hook),
    /// A webhook of Discord.
    Discord(Hook),
    /// The Events API of PagerDuty.
    PagerDuty(PagerDuty),
    /// A webhook after the Standard Webhooks specification.
    Webhook(Webhook),
    /// A topic of Amazon SNS.
    Sns(Topic),
    /// A bus of Amazon EventBridge.
    EventBridge(Bus),
    /// AWS Security Hub.
    SecurityHub,
}

/// The keys of a sink that needs nothing but a URL.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hook {
    /// Whoever knows it can post.
    pub url: Reference,
}

/// The keys of `slack-workflow`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workflow {
    /// Whoever knows it can post.
    pub url: Reference,
    /// The key of the posted text.
    #[serde(default = "violation")]
    pub key: String,
}

/// The keys of `pagerduty`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PagerDuty {
    /// The integration key of a service.
    pub routing_key: Reference,
    /// Where events are taken: service regions differ.
    #[serde(default = "pagerduty_events")]
    pub url: String,
}

/// The keys of `webhook`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// Where it posts.
    pub url: Reference,
    /// What it signs with; several for the time in which they change.
    #[serde(default = "Vec::new")]
    pub secrets: Vec<Reference>,
    /// Puts the alert into a CloudEvents envelope.
    #[serde(default)]
    pub cloud_events: bool,
}

/// The keys of `sns`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// The ARN of the topic.
    pub topic: String,
}

/// The keys of `event-bridge`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bus {
    /// The name or ARN of the bus.
    #[serde(default = "default_bus")]
    pub bus: String,
}

/// `security-hub` has none.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoKeys {}

/// The name of the parameter that holds a secret. Written `ssm:/gatecheck/secrets/NAME`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Reference(pub String);

/// What is no reference. The text stays out of it: it may be the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a secret does not belong here: store it as a SecureString parameter and write `ssm:/gatecheck/secrets/NAME`")]
pub struct NotAReference;

impl TryFrom<String> for Reference {
    type Error = NotAReference;

    fn try_from(text: String) -> Result<Self, NotAReference> {
        let name = text.strip_prefix("ssm:").filter(|name| name.starts_with('/') && name.len() > 1);
        name.map(|name| Self(name.to_owned())).ok_or(NotAReference)
    }
}

/// What is wrong with the entry of a sink.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DocumentError {
    /// It cannot be read.
    #[error(
        "{source_name}: not JSON: {why}; write `{{\"type\": \"slack\", \"url\": \"ssm:/gatecheck/secrets/NAME\"}}`"
    )]
    NotJson {
        /// File or parameter.
        source_name: String,
        /// What is wrong.
        why: String,
    },
    /// A part of it makes no sense.
    #[error("{source_name}#{pointer}: {problem}")]
    Part {
        /// File or parameter.
        source_name: String,
        /// JSON pointer to it.
        pointer: String,
        /// What is wrong.
        problem: String,
    },
}

/// The keys that every sink may have, besides `scope`.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Common {
    min_severity: Severity,
    policies: Vec<String>,
    faults: bool,
    fallback: bool,
}

impl Default for Common {
    fn default() -> Self {
        Self { min_severity: Severity::Info, policies: Vec::new(), faults: true, fallback: false }
    }
}

const COMMON: [&str; 4] = ["min_severity", "policies", "faults", "fallback"];

impl Channel {
    /// The parameters that hold its secrets.
    pub fn references(&self) -> Vec<&Reference> {
        match self {
            Self::Slack(hook) | Self::Teams(hook) | Self::Discord(hook) => vec![&hook.url],
            Self::SlackWorkflow(workflow) => vec![&workflow.url],
            Self::PagerDuty(pagerduty) => vec![&pagerduty.routing_key],
            Self::Webhook(webhook) => webhook.secrets.iter().chain([&webhook.url]).collect(),
            Self::Sns(_) | Self::EventBridge(_) | Self::SecurityHub => Vec::new(),
        }
    }
}

impl SinkDocument {
    /// Reads an entry from `source_name`, a file or parameter whose last part is the name of the sink.
    pub fn read(source_name: &str, text: &str) -> Result<Self, DocumentError> {
        let document = entry::read(text).map_err(|error| DocumentError::NotJson {
            source_name: source_name.to_owned(),
            // A message of the parser may hold what it stumbled over.
            why: format!("line {} column {}", error.line(), error.column()),
        })?;
        let part = |(pointer, problem)| DocumentError::Part { source_name: source_name.to_owned(), pointer, problem };
        let name = source_name.rsplit('/').next().unwrap_or(source_name);
        Self::parse(name, document).map_err(part)
    }

    fn parse(name: &str, document: Value) -> Result<Self, (String, String)> {
        let Value::Object(mut document) = document else {
            return Err((String::new(), "a sink is a JSON object".to_owned()));
        };
        let kind = document.remove("type");
        let scope = document.remove("scope").map_or_else(|| Ok(Scope::default()), Scope::read);
        let scope = scope.map_err(|(pointer, problem)| (format!("/scope{pointer}"), problem))?;
        let common: Map<_, _> = COMMON.iter().filter_map(|key| document.remove_entry(*key)).collect();
        let Common { min_severity, policies, faults, fallback } = understand(Value::Object(common))?;
        let keys = Value::Object(document);
        let channel = match kind.as_ref().and_then(Value::as_str) {
            Some("slack") => Channel::Slack(understand(keys)?),
            Some("slack-workflow") => Channel::SlackWorkflow(understand(keys)?),
            Some("teams") => Channel::Teams(understand(keys)?),
            Some("discord") => Channel::Discord(understand(keys)?),
            Some("pagerduty") => Channel::PagerDuty(understand(keys)?),
            Some("webhook") => Channel::Webhook(understand(keys)?),
            Some("sns") => Channel::Sns(understand(keys)?),
            Some("event-bridge") => Channel::EventBridge(understand(keys)?),
            Some("security-hub") => understand(keys).map(|NoKeys {}| Channel::SecurityHub)?,
            _ => {
                let kinds = "`slack`, `slack-workflow`, `teams`, `discord`, `pagerduty`, `webhook`, `sns`, `event-bridge`, `security-hub`";
                return Err(("/type".to_owned(), format!("not one of {kinds}")));
            }
        };
        let filter = Filter { min_severity, policies, scope, faults, fallback };
        Ok(Self { name: name.to_owned(), filter, channel })
    }
}

/// The key that workflows built for the Python tool have.
fn violation() -> String {
    "violation".to_owned()
}

/// The bus that every account has.
fn default_bus() -> String {
    "default".to_owned()
}

fn pagerduty_events() -> String {
    "https://events.pagerduty.com/v2/enqueue".to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(document: Value) -> Result<SinkDocument, String> {
        SinkDocument::read("/gatecheck/sinks/chat", &document.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn an_entry_says_how_and_of_what_to_tell() {
        let url = || Reference("/gatecheck/secrets/chat".to_owned());
        let document = read(json!({"type": "slack", "url": "ssm:/gatecheck/secrets/chat"})).unwrap();
        assert_eq!((document.name.as_str(), &document.channel), ("chat", &Channel::Slack(Hook { url: url() })));
        assert!(document.filter.faults && !document.filter.fallback);
        let document = read(json!({"type": "webhook", "url": "ssm:/gatecheck/secrets/chat", "cloud_events": true,
            "min_severity": "high", "policies": ["prod-*"], "scope": {"tags": {"team": "web"}}, "faults": false}))
        .unwrap();
        let webhook = Webhook { url: url(), secrets: vec![], cloud_events: true };
        assert_eq!(document.channel, Channel::Webhook(webhook));
        assert_eq!(document.filter.min_severity, Severity::High);
        let document = read(json!({"type": "pagerduty", "routing_key": "ssm:/k"})).unwrap();
        let Channel::PagerDuty(PagerDuty { url, .. }) = document.channel else { panic!() };
        assert_eq!(url, "https://events.pagerduty.com/v2/enqueue");
    }

    #[test]
    fn the_entry_in_the_documentation_is_one() {
        let manual = include_str!("../../../docs/src/sinks.md");
        let entries: Vec<_> =
            manual.split("```json\n").filter(|part| part.starts_with(r#"{"type": "slack""#)).collect();
        let [entry] = entries[..] else { panic!("{}", entries.len()) };
        SinkDocument::read("chat", entry.split("```").next().unwrap()).unwrap();
    }

    #[test]
    fn mistakes_are_named_with_their_place_and_secrets_are_not() {
        let error = |document| read(document).unwrap_err();
        assert_eq!(
            error(json!({"type": "slack", "url": "https://hooks.slack.com/T0/secret"})),
            "/gatecheck/sinks/chat#/url: a secret does not belong here: store it as a SecureString parameter and write \
             `ssm:/gatecheck/secrets/NAME`"
        );
        assert!(error(json!({"type": "slack"})).starts_with("/gatecheck/sinks/chat#: missing field `url`"));
        assert!(error(json!({"type": "irc"})).starts_with("/gatecheck/sinks/chat#/type: not one of `slack`, "));
        let document = json!({"type": "slack", "url": "ssm:/u", "min_severity": "hi"});
        assert!(error(document).starts_with("/gatecheck/sinks/chat#/min_severity: unknown variant `hi`"));
        let document = json!({"type": "slack", "url": "ssm:/u", "scope": {"cluster": []}});
        assert!(error(document).starts_with("/gatecheck/sinks/chat#/scope/cluster: unknown field"));
        let error = SinkDocument::read("chat", "https://hooks.slack.com/T0/secret").unwrap_err();
        assert!(error.to_string().starts_with("chat: not JSON: line 1 column 1; write "), "{error}");
    }
}
