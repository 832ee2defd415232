//! Sets of characters, and which of them differ only in case.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::node::Node;
use super::parser::{ASCII, Flags, IGNORE_CASE};
use super::{Result, unsupported};

/// Weight of `\w`, the largest of the categories.
pub(super) const CATEGORY_WEIGHT: u64 = 500;

/// The members of a set, before it is negated.
#[derive(Debug, Default)]
pub(super) struct Set {
    ranges: Vec<(char, char)>,
    categories: Vec<String>,
}

impl Set {
    pub(super) fn is_empty(&self) -> bool {
        self.ranges.is_empty() && self.categories.is_empty()
    }

    pub(super) fn add_range(&mut self, low: char, high: char) {
        self.ranges.push((low, high));
    }

    pub(super) fn add_category(&mut self, category: String) {
        self.categories.push(category);
    }

    pub(super) fn node(mut self, negated: bool, flags: Flags, at: usize) -> Result<Node> {
        if flags & IGNORE_CASE != 0 {
            self.fold_case(flags, at)?;
        }
        let mut regex = String::from(if negated { "[^" } else { "[" });
        let mut weight = 0;
        for (low, high) in self.ranges {
            regex.push_str(&escaped(low));
            if low < high {
                regex.push('-');
                regex.push_str(&escaped(high));
            }
            weight += 1;
        }
        for category in self.categories {
            regex.push_str(&category);
            weight += CATEGORY_WEIGHT;
        }
        regex.push(']');
        Ok(Node::character(regex, weight))
    }

    /// Adds what differs from the members only in case.
    fn fold_case(&mut self, flags: Flags, at: usize) -> Result<()> {
        let given = self.ranges.clone();
        let contains = |c: &char| given.iter().any(|(low, high)| (low..=high).contains(&c));
        // Above U+FFFF, Python's answer depends on how the set is written.
        if given.iter().any(|(low, high)| *low <= '\u{FFFF}' && *high > '\u{FFFF}') {
            return unsupported("range across U+10000 that ignores case", at);
        }
        for variants in CASE_VARIANTS.iter().filter(|variants| variants.iter().any(contains)) {
            if variants.iter().any(|c| *c > '\u{FFFF}') {
                return unsupported("letter above U+FFFF that ignores case", at);
            }
            let relevant = |c: &&char| flags & ASCII == 0 || c.is_ascii();
            if variants.iter().filter(relevant).any(contains) {
                self.ranges.extend(variants.iter().filter(relevant).map(|c| (*c, *c)));
            }
        }
        Ok(())
    }
}

pub(super) fn literal(c: char, flags: Flags, at: usize) -> Result<Node> {
    if flags & IGNORE_CASE == 0 {
        return Ok(Node::character(escaped(c), 1));
    }
    let mut set = Set::default();
    set.add_range(c, c);
    set.node(false, flags, at)
}

/// The set that a category escape such as `\d` stands for.
pub(super) fn category(letter: char, flags: Flags) -> Option<String> {
    let members = match (letter.to_ascii_lowercase(), flags & ASCII != 0) {
        ('d', true) => r"0-9",
        ('s', true) => r"\x09-\x0D\x20",
        ('w', true) => r"0-9A-Z_a-z",
        ('d', false) => r"\p{Nd}&&\p{age=14.0}",
        ('s', false) => {
            r"\x09-\x0D\x1C-\x20\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}"
        }
        ('w', false) => r"_\p{L}\p{N}&&\p{age=14.0}",
        _ => return None,
    };
    let negation = if letter.is_ascii_uppercase() { "^" } else { "" };
    Some(format!("[{negation}{members}]"))
}

fn escaped(c: char) -> String {
    if c.is_ascii_alphanumeric() { String::from(c) } else { format!(r"\x{{{:X}}}", u32::from(c)) }
}

/// Lower case letters that Python takes for variants of each other, although
/// they are not the lower case of the same letter. From `re/_casefix.py`
/// of `CPython`.
const EXTRA_VARIANTS: &str = "iı sſ µμ \u{345}ι\u{1FBE} \u{390}\u{1FD3} \u{3B0}\u{1FE3} βϐ εϵ θϑ κϰ πϖ ρϱ \
    ςσ φϕ вᲀ дᲁ оᲂ сᲃ тᲄᲅ ъᲆ ѣᲇ ꙋᲈ ṡẛ \u{FB05}\u{FB06}";

/// Groups of characters that differ only in case, by Python's rules.
pub(super) static CASE_VARIANTS: LazyLock<Vec<Vec<char>>> = LazyLock::new(|| {
    let mut extra: Vec<Vec<char>> = EXTRA_VARIANTS.split(' ').map(|group| group.chars().collect()).collect();
    let mut others: BTreeMap<char, Vec<char>> = BTreeMap::new();
    for c in '\0'..='\u{1FFFF}' {
        // Only `İ` becomes two characters, and Python takes the first.
        let lower = c.to_lowercase().next().unwrap_or(c);
        // Upper case letters that Unicode 14.0 does not have.
        let newer =
            matches!(c, '\u{1C89}' | '\u{A7CB}'..='\u{A7CF}' | '\u{A7D2}' | '\u{A7D4}' | '\u{A7DA}'..='\u{A7DC}');
        if lower == c || newer {
            continue;
        }
        match extra.iter_mut().find(|group| group.contains(&lower)) {
            Some(group) => group.push(c),
            None => others.entry(lower).or_insert_with(|| vec![lower]).push(c),
        }
    }
    extra.into_iter().chain(others.into_values()).collect()
});
