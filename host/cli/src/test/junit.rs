//! Results as the `JUnit` XML that CI systems read.
//!
//! Five elements and their attributes: written by hand, that is less than a crate for it brings along (an XML writer, a
//! clock, UUIDs), and none of that is wanted here. No times are told: they are no result.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::results::{CaseResult, Outcome, Results, Totals};

pub(super) fn print(results: &Results, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<testsuites name="gatecheck" {}>"#, counts(results.totals()))?;
    for suite in &results.suites {
        let path = escaped(&suite.path.display().to_string());
        writeln!(out, r#"  <testsuite name="{path}" {}>"#, counts(suite.totals()))?;
        for case in &suite.cases {
            print_case(&path, case, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn counts(totals: Totals) -> String {
    format!(r#"tests="{}" failures="{}" errors="{}""#, totals.all(), totals.failed, totals.not_run)
}

fn print_case(path: &str, case: &CaseResult, out: &mut impl Write) -> io::Result<()> {
    let start = format!(r#"    <testcase classname="{path}" name="{}""#, escaped(case.name()));
    let (element, message, text) = match &case.outcome {
        Outcome::Passed | Outcome::Updated => return writeln!(out, "{start}/>"),
        Outcome::Failed(differences) => {
            let mut text = String::new();
            for difference in differences {
                // Writing to a string cannot fail.
                let _ = writeln!(text, "{:<10} {}", difference.kind, difference.what);
                for more in &difference.more {
                    let _ = writeln!(text, "           {more}");
                }
            }
            let first = differences.first().map(|first| format!("{} {}", first.kind, first.what));
            ("failure", first.unwrap_or_default(), text)
        }
        Outcome::NotRun(problem) => ("error", problem.message.clone(), problem.remedy.clone().unwrap_or_default()),
    };
    writeln!(out, "{start}>")?;
    writeln!(out, r#"      <{element} message="{}">{}</{element}>"#, escaped(&message), lines(&text))?;
    writeln!(out, "    </testcase>")
}

/// As it can stand in an attribute or between elements. A character that no XML 1.0 document can have, however it is
/// written, is replaced.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            '\t' => escaped.push_str("&#9;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Between elements, lines can stay lines.
fn lines(text: &str) -> String {
    text.lines().map(escaped).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_in_a_name_is_markup() {
        assert_eq!(escaped("a<b> & \"c\"\n\u{1b}[0m"), "a&lt;b&gt; &amp; &quot;c&quot;&#10;\u{fffd}[0m");
    }
}
