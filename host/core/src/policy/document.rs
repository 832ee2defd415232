//! A policy document: an entry `{"module", "settings", ...}`, or the document of the Python tool, which is the settings of
//! the bundled allow-list.

use std::fmt::Display;

use serde_json::{Map, Value};

use super::digest::Digest;
use super::limits::EntryLimits;
use super::location::Location;
use super::remedy;
use super::scope::Scope;
use crate::entry::{self, escape};
use crate::report::{Fault, FaultReason};

/// The bundled policy that documents of the Python tool are for.
const ALLOW_LIST: &str = "allow-list";

/// The keys of an entry.
const KEYS: [&str; 6] = ["module", "sha256", "settings", "scope", "limits", "action"];

/// Where a module is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ModuleReference {
    /// A policy that ships with Gatecheck.
    Bundled(String),
    /// Any other module.
    Elsewhere {
        /// Where it is.
        location: Location,
        /// The digest of its bytes. Only the command line takes a file without.
        sha256: Option<Digest>,
    },
}

/// A policy as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyDocument {
    /// Its name.
    pub name: String,
    /// File or parameter.
    pub source: String,
    /// Its module.
    pub module: ModuleReference,
    /// The tasks it is for.
    pub scope: Scope,
    /// What it may use, where that is less than the operator gives.
    pub limits: EntryLimits,
    /// Its settings.
    pub settings: Value,
    /// Where the settings are: `source`, and the JSON pointer that leads to them.
    pub place: String,
}

impl PolicyDocument {
    /// The settings as the module gets them: JSON text, the same in whichever order the keys were written.
    pub fn settings_text(&self) -> String {
        let mut settings = self.settings.clone();
        settings.sort_all_objects();
        settings.to_string()
    }

    /// The fault of a policy whose module cannot be had.
    pub fn without_module(&self, error: &dyn Display, remedy_of_error: Option<&str>) -> Fault {
        let detail = format!("{}: {error}{}", self.place_of_module(), remedy(remedy_of_error));
        Fault { policy: self.name.clone(), reason: FaultReason::Module, detail }
    }

    /// Where the document names its module.
    fn place_of_module(&self) -> String {
        // The document of the Python tool names none.
        let pointer = if self.place.ends_with("/settings") { "#/module" } else { "" };
        format!("{}{pointer}", self.source)
    }

    /// Reads the JSON text of a document from `source` (a file or parameter).
    pub fn read(name: &str, source: &str, text: &str) -> Result<Self, Fault> {
        // Editors of other systems begin a file with a byte order mark.
        let text = text.trim_start_matches('\u{feff}');
        let document = entry::read(text).map_err(|error| Fault {
            policy: name.to_owned(),
            reason: FaultReason::Document,
            detail: format!("{source}: not JSON: {error}; write `{{\"task\": [...]}}` or `{{\"module\": ...}}`"),
        })?;
        Self::parse(name, source, document)
    }

    /// What its author may not expect, with its place.
    pub fn warning(&self) -> Option<String> {
        self.scope.warning().map(|warning| format!("{}#/scope/exclude: {warning}", self.source))
    }

    /// The policy of a module alone, without settings.
    pub fn of_module(name: &str, location: Location, sha256: Option<Digest>) -> Self {
        Self {
            name: name.to_owned(),
            source: location.to_string(),
            module: ModuleReference::Elsewhere { location, sha256 },
            scope: Scope::default(),
            limits: EntryLimits::default(),
            settings: Value::Object(Map::new()),
            place: "settings".to_owned(),
        }
    }

    /// Understands a document from `source` (a file or parameter).
    pub fn parse(name: &str, source: &str, document: Value) -> Result<Self, Fault> {
        let fault = |pointer: &str, problem: &str| Fault {
            policy: name.to_owned(),
            reason: FaultReason::Document,
            detail: format!("{source}#{pointer}: {problem}"),
        };
        let Value::Object(mut document) = document else {
            let remedy = if document.is_array() { "; a list of statements goes under the key `task`" } else { "" };
            return Err(fault("", &format!("a policy is a JSON object{remedy}")));
        };
        // For editors.
        document.remove("$schema");
        if !document.contains_key("module") {
            if !document.contains_key("task") {
                return Err(fault("", "neither an entry with the key `module` nor a document with the key `task`"));
            }
            return Ok(Self {
                name: name.to_owned(),
                source: source.to_owned(),
                module: ModuleReference::Bundled(ALLOW_LIST.to_owned()),
                scope: Scope::default(),
                limits: EntryLimits::default(),
                settings: Value::Object(document),
                place: format!("{source}#"),
            });
        }
        if let Some(key) = document.keys().find(|key| !KEYS.contains(&key.as_str())) {
            let problem = format!("unknown key; an entry has the keys `{}`", KEYS.join("`, `"));
            return Err(fault(&format!("/{}", escape(key)), &problem));
        }
        let text = |document: &Map<String, Value>, key: &str| match document.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(fault(&format!("/{key}"), "not a string")),
        };
        let module = text(&document, "module")?.unwrap_or_default();
        let sha256 = text(&document, "sha256")?.map(|digest| digest.parse::<Digest>()).transpose();
        let sha256 = sha256.map_err(|error| fault("/sha256", &error.to_string()))?;
        if text(&document, "action")?.is_some_and(|action| action != "alert") {
            return Err(fault("/action", "unknown action; the only one is `alert`"));
        }
        let scope = document.remove("scope").map_or_else(|| Ok(Scope::default()), Scope::read);
        let scope = scope.map_err(|(pointer, problem)| fault(&format!("/scope{pointer}"), &problem))?;
        let limits = document.remove("limits").map_or_else(|| Ok(EntryLimits::default()), EntryLimits::read);
        let limits = limits.map_err(|(pointer, problem)| fault(&format!("/limits{pointer}"), &problem))?;
        // A path or URL has a slash, a colon or a dot; the name of a bundled policy has none.
        let module = if module.contains(['/', ':', '.', '\\']) {
            let location = Location::parse(&module)
                .map_err(|error| fault("/module", &format!("`{module}`: {error}{}", remedy(Some(&error.remedy())))))?;
            if sha256.is_none() && !matches!(location, Location::File(_)) {
                return Err(fault("/sha256", "is missing; state the digest of the module that was reviewed"));
            }
            ModuleReference::Elsewhere { location, sha256 }
        } else {
            ModuleReference::Bundled(module)
        };
        Ok(Self {
            name: name.to_owned(),
            source: source.to_owned(),
            module,
            scope,
            limits,
            settings: document.remove("settings").unwrap_or_else(|| Value::Object(Map::new())),
            place: format!("{source}#/settings"),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(document: Value) -> Result<PolicyDocument, String> {
        PolicyDocument::parse("p", "p.json", document).map_err(|fault| fault.detail)
    }

    #[test]
    fn the_document_of_the_python_tool_is_for_the_allow_list() {
        let document = parse(json!({"task": []})).unwrap();
        assert_eq!(document.module, ModuleReference::Bundled("allow-list".into()));
        assert_eq!((document.settings, document.place.as_str()), (json!({"task": []}), "p.json#"));
    }

    #[test]
    fn an_entry_names_its_module() {
        let document = parse(json!({"module": "allow-list", "settings": {"task": []}, "action": "alert"})).unwrap();
        assert_eq!(document.module, ModuleReference::Bundled("allow-list".into()));
        assert_eq!((document.settings, document.place.as_str()), (json!({"task": []}), "p.json#/settings"));
        let document = parse(json!({"module": "./mine.wasm"})).unwrap();
        let location = Location::File("./mine.wasm".into());
        assert_eq!(document.module, ModuleReference::Elsewhere { location, sha256: None });
    }

    /// Whether maps of `serde_json` keep that order depends on what else is built with it.
    #[test]
    fn settings_are_the_same_text_in_whichever_order_they_were_written() {
        let settings: Value = serde_json::from_str(r#"{"b": [{"d": 1, "c": 2}], "a": 1.0}"#).unwrap();
        let document = parse(json!({"module": "allow-list", "settings": settings})).unwrap();
        assert_eq!(document.settings_text(), r#"{"a":1.0,"b":[{"c":2,"d":1}]}"#);
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let error = |document| parse(document).unwrap_err();
        assert_eq!(
            error(json!([])),
            "p.json#: a policy is a JSON object; a list of statements goes under the key `task`"
        );
        assert_eq!(
            error(json!({})),
            "p.json#: neither an entry with the key `module` nor a document with the key `task`"
        );
        assert_eq!(
            error(json!({"module": "allow-list", "a/b": 1})),
            "p.json#/a~1b: unknown key; an entry has the keys `module`, `sha256`, `settings`, `scope`, `limits`, `action`"
        );
        assert_eq!(error(json!({"module": 1})), "p.json#/module: not a string");
        assert_eq!(
            error(json!({"module": "x", "action": "stop"})),
            "p.json#/action: unknown action; the only one is `alert`"
        );
        assert!(
            error(json!({"module": "x", "scope": {"cluster": []}})).starts_with("p.json#/scope/cluster: unknown field")
        );
        assert!(error(json!({"module": "x", "sha256": "abc"})).starts_with("p.json#/sha256: not a SHA-256 digest"));
        assert_eq!(
            error(json!({"module": "s3://bucket", "sha256": "0".repeat(64)})),
            "p.json#/module: `s3://bucket`: incomplete reference; write `s3://BUCKET/KEY`"
        );
        assert!(error(json!({"module": "s3://bucket/key"})).starts_with("p.json#/sha256: is missing; "));
    }
}
