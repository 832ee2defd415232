//! What Unicode says of characters: which are letters, digits and spaces, and which differ only in case.

include!(concat!(env!("OUT_DIR"), "/unicode.rs"));

/// `first`, `first + step`, ... up to `last` each have a variant `distance` further on.
struct Run {
    first: u32,
    last: u32,
    step: u32,
    distance: i32,
    /// Both have the same lower case.
    same_lower: bool,
}

impl Run {
    fn variant(&self, c: char) -> Option<char> {
        let ahead = u32::from(c).checked_sub(self.first)?;
        let is_member = u32::from(c) <= self.last && ahead.is_multiple_of(self.step);
        is_member.then(|| char::from_u32(u32::from(c).wrapping_add_signed(self.distance))).flatten()
    }
}

pub(super) fn is_digit(c: char) -> bool {
    holds(&DIGITS, c)
}

/// A letter, a number or `_`.
pub(super) fn is_word(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() || c == '_' } else { holds(&WORDS, c) }
}

pub(super) fn is_space(c: char) -> bool {
    matches!(
        c,
        '\t'..='\r'
            | '\x1C'..=' '
            | '\u{85}'
            | '\u{A0}'
            | '\u{1680}'
            | '\u{2000}'..='\u{200A}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{202F}'
            | '\u{205F}'
            | '\u{3000}'
    )
}

fn holds(ranges: &[u32], c: char) -> bool {
    let code = u32::from(c);
    let upto = ranges.partition_point(|range| range >> 11 <= code);
    ranges.get(upto.wrapping_sub(1)).is_some_and(|range| code - (range >> 11) <= range & 0x7FF)
}

/// The characters that differ from `c` only in case.
pub(super) fn variants(c: char) -> impl Iterator<Item = char> {
    runs(c).filter_map(move |run| run.variant(c))
}

/// Whether some character of a range has variants.
pub(super) fn has_variants(low: char, high: char) -> bool {
    let (low, high) = (u32::from(low), u32::from(high));
    VARIANTS.iter().any(|run| {
        let ahead = low.saturating_sub(run.first).next_multiple_of(run.step);
        run.first + ahead <= run.last.min(high)
    })
}

/// Whether two characters have the same lower case.
pub(super) fn same_lower(left: char, right: char) -> bool {
    left == right || runs(left).any(|run| run.same_lower && run.variant(left) == Some(right))
}

fn runs(c: char) -> impl Iterator<Item = &'static Run> {
    VARIANTS.iter().take_while(move |run| run.first <= u32::from(c))
}
