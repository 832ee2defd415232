//! Secrets are taken out of facts before they are kept: a recording goes into repositories, CI and bug reports.
//!
//! A text that is secret, or holds a secret, is replaced as a whole. All else stays as it is, names above all, so that a
//! policy that does not look into the secrets gives the same verdict.

#[cfg(test)]
mod properties;

use serde_json::{Map, Value};

use crate::facts::{Fact, Facts, Unavailable};
use crate::glob;
use crate::secret::{self, CommandLine};

/// What stands where a secret was.
pub const REDACTED: &str = "(redacted)";

/// Takes secrets out of documents of AWS:
///
/// - the value of every environment variable;
/// - what stands under a name like `password` or `api-key`: labels, options of log drivers, tags, flags and assignments in
///   command lines;
/// - wherever it is, what looks like a secret: logins in URLs, keys and tokens of well-known services, private keys, URLs of
///   webhooks.
///
/// References to secrets (`valueFrom`, ARNs) are none.
#[derive(Default)]
pub struct Redactor {
    more: Option<Matcher>,
    kept: Vec<String>,
}

type Matcher = Box<dyn Fn(&str) -> bool + Send + Sync>;

impl Redactor {
    /// Also what `matches` says is secret: a text, or the name under which texts stand.
    #[must_use]
    pub fn and(self, matches: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self { more: Some(Box::new(matches)), ..self }
    }

    /// What stands under these names (`*` is any text) is not secret because of where it stands; if it looks like a secret, it
    /// still is.
    #[must_use]
    pub fn keep(self, names: Vec<String>) -> Self {
        Self { kept: names, ..self }
    }

    /// The facts without secrets.
    pub fn facts(&self, facts: &Facts) -> Facts {
        let redacted = |fact: &Fact| match fact {
            Fact::Known(document) => Fact::known(self.document(Value::clone(document))),
            Fact::Unavailable(reason) => Fact::Unavailable(self.reason(reason.clone())),
        };
        facts.iter().map(|(family, fact)| (family, redacted(fact))).collect()
    }

    /// The document without secrets.
    pub fn document(&self, mut document: Value) -> Value {
        self.value(&mut document);
        document
    }

    /// What AWS said may repeat what it was asked.
    fn reason(&self, mut reason: Unavailable) -> Unavailable {
        let (Unavailable::NotYet(why)
        | Unavailable::NotApplicable(why)
        | Unavailable::Denied(why)
        | Unavailable::Failed(why)
        | Unavailable::Other(why)) = &mut reason;
        if self.is_secret(why) {
            REDACTED.clone_into(why);
        }
        reason
    }

    fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) if self.is_secret(text) => REDACTED.clone_into(text),
            Value::Array(items) => self.list(items),
            Value::Object(fields) => self.object(fields),
            _ => {}
        }
    }

    /// Texts in a list may be a command line.
    fn list(&self, items: &mut [Value]) {
        let mut line = CommandLine::default();
        for item in items {
            match item {
                Value::String(text) => {
                    if line.read(text) || self.is_secret(text) {
                        REDACTED.clone_into(text);
                    }
                }
                _ => self.value(item),
            }
        }
    }

    fn object(&self, fields: &mut Map<String, Value>) {
        let pair = Pair::of(fields);
        for (key, field) in fields {
            match &pair {
                // It names what stands beside it, unless somebody wrote the secret there.
                Some(pair) if key == pair.key => redact_name(field),
                Some(pair) if VALUES.contains(&key.as_str()) => self.named(&pair.name, field),
                Some(pair) if key == REFERENCE && self.is_more(&pair.name) => redact(field),
                _ if key == ENVIRONMENT && !field.is_string() => self.environment(field),
                _ => self.named(key, field),
            }
        }
    }

    /// What stands under a name.
    fn named(&self, name: &str, value: &mut Value) {
        match value {
            _ if self.is_more(name) => redact(value),
            Value::String(text) if secret::is_named(name, text) && !self.keeps(name) => {
                REDACTED.clone_into(text);
            }
            _ => self.value(value),
        }
    }

    /// The variables, each with its name and value; or, which is not how AWS has them, each value under its name.
    fn environment(&self, variables: &mut Value) {
        match variables {
            Value::Array(variables) => {
                for variable in variables {
                    match variable.as_object().and_then(Pair::of) {
                        Some(pair) if self.keeps(&pair.name) && !self.is_more(&pair.name) => self.value(variable),
                        _ => redact_variable(variable),
                    }
                }
            }
            Value::Object(variables) => {
                for (name, value) in variables {
                    if self.keeps(name) { self.named(name, value) } else { redact(value) }
                }
            }
            _ => {}
        }
    }

    fn is_secret(&self, text: &str) -> bool {
        holds_secret(text) || self.is_more(text)
    }

    fn is_more(&self, text: &str) -> bool {
        self.more.as_ref().is_some_and(|matches| matches(text))
    }

    fn keeps(&self, name: &str) -> bool {
        self.kept.iter().any(|glob| glob::matches(glob, name))
    }
}

const ENVIRONMENT: &str = "environment";
/// What holds the names of pairs.
const NAMES: [&str; 4] = ["name", "key", "Name", "Key"];
/// What holds their values.
const VALUES: [&str; 2] = ["value", "Value"];
/// What holds the place of a secret.
const REFERENCE: &str = "valueFrom";

/// An object that is a name with a value: a variable, a tag, a setting.
struct Pair {
    key: &'static str,
    name: String,
}

impl Pair {
    fn of(fields: &Map<String, Value>) -> Option<Self> {
        if !fields.contains_key(REFERENCE) && !VALUES.iter().any(|key| fields.contains_key(*key)) {
            return None;
        }
        NAMES.into_iter().find_map(|key| Some(Self { key, name: fields.get(key)?.as_str()?.to_owned() }))
    }
}

fn holds_secret(text: &str) -> bool {
    secret::of_text(text).is_some()
}

/// Only what looks like a secret: what a name says is about what stands beside it.
fn redact_name(name: &mut Value) {
    if name.as_str().is_some_and(holds_secret) {
        *name = REDACTED.into();
    }
}

/// All texts in it.
fn redact(value: &mut Value) {
    match value {
        Value::String(text) => REDACTED.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(redact),
        Value::Object(fields) => fields.values_mut().for_each(redact),
        _ => {}
    }
}

/// The same, but for the name of a variable.
fn redact_variable(variable: &mut Value) {
    let Value::Object(fields) = variable else { return redact(variable) };
    for (key, field) in fields {
        if key == "name" && field.is_string() { redact_name(field) } else { redact(field) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::facts::Family;

    fn redacted(document: Value) -> Value {
        Redactor::default().document(document)
    }

    #[test]
    fn names_stay_and_values_of_variables_do_not() {
        let definition = json!({"containerDefinitions": [{
            "name": "token-service", "image": "token-service:1.4.2", "user": "1000:1000",
            "environment": [{"name": "LOG_LEVEL", "value": "info"}, {"name": "EMPTY", "value": ""}],
            "environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::bucket/web.env"}],
            "secrets": [{"name": "DB_PASSWORD", "valueFrom": "arn:aws:secretsmanager:us-west-2:1:secret:db-AbCdEf"},
                {"name": "API_TOKEN", "valueFrom": "/web/token"}],
            "repositoryCredentials": {"credentialsParameter": "registry-login"},
            "command": ["serve", "--token", "hunter2", "--port", "80"],
            "logConfiguration": {"logDriver": "splunk", "options": {"splunk-url": "https://splunk:8088", "splunk-token": "hunter2"},
                "secretOptions": [{"name": "splunk-token", "valueFrom": "/web/splunk"}]},
            "dockerLabels": {"environment": "prod", "api-key": "hunter2", "check": "{\"password\":\"hunter2\"}"},
        }], "tags": [{"key": "environment", "value": "prod"}, {"key": "token", "value": "hunter2"}]});
        let mut expected = definition.clone();
        for place in [
            "/containerDefinitions/0/environment/0/value",
            "/containerDefinitions/0/environment/1/value",
            "/containerDefinitions/0/command/2",
            "/containerDefinitions/0/logConfiguration/options/splunk-token",
            "/containerDefinitions/0/dockerLabels/api-key",
            "/containerDefinitions/0/dockerLabels/check",
            "/tags/1/value",
        ] {
            *expected.pointer_mut(place).unwrap() = REDACTED.into();
        }
        assert_eq!(redacted(definition), expected);
    }

    #[test]
    fn more_can_be_secret_and_some_can_stay() {
        let document = json!({
            "environment": [{"name": "LOG_LEVEL", "value": "info"}, {"name": "LOG_URL", "value": "https://u:p@host"},
                {"name": "ACME_MODE", "value": "fast"}],
            "dockerLabels": {"token-kind": "bearer", "acme": "x"},
            "tags": [{"key": "acme", "value": "x"}, {"key": "note", "value": "at acme"}],
            "secrets": [{"name": "ACME", "valueFrom": "/acme/token"}],
            "acme": {"privileged": true, "list": ["x", {"y": "z"}]},
        });
        let redactor = Redactor::default().and(|text| text.to_lowercase().contains("acme")).keep(vec![
            "LOG_*".to_owned(),
            "ACME_MODE".to_owned(),
            "token-kind".to_owned(),
        ]);
        let expected = json!({
            "environment": [{"name": "LOG_LEVEL", "value": "info"}, {"name": "LOG_URL", "value": REDACTED},
                {"name": "ACME_MODE", "value": REDACTED}],
            "dockerLabels": {"token-kind": "bearer", "acme": REDACTED},
            "tags": [{"key": "acme", "value": REDACTED}, {"key": "note", "value": REDACTED}],
            "secrets": [{"name": "ACME", "valueFrom": REDACTED}],
            "acme": {"privileged": true, "list": [REDACTED, {"y": REDACTED}]},
        });
        assert_eq!(redactor.document(document), expected);
    }

    #[test]
    fn a_secret_in_the_place_of_a_name_is_one() {
        let document = json!({
            "environment": [{"name": "DB_PASSWORD=hunter2", "value": "x"}, {"name": "DB_PASSWORD", "value": "x"},
                {"name": {"value": "hunter2"}}],
            "tags": [{"key": "https://user:hunter2@host", "value": "x"}],
        });
        let expected = json!({
            "environment": [{"name": REDACTED, "value": REDACTED}, {"name": "DB_PASSWORD", "value": REDACTED},
                {"name": {"value": REDACTED}}],
            "tags": [{"key": REDACTED, "value": "x"}],
        });
        assert_eq!(redacted(document), expected);
    }

    #[test]
    fn reasons_are_looked_at_too() {
        let failed = |why: &str| Fact::Unavailable(Unavailable::Failed(why.to_owned()));
        let facts = Facts::from_iter([
            (Family::Service, failed("ecs:DescribeServices: timed out")),
            (Family::Cluster, failed("ecs:DescribeClusters: no key AKIAIOSFODNN7EXAMPLE")),
        ]);
        let redacted = Redactor::default().facts(&facts);
        assert_eq!(redacted.get(Family::Service), facts.get(Family::Service));
        assert_eq!(redacted.get(Family::Cluster), Some(&failed(REDACTED)));
    }
}
