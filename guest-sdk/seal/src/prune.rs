//! Data segments that nothing names are left out.
//!
//! A module that was started ahead still has the segments that filled its memory before, empty now: 42,000 in one of Go. An
//! instance keeps twelve bytes for each, which took a fifth of the time of a short policy.

use wasm_encoder::{Component, ComponentSectionId, DataSection, Module, RawSection, reencode};
use wasmparser::{BinaryReaderError, DataKind, DataSectionReader, Parser, Payload};

use crate::close::{part, top_level};

/// Why nothing comes of it.
pub(crate) type Failure = reencode::Error;

/// Leaves them out of all core modules of a component, as far as they are not in components inside.
pub(crate) fn prune(component: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut pruned = Component::new();
    for payload in top_level(component) {
        let payload = payload?;
        match (&payload, payload.as_section()) {
            (Payload::ModuleSection { unchecked_range, .. }, _) => {
                let data = prune_module(part(component, unchecked_range))?;
                pruned.section(&RawSection { id: ComponentSectionId::CoreModule.into(), data: &data });
            }
            (_, Some((id, range))) => {
                pruned.section(&RawSection { id, data: part(component, &range) });
            }
            _ => {}
        }
    }
    Ok(pruned.finish())
}

fn prune_module(module: &[u8]) -> Result<Vec<u8>, Failure> {
    let payloads: Vec<_> = Parser::new(0).parse_all(module).collect::<Result<_, BinaryReaderError>>()?;
    // Without it, no instruction can name a segment, and so no segment has to keep its number.
    if payloads.iter().any(|payload| matches!(payload, Payload::DataCountSection { .. })) {
        return Ok(module.to_vec());
    }
    let mut pruned = Module::new();
    for payload in payloads {
        match (&payload, payload.as_section()) {
            (Payload::DataSection(section), _) => {
                pruned.section(&active(section.clone())?);
            }
            (_, Some((id, range))) => {
                pruned.section(&RawSection { id, data: part(module, &range) });
            }
            _ => {}
        }
    }
    Ok(pruned.finish())
}

fn active(section: DataSectionReader<'_>) -> Result<DataSection, Failure> {
    let mut active = DataSection::new();
    for data in section {
        let data = data?;
        if matches!(data.kind, DataKind::Active { .. }) {
            reencode::utils::parse_data(&mut reencode::RoundtripReencoder, &mut active, data)?;
        }
    }
    Ok(active)
}
