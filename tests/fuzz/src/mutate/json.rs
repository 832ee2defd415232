//! JSON documents that are like others.

use serde_json::{Map, Value, json};

use super::text;
use crate::random::Random;

/// The document with some changes, in JSON again; what is no JSON is changed as the text that it is. `words` are what its
/// texts are made of.
pub fn mutate(data: &[u8], words: &[&str], random: &mut Random) -> Vec<u8> {
    match serde_json::from_slice::<Value>(data) {
        Ok(mut document) if !random.once_in(16) => {
            for _ in 0..=random.below(3) {
                change(&mut document, words, random);
            }
            document.to_string().into_bytes()
        }
        _ => text::mutate(&String::from_utf8_lossy(data), words, random).into_bytes(),
    }
}

/// The JSON pointers of all values in a document.
pub fn places(document: &Value) -> Vec<String> {
    let mut places = vec![String::new()];
    match document {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                places.extend(self::places(item).into_iter().map(|place| format!("/{at}{place}")));
            }
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                let key = key.replace('~', "~0").replace('/', "~1");
                places.extend(self::places(field).into_iter().map(|place| format!("/{key}{place}")));
            }
        }
        _ => {}
    }
    places
}

fn change(document: &mut Value, words: &[&str], random: &mut Random) {
    let places = places(document);
    let other = document.pointer(&random.pick(&places)).cloned().unwrap_or_default();
    let Some(place) = document.pointer_mut(&random.pick(&places)) else { return };
    match (random.below(8), place) {
        (0, place) => *place = leaf(words, random),
        (1, place) => *place = other,
        (2, place) => *place = json!([place.take()]),
        (3, place) => *place = Value::Object(Map::from_iter([(word(words, random), place.take())])),
        (_, Value::Array(items)) => items_changed(items, other, words, random),
        (_, Value::Object(fields)) => fields_changed(fields, other, words, random),
        (_, Value::String(text)) => *text = text::mutate(text, words, random),
        (_, place) => *place = leaf(words, random),
    }
}

fn items_changed(items: &mut Vec<Value>, other: Value, words: &[&str], random: &mut Random) {
    let at = random.below(items.len() + 1);
    match random.below(4) {
        0 => items.insert(at, other),
        1 => items.insert(at, leaf(words, random)),
        2 if at < items.len() => items.insert(at, items[at].clone()),
        _ if at < items.len() => _ = items.remove(at),
        _ => items.clear(),
    }
}

fn fields_changed(fields: &mut Map<String, Value>, other: Value, words: &[&str], random: &mut Random) {
    let keys: Vec<_> = fields.keys().cloned().collect();
    let key = if keys.is_empty() { word(words, random) } else { random.pick(&keys) };
    match random.below(4) {
        0 => _ = fields.insert(word(words, random), other),
        1 => _ = fields.insert(word(words, random), leaf(words, random)),
        2 => {
            if let Some(field) = fields.remove(&key) {
                fields.insert(text::mutate(&key, words, random), field);
            }
        }
        _ => _ = fields.remove(&key),
    }
}

fn leaf(words: &[&str], random: &mut Random) -> Value {
    match random.below(12) {
        0 => Value::Null,
        1 => true.into(),
        2 => false.into(),
        3 => json!(0),
        4 => json!(-1),
        5 => json!(u64::MAX),
        6 => json!(1.5e300),
        7 => json!([]),
        8 => json!({}),
        9 => "".into(),
        _ => word(words, random).into(),
    }
}

fn word(words: &[&str], random: &mut Random) -> String {
    if words.is_empty() || random.once_in(8) { text::mutate("x", words, random) } else { random.pick(words).to_owned() }
}
