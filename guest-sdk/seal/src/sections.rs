//! The sections of a module or component, and copies with some of them replaced.

use std::ops::Range;

use wasm_encoder::{RawSection, Section};
use wasmparser::{BinaryReaderError, Parser, Payload};

/// The mark of WebAssembly, its version and its layer.
const HEADER: Range<usize> = 0..8;

/// What a component consists of, without what is in the modules and components inside.
pub(crate) fn top_level(component: &[u8]) -> impl Iterator<Item = Result<Payload<'_>, BinaryReaderError>> {
    let mut depth = 0_usize;
    Parser::new(0).parse_all(component).filter(move |payload| {
        let here = depth == 0;
        match payload {
            Ok(Payload::ModuleSection { .. } | Payload::ComponentSection { .. }) => depth += 1,
            Ok(Payload::End(_)) => depth = depth.saturating_sub(1),
            _ => {}
        }
        here
    })
}

/// The bytes that a payload is of; its range is from a parser of these very bytes.
pub(crate) fn part<'a>(bytes: &'a [u8], range: &Range<usize>) -> &'a [u8] {
    bytes.get(range.clone()).unwrap_or_default()
}

/// A copy of a module or component; `replace` is given each section, and says whether it has put another in its place.
pub(crate) fn copy<Error: From<BinaryReaderError>>(
    bytes: &[u8],
    mut replace: impl FnMut(&Payload<'_>, &mut Vec<u8>) -> Result<bool, Error>,
) -> Result<Vec<u8>, Error> {
    let mut copy = part(bytes, &HEADER).to_vec();
    for payload in top_level(bytes) {
        let payload = payload?;
        if let Some((id, range)) = payload.as_section()
            && !replace(&payload, &mut copy)?
        {
            RawSection { id, data: part(bytes, &range) }.append_to(&mut copy);
        }
    }
    Ok(copy)
}
