//! As much JSON as this policy needs.

use alloc::string::String;

use crate::interface::{Maybe, Text};

/// What is left to read of a JSON text.
pub(crate) struct Reader {
    pub(crate) rest: &'static [u8],
}

impl Reader {
    /// Reads the next byte that is not white space; 0 at the end.
    pub(crate) fn byte(&mut self) -> u8 {
        self.rest = self.rest.trim_ascii_start();
        let Some((byte, rest)) = self.rest.split_first() else { return 0 };
        self.rest = rest;
        *byte
    }

    /// Reads a string, if one comes next that has no escapes: no name of an image needs one.
    pub(crate) fn string(&mut self) -> Option<&'static [u8]> {
        if self.byte() != b'"' {
            return None;
        }
        let length = self.rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        (self.byte() == b'"').then_some(text)
    }
}

/// A text as a JSON string; none if that needs escapes.
pub(crate) fn quoted(text: Text) -> Maybe<Text> {
    if text.bytes().any(|byte| matches!(byte, b'"' | b'\\' | ..b' ')) {
        return Maybe::None;
    }
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    json.push_str(text);
    json.push('"');
    Maybe::Some(json.leak())
}

/// The JSON pointer of an element of a list.
pub(crate) fn pointer(list: Text, index: usize) -> Text {
    let mut pointer = String::from(list);
    push_number(&mut pointer, index);
    pointer.leak()
}

fn push_number(to: &mut String, number: usize) {
    if number > 9 {
        push_number(to, number / 10);
    }
    let digit = number % 10;
    to.push_str("0123456789".get(digit..=digit).unwrap_or_default());
}
