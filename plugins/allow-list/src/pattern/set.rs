//! Sets of characters.

use super::parser::{ASCII, Flags, IGNORE_CASE};
use super::{Result, unicode, unsupported};

/// ASCII characters, one bit for each.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ascii([u64; 2]);

impl Ascii {
    pub(super) fn of(holds: impl Fn(char) -> bool) -> Self {
        let mut ascii = Self::default();
        (0..=0x7F).filter(|byte| holds(char::from(*byte))).for_each(|byte| ascii.add(byte));
        ascii
    }

    fn add(&mut self, byte: u8) {
        if let Some(bits) = self.0.get_mut(usize::from(byte >> 6)) {
            *bits |= 1 << (byte & 63);
        }
    }

    pub(super) fn holds(self, byte: u8) -> bool {
        self.0.get(usize::from(byte >> 6)).is_some_and(|bits| bits >> (byte & 63) & 1 == 1)
    }

    pub(super) fn or(self, other: Self) -> Self {
        let ([low, high], [other_low, other_high]) = (self.0, other.0);
        Self([low | other_low, high | other_high])
    }

    fn not(self) -> Self {
        Self(self.0.map(|bits| !bits))
    }
}

/// A category such as `\d`, or what is not in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Category {
    kind: CategoryKind,
    negated: bool,
    /// Only of ASCII characters.
    ascii: bool,
}

#[derive(Debug, Clone, Copy)]
enum CategoryKind {
    Digit,
    Space,
    Word,
}

impl Category {
    /// The category that the escape of `letter` stands for.
    pub(super) fn of(letter: char, flags: Flags) -> Option<Self> {
        let kind = match letter.to_ascii_lowercase() {
            'd' => CategoryKind::Digit,
            's' => CategoryKind::Space,
            'w' => CategoryKind::Word,
            _ => return None,
        };
        Some(Self { kind, negated: letter.is_ascii_uppercase(), ascii: flags & ASCII != 0 })
    }

    pub(super) fn holds(self, c: char) -> bool {
        let is_member = match self.kind {
            CategoryKind::Digit if c.is_ascii() => c.is_ascii_digit(),
            _ if self.ascii && !c.is_ascii() => false,
            CategoryKind::Digit => unicode::is_digit(c),
            // Python's ASCII has fewer spaces than Unicode has in ASCII.
            CategoryKind::Space => unicode::is_space(c) && !(self.ascii && ('\x1C'..='\x1F').contains(&c)),
            CategoryKind::Word => unicode::is_word(c),
        };
        is_member != self.negated
    }
}

/// A set such as `[^a-z\d]`.
#[derive(Debug, Clone, Default)]
pub(super) struct Set {
    /// The ASCII members, before the set is negated.
    ascii: Ascii,
    ranges: Vec<(char, char)>,
    categories: Vec<Category>,
    negated: bool,
    /// Variants of members are members too.
    fold: bool,
}

impl Set {
    pub(super) fn is_empty(&self) -> bool {
        self.ranges.is_empty() && self.categories.is_empty()
    }

    pub(super) fn add_range(&mut self, low: char, high: char) {
        self.ranges.push((low, high));
    }

    pub(super) fn add_category(&mut self, category: Category) {
        self.categories.push(category);
    }

    /// The set when all its members are known.
    pub(super) fn finished(mut self, negated: bool, flags: Flags, at: usize) -> Result<Self> {
        self.negated = negated;
        let ignores_case = flags & IGNORE_CASE != 0;
        for (low, high) in self.ranges.iter().filter(|(_, high)| ignores_case && *high > '\u{FFFF}') {
            // Above U+FFFF, Python's answer depends on how the set is written.
            if *low <= '\u{FFFF}' {
                return unsupported("range across U+10000 that ignores case", at);
            }
            if unicode::has_variants(*low, *high) {
                return unsupported("letter above U+FFFF that ignores case", at);
            }
        }
        for (low, high) in &self.ranges {
            for byte in (*low..=*high).take_while(char::is_ascii).filter_map(|c| u8::try_from(c).ok()) {
                self.ascii.add(byte);
                if ignores_case && byte.is_ascii_alphabetic() {
                    self.ascii.add(byte ^ 0x20);
                }
            }
        }
        for category in &self.categories {
            self.ascii = self.ascii.or(Ascii::of(|c| category.holds(c)));
        }
        self.ranges.retain(|(_, high)| !high.is_ascii());
        self.fold = ignores_case && flags & ASCII == 0;
        if self.fold && !self.ranges.is_empty() {
            for byte in (b'A'..=b'Z').chain(b'a'..=b'z') {
                if unicode::variants(char::from(byte)).any(|variant| self.in_ranges(variant)) {
                    self.ascii.add(byte);
                }
            }
        }
        Ok(self)
    }

    pub(super) fn holds(&self, c: char) -> bool {
        match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() => self.ascii.holds(byte) != self.negated,
            _ => {
                let is_member = self.in_ranges(c)
                    || self.categories.iter().any(|category| category.holds(c))
                    || self.fold && unicode::variants(c).any(|variant| self.has(variant));
                is_member != self.negated
            }
        }
    }

    /// The ASCII characters that it holds.
    pub(super) fn ascii(&self) -> Ascii {
        if self.negated { self.ascii.not() } else { self.ascii }
    }

    fn has(&self, c: char) -> bool {
        match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() => self.ascii.holds(byte),
            _ => self.in_ranges(c),
        }
    }

    fn in_ranges(&self, c: char) -> bool {
        self.ranges.iter().any(|(low, high)| (low..=high).contains(&&c))
    }
}

/// The variants of a character, if it has any that count.
pub(super) fn variants(c: char, flags: Flags, at: usize) -> Result<Option<Set>> {
    if flags & IGNORE_CASE == 0 {
        return Ok(None);
    }
    let has_variants = if flags & ASCII != 0 { c.is_ascii_alphabetic() } else { unicode::has_variants(c, c) };
    if !has_variants {
        return Ok(None);
    }
    let mut set = Set::default();
    set.add_range(c, c);
    set.finished(false, flags, at).map(Some)
}
