//! Globs, as users write them.

use wildmatch::WildMatchPattern;

/// `*` stands for any text; nothing else is special.
pub fn matches(glob: &str, text: &str) -> bool {
    WildMatchPattern::<'*', '\0'>::new(glob).matches(text)
}
