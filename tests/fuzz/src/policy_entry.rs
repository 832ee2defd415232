//! The policy document: refused with its source and the place of the mistake, or accepted as it will be every time.

use gatecheck_core::policy::{Location, ModuleReference, PolicyDocument};
use gatecheck_core::report::{Fault, FaultReason};
use serde_json::Value;

use crate::mutate::json;
use crate::random::Random;

const SOURCE: &str = "source.json";

const WORDS: [&str; 32] = [
    "module",
    "sha256",
    "settings",
    "scope",
    "action",
    "task",
    "alert",
    "allow-list",
    "clusters",
    "services",
    "families",
    "launch_types",
    "tags",
    "exclude",
    "FARGATE",
    "EC2",
    "*",
    "prod-*",
    "a/b",
    "a~1b",
    "[0]",
    "./policy.wasm",
    "ssm:/a/b",
    "s3://bucket/key",
    "oci://registry/name:tag",
    "oci://r/n@sha256:",
    "https://host/p?x=1#y",
    "://",
    ":",
    "@",
    "?",
    "0000000000000000000000000000000000000000000000000000000000000000",
];

/// Checks what holds for every document.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let read = || PolicyDocument::read("policy", SOURCE, text);
    let first = read();
    assert_eq!(first, read(), "not the same every time");
    match first {
        Ok(document) => accepted(text, &document),
        Err(fault) => refused(text, &fault),
    }
}

fn accepted(text: &str, document: &PolicyDocument) {
    let value: Value = serde_json::from_str(text).expect("what is accepted is JSON");
    let written = value.to_string();
    // Numbers of more digits than a float has are rounded each time that they are read.
    if serde_json::from_str::<Value>(&written).is_ok_and(|again| again == value) {
        let again = PolicyDocument::read("policy", SOURCE, &written);
        assert_eq!(again.as_ref(), Ok(document), "it is another one once it is written again");
    }
    let pointer = document.place.strip_prefix(SOURCE).and_then(|place| place.strip_prefix('#')).expect("a place");
    let written = value.pointer(pointer).cloned().unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    assert_eq!(written, document.settings, "its settings are not where they are said to be");
    if let ModuleReference::Elsewhere { location, sha256 } = &document.module {
        assert_eq!(Location::parse(&location.to_string()).as_ref(), Ok(location), "`{location}` leads elsewhere");
        assert!(sha256.is_some() || matches!(location, Location::File(_)), "a module without digest");
    }
}

fn refused(text: &str, fault: &Fault) {
    assert_eq!((fault.policy.as_str(), fault.reason), ("policy", FaultReason::Document));
    let detail = fault.detail.strip_prefix(SOURCE).unwrap_or_else(|| panic!("`{}` names no source", fault.detail));
    let Some(detail) = detail.strip_prefix('#') else {
        assert!(detail.starts_with(": not JSON: "), "`{}` names no place", fault.detail);
        return;
    };
    let document: Value = serde_json::from_str(text).expect("what has a place is JSON");
    // A key may hold what ends the pointer.
    let resolves = |end: usize| {
        let (pointer, problem) = detail.split_at(end);
        let parent = pointer.rsplit_once('/').and_then(|(parent, _)| document.pointer(parent));
        document.pointer(pointer).is_some()
            || (problem.starts_with(": is missing") && parent.is_some_and(Value::is_object))
    };
    assert!(detail.match_indices(": ").any(|(end, _)| resolves(end)), "`{}` leads nowhere", fault.detail);
}

/// A document that is like another one.
pub fn mutate(data: &[u8], random: &mut Random) -> Vec<u8> {
    json::mutate(data, &WORDS, random)
}
