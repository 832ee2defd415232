//! What behaviours touch that takes more than a look at a statement.

use gatecheck_core::entry::escape;
use serde_json::Value;

use super::super::deployment::Deployment;
use super::super::document::Document;
use super::super::patterns::weaknesses;
use super::super::statement::{Check, Kind, Statement, Touch};

pub(super) fn whole(document: &Document) -> Vec<Touch> {
    if document.is_list { vec![of_document(String::new(), None)] } else { Vec::new() }
}

pub(super) fn other_keys(document: &Document) -> Vec<Touch> {
    document.other_keys.iter().map(|key| of_document(format!("/{}", escape(key)), None)).collect()
}

pub(super) fn scope(deployment: &Deployment) -> Vec<Touch> {
    let touch = |(key, globs): (&String, &Value)| of_document(String::new(), Some(format!("`{key}` are {globs}")));
    deployment.scope.iter().map(touch).collect()
}

/// Patterns for images that find more than they seem to.
pub(super) fn open_patterns(statement: &Statement) -> Vec<Touch> {
    if statement.kind() != Kind::Image || statement.check() != Check::Pattern {
        return Vec::new();
    }
    let touch = |(place, pattern): (usize, &Value)| {
        Some(statement.touch(&format!("/allowed_values/{place}"), Some(weaknesses(pattern.as_str()?)?)))
    };
    statement.values().iter().enumerate().filter_map(touch).collect()
}

fn of_document(pointer: String, detail: Option<String>) -> Touch {
    Touch { pointer, attribute: None, detail }
}
