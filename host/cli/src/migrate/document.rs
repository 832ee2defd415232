//! The policy document of the Python tool, from a file or as Parameter Store hands it out.

use std::path::Path;

use serde_json::{Map, Value};

use super::error::MigrateError;
use crate::input::{InputError, read_json};

/// A policy document.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) statements: Vec<Value>,
    /// Keys beside `task`.
    pub(super) other_keys: Vec<String>,
    /// The statements stand alone, without the key `task`.
    pub(super) is_list: bool,
    /// The name of its parameter, if it came with it.
    pub(super) parameter: Option<String>,
}

impl Document {
    pub(super) fn read(path: &Path) -> Result<Self, InputError> {
        let wrong = |reason: &str| MigrateError::NotADocument { path: path.to_owned(), reason: reason.to_owned() };
        let mut document = read_json(path)?;
        let mut parameter = None;
        if let Some(Value::Object(exported)) = document.get_mut("Parameter") {
            parameter = exported.get("Name").and_then(Value::as_str).map(str::to_owned);
            let Some(Value::String(text)) = exported.remove("Value") else {
                return Err(wrong("the parameter has no `Value`").into());
            };
            document = serde_json::from_str(&text).map_err(|_| wrong("the parameter's `Value` is not JSON"))?;
        }
        match document {
            Value::Array(statements) => Ok(Self { statements, other_keys: Vec::new(), is_list: true, parameter }),
            Value::Object(document) if document.contains_key("module") => {
                Err(MigrateError::AnEntry { path: path.to_owned() }.into())
            }
            Value::Object(document) => Self::of_object(document, parameter).map_err(|reason| wrong(reason).into()),
            _ => Err(wrong("it is not an object").into()),
        }
    }

    fn of_object(mut document: Map<String, Value>, parameter: Option<String>) -> Result<Self, &'static str> {
        let statements = match document.remove("task") {
            Some(Value::Array(statements)) => statements,
            Some(_) => return Err("`task` is not a list"),
            None => return Err("there is no `task`"),
        };
        let other_keys = document.into_iter().map(|(key, _)| key).collect();
        Ok(Self { statements, other_keys, is_list: false, parameter })
    }
}
