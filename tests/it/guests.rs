//! Guests that misbehave in every way that WebAssembly leaves them, each in the text of tests/guests/hostile-wat, where its
//! first lines say how it must end. Beside each of them another policy judges the same task, and is heard.

mod deployed;
mod generated;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use gatecheck_core::facts::{Facts, Family};
use gatecheck_core::judge;
use gatecheck_core::policy::{Engine, Limits, Module, PolicyDocument, PolicySet, check_interface};
use gatecheck_core::recording::Recording;
use gatecheck_core::report::{FaultReason, Report, Violation};
use gatecheck_tests::cases::Case;
use gatecheck_tests::workspace;
use serde_json::{Value, json};

use crate::block_on;

/// How a guest must end.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// With a fault of this reason.
    Fault(FaultReason),
    /// With a verdict.
    Verdict,
    /// It is not even loaded.
    Refused,
}

/// What the first lines of a source say: `Ends as REASON`, `Judges`, or `Is refused`.
fn end(name: &str, source: &str) -> End {
    let said = source.lines().take_while(|line| line.starts_with(";;")).find_map(|line| {
        let line = line.strip_prefix(";; ")?;
        let reason = line.strip_prefix("Ends as `").and_then(|rest| rest.split('`').next());
        match reason {
            Some(reason) => Some(End::Fault(serde_json::from_value(json!(reason)).unwrap())),
            None if line.starts_with("Judges") => Some(End::Verdict),
            None => line.starts_with("Is refused").then_some(End::Refused),
        }
    });
    said.unwrap_or_else(|| panic!("{name}: its first lines do not say how it ends"))
}

/// Names and texts, of core modules and of components.
fn sources() -> Vec<(String, String)> {
    let folder = workspace().join("tests/guests/hostile-wat");
    let folders = [folder.join("components"), folder];
    let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "wat"));
    paths.sort();
    let name = |path: &PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    paths.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// The text of one of them.
fn source(name: &str) -> String {
    sources().into_iter().find(|(found, _)| found == name).unwrap_or_else(|| panic!("there is no {name}")).1
}

/// The component of a text. A core module is sealed, as its author would do it; none if it cannot be.
fn component(name: &str, source: &str) -> Option<Vec<u8>> {
    let wasm = wat::parse_str(source).unwrap_or_else(|error| panic!("{name}: {error}"));
    Some(if source.contains("\n(component") { wasm } else { gatecheck_seal::seal(&wasm).ok()?.component })
}

/// Its module; none if it is refused.
fn load(engine: &Engine, name: &str, source: &str) -> Option<Arc<Module>> {
    Module::compile(engine, &component(name, source)?).ok().map(Arc::new)
}

/// The report on a task by this module, and by an allow-list beside it.
fn judged(engine: &Engine, module: &Arc<Module>, allow_list: &Arc<Module>) -> Report {
    let document = |name: &str, settings: Value| {
        PolicyDocument::parse(name, name, json!({"module": "allow-list", "settings": settings}))
    };
    let documents = [
        document("guest", json!({})),
        document("allow-list", json!({"task": [{"attribute": "image", "allowed_values": ["mine"]}]})),
    ];
    let policies = PolicySet::load(documents, |document| {
        Ok(Arc::clone(if document.name == "guest" { module } else { allow_list }))
    });
    let case = Case::load("fargate-public");
    let task = gatecheck_core::facts::Fact::known(case.event["detail"].clone());
    block_on(judge(engine, &policies, Facts::from_iter([(Family::Task, task)]), &Recording::new(case.facts)))
}

#[test]
fn every_guest_ends_as_it_must_and_hides_no_other() {
    let engine = Engine::new().unwrap();
    let allow_list = Arc::new(gatecheck_bundled::module(&engine, "allow-list").unwrap());
    let sources = sources();
    assert!(sources.len() > 60, "the guests are not where they should be");
    let mut wrong = Vec::new();
    for (name, source) in sources {
        let (ended, report) = match load(&engine, &name, &source) {
            Some(module) => {
                let report = judged(&engine, &module, &allow_list);
                let mut faults = report.faults.iter().filter(|fault| fault.policy == "guest");
                (faults.next().map_or(End::Verdict, |fault| End::Fault(fault.reason)), report)
            }
            None => (End::Refused, Report::default()),
        };
        let expected = end(&name, &source);
        if ended != expected {
            wrong.push(format!("{name} ends as {ended:?}, and not as {expected:?}: {:?}", report.faults));
        }
        let is_other = |violation: &&Violation| violation.policy == "allow-list";
        if ended != End::Refused && report.violations.iter().filter(is_other).count() != 1 {
            wrong.push(format!("{name} hides what another policy says"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn instances_are_counted() {
    let engine = Engine::new().unwrap();
    let allow_list = Arc::new(gatecheck_bundled::module(&engine, "allow-list").unwrap());
    let plain = source("plain");
    // Each has a thousand globals, for which the engine keeps memory that no limit on memory counts.
    let module = format!("(core module $many {})", "(global (mut i64) (i64.const 0))".repeat(1000));
    let ends = [(50, None), (200, Some(FaultReason::MemoryLimit))].map(|(number, expected)| {
        let instances = "(core instance (instantiate $many))".repeat(number);
        let source = format!("{}\n{module}{instances})", plain.trim_end().strip_suffix(')').unwrap());
        let report = judged(&engine, &load(&engine, "instances", &source).unwrap(), &allow_list);
        assert_eq!(report.violations.len(), 1, "{number}");
        (report.faults.first().map(|fault| fault.reason), expected)
    });
    for (ended, expected) in ends {
        assert_eq!(ended, expected);
    }
}

#[test]
fn what_is_large_and_sound_is_judged() {
    let engine = Engine::new().unwrap();
    let allow_list = Arc::new(gatecheck_bundled::module(&engine, "allow-list").unwrap());
    let guests = [
        ("functions", generated::functions(100_000), None),
        ("frame", generated::large_frame(8_000), Some(FaultReason::StackLimit)),
    ];
    for (name, source, expected) in guests {
        let report = judged(&engine, &load(&engine, name, &source).unwrap(), &allow_list);
        assert_eq!(report.faults.first().map(|fault| fault.reason), expected, "{name}: {:?}", report.faults);
        assert_eq!(report.violations.len(), 1, "{name}");
    }
}

#[test]
fn what_asks_for_gigabytes_in_a_few_bytes_is_refused_before_it_is_compiled() {
    let plain = source("plain");
    let component = |source: &str| wat::parse_str(source).unwrap();
    let sealed = |source: &str| gatecheck_seal::seal(&component(source)).unwrap().component;
    let guests = [
        (
            "globals",
            component(&generated::instances(&plain, 100, 20_000)),
            "has 2000004 functions, globals and elements",
        ),
        ("elements", sealed(&generated::elements(2_000_000)), "has 2000006 functions, globals and elements"),
        (
            "instances",
            component(&generated::instances(&plain, 1000, 1)),
            "instances inside it, and 1000 are taken at most",
        ),
        ("deep", component(&generated::doubling(&plain, 21)), "components inside each other, and 8 are taken at most"),
        ("nested", generated::nested_components(12_000), "components inside each other, and 8 are taken at most"),
    ];
    for (name, wasm, expected) in guests {
        let refused = check_interface(&wasm).unwrap_err().to_string();
        assert!(refused.contains(expected), "{name}: {refused}");
    }
}

#[test]
fn the_entries_of_an_answer_are_counted_and_the_first_are_taken() {
    let engine = Engine::new().unwrap();
    let allow_list = Arc::new(gatecheck_bundled::module(&engine, "allow-list").unwrap());
    let much = |name: &str| {
        let source = source(name);
        let report = judged(&engine, &load(&engine, name, &source).unwrap(), &allow_list);
        let [fault] = &report.faults[..] else { panic!("{:?}", report.faults) };
        (report.violations.len() - 1, report.undecided.len(), fault.detail.clone())
    };
    let (violations, _, fault) = much("much-violated");
    assert_eq!(violations, 1000);
    assert_eq!(fault, "it gives 5000 violations, of which 1000 are taken; set `GATECHECK_POLICY_ENTRIES`");
    assert_eq!(much("much-undecided").1, 1000);
}

#[test]
fn the_operator_sets_limits_and_an_entry_only_takes_from_them() {
    let raised = |name: &str| (name == "GATECHECK_POLICY_ENTRIES").then(|| "5000".to_owned());
    let engine = Engine::with_limits(Limits::from_lookup(raised).unwrap()).unwrap();
    let source = source("much-violated");
    let module = load(&engine, "much-violated", &source).unwrap();
    let judged = |limits: Value| {
        let entry = json!({"module": "./guest.wasm", "settings": {}, "limits": limits});
        let policies = PolicySet::load([PolicyDocument::parse("guest", "p.json", entry)], |_| Ok(Arc::clone(&module)));
        let report = block_on(judge(&engine, &policies, Facts::new(), &Recording::new(Facts::new())));
        (report.violations.len(), report.faults.into_iter().map(|fault| fault.detail).collect::<Vec<_>>())
    };
    assert_eq!(judged(json!({})), (5000, vec![]));
    let raise =
        "it gives 5000 violations, of which 7 are taken; raise `entries` in the `limits` of its entry, up to 5000";
    assert_eq!(judged(json!({"entries": 7})), (7, vec![raise.to_owned()]));
    let too_much = "p.json#/limits/time_ms: the operator allows 500; ask for less, or set `GATECHECK_POLICY_TIME_MS`";
    assert_eq!(judged(json!({"time_ms": 501})), (5000, vec![too_much.to_owned()]));
}

#[test]
fn a_rule_that_names_no_fact_is_left_to_no_later_event() {
    let engine = Engine::new().unwrap();
    let allow_list = Arc::new(gatecheck_bundled::module(&engine, "allow-list").unwrap());
    let source = source("undecided-nothing");
    let module = load(&engine, "undecided-nothing", &source).unwrap();
    let report = judged(&engine, &module, &allow_list);
    assert_eq!(report.unresolved().count(), 1, "{report:?}");
}
