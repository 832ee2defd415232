//! One module does what several did.

use wasmparser::{Parser, Payload};
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store, StoreContextMut};

use crate::meld::meld;

/// What modules share, a library that fills some of it and calls what is outside, and a program that uses both. What takes text
/// comes when there is a memory that it can be in, through a table, and before the program. `library` is what the library has
/// besides.
fn text(library: &str) -> String {
    format!(
        r#"(component $linked
            (import "more" (func $more (param "to" s32) (result s32)))
            (import "say" (func $say (param "what" string)))
            (core module $shim
                (table (export "table") 1 funcref)
                (type $say (func (param i32 i32)))
                (func (export "say") (param i32 i32)
                    (call_indirect (type $say) (local.get 0) (local.get 1) (i32.const 0))))
            (core module $late
                (import "shared" "memory" (memory 1))
                (import "shim" "table" (table 1 funcref))
                (import "lowered" "say" (func $say (param i32 i32)))
                (elem (i32.const 0) func $say))
            (core module $apart
                (func (export "three") (result i32) (i32.const 3)))
            (core module $shared
                (memory (export "memory") 1)
                (table (export "table") 4 funcref)
                (global (export "memory_base") i32 (i32.const 1024))
                (global (export "table_base") i32 (i32.const 1))
                (global (export "count") (mut i32) (i32.const 100)))
            (core module $library
                (import "env" "memory" (memory 1))
                (import "env" "table" (table 2 funcref))
                (import "env" "memory_base" (global $memory i32))
                (import "env" "table_base" (global $table i32))
                (import "env" "count" (global $count (mut i32)))
                (import "outside" "more" (func $more (param i32) (result i32)))
                (import "outside" "say" (func $say (param i32 i32)))
                (import "apart" "three" (func $three (result i32)))
                (type $number (func (result i32)))
                (func $seven (result i32) (i32.load (global.get $memory)))
                (func $counted (result i32)
                    (global.set $count (i32.add (global.get $count) (call $three)))
                    (call $say (global.get $memory) (i32.const 3))
                    (call $more (global.get $count)))
                {library}
                (elem (global.get $table) func $seven $counted)
                (data (global.get $memory) "\07\00\00\00")
                (export "counted" (func $counted)))
            (core module $program
                (type $other (func (param i64)))
                (type $number (func (result i32)))
                (import "env" "memory" (memory 1))
                (import "env" "table" (table 2 funcref))
                (import "env" "memory_base" (global $memory i32))
                (import "env" "count" (global $count (mut i32)))
                (import "library" "counted" (func $counted (result i32)))
                (data (offset (i32.add (global.get $memory) (i32.const 4))) "\05\00\00\00")
                (func (export "run") (result i32)
                    (i32.add
                        (i32.add (call_indirect (type $number) (i32.const 1)) (call_indirect (type $number) (i32.const 2)))
                        (i32.add (call $counted) (i32.load offset=4 (global.get $memory))))))
            (core func $more_lowered (canon lower (func $more)))
            (core instance $apart (instantiate $apart))
            (core instance $shared (instantiate $shared))
            (alias core export $shared "memory" (core memory $memory))
            (alias core export $shared "table" (core table $table))
            (alias core export $shared "memory_base" (core global $memory_base))
            (core instance $shim (instantiate $shim))
            (core instance $outside (export "more" (func $more_lowered)) (export "say" (func $shim "say")))
            (core instance $library (instantiate $library
                (with "env" (instance $shared)) (with "outside" (instance $outside)) (with "apart" (instance $apart))))
            (alias core export $library "counted" (core func $counted))
            (core func $say_lowered (canon lower (func $say) (memory $memory)))
            (core instance $late (instantiate $late
                (with "shared" (instance $shared)) (with "shim" (instance $shim))
                (with "lowered" (instance (export "say" (func $say_lowered))))))
            (core instance $some (export "memory" (memory $memory)) (export "table" (table $table))
                (export "memory_base" (global $memory_base)) (export "count" (global $shared "count")))
            (core instance $program (instantiate $program
                (with "env" (instance $some)) (with "library" (instance (export "counted" (func $counted))))))
            (func (export "run") (result s32)
                (canon lift (core func $program "run") (memory $memory)))
            (func (export "counted") (result s32) (canon lift (core func $counted))))"#
    )
}

fn linked(library: &str) -> Vec<u8> {
    wat::parse_str(text(library)).unwrap()
}

fn modules(component: &[u8]) -> usize {
    let payloads = Parser::new(0).parse_all(component);
    payloads.filter(|payload| matches!(payload, Ok(Payload::ModuleSection { .. }))).count()
}

/// What both exports answer, and how much was said; what is outside adds 1,000.
fn answers(component: &[u8]) -> (i32, i32, usize) {
    let engine = Engine::default();
    let component = Component::new(&engine, component).unwrap();
    let mut linker = Linker::new(&engine);
    linker.root().func_wrap("more", |_, (to,): (i32,)| Ok((to + 1000,))).unwrap();
    let say = |mut said: StoreContextMut<'_, usize>, (what,): (String,)| {
        *said.data_mut() += what.len();
        Ok(())
    };
    linker.root().func_wrap("say", say).unwrap();
    let mut store = Store::new(&engine, 0);
    let instance = linker.instantiate(&mut store, &component).unwrap();
    let mut call = |name: &str| {
        let function = instance.get_typed_func::<(), (i32,)>(&mut store, name).unwrap();
        function.call(&mut store, ()).unwrap().0
    };
    let (run, counted) = (call("run"), call("counted"));
    (run, counted, *store.data())
}

#[test]
fn one_module_does_what_several_did() {
    let linked = linked("");
    let melded = meld(linked.clone());
    assert_eq!((modules(&linked), modules(&melded)), (6, 4));
    assert_eq!(answers(&linked), (7 + 1103 + 1106 + 5, 1109, 9));
    assert_eq!(answers(&melded), answers(&linked));
    assert_eq!(meld(melded.clone()), melded);
}

#[test]
fn so_does_one_inside_another_component() {
    let text = format!(
        r#"(component
            (import "more" (func $more (param "to" s32) (result s32)))
            {}
            (import "say" (func $say (param "what" string)))
            (instance $it (instantiate $linked (with "more" (func $more)) (with "say" (func $say))))
            (export "run" (func $it "run"))
            (export "counted" (func $it "counted")))"#,
        text("")
    );
    let nested = wat::parse_str(text).unwrap();
    let melded = meld(nested.clone());
    assert_eq!((modules(&nested), modules(&melded)), (6, 4));
    assert_eq!(answers(&melded), answers(&nested));
}

#[test]
fn what_cannot_be_melded_stays_as_it_is() {
    for library in [
        // It has to run before the program is there.
        "(func $begin (global.set $count (i32.const 200))) (start $begin)",
        // A tag is nothing that is melded.
        "(global $later (mut i32) (i32.const 3)) (tag)",
    ] {
        let linked = linked(library);
        assert_eq!(meld(linked.clone()), linked, "{library}");
    }
    let alone = wat::parse_str("(component (core module $m (memory 1)) (core instance (instantiate $m)))").unwrap();
    assert_eq!(meld(alone.clone()), alone);
}
