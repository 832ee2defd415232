//! Texts that are like others.

use crate::random::Random;

/// What is often a border case.
const CHARACTERS: [&str; 12] = ["\0", "\n", "\r\n", " ", "\"", "\\", "é", "ſ", "\u{2028}", "𝒳", "0", "-"];

/// The text with some changes. `words` are what texts of its kind are made of.
pub fn mutate(text: &str, words: &[&str], random: &mut Random) -> String {
    let mut text = text.to_owned();
    for _ in 0..=random.below(3) {
        let from = border(&text, random);
        match random.below(6) {
            0 => text.insert_str(from, random.pick(&CHARACTERS)),
            1 | 2 if !words.is_empty() => text.insert_str(from, random.pick(words)),
            3 => {
                let to = near(&text, from, random);
                text.replace_range(from..to, "");
            }
            4 => {
                let to = near(&text, from, random);
                let word = if words.is_empty() { random.pick(&CHARACTERS) } else { random.pick(words) };
                text.replace_range(from..to, word);
            }
            _ => {
                let to = near(&text, from, random);
                let part = text[from..to].to_owned();
                let place = border(&text, random);
                text.insert_str(place, &part);
            }
        }
    }
    text
}

/// A place between two characters.
fn border(text: &str, random: &mut Random) -> usize {
    let place = random.below(text.len() + 1);
    (0..=place).rev().find(|place| text.is_char_boundary(*place)).unwrap_or_default()
}

/// One not far behind another one.
fn near(text: &str, from: usize, random: &mut Random) -> usize {
    let to = (from + 1 + random.below(8)).min(text.len());
    (to..=text.len()).find(|place| text.is_char_boundary(*place)).unwrap_or(text.len())
}
