//! The table of rules as `describe` returns it: the JSON Schema of the settings, with what each rule is beside it. Programs that know
//! nothing of the annotations see a schema like any other.

use gatecheck_sdk::Severity;
use serde_json::{Map, Value, json};

use crate::catalogue::{CATALOGUES, NOT_EVALUATED, PROFILES};
use crate::rule::{Kind, Rule};
use crate::rules;
use crate::settings::SEVERITIES;

/// JSON Schema of the settings. Made here, since what derives it is larger than all the rest of the policy.
pub(crate) fn schema() -> Value {
    let names = |profiles: &[(&'static str, _)]| profiles.iter().map(|(name, _)| json!(name)).collect::<Value>();
    let of_rules: Map<_, _> = rules::all().map(|rule| (rule.id.to_owned(), of_rule(rule))).collect();
    let not_evaluated = NOT_EVALUATED.iter().map(|(control, reason)| json!({"control": control, "reason": reason}));
    let catalogues = CATALOGUES.iter().map(|(name, title)| json!({"name": name, "title": title}));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "profile": {"description": "Which rules are on.", "enum": names(&PROFILES), "default": "recommended"},
            "rules": {
                "description": "Turns rules on and off, and sets their severity and parameters.",
                "type": "object",
                "additionalProperties": false,
                "properties": of_rules,
            },
        },
        "x-gatecheck-catalogues": catalogues.collect::<Value>(),
        "x-gatecheck-rules": rules::all().map(entry).collect::<Value>(),
        "x-gatecheck-not-evaluated": not_evaluated.collect::<Value>(),
    })
}

/// What can be set for a rule.
fn of_rule(rule: &Rule) -> Value {
    let severities: Value = SEVERITIES.iter().map(|(name, _)| json!(name)).collect();
    let mut properties = json!({
        "enabled": {"description": "Whether the rule is on.", "type": "boolean", "default": true},
        "severity": {"description": "How bad a violation is.", "enum": severities, "default": severity(rule)},
    });
    for parameter in rule.parameters {
        let mut schema = json!({"description": parameter.description, "type": "array", "items": {"type": "string"}});
        match parameter.kind {
            Kind::Text(text) => {
                schema = json!({"description": parameter.description, "type": "string", "default": text});
            }
            Kind::Texts(texts) => set(&mut schema, "default", json!(texts)),
            Kind::Required => {}
        }
        set(&mut properties, parameter.name, schema);
    }
    let object = json!({"type": "object", "additionalProperties": false, "properties": properties});
    json!({"description": rule.title, "anyOf": [{"type": "boolean"}, object]})
}

fn set(object: &mut Value, key: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}

/// What a rule is.
fn entry(rule: &Rule) -> Value {
    let profiles: Value =
        PROFILES.iter().filter(|(_, profile)| profile.has(rule)).map(|(name, _)| json!(name)).collect();
    json!({
        "id": rule.id,
        "title": rule.title,
        "severity": severity(rule),
        "what": rule.what,
        "why": rule.why,
        "remediation": rule.fix,
        "example": rule.line,
        "exceptions": rule.except,
        "controls": rule.controls,
        "profiles": profiles,
        "points": points(rule),
        "reads": rule.reads,
        "parameters": rule.parameters.iter().map(|parameter| parameter.name).collect::<Value>(),
    })
}

/// Where a rule can be evaluated: a task has all facts, a file so far the task definition alone.
pub(crate) fn points(rule: &Rule) -> &'static [&'static str] {
    if rule.reads.first() == Some(&"task-definition") { &["task", "file"] } else { &["task"] }
}

pub(crate) fn severity(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Info => "info",
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
        Severity::Critical => "critical",
    }
}
