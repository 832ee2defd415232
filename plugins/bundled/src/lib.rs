//! The policies that ship with Gatecheck.

use gatecheck_core::built_in;
use gatecheck_core::policy::{BuiltIn, Engine, Module, ModuleError};

/// A policy that ships with Gatecheck.
struct Bundled {
    name: &'static str,
    /// Its native code, from this crate's build script.
    native: BuiltIn,
}

const POLICIES: [Bundled; 2] = [
    Bundled { name: "allow-list", native: built_in!(concat!(env!("OUT_DIR"), "/allow-list.cwasm")) },
    Bundled { name: "ecs-baseline", native: built_in!(concat!(env!("OUT_DIR"), "/ecs-baseline.cwasm")) },
];

/// The components that native code was made of, apart from it: a program that does not ask for them does not carry them.
const COMPONENTS: [(&str, &[u8]); 2] = [
    ("allow-list", include_bytes!(concat!(env!("OUT_DIR"), "/allow-list.wasm"))),
    ("ecs-baseline", include_bytes!(concat!(env!("OUT_DIR"), "/ecs-baseline.wasm"))),
];

/// The names of the bundled policies.
pub fn names() -> impl Iterator<Item = &'static str> {
    POLICIES.iter().map(|policy| policy.name)
}

/// The bundled policy of this name.
pub fn module(engine: &Engine, name: &str) -> Result<Module, ModuleError> {
    match POLICIES.iter().find(|policy| policy.name == name) {
        Some(policy) => Module::built_in(engine, policy.native),
        None => Err(ModuleError::Unknown {
            name: name.to_owned(),
            remedy: format!("bundled are: {}", names().collect::<Vec<_>>().join(", ")),
        }),
    }
}

/// The component of the bundled policy of this name, and its native code in bytes.
pub fn component(name: &str) -> Option<(&'static [u8], usize)> {
    let (_, component) = COMPONENTS.iter().find(|(bundled, _)| *bundled == name)?;
    let native = POLICIES.iter().find(|policy| policy.name == name)?.native.code.len();
    Some((component, native))
}
