//! A component that imports WASI 0.2, before and after.

use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::decoding::{DecodedWasm, decode};
use wit_parser::{IndexMap, Resolve, WorldItem, WorldKey};

use crate::wrap::policy_world;
use crate::{SealError, Sealed, seal};

/// A component of this module, for this world.
fn component(wit: &str, wat: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("test.wit", wit).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    let mut module = wat::parse_str(wat).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}

fn client() -> Vec<u8> {
    component(include_str!("preview2.wit"), include_str!("preview2.wat"))
}

/// What an export answers where there is nothing to import.
fn call(component: &[u8], export: &str) -> Result<bool, wasmtime::Error> {
    let engine = Engine::default();
    let component = Component::new(&engine, component)?;
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &component)?;
    let function = instance.get_typed_func::<(), (bool,)>(&mut store, export)?;
    Ok(function.call(&mut store, ())?.0)
}

#[test]
fn what_is_imported_is_answered_inside() {
    let client = client();
    assert!(call(&client, "clocks").is_err(), "it can be instantiated without WASI");
    let Sealed { component, stubbed } = seal(&client).unwrap();
    assert!(stubbed.contains(&"wasi:io/streams@0.2.6".to_owned()), "{stubbed:?}");
    for export in ["clocks", "random", "environment", "output", "input", "waiting", "sockets"] {
        match call(&component, export) {
            Ok(right) => assert!(right, "{export}"),
            Err(error) => panic!("{export}: {error:?}"),
        }
    }
    assert!(call(&component, "exit").is_err());
}

#[test]
fn what_is_sealed_stays_as_it_is() {
    let once = seal(&client()).unwrap().component;
    assert_eq!(seal(&once).unwrap(), Sealed { component: once, stubbed: Vec::new() });
}

#[test]
fn facts_are_imported_as_before() {
    let (mut resolve, _) = policy_world().unwrap();
    let wit = "package test:seal; world w { include gatecheck:policy/policy@1.0.0; import wasi:clocks/clock@0.2.6; }
        package wasi:clocks@0.2.6 { interface clock { now: func() -> list<u8>; } }";
    let package = resolve.push_str("test.wit", wit).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    let wat = r#"(module
        (import "wasi:clocks/clock@0.2.6" "now" (func (param i32)))
        (import "gatecheck:policy/network@1.0.0" "subnets" (func (param i32)))
        (memory (export "memory") 1)
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
        (func (export "describe") (result i32) unreachable)
        (func (export "configure") (param i32 i32) (result i32) unreachable)
        (func (export "evaluate") (result i32) unreachable))"#;
    let mut module = wat::parse_str(wat).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    // A core module can import WASI 0.2 as well.
    let Sealed { component, stubbed } = seal(&module).unwrap();
    assert_eq!(stubbed, ["wasi:clocks/clock@0.2.6"]);

    let DecodedWasm::Component(resolve, world) = decode(&component).unwrap() else { panic!("it is no component") };
    let names = |items: &IndexMap<WorldKey, WorldItem>| -> Vec<String> {
        let interfaces = items.iter().filter(|(_, item)| !matches!(item, WorldItem::Type { .. }));
        interfaces.map(|(key, _)| resolve.name_world_key(key)).collect()
    };
    let world = &resolve.worlds[world];
    assert_eq!(names(&world.imports), ["gatecheck:policy/types@1.0.0", "gatecheck:policy/network@1.0.0"]);
    assert_eq!(names(&world.exports), ["describe", "configure", "evaluate"]);
}

#[test]
fn what_is_neither_fact_nor_wasi_is_named() {
    for package in ["acme:secrets@1.0.0", "wasi:cli@0.3.0"] {
        let (name, version) = package.split_once('@').unwrap();
        let import = format!("{name}/get@{version}");
        let wit = format!(
            "package test:seal; world w {{ import {import}; }} package {package} {{ interface get {{ it: func(); }} }}"
        );
        let error = seal(&component(&wit, &format!("(module (import {import:?} \"it\" (func)))"))).unwrap_err();
        assert!(matches!(&error, SealError::Foreign(name) if *name == import), "{error}");
    }
    assert!(matches!(seal(b"hello"), Err(SealError::NotWebAssembly(_))));
}

#[test]
fn what_exports_no_policy_does_not_become_one() {
    let error = seal(&wat::parse_str("(module)").unwrap()).unwrap_err();
    assert!(matches!(&error, SealError::Misfit(reason) if reason.contains("describe")), "{error}");
    let foreign = "(module (import \"env\" \"log\" (func)))";
    let error = seal(&wat::parse_str(foreign).unwrap()).unwrap_err();
    assert!(matches!(&error, SealError::Misfit(reason) if reason.contains("env")), "{error}");
}
