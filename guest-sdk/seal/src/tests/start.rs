//! What has been started goes on from there.

use wasmparser::{DataKind, Parser, Payload};
use wasmtime::component::{Component, Linker, Val};
use wasmtime::{Engine, Store};

use crate::{SealError, seal, start};

/// A component that counts how often it was started, in a global and in memory that it had to ask for. `begin` is what its start
/// function does besides; it may call `$fact`.
fn counting(begin: &str) -> Vec<u8> {
    let text = format!(
        r#"(component
            (import "gatecheck:policy/task@0.1.0" (instance $task (export "get" (func (result s32)))))
            (core func $get (canon lower (func $task "get")))
            (core module $module
                (import "task" "get" (func $fact (result i32)))
                (memory 1)
                (global $count (mut i32) (i32.const 0))
                (func $begin
                    {begin}
                    (global.set $count (i32.add (global.get $count) (i32.const 1)))
                    (drop (memory.grow (i32.const 1)))
                    (i32.store (i32.const 70000) (i32.add (i32.load (i32.const 70000)) (i32.const 10))))
                (start $begin)
                (func (export "count") (result i32)
                    (i32.add (global.get $count) (i32.load (i32.const 70000)))))
            (core instance $instance (instantiate $module
                (with "task" (instance (export "get" (func $get))))))
            (func (export "count") (result s32) (canon lift (core func $instance "count"))))"#
    );
    wat::parse_str(text).unwrap()
}

fn count(component: &[u8]) -> i32 {
    let engine = Engine::default();
    let component = Component::new(&engine, component).unwrap();
    let mut linker = Linker::new(&engine);
    linker.define_unknown_imports_as_traps(&component).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &component).unwrap();
    let count = instance.get_typed_func::<(), (i32,)>(&mut store, "count").unwrap();
    count.call(&mut store, ()).unwrap().0
}

#[test]
fn it_is_started_once_for_all_instances() {
    let component = counting("");
    let started = start(&component, None).unwrap();
    assert_eq!(count(&component), 11);
    assert_eq!(count(&started), 11);
    assert_eq!(start(&component, None).unwrap(), started, "differs from time to time");
    assert_eq!(count(&start(&started, None).unwrap()), 11);
}

/// A policy whose `evaluate` fails with as many characters as it was configured times, and which takes objects only.
const CONFIGURED: &str = r#"(module
    (memory (export "memory") 1)
    (data (i32.const 8) "\40\00\00\00")
    (data (i32.const 32) "\48\00\00\00\02\00\00\00\4a\00\00\00\05\00\00\00")
    (data (i32.const 72) "/awrong")
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
    (func (export "describe") (result i32) unreachable)
    (func (export "configure") (param $at i32) (param $size i32) (result i32)
        (i32.store (i32.const 12) (i32.add (i32.load (i32.const 12)) (i32.const 1)))
        (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x7b)) (then
            (i32.store (i32.const 16) (i32.const 1))
            (i32.store (i32.const 20) (i32.const 32))
            (i32.store (i32.const 24) (i32.const 1))))
        (i32.const 16))
    (func (export "evaluate") (result i32)
        (i32.store8 (i32.const 4) (i32.const 1))
        (i32.const 4)))"#;

#[test]
fn settings_are_read_once_for_all_instances() {
    let policy = seal(&wat::parse_str(CONFIGURED).unwrap()).unwrap().component;
    let configured = |component: &[u8]| {
        let engine = Engine::default();
        let component = Component::new(&engine, component).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Linker::new(&engine).instantiate(&mut store, &component).unwrap();
        let mut results = [Val::Bool(false)];
        instance.get_func(&mut store, "evaluate").unwrap().call(&mut store, &[], &mut results).unwrap();
        match results {
            [Val::Result(Err(Some(text)))] => matches!(*text, Val::String(text) if text.len() == 1),
            other => panic!("{other:?}"),
        }
    };
    assert!(!configured(&start(&policy, None).unwrap()));
    assert!(configured(&start(&policy, Some("{}")).unwrap()));
    match start(&policy, Some("[]")) {
        Err(SealError::Settings(problems)) => assert_eq!(problems, ["`/a`: wrong"]),
        other => panic!("{other:?}"),
    }
    // What is no policy has no settings.
    assert!(
        matches!(start(&counting(""), Some("{}")), Err(SealError::NotStarted(reason)) if reason.contains("configure"))
    );
}

#[test]
fn what_does_not_start_says_why() {
    for (begin, why) in [
        ("unreachable", "unreachable"),
        ("(loop $forever (br $forever))", "fuel"),
        ("(drop (call $fact))", "gatecheck:policy/task@0.1.0"),
    ] {
        match start(&counting(begin), None) {
            Err(SealError::NotStarted(reason)) => assert!(reason.contains(why), "{reason}"),
            other => panic!("{begin}: {other:?}"),
        }
    }
}

#[test]
fn what_is_not_flat_is_refused() {
    let nested = wat::parse_str(
        "(component (component $inner (core module $m (memory 1)) (core instance (instantiate $m))) (instance (instantiate $inner)))",
    );
    for (component, why) in [(nested.unwrap(), "nested"), (b"\0asm".to_vec(), "unexpected end")] {
        match start(&component, None) {
            Err(SealError::Unstartable(reason)) => assert!(reason.contains(why), "{reason}"),
            other => panic!("{other:?}"),
        }
    }
}

/// How many data segments there are, and what they hold.
fn data(component: &[u8]) -> Vec<(bool, usize)> {
    let mut segments = Vec::new();
    for payload in Parser::new(0).parse_all(component) {
        if let Payload::DataSection(section) = payload.unwrap() {
            segments.extend(section.into_iter().map(|data| {
                let data = data.unwrap();
                (matches!(data.kind, DataKind::Active { .. }), data.data.len())
            }));
        }
    }
    segments
}

fn filled(first: &str, begin: &str) -> Vec<u8> {
    let text = format!(
        r#"(component
            (core module $module
                (memory 1)
                {first}
                (data (i32.const 0) "\03\00\00\00")
                (data (i32.const 8) "\04\00\00\00")
                (func $begin (i32.store (i32.const 8) (i32.const 5)))
                (start $begin)
                (func (export "count") (result i32)
                    {begin}
                    (i32.add (i32.load (i32.const 0)) (i32.load (i32.const 8)))))
            (core instance $instance (instantiate $module))
            (func (export "count") (result s32) (canon lift (core func $instance "count"))))"#
    );
    wat::parse_str(text).unwrap()
}

#[test]
fn no_empty_data_is_left() {
    let started = start(&filled("", ""), None).unwrap();
    assert_eq!(count(&started), 8);
    assert!(data(&started).iter().all(|(is_active, size)| *is_active && *size > 0), "{:?}", data(&started));
}

#[test]
fn data_that_an_instruction_names_is_kept() {
    let later = "(memory.init $later (i32.const 0) (i32.const 0) (i32.const 1))";
    let started = start(&filled(r#"(data $later "\07")"#, later), None).unwrap();
    assert_eq!(count(&started), 12);
    assert_eq!(data(&started).first(), Some(&(false, 1)));
}
