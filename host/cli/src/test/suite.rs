//! A suite as it is written: cases for one policy, each with what it expects.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use gatecheck_core::facts::Family;
use serde::Deserialize;
use serde_json::Value;

use super::error::TestError;
use super::expectation::Expectation;
use crate::input::{InputError, read, yaml_reason};

/// The document in the file of a suite.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Suite {
    /// As `check --policy` takes it; a path is relative to the suite.
    pub(super) policy: PathBuf,
    pub(super) cases: Vec<SuiteCase>,
}

/// A case of a suite.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SuiteCase {
    pub(super) name: String,
    /// The name of a base, or a recording relative to the suite.
    pub(super) facts: Option<PathBuf>,
    /// An event relative to the suite.
    pub(super) event: Option<PathBuf>,
    /// What is different in the facts.
    #[serde(default)]
    pub(super) patch: BTreeMap<Family, Value>,
    /// Instead of those of the policy.
    pub(super) settings: Option<Value>,
    #[serde(default)]
    pub(super) expect: Expectation,
}

impl Suite {
    /// Reads a file, strictly: a key that nobody knows would be an expectation that nobody checks.
    pub(super) fn read(path: &Path) -> Result<Self, InputError> {
        let text = read(path)?;
        let json = path.extension().is_some_and(|extension| extension == "json");
        let suite: Result<Self, String> = if json {
            serde_json::from_str(&text).map_err(|error| error.to_string())
        } else {
            serde_saphyr::from_str(&text).map_err(|error| yaml_reason(&error.to_string()))
        };
        let suite = suite.map_err(|reason| TestError::NotASuite { path: path.to_owned(), reason })?;
        let mut names = BTreeSet::new();
        if let Some(case) = suite.cases.iter().find(|case| !names.insert(&case.name)) {
            return Err(TestError::SameName { path: path.to_owned(), name: case.name.clone() }.into());
        }
        Ok(suite)
    }
}
