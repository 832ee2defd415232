//! The case corpus: a folder is a case, and every case goes through the library, the command line and the Lambda function.
//!
//! - `event.json`: the event
//! - `facts.json`: what AWS would say, as a recording
//! - `policy.json`: the policy
//! - `expected.json`: the report that all of them must give
//! - `README.md`: what the case is about

use std::fs;
use std::path::{Path, PathBuf};

use gatecheck_core::facts::Facts;
use gatecheck_core::recording::Recording;
use serde_json::Value;

/// One case.
#[derive(Debug)]
pub struct Case {
    pub name: String,
    pub folder: PathBuf,
    pub event: Value,
    pub facts: Facts,
    pub policy: Value,
}

impl Case {
    /// The case of this name.
    pub fn load(name: &str) -> Self {
        let folder = folder().join(name);
        let read = |file: &str| -> Value {
            let path = folder.join(file);
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        let event = read("event.json");
        let facts = Recording::parse(read("facts.json")).unwrap().facts;
        Self { name: name.to_owned(), event, facts, policy: read("policy.json"), folder }
    }

    /// All cases.
    pub fn all() -> Vec<Self> {
        let mut names: Vec<_> =
            fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        assert!(names.len() > 20, "the corpus is not where it should be");
        names.iter().map(|name| Self::load(name)).collect()
    }

    /// The report that the case expects. With `GATECHECK_UPDATE_CASES` set, `actual` becomes it: to be read in the diff.
    pub fn expected(&self, actual: &Value) -> Value {
        let path = self.folder.join("expected.json");
        if std::env::var_os("GATECHECK_UPDATE_CASES").is_some() {
            fs::write(&path, format!("{actual:#}\n")).unwrap();
        }
        serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap()
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")
}
