//! What policies say about themselves.

use gatecheck_core::policy::{Engine, Module};
use gatecheck_tests::guest;
use serde_json::Value;

#[test]
fn a_policy_describes_itself() {
    let engine = Engine::new().unwrap();
    for name in gatecheck_bundled::names() {
        let description = gatecheck_bundled::module(&engine, name).unwrap().describe(&engine).unwrap();
        assert_eq!(description.name, format!("gatecheck-{name}"));
        assert_eq!(description.version, env!("CARGO_PKG_VERSION"));
        let schema: Value = serde_json::from_str(&description.settings_schema).unwrap();
        assert_eq!(schema["type"], "object");
        let everything = gatecheck_core::facts::Family::ALL.into_iter().collect();
        let imports = gatecheck_bundled::module(&engine, name).unwrap().imports(&engine);
        assert_eq!((imports.interface_version.as_deref(), imports.families), (Some("1.0.0"), everything));
    }
}

#[test]
fn the_schema_of_a_bundled_policy_explains_its_settings() {
    let engine = Engine::new().unwrap();
    for (name, pointer, said) in [
        ("allow-list", "/properties/task/items/properties/attribute/description", "DescribeTasks"),
        ("ecs-baseline", "/properties/rules/properties/container-privileged/description", "not privileged"),
    ] {
        let description = gatecheck_bundled::module(&engine, name).unwrap().describe(&engine).unwrap();
        let schema: Value = serde_json::from_str(&description.settings_schema).unwrap();
        let explained = schema.pointer(pointer).and_then(Value::as_str).unwrap();
        assert!(explained.contains(said), "{explained}");
    }
}

#[test]
fn a_policy_of_ones_own_does_too() {
    let engine = Engine::new().unwrap();
    let module = Module::compile(&engine, &std::fs::read(guest("hostile")).unwrap()).unwrap();
    let description = module.describe(&engine).unwrap();
    assert_eq!(description.name, "gatecheck-guest-hostile");
    // It reads no facts, so the component imports no function that reads any.
    assert!(module.imports(&engine).families.is_empty());
    assert_eq!(description.summary, "A policy that misbehaves as its settings say");
}
