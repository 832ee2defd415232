//! How statements are written in another way.

use serde_json::{Map, Value, json};

use super::super::statement::Statement;

type Entries = Map<String, Value>;

pub(super) fn action<'a>(statement: &'a Statement) -> Option<&'a str> {
    statement.entries.get("action").and_then(Value::as_str)
}

/// Refused keys that the statement can do without.
pub(super) fn other_refused<'a>(statement: &'a Statement) -> impl Iterator<Item = (&'a String, &'a String)> {
    statement.refused.iter().filter(|(key, _)| !["attribute", "allowed_values"].contains(&key.as_str()))
}

/// What is about the document has no statement to rewrite.
pub(super) fn as_it_is(_: &Statement, _: &mut Entries) {}

pub(super) fn alert(statement: &Statement, entries: &mut Entries) {
    if statement.entries.contains_key("action") {
        entries.insert("action".to_owned(), "alert".into());
    }
}

pub(super) fn allow_nothing(_: &Statement, entries: &mut Entries) {
    entries.insert("allowed_values".to_owned(), json!([]));
}

pub(super) fn allow_the_text(statement: &Statement, entries: &mut Entries) {
    entries.insert("allowed_values".to_owned(), json!([statement.allowed()]));
}

pub(super) fn allow_the_keys(statement: &Statement, entries: &mut Entries) {
    let keys = statement.allowed().and_then(Value::as_object).into_iter().flatten().map(|(key, _)| key.clone());
    entries.insert("allowed_values".to_owned(), keys.collect());
}

/// Brackets make a list of one element, the list, of an attribute.
pub(super) fn take_whole(statement: &Statement, entries: &mut Entries) {
    if let Some(name) = statement.attribute() {
        entries.insert("attribute".to_owned(), format!("[{name}]").into());
        entries.entry("rule").or_insert_with(|| name.into());
    }
}

pub(super) fn take_refused_away(statement: &Statement, entries: &mut Entries) {
    entries.retain(|key, _| !other_refused(statement).any(|(refused, _)| refused == key));
}
