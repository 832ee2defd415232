//! A policy that does something useful and is as small as a policy in Rust can be: every image of a task comes from a
//! registry that the settings name, `{"registries": ["111122223333.dkr.ecr.", "public.ecr.aws/"]}`.
//!
//! Compressed and in base64 the component fits a parameter of 4 KB. So there is no standard library here, no SDK, no
//! `format!`, memory is never given back, and values cross as they lie in it.
#![cfg(target_family = "wasm")]
#![no_std]

extern crate alloc;

mod heap;
mod interface;
mod json;
mod settings;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cell::Cell;
use core::{slice, str};

use interface::{
    Answer, Container, Description, Fact, Maybe, Missing, Problem, Severity, Text, Undecided, Verdict, Violation,
};

const RULE: Text = "registry";

/// What `configure` leaves for `evaluate`: the list of registries as the settings write it.
struct Registries(Cell<Text>);

// SAFETY: a component has one thread.
unsafe impl Sync for Registries {}

static REGISTRIES: Registries = Registries(Cell::new(""));

#[unsafe(export_name = "describe")]
extern "C" fn describe() -> &'static Description {
    &Description {
        name: "tiny",
        version: env!("CARGO_PKG_VERSION"),
        summary: "Images come from known registries",
        documentation: Maybe::None,
        settings_schema: r#"{"properties":{"registries":{"items":{"type":"string"},"minItems":1}},"required":["registries"],"additionalProperties":false}"#,
    }
}

#[unsafe(export_name = "configure")]
#[expect(unsafe_op_in_unsafe_fn, reason = "a parameter that is a text comes in two halves, which have to be joined")]
unsafe extern "C" fn configure(start: *const u8, length: usize) -> &'static Answer<&'static [Problem]> {
    // SAFETY: the host wrote it there for us, and WebAssembly's texts are UTF-8.
    let settings = str::from_utf8_unchecked(slice::from_raw_parts(start, length));
    match settings::read(settings) {
        Ok(registries) => {
            REGISTRIES.0.set(registries);
            &Answer::Ok(&[])
        }
        Err(problem) => leak(Answer::Err(leak([problem]))),
    }
}

#[unsafe(export_name = "evaluate")]
extern "C" fn evaluate() -> &'static Answer<Verdict> {
    let mut verdict = Verdict { violations: &[], undecided: &[], passed: &[] };
    match interface::containers() {
        Fact::Known(containers) => {
            let mut violations = Vec::with_capacity(containers.len());
            violations.extend(containers.iter().filter_map(judge));
            verdict.passed = if violations.is_empty() { &[RULE] } else { &[] };
            verdict.violations = violations.leak();
        }
        Fact::Unavailable(reason) => {
            let unavailable = leak([Missing { family: "task", reason }]);
            verdict.undecided = leak([Undecided { rule: RULE, unavailable }]);
        }
    }
    leak(Answer::Ok(verdict))
}

fn judge(container: &Container) -> Option<Violation> {
    // A container that AWS injected has no image, and nobody here chose it.
    let Maybe::Some(image) = container.image else { return None };
    let registries = REGISTRIES.0.get();
    if settings::allow(registries, image) {
        return None;
    }
    Some(Violation {
        rule: RULE,
        severity: Severity::High,
        object: container.name,
        attribute: "image",
        found: json::quoted(image),
        allowed: Maybe::Some(registries),
        check: Maybe::Some("prefix"),
        message: "the image comes from a registry that is not allowed",
        remediation: Maybe::Some("push it to one that is"),
    })
}

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}
