use std::collections::HashSet;

use serde_json::Value;

use super::set::CASE_VARIANTS;
use super::{MatchError, Pattern, PatternError};

/// What `CPython` says, written by `corpus.py`.
fn corpus() -> Vec<Value> {
    serde_json::from_str(include_str!("corpus.json")).unwrap()
}

fn unicode() -> Vec<Value> {
    serde_json::from_str(include_str!("unicode.json")).unwrap()
}

#[test]
fn answers_are_those_of_python() {
    for entry in corpus().iter().filter(|entry| entry.get("error").is_none()) {
        let source = entry["pattern"].as_str().unwrap();
        let pattern = match Pattern::new(source) {
            Ok(pattern) => pattern,
            Err(error) => {
                assert_eq!(entry["must_work"], false, "`{source}` is refused: {error}");
                continue;
            }
        };
        let texts = entry["texts"].as_array().unwrap();
        for (text, expected) in texts.iter().zip(entry["search"].as_array().unwrap()) {
            let text = text.as_str().unwrap();
            let found = pattern.is_match(text).unwrap();
            assert_eq!(found, expected.as_bool().unwrap(), "`{source}` in {text:?}");
        }
    }
}

#[test]
fn refuses_what_python_refuses() {
    for entry in corpus().iter().filter(|entry| entry.get("error").is_some()) {
        let source = entry["pattern"].as_str().unwrap();
        assert!(Pattern::new(source).is_err(), "`{source}` is accepted");
    }
}

#[test]
fn categories_hold_the_characters_of_python() {
    for (letter, ranges) in ["d", "w", "s"].into_iter().zip(unicode()) {
        let ranges: Vec<(char, char)> = serde_json::from_value(ranges).unwrap();
        let members: HashSet<char> = ranges.iter().flat_map(|(first, last)| *first..=*last).collect();
        let (inside, outside): (String, String) = ('\0'..=char::MAX).partition(|c| members.contains(c));
        let matches = |source: String, text| Pattern::new(&source).unwrap().is_match(text).unwrap();
        assert!(matches(format!(r"\A\{letter}+\Z"), &inside));
        assert!(!matches(format!(r"\{letter}"), &outside));
        let upper = letter.to_uppercase();
        assert!(matches(format!(r"\A\{upper}+\Z"), &outside));
        assert!(!matches(format!(r"\{upper}"), &inside));
    }
}

#[test]
fn case_variants_are_those_of_python() {
    let sorted = |chars: &mut dyn Iterator<Item = char>| {
        let mut chars: Vec<char> = chars.collect();
        chars.sort_unstable();
        chars.into_iter().collect::<String>()
    };
    let mut ours: Vec<String> = CASE_VARIANTS.iter().map(|variants| sorted(&mut variants.iter().copied())).collect();
    ours.sort();
    // Above U+FFFF, letters that have case are refused.
    ours.retain(|variants| variants.chars().all(|c| c <= '\u{FFFF}'));
    let python = unicode().pop().unwrap();
    let mut python: Vec<String> = serde_json::from_value(python).unwrap();
    python.retain(|variants| variants.chars().all(|c| c <= '\u{FFFF}'));
    assert_eq!(ours, python);
}

#[test]
fn errors_say_what_is_wrong_and_where() {
    for (source, message) in [
        ("a**", "multiple repeat at offset 2"),
        (r"a\b*", "nothing to repeat at offset 3"),
        (r"\\é\h", r"bad escape `\h` at offset 3"),
        ("[a-z", "unterminated character set at offset 0"),
        ("ab[z-a]", "bad character range at offset 3"),
        (r"(?P=x)", "unknown group name `x` at offset 0"),
        (r"a\ud800", "unsupported surrogate at offset 1"),
        ("(?i)(a)\\1", "unsupported backreference that ignores case at offset 7"),
    ] {
        assert_eq!(Pattern::new(source).unwrap_err().to_string(), message, "`{source}`");
    }
}

#[test]
fn size_is_bounded() {
    assert_eq!(Pattern::new(&"a".repeat(4097)).unwrap_err(), PatternError::TooLong { length: 4097 });
    assert!(Pattern::new(&"é".repeat(4096)).is_ok());
    for source in ["((a{100}){100}){100}", r"(\w\w){1000}", "(((a?){100}){100}){100}"] {
        assert_eq!(Pattern::new(source).unwrap_err(), PatternError::TooLarge, "`{source}`");
    }
    for open in ["(", "(?:", "(?>", "(?=", "(?<=", "(?i:", "(a)(?(1)"] {
        let source = open.repeat(400);
        assert!(matches!(Pattern::new(&source), Err(PatternError::TooDeep { .. })), "`{open}`");
    }
    let nested = |depth| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Pattern::new(&nested(50)).is_ok());
    assert!(Pattern::new(&nested(51)).is_err());
}

#[test]
fn gives_up_when_a_search_backtracks_too_much() {
    let pattern = Pattern::new(r"^(a|aa)+\1$").unwrap();
    assert_eq!(pattern.is_match(&format!("{}b", "a".repeat(60))), Err(MatchError::GaveUp));
    // Without a backreference, the same takes linear time.
    let pattern = Pattern::new(r"^(a|aa)+$").unwrap();
    assert_eq!(pattern.is_match(&format!("{}b", "a".repeat(60))), Ok(false));
}
