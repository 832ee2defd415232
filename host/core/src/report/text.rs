//! The text of a violation as the Python tool of the same name wrote it: log filters and Slack workflows built for it keep
//! working.

use std::borrow::Cow;
use std::fmt::{self, Write};

use serde_json::Value;

use super::{Report, Violation};

impl Violation {
    /// `object: O, attribute: A, value: V, allowed_values: [..], check_type: T`, on one line.
    pub fn parts(&self) -> impl fmt::Display {
        fmt::from_fn(|f| {
            let mut f = OneLine(f);
            let python = |value: &Option<Value>| {
                let mut text = String::new();
                // Writing to a string does not fail.
                let _ = write_python(&mut text, value.as_ref().unwrap_or(&Value::Null));
                text
            };
            let found = match &self.found {
                Some(Value::String(text)) => Cow::Borrowed(text.as_str()),
                found => Cow::Owned(python(found)),
            };
            let allowed = python(&self.allowed);
            let check = self.check.as_deref().unwrap_or("custom");
            let [object, attribute, found, allowed, check] =
                [&self.object, &self.attribute, &*found, &allowed, check].map(clipped);
            write!(
                f,
                "object: {object}, attribute: {attribute}, value: {found}, allowed_values: {allowed}, check_type: {check}"
            )
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
            [&self.task, &self.subject.task_definition].into_iter().flatten().cloned().map(Value::from).collect();
        let mut alert = String::from("Policy violation alert for ");
        // Writing to a string does not fail.
        let _ = write_python(&mut alert, &arns.into());
        for (position, violation) in self.violations.iter().enumerate() {
            let told = alert.len();
            let _ = write!(alert, " \n Policy violation: {}", violation.parts());
            if alert.len() > LONGEST_ALERT {
                alert.truncate(told);
                let _ = write!(alert, " \n and {} more in the log", self.violations.len() - position);
                break;
            }
        }
        alert.push_str(" \n ");
        alert
    }
}

/// Bytes of an alert. Slack takes 40,000 characters.
const LONGEST_ALERT: usize = 30_000;

/// Bytes of a value in a text. Who needs all of it finds it in the report.
const LONGEST_VALUE: usize = 8 * 1024;

/// A character that shows as what it is: it neither moves the cursor, nor hides, nor turns the direction of the text around it, so
/// that one thing is written and another is read.
pub fn is_plain(character: char) -> bool {
    !character.is_control()
        && !matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// A text that is not longer than fits into a record beside others.
pub fn clipped(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST_VALUE {
        return Cow::Borrowed(text);
    }
    let end = text.floor_char_boundary(LONGEST_VALUE);
    let start = text.get(..end).unwrap_or_default();
    Cow::Owned(format!("{start}… ({} bytes in all)", text.len()))
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
            _ if !is_plain(character) => write!(self.0, "{}", character.escape_unicode()),
            _ => self.0.write_char(character),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::report::{Severity, Subject};

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
        let message = violation(json!("nginx\u{202e}"), json!([])).log_message();
        assert!(message.contains("value: nginx\\u{202e}, "), "{message:?}");
    }

    #[test]
    fn a_text_has_a_length_that_its_readers_take() {
        let large = "größe".repeat(10_000);
        let message = violation(json!(large), json!([large])).log_message();
        assert!(message.len() < 3 * LONGEST_VALUE, "{}", message.len());
        assert!(message.contains("… (70000 bytes in all), allowed_values: ['"), "{message}");
        let violations = vec![violation(json!("x".repeat(1000)), json!([])); 1000];
        let alert = Report { violations, ..Report::default() }.alert();
        assert!(alert.len() < LONGEST_ALERT + 100 && alert.ends_with(" more in the log \n "), "{alert}");
    }

    #[test]
    fn the_alert_names_task_and_definition() {
        let report = Report {
            task: Some("arn:t".into()),
            subject: Box::new(Subject { task_definition: Some("arn:d".into()), ..Subject::default() }),
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
