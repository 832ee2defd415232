//! Patterns for images that find more than their author had in mind.

use std::iter::Peekable;
use std::str::Chars;

use fancy_regex::Regex;

/// A host of somebody else.
const FOREIGN: &str = "evil.example/";

/// What a pattern finds beside what it seems to, and an image that shows it.
pub(super) fn weaknesses(pattern: &str) -> Option<String> {
    let pieces = pieces(pattern);
    let mut reasons = Vec::new();
    if !alternatives(pattern).into_iter().all(is_anchored) {
        reasons.push("it need not stand at the beginning");
    }
    if pieces.iter().any(|piece| piece.is_dot && piece.quantifier.is_none()) {
        reasons.push("`.` without `\\` stands for any character");
    }
    if pieces.iter().any(|piece| piece.text == "/" && matches!(piece.quantifier, Some('*' | '?'))) {
        reasons.push("`/*` also stands for no slash");
    }
    if reasons.is_empty() {
        return None;
    }
    let passes = example(pattern, &pieces).map(|image| format!("; `{image}` passes")).unwrap_or_default();
    Some(format!("`{pattern}`: {}{passes}", reasons.join(", ")))
}

/// An image from elsewhere that the pattern finds, tried out.
fn example(pattern: &str, pieces: &[Piece]) -> Option<String> {
    let regex = Regex::new(pattern).ok()?;
    let found = |dot: &str| {
        let texts = pieces.iter().map(|piece| match piece {
            Piece { is_dot: true, quantifier: None, .. } => Some(dot),
            Piece { text, .. } if text.is_empty() => None,
            Piece { text, .. } => Some(text.as_str()),
        });
        texts.collect::<Option<String>>()
    };
    let candidates = [format!("{FOREIGN}{}", found(".")?), found("-")?];
    candidates.into_iter().find(|image| image.len() > FOREIGN.len() && regex.is_match(image).is_ok_and(|found| found))
}

/// Ends where it must begin, unless what follows takes anything.
fn is_anchored(alternative: &str) -> bool {
    let inside = alternative.trim_start_matches("(?:").trim_start_matches('(');
    let rest = inside.strip_prefix('^').or_else(|| inside.strip_prefix("\\A"));
    rest.is_some_and(|rest| !rest.starts_with(".*") && !rest.starts_with(".+"))
}

/// What `|` stands between, outside of groups.
fn alternatives(pattern: &str) -> Vec<&str> {
    let (mut depth, mut in_class, mut is_escaped, mut begin) = (0_usize, false, false, 0);
    let mut found = Vec::new();
    for (position, character) in pattern.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => depth += 1,
            ')' if !in_class => depth = depth.saturating_sub(1),
            '|' if !in_class && depth == 0 => {
                found.extend(pattern.get(begin..position));
                begin = position + 1;
            }
            _ => {}
        }
    }
    found.extend(pattern.get(begin..));
    found
}

/// A part of a pattern, with a text that it finds; without, if that takes more than a look.
struct Piece {
    text: String,
    is_dot: bool,
    quantifier: Option<char>,
}

fn pieces(pattern: &str) -> Vec<Piece> {
    let mut rest = pattern.chars().peekable();
    let mut pieces = Vec::new();
    while let Some(character) = rest.next() {
        let text = match character {
            '^' | '$' => continue,
            '\\' => match rest.next() {
                Some('A' | 'Z' | 'b' | 'B') => continue,
                Some('d') => "1".to_owned(),
                Some('w') => "x".to_owned(),
                Some(escaped) if !escaped.is_alphanumeric() => escaped.to_string(),
                _ => String::new(),
            },
            '[' => of_class(&mut rest),
            '(' | ')' | '|' => String::new(),
            '.' => "x".to_owned(),
            other => other.to_string(),
        };
        let (quantifier, times) = quantifier(&mut rest);
        pieces.push(Piece { text: text.repeat(times), is_dot: character == '.', quantifier });
    }
    pieces
}

/// A character of a class: its first, unless it says which are none.
fn of_class(rest: &mut Peekable<Chars>) -> String {
    let first = rest.next();
    if first != Some(']') {
        rest.by_ref().find(|character| *character == ']');
    }
    first.filter(char::is_ascii_alphanumeric).map(String::from).unwrap_or_default()
}

/// How often what stands before it is there, in the shortest way that is not nothing.
fn quantifier(rest: &mut Peekable<Chars>) -> (Option<char>, usize) {
    let Some(character) = rest.next_if(|next| ['*', '+', '?', '{'].contains(next)) else { return (None, 1) };
    let mut times = 1;
    if character == '{' {
        let bounds: String = rest.by_ref().take_while(|next| *next != '}').collect();
        let least = bounds.split(',').next().and_then(|least| least.parse::<usize>().ok());
        times = least.unwrap_or(1).clamp(1, 64);
    }
    // What makes it lazy or possessive changes nothing of what it can find.
    rest.next_if(|next| ['?', '+'].contains(next));
    (Some(character), times)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_that_finds_what_it_should_not_is_shown_with_an_image() {
        for (pattern, reasons, image) in [
            (
                ".*.dkr.ecr.*.amazonaws.com/*",
                &["beginning", "any character", "no slash"][..],
                Some("evil.example/x.dkr.ecrx.amazonaws.com/"),
            ),
            ("^111122223333.dkr", &["any character"], Some("111122223333-dkr")),
            ("111122223333\\.dkr\\.ecr\\.", &["beginning"], Some("evil.example/111122223333.dkr.ecr.")),
            ("^\\d{12}\\.dkr|nginx", &["beginning"], None),
            ("^.*/nginx$", &["beginning"], Some("evil.example/x/nginx")),
            ("(?!x)nginx", &["beginning"], None),
        ] {
            let why = weaknesses(pattern).unwrap();
            assert!(reasons.iter().all(|reason| why.contains(reason)), "{why}");
            assert_eq!(why.matches(", ").count() + 1, reasons.len(), "{why}");
            match image {
                Some(image) => assert!(why.ends_with(&format!("`{image}` passes")), "{why}"),
                None => assert!(!why.contains("passes"), "{why}"),
            }
        }
    }

    #[test]
    fn a_pattern_that_is_anchored_and_escaped_is_fine() {
        for pattern in [
            "^111122223333\\.dkr\\.ecr\\.us-west-2\\.amazonaws\\.com/",
            "\\A\\d{12}\\.dkr",
            "^(a|b)/",
            "(?:^a)",
            "^[a|.]/",
            "^(?!.*:latest$).+",
        ] {
            assert_eq!(weaknesses(pattern), None, "{pattern}");
        }
    }
}
