//! The text of a violation as the Python tool of the same name wrote it: log filters and Slack workflows built for it keep
//! working.

use std::fmt::{self, Write};

use serde_json::Value;

use super::{Report, Violation};

impl Violation {
    /// `object: O, attribute: A, value: V, allowed_values: [..], check_type: T`, on one line.
    pub fn parts(&self) -> impl fmt::Display {
        fmt::from_fn(|f| {
            let mut f = OneLine(f);
            write!(f, "object: {}, attribute: {}, value: ", self.object, self.attribute)?;
            match &self.found {
                Some(Value::String(text)) => f.write_str(text)?,
                found => write_python(&mut f, found.as_ref().unwrap_or(&Value::Null))?,
            }
            f.write_str(", allowed_values: ")?;
            write_python(&mut f, self.allowed.as_ref().unwrap_or(&Value::Null))?;
            write!(f, ", check_type: {}", self.check.as_deref().unwrap_or("custom"))
        })
    }

    /// The message of its log record.
    pub fn log_message(&self) -> String {
        format!("Found policy violation. {}", self.parts())
    }
}

impl Report {
    /// One text for all violations of a task: what the `ALERT_WEBHOOK` gets under `ALERT_KEY`.
    pub fn alert(&self) -> String {
        let arns: Vec<_> =
            [&self.task, &self.task_definition].into_iter().flatten().cloned().map(Value::from).collect();
        let mut alert = String::from("Policy violation alert for ");
        // Writing to a string does not fail.
        let _ = write_python(&mut alert, &arns.into());
        for violation in &self.violations {
            let _ = write!(alert, " \n Policy violation: {}", violation.parts());
        }
        alert.push_str(" \n ");
        alert
    }
}

/// What Python's `str` makes of a list, and of all that JSON can hold.
fn write_python(f: &mut impl Write, value: &Value) -> fmt::Result {
    match value {
        Value::Null => f.write_str("None"),
        Value::Bool(true) => f.write_str("True"),
        Value::Bool(false) => f.write_str("False"),
        Value::Number(number) => write!(f, "{number}"),
        Value::String(text) => write_quoted(f, text),
        Value::Array(items) => {
            f.write_char('[')?;
            for (position, item) in items.iter().enumerate() {
                f.write_str(if position == 0 { "" } else { ", " })?;
                write_python(f, item)?;
            }
            f.write_char(']')
        }
        Value::Object(entries) => {
            f.write_char('{')?;
            for (position, (key, item)) in entries.iter().enumerate() {
                f.write_str(if position == 0 { "" } else { ", " })?;
                write_quoted(f, key)?;
                f.write_str(": ")?;
                write_python(f, item)?;
            }
            f.write_char('}')
        }
    }
}

/// Python prefers single quotes, unless the text holds one and no double quote.
fn write_quoted(f: &mut impl Write, text: &str) -> fmt::Result {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    f.write_char(quote)?;
    for character in text.chars() {
        match character {
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            _ if character == quote => write!(f, "\\{quote}")?,
            _ => f.write_char(character)?,
        }
    }
    f.write_char(quote)
}

/// Nothing that a policy or a task says can begin a line of its own in a log.
struct OneLine<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl Write for OneLine<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|character| match character {
            '\n' => self.0.write_str("\\n"),
            '\r' => self.0.write_str("\\r"),
            _ if character.is_control() => write!(self.0, "{}", character.escape_unicode()),
            _ => self.0.write_char(character),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::report::Severity;

    fn violation(found: Value, allowed: Value) -> Violation {
        Violation {
            policy: "p".into(),
            rule: "r".into(),
            severity: Severity::Medium,
            object: "task".into(),
            attribute: "a".into(),
            found: Some(found),
            allowed: Some(allowed),
            check: Some("exact".into()),
            message: "m".into(),
            remediation: None,
        }
    }

    #[test]
    fn the_log_message_is_that_of_the_python_tool() {
        assert_eq!(
            violation(json!("public"), json!(["private"])).log_message(),
            "Found policy violation. object: task, attribute: a, value: public, allowed_values: ['private'], check_type: exact"
        );
        assert_eq!(
            violation(json!(true), json!([false, 256, 1.5, null, "it's", {"k": ["v"]}])).parts().to_string(),
            "object: task, attribute: a, value: True, \
             allowed_values: [False, 256, 1.5, None, \"it's\", {'k': ['v']}], check_type: exact"
        );
    }

    #[test]
    fn a_log_line_stays_one_line() {
        let message = violation(json!("x\n[WARNING] forged\u{1b}[31m"), json!(["\n"])).log_message();
        assert!(!message.contains(char::is_control), "{message:?}");
    }

    #[test]
    fn the_alert_names_task_and_definition() {
        let report = Report {
            task: Some("arn:t".into()),
            task_definition: Some("arn:d".into()),
            violations: vec![violation(json!(1), json!([2])), violation(json!(3), json!([2]))],
            ..Report::default()
        };
        assert_eq!(
            report.alert(),
            "Policy violation alert for ['arn:t', 'arn:d'] \n \
             Policy violation: object: task, attribute: a, value: 1, allowed_values: [2], check_type: exact \n \
             Policy violation: object: task, attribute: a, value: 3, allowed_values: [2], check_type: exact \n "
        );
    }
}
