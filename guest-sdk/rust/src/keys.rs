//! Reading some keys of a document and skipping the others.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

/// The keys of an object that are wanted.
#[derive(Clone, Copy)]
pub(crate) struct Keys<'a>(pub(crate) &'a dyn Fn(&str) -> bool);

impl Keys<'_> {
    pub(crate) fn of_text(self, document: &str) -> serde_json::Result<Value> {
        let mut document = serde_json::Deserializer::from_str(document);
        let keys = self.deserialize(&mut document)?;
        document.end()?;
        Ok(keys)
    }

    pub(crate) fn of_value(self, document: Value) -> Value {
        self.deserialize(document).unwrap_or_default()
    }
}

impl<'de> DeserializeSeed<'de> for Keys<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, document: D) -> Result<Value, D::Error> {
        document.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Keys<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut wanted = Map::new();
        while let Some(key) = entries.next_key_seed(Key(self))? {
            match key {
                Some(key) => {
                    wanted.insert(key, entries.next_value()?);
                }
                None => {
                    entries.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Value::Object(wanted))
    }
}

/// A key, if it is wanted.
struct Key<'a>(Keys<'a>);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, key: D) -> Result<Self::Value, D::Error> {
        key.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        let Keys(is_wanted) = self.0;
        Ok(is_wanted(key).then(|| key.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_that_are_not_wanted_are_skipped() {
        let keys = Keys(&|key| key == "a" || key == "c\n");
        let document = json!({"a": {"b": [1]}, "b": {"a": "\"}"}, "c\n": null});
        let wanted = json!({"a": {"b": [1]}, "c\n": null});
        assert_eq!(keys.of_text(&document.to_string()).unwrap(), wanted);
        assert_eq!(keys.of_value(document), wanted);
        for broken in ["[]", "{\"b\": [}", "{} {}"] {
            assert!(keys.of_text(broken).is_err(), "{broken}");
        }
    }
}
