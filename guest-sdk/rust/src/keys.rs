//! Reading some keys of a document and skipping the others.

use serde_json::{Map, Value};

/// The wanted keys of an object. What is skipped is not looked into, not even whether it is JSON, and what follows the last
/// of them is not looked at.
pub(crate) fn keys_of_text(document: &str, wanted: &[&str]) -> serde_json::Result<Value> {
    match scan(document, wanted) {
        Some(found) => Ok(Value::Object(found)),
        // Whatever it is, the parser of JSON knows better.
        None => serde_json::from_str(document).map(|document| keys_of_value(document, wanted)),
    }
}

/// The same of a value.
pub(crate) fn keys_of_value(document: Value, wanted: &[&str]) -> Value {
    let Value::Object(mut entries) = document else { return document };
    entries.retain(|key, _| wanted.contains(&key.as_str()));
    Value::Object(entries)
}

/// Goes through the entries of an object whose keys have no escapes.
fn scan(document: &str, wanted: &[&str]) -> Option<Map<String, Value>> {
    let mut rest = Rest(document);
    let mut found = Map::new();
    rest.eat(b'{')?;
    while rest.eat(b'"').is_some() {
        let key = rest.take(text_length(rest.0.as_bytes())?)?.strip_suffix('"')?;
        rest.eat(b':')?;
        let value = rest.take(value_length(rest.0.as_bytes())?)?;
        if key.contains('\\') {
            return None;
        }
        if wanted.contains(&key) {
            found.insert(key.to_owned(), serde_json::from_str(value).ok()?);
            if found.len() == wanted.len() {
                return Some(found);
            }
        }
        if rest.eat(b',').is_none() {
            break;
        }
    }
    rest.eat(b'}')?;
    rest.0.trim_ascii().is_empty().then_some(found)
}

/// What is left of the document.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn eat(&mut self, expected: u8) -> Option<()> {
        let rest = self.0.trim_ascii_start();
        if rest.as_bytes().first() != Some(&expected) {
            return None;
        }
        self.0 = rest.get(1..)?;
        Some(())
    }

    fn take(&mut self, length: usize) -> Option<&'a str> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}

/// The length of a text from behind its first quote to behind its last one.
fn text_length(text: &[u8]) -> Option<usize> {
    let mut length = 0;
    loop {
        length += before_mark(text.get(length..)?)? + 1;
        if text.get(length - 1) == Some(&b'"') {
            return Some(length);
        }
        length += 1;
    }
}

/// How many bytes are before the first quote or backslash. Eight are looked at in a few instructions: most of a document is text.
fn before_mark(text: &[u8]) -> Option<usize> {
    const EACH: u64 = u64::MAX / 0xFF;
    // Leaves a bit in the first byte that is zero, and none before it.
    let zeros = |word: u64| word.wrapping_sub(EACH) & !word & (EACH << 7);
    let (words, rest) = text.as_chunks();
    for (bytes, word) in (0..).step_by(8).zip(words) {
        let word = u64::from_le_bytes(*word);
        let marks = zeros(word ^ (EACH * u64::from(b'"'))) | zeros(word ^ (EACH * u64::from(b'\\')));
        if marks != 0 {
            return Some(bytes + marks.trailing_zeros() as usize / 8);
        }
    }
    let ahead = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
    Some(text.len() - rest.len() + ahead)
}

/// The length of a value up to the comma or bracket behind it.
fn value_length(text: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        match text.get(at)? {
            b'"' => at += text_length(text.get(at + 1..)?)?,
            b'[' | b'{' => depth += 1,
            b',' | b']' | b'}' if depth == 0 => return Some(at),
            b']' | b'}' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_that_are_not_wanted_are_skipped() {
        let wanted_keys = ["a", "c\n"];
        for (document, wanted) in [
            (json!({"a": {"b": [1, 2], "x": {}}, "b": {"a": "\\\"}"}, "d": "{"}), json!({"a": {"b": [1, 2], "x": {}}})),
            (json!({"b": [], "c\n": null, "a": "\\"}), json!({"c\n": null, "a": "\\"})),
            (json!({"b": "\"\\\"a long text \\", "a": "\\\\\""}), json!({"a": "\\\\\""})),
            (json!({}), json!({})),
            (json!([1]), json!([1])),
        ] {
            assert_eq!(keys_of_text(&document.to_string(), &wanted_keys).unwrap(), wanted);
            assert_eq!(keys_of_text(&format!(" {document:#}\n"), &wanted_keys).unwrap(), wanted);
            assert_eq!(keys_of_value(document, &wanted_keys), wanted);
        }
        for broken in ["", "{", "{\"b\"", "{\"b\": [}", "{} {}", "{\"a\": x}", "{,\"b\": 1}"] {
            assert!(keys_of_text(broken, &wanted_keys).is_err(), "{broken}");
        }
    }
}
