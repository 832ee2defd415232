//! Redaction: a secret that is planted in a document is nowhere in what comes out, nothing but texts changes, and once is
//! enough.

use gatecheck_core::recording::{REDACTED, Redactor};
use serde_json::{Value, json};

use crate::mutate::json;
use crate::random::Random;

const WORDS: [&str; 48] = [
    "environment",
    "name",
    "value",
    "key",
    "Key",
    "Value",
    "valueFrom",
    "secrets",
    "command",
    "entryPoint",
    "dockerLabels",
    "options",
    "splunk-token",
    "tags",
    "password",
    "--password",
    "--token",
    "-u",
    "--user",
    "-p",
    "token",
    "api-key",
    "pass",
    "auth",
    "Bearer ",
    "Authorization: ",
    "=",
    ":",
    "://",
    "@",
    "\"",
    "'",
    "\\",
    "arn:",
    "ghp_",
    "eyJ",
    "AKIA",
    "xoxb-",
    "-----BEGIN",
    "(redacted)",
    "sh",
    "-c",
    "CMD-SHELL",
    "https://",
    "http://user:pass@host",
    "PATH",
    "1000:1000",
    "a:b",
];

/// A value with a secret in it.
type Shape = fn(&str) -> Value;

/// Where whatever stands is secret.
const ANYTHING: [Shape; 11] = [
    |s| json!({"environment": [{"name": "N", "value": s}]}),
    |s| json!({"containerOverrides": [{"environment": [{"value": s, "name": "PATH"}]}]}),
    |s| json!({"environment": {"name": s}}),
    |s| json!({"options": {"splunk-token": s}}),
    |s| json!({"dockerLabels": {"com.acme.apiKey": s}}),
    |s| json!({"Tags": [{"Key": "db-password", "Value": s}]}),
    |s| json!({"tags": [{"key": "token", "value": s}]}),
    |s| json!({"command": ["run", "--api-token", s, "x"]}),
    |s| json!({"entryPoint": ["sh", "-c", "run --password", s]}),
    |s| json!({"entryPoint": [format!("--secret={s}")]}),
    |s| json!({"command": ["env", format!("AWS_SECRET_ACCESS_KEY={s}")]}),
];

/// Texts in which a word is secret, wherever they stand.
const TEXTS: [fn(&str) -> String; 18] = [
    |s| format!("AKIA{}", s.to_ascii_uppercase()),
    |s| format!("ASIA{}", s.to_ascii_uppercase()),
    |s| format!("ghp_{s}"),
    |s| format!("xoxb-{s}"),
    |s| format!("eyJ{s}.{s}.{s}"),
    |s| format!("https://user:{s}@example.com/path"),
    |s| format!("amqp://{s}:{s}@broker"),
    |s| format!("https://hooks.slack.com/services/{s}"),
    |s| format!("https://example.com/path?user=x&access_token={s}"),
    |s| format!("-----BEGIN EC PRIVATE KEY-----\n{s}\n-----END EC PRIVATE KEY-----"),
    |s| format!("curl -H 'Authorization: Bearer {s}' http://localhost"),
    |s| format!("curl -u admin:{s} http://localhost"),
    |s| format!("PGPASSWORD={s} psql && echo done"),
    |s| format!("mysql --password '{s}' -e 'select 1'"),
    |s| format!("docker login --password={s}"),
    |s| format!("password: {s}"),
    |s| format!("[{{\"host\": \"%%host%%\", \"password\": \"{s}\"}}]"),
    |s| format!("{{\\\"token\\\": \\\"{s}\\\"}}"),
];

/// Checks what holds for all documents.
pub fn run(data: &[u8]) {
    let Ok(document) = serde_json::from_slice::<Value>(data) else { return };
    let redacted = checked(&document);
    assert_eq!(redacted, checked(&document), "not the same every time");
    let mut random = Random::of(data);
    let word: String = (0..36).map(|_| char::from(random.pick(b"BCDFGHJKLMNPQRSTVWXZ0123456789"))).collect();
    let places = json::places(&document);
    for shape in ANYTHING {
        let secret = format!("{word} \"é'-");
        planted(&document, &random.pick(&places), shape(&secret), &word);
    }
    for shape in TEXTS {
        let place = &random.pick(&places);
        let text = shape(&word);
        planted(&document, place, text.clone().into(), &word);
        // Between other words too.
        if let Some(Value::String(around)) = document.pointer(place) {
            planted(&document, place, format!("{around} {text} {around}").into(), &word);
        }
    }
}

fn planted(document: &Value, place: &str, what: Value, secret: &str) {
    let mut document = document.clone();
    if let Some(value) = document.pointer_mut(place) {
        *value = what;
    }
    let redacted = checked(&document).to_string();
    // Tokens of AWS are upper case, as this secret is.
    assert!(!redacted.contains(secret), "`{secret}` at `{place}` of {document} is in {redacted}");
}

/// The document without secrets, after a look at what else came of it.
fn checked(document: &Value) -> Value {
    let redactor = Redactor::default();
    let once = redactor.document(document.clone());
    only_texts_change(document, &once);
    let twice = redactor.document(once.clone());
    assert_eq!(twice, once, "once is not enough for {document}");
    once
}

fn only_texts_change(before: &Value, after: &Value) {
    match (before, after) {
        (Value::String(before), Value::String(after)) => assert!(after == before || after == REDACTED, "{before}"),
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            before.iter().zip(after).for_each(|(before, after)| only_texts_change(before, after));
        }
        (Value::Object(before), Value::Object(after)) if before.keys().eq(after.keys()) => {
            before.values().zip(after.values()).for_each(|(before, after)| only_texts_change(before, after));
        }
        _ => assert_eq!(before, after, "more than texts has changed"),
    }
}

/// A document that is like another one.
pub fn mutate(data: &[u8], random: &mut Random) -> Vec<u8> {
    json::mutate(data, &WORDS, random)
}
