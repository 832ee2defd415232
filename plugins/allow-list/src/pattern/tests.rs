use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::{MatchError, Pattern, PatternError, unicode};

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
    let group = |c: char| {
        let mut group: Vec<char> = unicode::variants(c).chain([c]).collect();
        group.sort_unstable();
        group
    };
    let ours: BTreeSet<String> =
        ('\0'..='\u{1FFFF}').map(group).filter(|group| group.len() > 1).map(String::from_iter).collect();
    let python: BTreeSet<String> = serde_json::from_value(unicode().pop().unwrap()).unwrap();
    assert_eq!(ours, python);
    for c in '\0'..='\u{FFFF}' {
        assert_eq!(unicode::has_variants(c, c), unicode::variants(c).next().is_some(), "{c:?}");
    }
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
        (r"(?(1)a)(b)", "unsupported condition on a group that follows at offset 0"),
    ] {
        assert_eq!(Pattern::new(source).unwrap_err().to_string(), message, "`{source}`");
    }
}

#[test]
fn size_is_bounded() {
    assert_eq!(Pattern::new(&"a".repeat(4097)).unwrap_err(), PatternError::TooLong { length: 4097 });
    assert!(Pattern::new(&"é".repeat(4096)).is_ok());
    for open in ["(", "(?:", "(?>", "(?=", "(?<=", "(?i:", "(a)(?(1)"] {
        let source = open.repeat(400);
        assert!(matches!(Pattern::new(&source), Err(PatternError::TooDeep { .. })), "`{open}`");
    }
    let nested = |depth| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Pattern::new(&nested(50)).is_ok());
    assert!(Pattern::new(&nested(51)).is_err());
}

#[test]
fn gives_up_when_a_search_takes_too_long() {
    let pattern = Pattern::new(r"^(a|aa)+\1$").unwrap();
    assert_eq!(pattern.is_match(&format!("{}b", "a".repeat(60))), Err(MatchError::GaveUp));
    let pattern = Pattern::new("(((a|b?){100}){100}){100}").unwrap();
    assert_eq!(pattern.is_match("b"), Err(MatchError::GaveUp));
}

#[test]
fn remembers_where_it_has_failed() {
    for source in [
        "^(a|aa)+$",
        "(a|b|ab)*c",
        "(?:|a|a)*c",
        "(.*)*c",
        "(a+a+)+c",
        ".*.*.*c",
        "(?:a|a){1,9}(?:a|a){30}c",
        "(?=(a|aa)+c)",
        "(?!(a|aa)+b$)[^b]",
    ] {
        let pattern = Pattern::new(source).unwrap();
        assert_eq!(pattern.is_match(&format!("{}b", "a".repeat(1000))), Ok(false), "`{source}`");
    }
}
