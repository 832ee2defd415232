//! JSON that people write, read strictly: what is wrong is told with its place.

use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use serde_path_to_error::Segment;

/// Reads a document in which no key stands twice: of two values under one key, nobody can tell which was meant.
pub fn read(text: &str) -> serde_json::Result<Value> {
    serde_json::from_str(text).map(|Strict(value)| value)
}

/// The path in Parameter Store below which entries are: what a variable says, or the default one. Whoever comes from the Python tool
/// has one parameter, `TASK_POLICY_SSM`, and a role that may read no other.
pub fn path(lookup: impl Fn(&str) -> Option<String>, variable: &str, default: &str) -> Option<String> {
    let set = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
    let path = set(variable).or_else(|| set(PARAMETER).is_none().then(|| default.to_owned()))?;
    Some(format!("/{}", path.trim_matches('/')))
}

/// The variable that names one parameter with a policy.
const PARAMETER: &str = "TASK_POLICY_SSM";

/// Understands an object. An error is a JSON pointer into it, and what is wrong there.
pub fn understand<T: DeserializeOwned>(object: Value) -> Result<T, (String, String)> {
    // A list would be read as the fields in their order.
    if !object.is_object() {
        return Err((String::new(), "not an object".to_owned()));
    }
    serde_path_to_error::deserialize(object).map_err(|error| {
        let keys = error.path().iter().map(|segment| match segment {
            Segment::Map { key } => format!("/{}", escape(key)),
            Segment::Seq { index } => format!("/{index}"),
            Segment::Enum { .. } | Segment::Unknown => String::new(),
        });
        (keys.collect(), error.into_inner().to_string())
    })
}

/// A key as a part of a JSON pointer (RFC 6901).
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(format_args!("the key `{key}` stands twice")));
            }
            let Strict(value) = entries.next_value()?;
            map.insert(key, value);
        }
        Ok(map.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_what_serde_json_reads() {
        let text = r#"{"a": [null, true, -1, 18446744073709551615, 1.5, "x"], "b": {"c": {}}}"#;
        assert_eq!(read(text).unwrap(), serde_json::from_str::<Value>(text).unwrap());
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_at_any_depth() {
        let error = read("{\"task\": [{\"type\": \"exact\",\n \"type\": \"range\"}]}").unwrap_err();
        assert_eq!(error.to_string(), "the key `type` stands twice at line 2 column 7");
    }
}
