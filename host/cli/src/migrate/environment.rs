//! Variables: the file that prereq.py wrote, or the configuration of the function.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::error::MigrateError;
use crate::document::not_json;
use crate::input::{InputError, read};

/// What a function was configured with.
#[derive(Default)]
pub(super) struct Environment {
    pub(super) variables: BTreeMap<String, String>,
    pub(super) architecture: Option<String>,
    pub(super) memory: Option<u64>,
}

impl Environment {
    pub(super) fn read(path: &Path) -> Result<Self, InputError> {
        let text = read(path)?;
        if text.trim_start().starts_with('{') {
            let configuration: Value = serde_json::from_str(&text).map_err(|error| not_json(path, &text, error))?;
            return Ok(Self::of_configuration(&configuration));
        }
        let mut variables = BTreeMap::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let line = line.strip_prefix("export ").unwrap_or(line);
            let Some((name, value)) = line.split_once('=') else {
                return Err(MigrateError::NotAVariable { path: path.to_owned(), line: number }.into());
            };
            // prereq.py adds lines and removes none: the last one is what counts.
            variables.insert(name.trim().to_owned(), unquoted(value.trim()).to_owned());
        }
        let architecture = variables.get("GATECHECK_ARCHITECTURE").cloned();
        Ok(Self { variables, architecture, memory: None })
    }

    /// What `aws lambda get-function-configuration` prints, or the answer that `get-function` wraps it in.
    fn of_configuration(document: &Value) -> Self {
        let configuration = document.get("Configuration").unwrap_or(document);
        let variables = configuration.pointer("/Environment/Variables").and_then(Value::as_object);
        let text = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
        Self {
            variables: variables.into_iter().flatten().filter_map(text).collect(),
            architecture: configuration.pointer("/Architectures/0").and_then(Value::as_str).map(str::to_owned),
            memory: configuration.get("MemorySize").and_then(Value::as_u64),
        }
    }

    /// A variable that is set to something.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

fn unquoted(value: &str) -> &str {
    let within = |quote: char| value.strip_prefix(quote).and_then(|value| value.strip_suffix(quote));
    within('"').or_else(|| within('\'')).unwrap_or(value)
}
