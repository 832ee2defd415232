//! wit/policy.wit, as its values lie in memory. WebAssembly's canonical ABI lays out records, variants and lists as C does,
//! and Rust keeps a slice as a pointer and a length: so they cross as they are, without a line of code. No compiler sees to
//! it that this matches the interface; the tests do.

/// Carries the interface into the module, from which the component takes it, and brings `cabi_realloc`, by which the host
/// gets memory. The functions that it writes are not used.
mod generated {
    #![allow(dead_code, reason = "written for policies that are less small")]
    wit_bindgen::generate!({ path: "../../../wit", world: "policy" });
}

#[expect(improper_ctypes, reason = "C has no slices")]
mod task {
    use super::{Container, Fact};

    #[link(wasm_import_module = "gatecheck:policy/task@1.0.0")]
    unsafe extern "C" {
        pub(super) safe fn containers(answer: &mut Fact<&'static [Container]>);
    }
}

pub(crate) fn containers() -> Fact<&'static [Container]> {
    let mut answer = Fact::Known([].as_slice());
    task::containers(&mut answer);
    answer
}

pub(crate) type Text = &'static str;

#[repr(C, u8)]
pub(crate) enum Maybe<T> {
    None,
    Some(T),
}

#[repr(C, u8)]
pub(crate) enum Answer<T, E = T> {
    Ok(T),
    Err(E),
}

#[repr(C, u8)]
#[expect(dead_code, reason = "the host makes them")]
pub(crate) enum Fact<T> {
    Known(T),
    Unavailable(Unavailable),
}

/// One of the reasons, and the text that each of them has. It is handed on as it came.
#[repr(C)]
pub(crate) struct Unavailable {
    reason: u8,
    text: Text,
}

#[repr(C)]
pub(crate) struct Container {
    pub(crate) name: Text,
    pub(crate) image: Maybe<Text>,
    image_digest: Maybe<Text>,
    status: Text,
}

#[repr(u8)]
pub(crate) enum Severity {
    High = 3,
}

#[repr(C)]
pub(crate) struct Violation {
    pub(crate) rule: Text,
    pub(crate) severity: Severity,
    pub(crate) object: Text,
    pub(crate) attribute: Text,
    pub(crate) found: Maybe<Text>,
    pub(crate) allowed: Maybe<Text>,
    pub(crate) check: Maybe<Text>,
    pub(crate) message: Text,
    pub(crate) remediation: Maybe<Text>,
}

#[repr(C)]
pub(crate) struct Missing {
    pub(crate) family: Text,
    pub(crate) reason: Unavailable,
}

#[repr(C)]
pub(crate) struct Undecided {
    pub(crate) rule: Text,
    pub(crate) unavailable: &'static [Missing],
}

#[repr(C)]
pub(crate) struct Verdict {
    pub(crate) violations: &'static [Violation],
    pub(crate) undecided: &'static [Undecided],
    pub(crate) passed: &'static [Text],
}

#[repr(C)]
pub(crate) struct Problem {
    pub(crate) pointer: Text,
    pub(crate) message: Text,
    pub(crate) remedy: Maybe<Text>,
}

#[repr(C)]
pub(crate) struct Description {
    pub(crate) name: Text,
    pub(crate) version: Text,
    pub(crate) summary: Text,
    pub(crate) documentation: Maybe<Text>,
    pub(crate) settings_schema: Text,
}
