//! Patterns of the allow-list: an answer is that of `re.search` of Python 3.11, or a refusal.
//!
//! An input is what Python says (`found`, `absent` or `refused`) in a line of its own, the pattern, an empty line, and the text.
//! Where Python 3.11 is at hand it is asked, whatever the input says.

mod oracle;

use gatecheck_allow_list::evaluate;
use gatecheck_sdk::testing::{container, task};
use gatecheck_sdk::{Facts, Settings, Verdict};
use serde_json::json;

use crate::mutate::text;
use crate::random::Random;

pub use oracle::Answer;

/// What patterns are made of.
const WORDS: [&str; 92] = [
    "^",
    "$",
    ".",
    "*",
    "+",
    "?",
    "*?",
    "+?",
    "??",
    "*+",
    "++",
    "?+",
    "{2}",
    "{1,}",
    "{,2}",
    "{0,3}",
    "{2,3}?",
    "{1,2}+",
    "{",
    "}",
    "(",
    ")",
    "(?:",
    "(?>",
    "(?=",
    "(?!",
    "(?<=",
    "(?<!",
    "(?P<n>",
    "(?P=n)",
    "(?P>n)",
    "(?(1)",
    "(?(n)a|b)",
    "(?#x)",
    "(?i)",
    "(?s)",
    "(?m)",
    "(?x)",
    "(?a)",
    "(?u)",
    "(?L)",
    "(?i:",
    "(?-i:",
    "(?s-m:",
    "(?a:",
    "|",
    "[",
    "]",
    "[^",
    "[]",
    "[^]",
    "-",
    "a-z",
    "[a-z]",
    "[\\w-]",
    "[[:alpha:]]",
    "&&",
    "--",
    "||",
    "~~",
    "\\1",
    "\\2",
    "\\0",
    "\\01",
    "\\101",
    "\\8",
    "\\d",
    "\\D",
    "\\w",
    "\\W",
    "\\s",
    "\\S",
    "\\b",
    "\\B",
    "\\A",
    "\\Z",
    "\\z",
    "\\G",
    "\\K",
    "\\R",
    "\\x41",
    "\\u00e9",
    "\\U0001f600",
    "\\N{DIGIT ONE}",
    "\\p{L}",
    "\\h",
    "\\n",
    "\\\\",
    "\\",
    "a",
    "b",
    "ab",
];

/// What texts hold that patterns take differently.
const TEXTS: [&str; 24] = [
    "a", "b", "aa", "ab", "A", "\n", "\r\n", "\u{b}", "\u{85}", "\u{2028}", "\u{a0}", "\u{1c}", "ß", "ẞ", "ſ", "K",
    "İ", "ı", "µ", "é", "²", "٣", "_", "-",
];

/// Asks Python what the allow-list answers.
pub fn run(data: &[u8]) {
    let Some(Input { pattern, text, .. }) = Input::read(data) else { return };
    let answer = answer(evaluate, pattern, text);
    if let (Some(answer), Some(python)) = (answer, oracle::search(pattern, text)) {
        assert_eq!(answer, python, "`{pattern}` on `{text}` is not what Python says");
    }
}

/// Checks an answer of Python that was kept, where there is no Python.
///
/// # Panics
///
/// If the allow-list answers otherwise, or the input is none.
pub fn run_kept(data: &[u8]) {
    let Input { kept, pattern, text } = Input::read(data).expect("an answer, a pattern, an empty line, a text");
    let kept = Answer::named(kept).expect("`found`, `absent` or `refused`");
    if let Some(python) = oracle::search(pattern, text) {
        assert_eq!(kept, python, "that is not what Python says");
    }
    if let Some(answer) = answer(evaluate, pattern, text) {
        assert_eq!(answer, kept, "`{pattern}` on `{text}` is not what Python says");
    }
}

struct Input<'a> {
    kept: &'a str,
    pattern: &'a str,
    text: &'a str,
}

impl<'a> Input<'a> {
    fn read(data: &'a [u8]) -> Option<Self> {
        let (kept, rest) = std::str::from_utf8(data).ok()?.split_once('\n')?;
        let (pattern, text) = rest.split_once("\n\n")?;
        Some(Self { kept, pattern, text })
    }
}

/// What the allow-list answers; nothing if it refuses a pattern that Python may take, or gives up.
fn answer<S: Settings>(evaluate: fn(&S, &Facts, &mut Verdict), pattern: &str, text: &str) -> Option<Answer> {
    let settings = json!({"task": [{"attribute": "image", "type": "pattern", "allowed_values": [pattern]}]});
    let (settings, problems) = S::read(settings).ok()?;
    if !problems.is_empty() {
        return None;
    }
    let facts = Facts::given().with_task(Ok(task("web"))).with_containers(Ok(vec![container("web", text)]));
    let mut verdict = Verdict::default();
    evaluate(&settings, &facts, &mut verdict);
    match (verdict.violations.len(), verdict.undecided.len(), verdict.passed.len()) {
        (1, 0, 0) => Some(Answer::Absent),
        (0, 0, 1) => Some(Answer::Found),
        (0, 1, 0) => None,
        _ => panic!("`{pattern}` on `{text}` ends as {verdict:?}"),
    }
}

/// Another pattern, or another text.
pub fn mutate(data: &[u8], random: &mut Random) -> Vec<u8> {
    let Some(Input { pattern, text, .. }) = Input::read(data) else { return b"?\na\n\na".to_vec() };
    let mut pattern = pattern.to_owned();
    let mut text = text.to_owned();
    if !random.once_in(3) {
        pattern = text::mutate(&pattern, &WORDS, random);
    } else {
        text = text::mutate(&text, &TEXTS, random);
    }
    format!("?\n{pattern}\n\n{text}").into_bytes()
}
