//! WebAssembly that is like other WebAssembly: its sections stay what they are as far as they are not what is changed.

use crate::random::Random;

/// What a binary begins with: its magic number, its version, and whether it is a component.
const PREAMBLE: usize = 8;

/// Numbers at the borders of what numbers are stored in.
const NUMBERS: [u64; 12] = [0, 1, 2, 63, 64, 127, 128, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/// The binary with some changes.
pub fn mutate(binary: &[u8], random: &mut Random) -> Vec<u8> {
    let mut binary = binary.to_vec();
    for _ in 0..=random.below(2) {
        binary = match sections(&binary) {
            Some((preamble, sections)) if !sections.is_empty() && !random.once_in(8) => {
                let sections = changed(sections, preamble[6] == 1, random);
                joined(preamble, &sections)
            }
            _ => bytes_changed(&binary, random),
        };
    }
    binary
}

/// A section: its number, and what is in it.
type Section = (u8, Vec<u8>);

fn changed(mut sections: Vec<Section>, is_component: bool, random: &mut Random) -> Vec<Section> {
    let at = random.below(sections.len());
    let (id, body) = &mut sections[at];
    match random.below(8) {
        0 => {
            let copy = sections[at].clone();
            sections.insert(random.below(sections.len() + 1), copy);
        }
        1 => _ = sections.remove(at),
        2 => {
            let other = random.below(sections.len());
            sections.swap(at, other);
        }
        3 => *id = u8::try_from(random.below(14)).unwrap_or_default(),
        // A core module, another component.
        _ if is_component && matches!(id, 1 | 4) => *body = mutate(body, random),
        _ => *body = bytes_changed(body, random),
    }
    sections
}

/// Bytes flipped, numbers changed, parts cut out or repeated.
fn bytes_changed(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = random.below(bytes.len());
    let to = (at + 1 + random.below(8)).min(bytes.len());
    match random.below(6) {
        _ if bytes.is_empty() => bytes.extend(leb128(random.pick(&NUMBERS))),
        0 => bytes[at] ^= 1 << random.below(8),
        1 => bytes[at] = random.number().to_le_bytes()[0],
        2 => {
            let end = bytes[at..].iter().position(|byte| byte & 0x80 == 0).map_or(bytes.len(), |end| at + end + 1);
            bytes.splice(at..end, leb128(random.pick(&NUMBERS)));
        }
        3 => _ = bytes.drain(at..to),
        4 => {
            let part = bytes[at..to].to_vec();
            let place = random.below(bytes.len());
            bytes.splice(place..place, part);
        }
        _ => bytes.truncate(at),
    }
    bytes
}

/// The preamble, and the sections behind it.
fn sections(binary: &[u8]) -> Option<(&[u8], Vec<Section>)> {
    let (preamble, mut rest) = binary.split_at_checked(PREAMBLE)?;
    let mut sections = Vec::new();
    while let Some((&id, sized)) = rest.split_first() {
        let length = sized.iter().position(|byte| byte & 0x80 == 0)? + 1;
        let (size, behind) = sized.split_at_checked(length.min(9))?;
        let size = size.iter().rev().fold(0, |size, byte| size << 7 | usize::from(byte & 0x7f));
        let (body, next) = behind.split_at_checked(size)?;
        sections.push((id, body.to_vec()));
        rest = next;
    }
    Some((preamble, sections))
}

fn joined(preamble: &[u8], sections: &[Section]) -> Vec<u8> {
    let mut binary = preamble.to_vec();
    for (id, body) in sections {
        binary.push(*id);
        binary.extend(leb128(body.len() as u64));
        binary.extend(body);
    }
    binary
}

fn leb128(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_joined_as_they_were() {
        let binary = wat::parse_str("(component (core module (func (export \"f\")) (memory 1)))").unwrap();
        let (preamble, sections) = sections(&binary).unwrap();
        assert!(sections.iter().any(|(id, _)| *id == 1));
        assert_eq!(joined(preamble, &sections), binary);
    }
}
