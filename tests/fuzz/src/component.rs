//! Modules: whatever the bytes are, they end as a module, a refusal or a fault, and a policy beside them is heard as if it were
//! alone.
//!
//! An input is WebAssembly, or its text. It is sealed, as its author would do it; a component that could judge before says the
//! same afterwards.

use std::borrow::Cow;
use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};

use gatecheck_core::facts::{Facts, Family};
use gatecheck_core::policy::{Engine, Limits, Module, PolicyDocument, PolicySet, check_interface};
use gatecheck_core::recording::Recording;
use gatecheck_core::report::Report;
use gatecheck_seal::seal;
use serde_json::{Value, json};

use crate::mutate::{text, wasm};
use crate::random::Random;

const WORDS: [&str; 40] = [
    "(",
    ")",
    "i32",
    "i64",
    "f32",
    "f64",
    "v128",
    "0",
    "1",
    "-1",
    "4294967295",
    "65536",
    "1024",
    "(i32.const 0)",
    "(i32.const -1)",
    "(unreachable)",
    "(drop (memory.grow (i32.const 1)))",
    "(memory 0)",
    "(memory 65536)",
    "(table 10 funcref)",
    "(call 0)",
    "(call_indirect (i32.const 0))",
    "(global i32 (i32.const 0))",
    "(data (i32.const 0) \"\\ff\\01\")",
    "(start 0)",
    "(export \"describe\" (func 0))",
    "(param i32)",
    "(result i32)",
    "string",
    "u8",
    "(list string)",
    "(option string)",
    "(tuple u8 string)",
    "(own 0)",
    "(borrow 0)",
    "(import \"gatecheck:policy/task@1.0.0\" (instance))",
    "(core module)",
    "(component)",
    "$x",
    "(canon lower (func 0))",
];

/// Loads and runs the module beside an allow-list.
pub fn run(data: &[u8]) {
    let sealed = seal(data);
    let Some(wasm) = binary(data) else { return };
    let component = match sealed.or_else(|_| seal(&wasm)) {
        Ok(sealed) => Cow::from(sealed.component),
        Err(_) => Cow::from(&*wasm),
    };
    let after = beside_an_allow_list(&component);
    if component != wasm
        && let Some(before) = beside_an_allow_list(&wasm)
    {
        assert_eq!(after.map(comparable), Some(comparable(before)), "sealing changes what it says");
    }
}

/// What is said of a policy, if it can be loaded.
fn beside_an_allow_list(component: &[u8]) -> Option<Report> {
    let Host { engine, allow_list, alone, .. } = &*HOST;
    let refused = check_interface(component).err();
    let module = match Module::compile(engine, component) {
        Ok(module) => Arc::new(module),
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return None;
        }
    };
    assert_eq!(refused, None, "it is loaded all the same");
    let _ = module.describe(engine);
    let _ = module.imports(engine);

    let mut report = judged(engine, &[("guest", &module), ("allow-list", allow_list)]);
    let guest = report_of("guest", &mut report);
    assert_eq!(report, *alone, "the guest changes what others say");
    assert!(json!(guest).to_string().len() <= 8 * Limits::default().answer(), "the answer is too large");
    for fault in &guest.faults {
        assert!(!fault.detail.is_empty(), "nobody says why: {fault:?}");
    }
    Some(guest)
}

/// A report without the words for its faults: which of two mistakes it is that ends a module may change, since modules that were
/// one after the other are instantiated at once.
fn comparable(mut report: Report) -> Report {
    report.faults.iter_mut().for_each(|fault| fault.detail.clear());
    report
}

/// What is said of one policy, taken out of a report.
fn report_of(policy: &str, report: &mut Report) -> Report {
    Report {
        violations: report.violations.extract_if(.., |violation| violation.policy == policy).collect(),
        faults: report.faults.extract_if(.., |fault| fault.policy == policy).collect(),
        undecided: report.undecided.extract_if(.., |undecided| undecided.policy == policy).collect(),
        passed: report.passed.extract_if(.., |passed| passed.policy == policy).collect(),
        ..Report::default()
    }
}

struct Host {
    engine: Engine,
    allow_list: Arc<Module>,
    /// What the allow-list says when it is alone.
    alone: Report,
}

static HOST: LazyLock<Host> = LazyLock::new(|| {
    let engine = Engine::new().expect("an engine");
    let allow_list = Arc::new(gatecheck_bundled::module(&engine, "allow-list").expect("a bundled policy"));
    let alone = judged(&engine, &[("allow-list", &allow_list)]);
    assert_eq!(alone.violations.len(), 2, "{alone:?}");
    Host { engine, allow_list, alone }
});

fn judged(engine: &Engine, modules: &[(&str, &Arc<Module>)]) -> Report {
    let settings = json!({"task": [
        {"attribute": "image", "allowed_values": ["mine"]},
        {"attribute": "subnet-type", "allowed_values": ["private"]},
    ]});
    let document =
        |name: &str| PolicyDocument::parse(name, name, json!({"module": "allow-list", "settings": settings}));
    let module = |name: &str| modules.iter().find(|(module, _)| *module == name).map(|(_, module)| Arc::clone(module));
    let policies = PolicySet::load(modules.iter().map(|(name, _)| document(name)), |document| {
        Ok(module(&document.name).expect("a module for each"))
    });
    let recording = include_str!("../../../host/cli/src/recorded/bases/fargate-public.json");
    let recording = Recording::parse(serde_json::from_str::<Value>(recording).unwrap()).unwrap();
    let task = recording.facts.get(Family::Task).unwrap().clone();
    let facts = Facts::from_iter([(Family::Task, task)]);
    let judging = pin!(gatecheck_core::judge(engine, &policies, facts, &recording));
    match judging.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(report) => report,
        Poll::Pending => panic!("a recording answers at once"),
    }
}

/// WebAssembly as it is, or made of its text.
fn binary(data: &[u8]) -> Option<Cow<'_, [u8]>> {
    if data.starts_with(b"\0asm") {
        return Some(data.into());
    }
    wat::parse_str(std::str::from_utf8(data).ok()?).ok().map(Cow::from)
}

/// Another text, or other WebAssembly.
pub fn mutate(data: &[u8], random: &mut Random) -> Vec<u8> {
    match (std::str::from_utf8(data), binary(data)) {
        (Ok(text), None) => text::mutate(text, &WORDS, random).into_bytes(),
        (Ok(text), Some(_)) if !data.starts_with(b"\0asm") && random.once_in(2) => {
            text::mutate(text, &WORDS, random).into_bytes()
        }
        (_, Some(binary)) => match seal(&binary) {
            Ok(sealed) if random.once_in(2) => wasm::mutate(&sealed.component, random),
            _ => wasm::mutate(&binary, random),
        },
        (Err(_), None) => wasm::mutate(data, random),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linked_apart_judges_before_it_is_sealed() {
        let linked = binary(include_bytes!("../corpus/component/linked.wat")).unwrap();
        let sealed = seal(&linked).unwrap().component;
        assert_ne!(sealed, *linked, "nothing was melded");
        for component in [&*linked, &sealed] {
            let report = beside_an_allow_list(component).unwrap();
            assert_eq!((report.violations.len(), report.faults.len()), (1, 0), "{report:?}");
        }
    }
}
