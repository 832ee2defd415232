//! A core module becomes a component.

use wasmparser::{Parser, Payload};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata, metadata};
use wit_parser::{Resolve, WorldId};

use crate::SealError;

/// The module whose functions are WASI 0.1, under its name before it had a number.
const PREVIEW1: &str = "wasi_snapshot_preview1";

/// The stand-in for it.
pub(crate) const ADAPTER: &str = include_str!("preview1.wat");

/// What a module is built for that does not say it.
const POLICY: &str = include_str!("../../../wit/policy.wit");

/// The interface of policies.
pub(crate) fn policy_world() -> Result<(Resolve, WorldId), SealError> {
    let mut resolve = Resolve::default();
    let world = resolve.push_str("policy.wit", POLICY).and_then(|package| resolve.select_world(&[package], None));
    world.map(|world| (resolve, world)).map_err(|error| misfit(&error))
}

/// The functions that a core module imports from WASI 0.1.
pub(crate) fn preview1_imports(module: &[u8]) -> Result<Vec<String>, SealError> {
    let unreadable = |error: wasmparser::BinaryReaderError| SealError::NotWebAssembly(error.message().to_owned());
    let mut functions = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ImportSection(imports) = payload.map_err(unreadable)? {
            for import in imports.into_imports() {
                let import = import.map_err(unreadable)?;
                if import.module == PREVIEW1 {
                    functions.push(import.name.to_owned());
                }
            }
        }
    }
    Ok(functions)
}

/// Wraps a core module. Without component types of its own that export what `world` exports, it is built for `world`.
pub(crate) fn wrap(module: &[u8], (resolve, world): &(Resolve, WorldId)) -> Result<Vec<u8>, SealError> {
    let mut module = module.to_vec();
    if !exports_all(&module, resolve, *world)? {
        embed_component_metadata(&mut module, resolve, *world, StringEncoding::UTF8).map_err(|error| misfit(&error))?;
    }
    let adapter = wat::parse_str(ADAPTER).map_err(|error| misfit(&error.into()))?;
    ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .and_then(|encoder| encoder.adapter(PREVIEW1, &adapter))
        .and_then(|mut encoder| encoder.encode())
        .map_err(|error| misfit(&error))
}

/// Whether the component types in a module, as wit-bindgen leaves them there, promise the exports of a world. They can be
/// those of a library that it contains, and say nothing of policies.
fn exports_all(module: &[u8], resolve: &Resolve, world: WorldId) -> Result<bool, SealError> {
    let (_, own) = metadata::decode(module).map_err(|error| misfit(&error))?;
    let names = |resolve: &Resolve, world: WorldId| -> Vec<String> {
        let exports = resolve.worlds.get(world).map(|world| &world.exports);
        exports.into_iter().flatten().map(|(key, _)| resolve.name_world_key(key)).collect()
    };
    let own = names(&own.resolve, own.world);
    Ok(names(resolve, world).iter().all(|name| own.contains(name)))
}

fn misfit(error: &anyhow::Error) -> SealError {
    SealError::Misfit(format!("{error:#}"))
}
