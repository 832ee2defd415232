//! What a file holds: a text in any usual encoding, as JSON or YAML. What it is instead is said, with what to do.

use std::io::{self, ErrorKind};
use std::path::Path;

use gatecheck_core::entry;
use serde_json::Value;

use crate::input::{InputError, read, read_yaml};

/// The text in bytes: UTF-8, or UTF-16 with a byte order mark, as `>` of PowerShell writes it.
pub(crate) fn decoded(bytes: Vec<u8>) -> io::Result<String> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks(2).map(|pair| match pair {
            [first, second] => unit([*first, *second]),
            // Half a unit is none.
            _ => 0xD800,
        });
        char::decode_utf16(units).collect::<Result<String, _>>()
    };
    let invalid = |encoding: &str| io::Error::new(ErrorKind::InvalidData, format!("it is not a text in {encoding}"));
    match bytes.as_slice() {
        [0xEF, 0xBB, 0xBF, text @ ..] => String::from_utf8(text.to_vec()).map_err(|_| invalid("UTF-8")),
        [0xFF, 0xFE, text @ ..] => utf16(text, u16::from_le_bytes).map_err(|_| invalid("UTF-16")),
        [0xFE, 0xFF, text @ ..] => utf16(text, u16::from_be_bytes).map_err(|_| invalid("UTF-16")),
        _ => String::from_utf8(bytes).map_err(|_| invalid("UTF-8")),
    }
}

/// The document in a file: JSON, or YAML where it is not written as JSON.
pub(crate) fn read_document(path: &Path) -> Result<Value, InputError> {
    let text = read(path)?;
    match entry::read(&text) {
        Ok(document) => Ok(document),
        Err(error) if text.trim_start().starts_with(['{', '[', '"']) => Err(not_json(path, &text, error)),
        Err(error) => match read_yaml(path, &text) {
            Ok(document @ (Value::Object(_) | Value::Array(_))) => Ok(document),
            Ok(_) => Err(not_json(path, &text, error)),
            Err(_) if hint(&text, &error).is_some() => Err(not_json(path, &text, error)),
            Err(not_yaml) => Err(not_yaml),
        },
    }
}

/// Why a text is not JSON, with what to do where that shows.
pub(crate) fn not_json(path: &Path, text: &str, source: serde_json::Error) -> InputError {
    let hint = hint(text, &source);
    InputError::NotJson { path: path.to_owned(), source, hint }
}

fn hint(text: &str, error: &serde_json::Error) -> Option<&'static str> {
    let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
    let start = text.trim_start();
    let begins_a_line = |word: &str| text.lines().any(|line| line.trim_start().starts_with(word));
    if line.contains("//") || line.contains("/*") || (line.contains('#') && start.starts_with('{')) {
        Some("JSON has no comments: remove those, or write the document as YAML")
    } else if begins_a_line("resource \"") || begins_a_line("data \"") || begins_a_line("module \"") {
        Some("this is Terraform: check what DescribeTaskDefinition prints once it is applied, or the plan as JSON")
    } else if begins_a_line("local ") || text.contains("std.extVar") || text.contains("function(") {
        Some("this is Jsonnet: render it first")
    } else if ["${", "{{", "<%"].iter().any(|placeholder| line.contains(placeholder)) {
        Some("this is a template: fill in its placeholders first")
    } else if error.is_syntax() && line.trim_start().starts_with('{') && error.line() > 1 {
        Some("a file holds one document")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_in_any_usual_encoding() {
        let utf16 = |unit: fn(u16) -> [u8; 2]| "{\u{1F600}}".encode_utf16().flat_map(unit).collect::<Vec<_>>();
        for bytes in [
            "{\u{1F600}}".as_bytes().to_vec(),
            [&[0xEF, 0xBB, 0xBF], "{\u{1F600}}".as_bytes()].concat(),
            [&[0xFF, 0xFE][..], &utf16(u16::to_le_bytes)].concat(),
            [&[0xFE, 0xFF][..], &utf16(u16::to_be_bytes)].concat(),
        ] {
            assert_eq!(decoded(bytes).unwrap(), "{\u{1F600}}");
        }
        for bytes in [vec![0xFF], vec![0xFF, 0xFE, 0x41], vec![0xFF, 0xFE, 0x00, 0xD8], vec![0xEF, 0xBB, 0xBF, 0xFF]] {
            assert!(decoded(bytes).is_err());
        }
    }

    #[test]
    fn what_a_file_is_instead_is_said() {
        let hint = |text: &str| hint(text, &serde_json::from_str::<Value>(text).unwrap_err());
        assert!(hint("{\n\"a\": 1 // one\n}").unwrap().contains("no comments"));
        assert!(hint("resource \"aws_ecs_task_definition\" \"a\" {\n}").unwrap().contains("Terraform"));
        assert!(hint("{\"cpu\": ${CPU}}").unwrap().contains("template"));
        assert!(hint("{\"a\": 1}\n{\"a\": 2}").unwrap().contains("one document"));
        assert_eq!(hint("{\"a\": 1,}"), None);
    }
}
