//! The table of rules that a policy may have beside the schema of its settings: the annotations `x-gatecheck-…`.

use gatecheck_core::policy::Description;
use serde::Deserialize;
use serde_json::Value;

/// What the bundled baseline is called.
pub(crate) const BASELINE: &str = "ecs-baseline";

/// What a policy says about its rules.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct RuleTable {
    /// As the policy describes them.
    #[serde(default, rename = "x-gatecheck-rules")]
    pub(crate) rules: Vec<Value>,
    #[serde(default, rename = "x-gatecheck-catalogues")]
    pub(crate) catalogues: Vec<Catalogue>,
    #[serde(default, rename = "x-gatecheck-not-evaluated")]
    pub(crate) not_evaluated: Vec<NotEvaluated>,
}

/// A catalogue of controls.
#[derive(Debug, Deserialize)]
pub(crate) struct Catalogue {
    /// What its controls begin with.
    pub(crate) name: String,
    pub(crate) title: String,
}

/// A control that no rule evaluates.
#[derive(Debug, Deserialize)]
pub(crate) struct NotEvaluated {
    pub(crate) control: String,
    pub(crate) reason: String,
}

impl RuleTable {
    /// The schema of the settings, and the table beside it: empty if there is none.
    pub(crate) fn of(description: &Description) -> (Value, Self) {
        let mut schema: Value = serde_json::from_str(&description.settings_schema).unwrap_or_default();
        let table = Self::deserialize(&schema).unwrap_or_default();
        if let Some(keys) = schema.as_object_mut() {
            keys.retain(|key, _| !key.starts_with("x-gatecheck-"));
        }
        (schema, table)
    }
}

/// A text of a rule; empty if it has none.
pub(crate) fn text<'a>(rule: &'a Value, key: &str) -> &'a str {
    rule.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The texts of a list of a rule.
pub(crate) fn texts<'a>(rule: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    rule.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}
