//! The policies that ship with Gatecheck.

use gatecheck_core::policy::{Engine, Module, ModuleError};

/// A policy that ships with Gatecheck.
struct Bundled {
    name: &'static str,
    /// Its native code, from this crate's build script.
    artifact: &'static [u8],
}

const POLICIES: [Bundled; 1] =
    [Bundled { name: "allow-list", artifact: include_bytes!(concat!(env!("OUT_DIR"), "/allow-list.cwasm")) }];

/// The names of the bundled policies.
pub fn names() -> impl Iterator<Item = &'static str> {
    POLICIES.iter().map(|policy| policy.name)
}

/// The bundled policy of this name.
pub fn module(engine: &Engine, name: &str) -> Result<Module, ModuleError> {
    match POLICIES.iter().find(|policy| policy.name == name) {
        Some(policy) => Module::built_in(engine, policy.artifact),
        None => Err(ModuleError::Unknown {
            name: name.to_owned(),
            remedy: format!("bundled are: {}", names().collect::<Vec<_>>().join(", ")),
        }),
    }
}
