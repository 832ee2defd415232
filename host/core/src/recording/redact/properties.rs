//! What holds for every document: no secret survives, nothing else changes, and once is enough.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{REDACTED, Redactor};

fn redacted(document: Value) -> Value {
    Redactor::default().document(document)
}

/// A place where a secret can be: a document with it, and how that looks without.
type Place = fn(&str) -> (Value, Value);

const R: &str = REDACTED;

/// Where anything is secret.
const ANY_TEXT: [Place; 8] = [
    |s| (json!({"environment": [{"name": "N", "value": s}]}), json!({"environment": [{"name": "N", "value": R}]})),
    |s| {
        let of = |value| json!({"containerOverrides": [{"environment": [{"value": value, "name": "PATH"}]}]});
        (of(s), of(R))
    },
    |s| (json!({"environment": {"name": s}}), json!({"environment": {"name": R}})),
    |s| (json!({"options": {"splunk-token": s}}), json!({"options": {"splunk-token": R}})),
    |s| (json!({"dockerLabels": {"com.acme.apiKey": s}}), json!({"dockerLabels": {"com.acme.apiKey": R}})),
    |s| (json!({"Tags": [{"Key": "db-password", "Value": s}]}), json!({"Tags": [{"Key": "db-password", "Value": R}]})),
    |s| (json!({"command": ["run", "--api-token", s, "x"]}), json!({"command": ["run", "--api-token", R, "x"]})),
    |s| (json!({"entryPoint": [format!("--secret={s}")]}), json!({"entryPoint": [R]})),
];

/// Where a word is secret.
const WORD: [fn(&str) -> String; 12] = [
    |s| format!("https://user:{s}@example.com/path"),
    |s| format!("amqp://{s}:{s}@broker"),
    |s| format!("https://hooks.slack.com/services/{s}"),
    |s| format!("ghp_{s}"),
    |s| format!("xoxb-{s}"),
    |s| format!("-----BEGIN EC PRIVATE KEY-----\n{s}\n-----END EC PRIVATE KEY-----"),
    |s| format!("curl -H 'Authorization: Bearer {s}' http://localhost"),
    |s| format!("curl -u admin:{s} http://localhost"),
    |s| format!("PGPASSWORD={s} psql && echo done"),
    |s| format!("mysql --password '{s}' -e 'select 1'"),
    |s| format!("[{{\"host\": \"%%host%%\", \"password\": \"{s}\"}}]"),
    |s| format!("https://example.com/path?user=x&access_token={s}"),
];

/// Names and texts in which no secret can be found, whatever they are made of.
fn innocent() -> impl Strategy<Value = Value> {
    let text = "[bcfgjklmnvxz0-9 ./_-]{0,12}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[bcfgjklmnvxz]{1,6}", inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

/// A document with something planted in it, at a place that depends on `path`.
fn planted(mut document: Value, path: &[usize], what: Value) -> Value {
    let mut place = &mut document;
    for &step in path {
        let inside: Vec<_> = match &*place {
            Value::Array(items) => (0..items.len()).map(|at| at.to_string()).collect(),
            Value::Object(fields) => fields.keys().cloned().collect(),
            _ => break,
        };
        let Some(next) = inside.get(step % inside.len().max(1)) else { break };
        place = place.pointer_mut(&format!("/{next}")).unwrap();
    }
    *place = what;
    document
}

/// Every text in a document.
fn texts(document: &Value) -> Vec<&str> {
    match document {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => {
            fields.iter().flat_map(|(key, field)| std::iter::once(key.as_str()).chain(texts(field))).collect()
        }
        _ => vec![],
    }
}

/// What may be mistaken for a secret, or hide one.
fn shady() -> impl Strategy<Value = Value> {
    const PARTS: [&str; 24] = [
        "password",
        "token",
        "--",
        "-u",
        "=",
        ":",
        "://",
        "@",
        "\"",
        "'",
        " ",
        "a",
        "1",
        "arn:",
        "ghp_",
        "eyJ",
        "bearer ",
        "name",
        "value",
        "key",
        "environment",
        "(redacted)",
        "é",
        "\u{0}",
    ];
    let text = prop::collection::vec(prop::sample::select(&PARTS[..]), 0..6).prop_map(|parts| parts.concat());
    let text = text.boxed();
    let leaf =
        prop_oneof![Just(Value::Null), any::<String>().prop_map(Value::from), text.clone().prop_map(Value::from)];
    leaf.prop_recursive(3, 24, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(text.clone(), inner, 0..5).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_else_is_touched(document in innocent()) {
        prop_assert_eq!(redacted(document.clone()), document);
    }

    #[test]
    fn no_text_survives_where_all_are_secret(
        document in innocent(),
        path in prop::collection::vec(0..9_usize, 0..5),
        place in prop::sample::select(&ANY_TEXT[..]),
        secret in "[a-zA-Z0-9][ -~é]{11,40}",
    ) {
        let (with, without) = place(&secret);
        let redacted = redacted(planted(document.clone(), &path, with));
        prop_assert!(texts(&redacted).iter().all(|text| !text.contains(&secret)));
        prop_assert_eq!(redacted, planted(document, &path, without));
    }

    #[test]
    fn no_secret_survives_wherever_it_is(
        document in innocent(),
        path in prop::collection::vec(0..9_usize, 0..5),
        shape in prop::sample::select(&WORD[..]),
        secret in "[a-zA-Z0-9]{30,40}",
        wrap in prop::sample::select(&[
            (|text| json!(text)) as fn(&str) -> Value,
            |text| json!(["sh", "-c", text]),
            |text| json!({"command": ["CMD-SHELL", text]}),
            |text| json!({"dockerLabels": {"check": text}}),
            |text| json!({"tags": [{"key": "note", "value": text}]}),
            |text| json!({"secrets": [{"name": "N", "valueFrom": text}]}),
        ][..]),
    ) {
        let redacted = redacted(planted(document.clone(), &path, wrap(&shape(&secret))));
        prop_assert!(texts(&redacted).iter().all(|text| !text.contains(&secret)));
        prop_assert_eq!(redacted, planted(document, &path, wrap(R)));
    }

    #[test]
    fn once_is_enough(document in shady()) {
        let once = redacted(document);
        prop_assert_eq!(redacted(once.clone()), once.clone());
        let redactor = Redactor::default().and(|text| text.contains("red")).keep(vec!["*a*".to_owned()]);
        let once = redactor.document(once);
        prop_assert_eq!(redactor.document(once.clone()), once);
    }
}
