//! Data segments that nothing names are left out.
//!
//! A module that was started ahead still has the segments that filled its memory before, empty now: 42,000 in one of Go. An
//! instance keeps twelve bytes for each, which took a fifth of the time of a short policy.

use wasm_encoder::{ComponentSectionId, DataSection, RawSection, Section, reencode};
use wasmparser::{DataKind, DataSectionReader, Payload};

use crate::sections::{copy, part, top_level};

/// Why nothing comes of it.
type Failure = reencode::Error;

/// Leaves them out of all core modules of a component, as far as they are not in components inside.
pub(crate) fn prune(component: &[u8]) -> Result<Vec<u8>, Failure> {
    copy(component, |payload, pruned| {
        let Payload::ModuleSection { unchecked_range, .. } = payload else { return Ok(false) };
        let module = part(component, unchecked_range);
        // Without it, no instruction can name a segment, and so no segment has to keep its number.
        if top_level(module).any(|payload| matches!(payload, Ok(Payload::DataCountSection { .. }))) {
            return Ok(false);
        }
        let data = prune_module(module)?;
        RawSection { id: ComponentSectionId::CoreModule.into(), data: &data }.append_to(pruned);
        Ok(true)
    })
}

fn prune_module(module: &[u8]) -> Result<Vec<u8>, Failure> {
    copy(module, |payload, pruned| {
        let Payload::DataSection(section) = payload else { return Ok(false) };
        active(section.clone())?.append_to(pruned);
        Ok(true)
    })
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
