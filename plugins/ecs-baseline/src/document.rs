//! Reads AWS documents: every attribute may be missing, and one of another type than AWS gives it leaves the rule undecided.

use gatecheck_sdk::{Unavailable, Unknown};
use serde_json::Value;

/// A part of a document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Document<'a> {
    family: &'static str,
    value: &'a Value,
}

impl<'a> Document<'a> {
    pub(crate) fn new(family: &'static str, value: &'a Value) -> Self {
        Self { family, value }
    }

    /// An attribute, unless it is missing or `null`.
    pub(crate) fn get(self, key: &str) -> Result<Option<&'a Value>, Unknown> {
        match self.value {
            Value::Object(attributes) => Ok(attributes.get(key).filter(|value| !value.is_null())),
            Value::Null => Ok(None),
            _ => Err(self.unreadable(key, "in an object")),
        }
    }

    /// An empty text stands for what is not there.
    pub(crate) fn text(self, key: &str) -> Result<Option<&'a str>, Unknown> {
        Ok(self.typed(key, "a text", Value::as_str)?.filter(|text| !text.is_empty()))
    }

    /// A switch that is missing is off.
    pub(crate) fn flag(self, key: &str) -> Result<bool, Unknown> {
        Ok(self.typed(key, "true or false", Value::as_bool)?.unwrap_or(false))
    }

    pub(crate) fn number(self, key: &str) -> Result<Option<f64>, Unknown> {
        self.typed(key, "a number", Value::as_f64)
    }

    /// One that is missing lacks every attribute.
    pub(crate) fn object(self, key: &str) -> Result<Self, Unknown> {
        let value = self.typed(key, "an object", |value| value.is_object().then_some(value))?;
        Ok(Self { value: value.unwrap_or(&Value::Null), ..self })
    }

    pub(crate) fn list(self, key: &str) -> Result<impl Iterator<Item = Self> + use<'a>, Unknown> {
        let list = self.typed(key, "a list", Value::as_array)?;
        Ok(list.into_iter().flatten().map(move |value| Self { value, ..self }))
    }

    pub(crate) fn texts(self, key: &str) -> Result<Vec<&'a str>, Unknown> {
        let list = self.typed(key, "a list", Value::as_array)?.into_iter().flatten();
        list.map(|item| item.as_str().ok_or_else(|| self.unreadable(key, "a list of texts"))).collect()
    }

    fn typed<T>(self, key: &str, expected: &str, read: impl Fn(&'a Value) -> Option<T>) -> Result<Option<T>, Unknown> {
        self.get(key)?.map(|value| read(value).ok_or_else(|| self.unreadable(key, expected))).transpose()
    }

    fn unreadable(self, key: &str, expected: &str) -> Unknown {
        let reason = Unavailable::Other(format!("the document cannot be read: `{key}` is not {expected}"));
        Unknown { family: self.family, reason }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_cannot_be_read_is_not_what_is_missing() {
        let value =
            json!({"text": "a", "empty": "", "flag": true, "none": null, "list": ["a", 1], "object": {"text": "b"}});
        let document = Document::new("task", &value);
        assert_eq!(document.text("text").unwrap(), Some("a"));
        assert_eq!(document.object("object").unwrap().text("text").unwrap(), Some("b"));
        assert_eq!(document.object("none").unwrap().text("text").unwrap(), None);
        for missing in ["empty", "none", "other"] {
            assert_eq!(document.text(missing).unwrap(), None, "{missing}");
        }
        assert!(document.flag("flag").unwrap() && !document.flag("other").unwrap());
        assert!(document.text("flag").is_err() && document.flag("text").is_err() && document.number("text").is_err());
        assert!(document.texts("list").is_err() && document.list("text").is_err() && document.object("list").is_err());
    }
}
