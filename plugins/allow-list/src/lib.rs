//! The bundled allow-list: which values the attributes of a task may have, configured by JSON alone.
//!
//! ```json
//! {"task": [
//!     {"attribute": "image", "type": "pattern", "allowed_values": ["^111122223333\\.dkr\\.ecr\\."]},
//!     {"attribute": "subnet-type", "allowed_values": ["private"]},
//!     {"attribute": "tags[?key=='team'].value", "type": "pattern", "allowed_values": [".+"], "required": true}
//! ]}
//! ```
//!
//! Documents of the Python tool of the same name keep their meaning, but for the behaviours that were mended on purpose:
//! README.md beside this crate lists them.

mod attribute;
mod check;
mod expression;
mod known;
#[cfg(any(target_family = "wasm", test))]
mod memory;
mod pattern;
mod record;
mod slips;
mod statement;
mod status;

use gatecheck_sdk::{Facts, Rule, Unavailable, Unknown, Verdict, Violation};
use serde_json::Value;

use attribute::Found;
use known::Known;
use statement::{Statement, Statements};

#[cfg(target_family = "wasm")]
#[global_allocator]
static MEMORY: memory::Memory = memory::Memory::new();

gatecheck_sdk::policy!(evaluate);

/// Judges every statement.
pub fn evaluate(statements: &Statements, facts: &Facts, verdict: &mut Verdict) {
    let known = Known::new(facts, &statements.0);
    for statement in &statements.0 {
        verdict.rule(&statement.rule, |rule| judge(statement, &known, rule));
    }
}

fn judge(statement: &Statement, known: &Known, rule: &mut Rule) -> Result<(), Unknown> {
    if statement.allows_everything() {
        return Ok(());
    }
    if statement.attribute.is_off(known)
        && statement.required.is_none()
        && statement.check.allows(&Value::Bool(false)) == Ok(true)
    {
        return Ok(());
    }
    let found = statement.attribute.find(known)?;
    // One value that is not known hides no other: the violations come first, then the rule is undecided.
    let mut unknown = None;
    if let Some(status) = statement.required {
        let mut lacking = statement.attribute.lacking(known)?;
        if found.is_empty() && lacking.is_empty() {
            lacking.push("task".to_owned());
        }
        if !lacking.is_empty() && !status.is_reached(known)? {
            let reason = format!("a task must have `{}` from the status {status} on", statement.attribute);
            unknown = Some(Unknown { family: "task", reason: Unavailable::NotYet(reason) });
            lacking.clear();
        }
        for object in lacking {
            rule.violated(violation(statement, &object, None));
        }
    }
    for Found { object, value } in found {
        let written = value.and_then(|value| statement.attribute.as_written(&object, value, &statement.check, known));
        match written.and_then(|value| Ok((statement.check.allows(&value)?, value))) {
            Ok((true, _)) => {}
            Ok((false, value)) => rule.violated(violation(statement, &object, Some(value))),
            Err(reason) => unknown = Some(reason),
        }
    }
    unknown.map_or(Ok(()), Err)
}

fn violation(statement: &Statement, object: &str, found: Option<Value>) -> Violation {
    let message = match (&statement.message, &found) {
        (Some(message), _) => message.clone(),
        (None, None) => format!("`{}` is missing", statement.attribute),
        (None, Some(Value::String(text))) => format!("`{}` is `{text}`, {}", statement.attribute, statement.check),
        (None, Some(found)) => format!("`{}` is `{found}`, {}", statement.attribute, statement.check),
    };
    let mut violation = Violation::new(object, statement.attribute.to_string(), message)
        .allowed(&*statement.allowed_values)
        .check(statement.check.name())
        .severity(statement.severity);
    if let Some(found) = found {
        violation = violation.found(found);
    }
    if let Some(remediation) = &statement.remediation {
        violation = violation.remediation(remediation);
    }
    violation
}

#[cfg(test)]
mod tests;
