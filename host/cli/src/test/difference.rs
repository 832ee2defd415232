//! How what came differs from what was expected.

use std::fmt;

use gatecheck_core::report::{Fault, FaultReason, Undecided, Violation};
use serde::Serialize;
use serde_json::{Value, json};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Difference {
    pub(super) kind: Kind,
    /// What it is about: `violation {rule: "image", object: "web"}`.
    pub(super) what: String,
    /// What more there is to say: the sentence of a violation, the detail of a fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) more: Vec<String>,
}

/// What kind of difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    /// It was expected and did not come.
    Missing,
    /// It came and was not expected.
    Unexpected,
    /// Another number came.
    Count,
    /// It came otherwise.
    Changed,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Missing => "missing",
            Self::Unexpected => "unexpected",
            Self::Count => "count",
            Self::Changed => "changed",
        })
    }
}

impl Difference {
    pub(super) fn missing(what: String) -> Self {
        Self { kind: Kind::Missing, what, more: Vec::new() }
    }

    pub(super) fn unexpected(finding: &impl Finding) -> Self {
        Self { kind: Kind::Unexpected, what: finding.shown(), more: finding.more() }
    }
}

/// Something that a report says.
pub(super) trait Finding {
    /// Its kind, and its keys in the notation of a suite.
    fn shown(&self) -> String;
    /// What it says in words.
    fn more(&self) -> Vec<String>;
}

/// A list of keys and values as it can stand in a suite; what has no value is left out.
pub(super) fn keys<'a>(pairs: impl IntoIterator<Item = (&'a str, Option<Value>)>) -> String {
    let pairs = pairs.into_iter().filter_map(|(key, value)| Some(format!("{key}: {}", value?)));
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
}

impl Finding for Violation {
    fn shown(&self) -> String {
        let keys = keys([
            ("rule", Some(json!(self.rule))),
            ("object", Some(json!(self.object))),
            ("attribute", Some(json!(self.attribute))),
            ("found", self.found.clone()),
            ("severity", Some(json!(self.severity))),
        ]);
        format!("violation {keys}")
    }

    fn more(&self) -> Vec<String> {
        vec![self.message.clone()]
    }
}

impl Finding for Undecided {
    fn shown(&self) -> String {
        let family = self.unavailable.first().map(|missing| json!(missing.family));
        format!("undecided {}", keys([("rule", Some(json!(self.rule))), ("family", family)]))
    }

    fn more(&self) -> Vec<String> {
        self.unavailable.iter().map(ToString::to_string).collect()
    }
}

impl Finding for Fault {
    fn shown(&self) -> String {
        format!("fault {}", keys([("reason", Some(json!(self.reason)))]))
    }

    fn more(&self) -> Vec<String> {
        let mut more = vec![self.detail.clone()];
        if self.reason.is_limit() {
            more.push("the limits are those of production, which would end it as well".to_owned());
        } else if self.reason == FaultReason::Trap {
            more.push("a panic or an abort ends so; unit tests, which run without WebAssembly, show where".to_owned());
        }
        more
    }
}
