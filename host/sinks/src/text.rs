//! Texts that others show: what policies, tasks and images say is not to be trusted, and nobody's screen is endless.

use std::borrow::Cow;
use std::fmt;

use gatecheck_core::report::is_plain;
use serde_json::Value;

/// A text whose every character shows as what it is, on one line.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|character| if is_plain(character) { character } else { ' ' }).collect())
}

/// A text of at most so many characters.
pub(crate) fn clip(text: &str, most: usize) -> Cow<'_, str> {
    if text.chars().nth(most).is_none() {
        return Cow::Borrowed(text);
    }
    let start: String = text.chars().take(most.saturating_sub(1)).collect();
    Cow::Owned(format!("{start}…"))
}

/// Both: what somebody else said, as it can be shown.
pub(crate) fn shown(text: &str, most: usize) -> String {
    clip(&plain(text), most).into_owned()
}

/// What was found, or is allowed: a string as it is, anything else as JSON.
pub(crate) fn value(value: Option<&Value>) -> Cow<'_, str> {
    match value {
        None => Cow::Borrowed("nothing"),
        Some(Value::String(text)) => Cow::Borrowed(text),
        Some(other) => Cow::Owned(other.to_string()),
    }
}

/// The first of many, and how many more there are: `a, b and 3 more`.
pub(crate) fn list<T: fmt::Display>(items: &[T], most: usize) -> String {
    let shown: Vec<_> = items.iter().take(most).map(ToString::to_string).collect();
    let more = items.len().saturating_sub(most);
    let shown = shown.join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_others_say_is_shown_as_what_it_is() {
        assert_eq!(shown("nginx\u{202e}\u{1b}[31m\r\nX: 1", 100), "nginx  [31m  X: 1");
        assert_eq!(shown("größer", 6), "größer");
        assert_eq!(shown("größer", 4), "grö…");
        assert_eq!(clip("a", 0), "…");
    }

    #[test]
    fn values_and_lists_are_short() {
        assert_eq!(value(Some(&json!("public"))), "public");
        assert_eq!(value(Some(&json!(["a", 1]))), r#"["a",1]"#);
        assert_eq!(value(None), "nothing");
        assert_eq!(list(&["a", "b"], 2), "a, b");
        assert_eq!(list(&["a", "b", "c", "d"], 2), "a, b and 2 more");
    }
}
