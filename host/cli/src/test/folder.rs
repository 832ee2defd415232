//! A folder as a case: policy, event and facts in files of fixed names, and the whole report that is expected.

use std::fs;
use std::path::{Path, PathBuf};

use gatecheck_core::facts::Facts;
use gatecheck_core::recording::Recording;
use gatecheck_core::report::Report;
use serde_json::{Value, json};

use super::case::{Case, Wanted};
use super::difference::{Difference, Kind, keys};
use super::pairs::pair;
use crate::input::{InputError, read_json};
use crate::policies::document;
use crate::recorded::recorded;
use crate::subject::read_event;

const EXPECTED: &str = "expected.json";
const EVENT: &str = "event.json";
const FACTS: &str = "facts.json";
const POLICIES: [&str; 3] = ["policy.json", "policy.yaml", "policy.yml"];

/// Whether a folder is a case.
pub(super) fn is_case(folder: &Path) -> bool {
    let has = |names: &[&str]| names.iter().any(|name| folder.join(name).is_file());
    has(&[EXPECTED]) && has(&POLICIES) && has(&[EVENT, FACTS])
}

/// The files of a case.
pub(super) fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    POLICIES.into_iter().chain([EXPECTED, EVENT, FACTS]).map(|file| folder.join(file))
}

/// Reads a case. What is expected need not be readable if it is about to be overwritten.
pub(super) fn read(folder: &Path, overwritten: bool) -> Result<Case, InputError> {
    let file = |name: &str| Some(folder.join(name)).filter(|path| path.is_file());
    let path = folder.join(EXPECTED);
    let report = match read_json(&path) {
        Err(InputError::NotJson { .. }) if overwritten => Value::Null,
        report => report?,
    };
    Ok(Case {
        policies: POLICIES.into_iter().filter_map(file).map(|path| document(&path)).collect(),
        recording: file(FACTS).map_or_else(|| Ok(Recording::new(Facts::new())), |path| recorded(&path))?,
        event: file(EVENT).map(|path| read_event(&path)).transpose()?,
        wanted: Wanted::Report { path, report },
    })
}

/// Writes a report as the expected one.
pub(super) fn write(path: &Path, report: &Report) -> Result<(), InputError> {
    let text = format!("{:#}\n", comparable(json!(report)));
    fs::write(path, text).map_err(|source| InputError::Unwritable { path: path.to_owned(), source })
}

/// How a report differs from the expected one.
pub(super) fn differences(expected: &Value, report: &Report) -> Vec<Difference> {
    let (expected, actual) = (comparable(expected.clone()), comparable(json!(report)));
    if expected == actual {
        return Vec::new();
    }
    let mut differences = Vec::new();
    if part(&expected, "task") != part(&actual, "task") {
        differences.push(changed("task".to_owned(), part(&expected, "task"), part(&actual, "task")));
    }
    for (list, what) in [("violations", "violation"), ("undecided", "undecided"), ("faults", "fault")] {
        compare(what, items(&expected, list), items(&actual, list), &mut differences);
    }
    if differences.is_empty() {
        let what = "the report has the same findings in another order, or other keys".to_owned();
        differences.push(Difference { kind: Kind::Changed, what, more: Vec::new() });
    }
    differences
}

fn items<'a>(report: &'a Value, list: &str) -> &'a [Value] {
    part(report, list).as_array().map_or(&[], Vec::as_slice)
}

/// What is in only one of two lists; of findings that are about the same, what is different in them.
fn compare(what: &str, expected: &[Value], actual: &[Value], differences: &mut Vec<Difference>) {
    let unequal = pair(expected, actual, Value::eq);
    let alike = pair(&unequal.missing, &unequal.extra, |one, other| about(one) == about(other));
    differences.extend(alike.pairs.into_iter().map(|(one, other)| changed(shown(what, one), one, other)));
    differences.extend(alike.missing.into_iter().map(|finding| Difference::missing(shown(what, finding))));
    differences.extend(alike.extra.into_iter().map(|finding| Difference {
        kind: Kind::Unexpected,
        what: shown(what, finding),
        more: said(finding),
    }));
}

/// What a report or finding has under a key.
fn part<'a>(of: &'a Value, key: &str) -> &'a Value {
    of.get(key).unwrap_or(&Value::Null)
}

/// What a finding is about.
fn about(finding: &Value) -> [&Value; 4] {
    ["rule", "object", "attribute", "reason"].map(|key| part(finding, key))
}

/// A finding, or another part of the report, with the keys that differ.
fn changed(what: String, expected: &Value, actual: &Value) -> Difference {
    let line = |name: &str, expected: &Value, actual: &Value| format!("{name}{actual} came, {expected} was expected");
    let more = match (expected, actual) {
        (Value::Object(before), Value::Object(after)) => {
            let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
            names.sort();
            names.dedup();
            let differs = names.into_iter().filter(|name| part(expected, name) != part(actual, name));
            differs.map(|name| line(&format!("{name}: "), part(expected, name), part(actual, name))).collect()
        }
        _ => vec![line("", expected, actual)],
    };
    Difference { kind: Kind::Changed, what, more }
}

fn shown(what: &str, finding: &Value) -> String {
    let given = ["rule", "object", "attribute", "found", "severity", "reason"].map(|key| {
        let value = finding.get(key).filter(|value| !value.is_null());
        (key, value.cloned())
    });
    format!("{what} {}", keys(given))
}

/// What a finding says in words.
fn said(finding: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let lacks = items(finding, "unavailable").iter().map(|missing| {
        format!(
            "{} {}",
            part(missing, "family").as_str().unwrap_or_default(),
            part(missing, "reason").as_str().unwrap_or_default()
        )
    });
    ["message", "detail"].iter().filter_map(|key| text(part(finding, key))).chain(lacks).collect()
}

/// A report as far as it is the same wherever the policy is written and whatever AWS calls its failures: a fault without
/// the file or parameter that it lies in, a failure without its text.
fn comparable(mut report: Value) -> Value {
    for fault in list_mut(&mut report, "faults") {
        if let Some(Value::String(detail)) = fault.get_mut("detail")
            && let Some((_, rest)) = detail.split_once('#')
        {
            *detail = rest.to_owned();
        }
    }
    for undecided in list_mut(&mut report, "undecided") {
        for missing in list_mut(undecided, "unavailable") {
            if let Some(Value::String(reason)) = missing.get_mut("reason")
                && reason.starts_with("failed: ")
            {
                "failed".clone_into(reason);
            }
        }
    }
    report
}

fn list_mut<'a>(report: &'a mut Value, list: &str) -> impl Iterator<Item = &'a mut Value> {
    report.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten()
}
