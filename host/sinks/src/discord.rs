//! A webhook of Discord: one embed.
//!
//! What others said stands in inline code, in which Discord sees no markup and no link; and nobody is mentioned whatever stands
//! anywhere.

use gatecheck_core::report::Severity;
use serde_json::{Value, json};

use crate::alert::Alert;
use crate::outline::{Item, Outline, more};

/// Characters of a value. A title may have 256 and a field 1024, each character counted as two if it is beyond the first 65,536;
/// all parts fit: code that is cut would be markup.
const VALUE: usize = 80;

/// Fields of an embed.
const FIELDS: usize = 25;

/// Characters of all embeds together. Discord takes 6000.
const LONGEST: usize = 5500;

/// The message.
pub(crate) fn body(alert: &Alert) -> Value {
    let Outline { title, place, items } = Outline::of(alert, VALUE);
    let place: Vec<_> = place.iter().map(|(name, value)| format!("{name}: {}", code(value))).collect();
    let (title, place) = (code(&title), place.join("\n"));
    let mut left = LONGEST.saturating_sub(length(&title) + length(&place));
    let mut fields = Vec::new();
    for item in &items {
        let (name, value) = field(item);
        let length = length(&name) + length(&value);
        if fields.len() >= FIELDS || length > left {
            break;
        }
        left -= length;
        fields.push(json!({"name": name, "value": value}));
    }
    let footer = more(items.len() - fields.len()).map(|more| json!({"text": more}));
    let place = Some(place).filter(|place| !place.is_empty());
    let embed = json!({
        "title": title, "description": place, "color": colour(alert.severity()), "fields": fields, "footer": footer,
    });
    json!({"embeds": [embed], "allowed_mentions": {"parse": []}})
}

fn field(item: &Item) -> (String, String) {
    let facts: Vec<_> = item.facts.iter().map(|(name, value)| format!("{name}: {}", code(value))).collect();
    (code(&item.title), facts.join("\n"))
}

/// As Discord counts.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Inline code ends at the first backtick.
fn code(text: &str) -> String {
    let text = text.replace('`', "ˋ");
    format!("`{}`", if text.trim().is_empty() { "-" } else { &text })
}

fn colour(severity: Severity) -> u32 {
    match severity {
        Severity::Critical => 0x8b_00_00,
        Severity::High => 0xd9_36_2f,
        Severity::Medium => 0xe6_9f_00,
        Severity::Low => 0x56_b4_e9,
        Severity::Info => 0x99_99_99,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{alert, odd_ones};

    #[test]
    fn a_message_is_one_embed_with_a_field_for_each_finding() {
        let body = body(&alert());
        let embed = &body["embeds"][0];
        assert_eq!(embed["title"], "`2 violations in service web in cluster prod`");
        assert_eq!(embed["fields"][0]["name"], "`high: ip of eni-0abc`");
        assert!(embed["fields"][0]["value"].as_str().unwrap().starts_with("Found: `public`\nAllowed: "));
        assert_eq!(embed["footer"], Value::Null);
    }

    #[test]
    fn the_nastiest_alert_is_within_its_limits_and_calls_nobody() {
        for alert in odd_ones() {
            let body = body(&alert);
            assert_eq!(body["allowed_mentions"], json!({"parse": []}));
            let embed = &body["embeds"][0];
            let mut all = 0;
            let mut check = |text: &Value, most: usize| {
                let text = text.as_str().unwrap();
                let length = length(text);
                assert!(length > 0 && length <= most, "{text}");
                // All that others said is code, on each line.
                for line in text.lines().filter(|line| !line.starts_with("and ")) {
                    assert_eq!(line.matches('`').count(), 2, "{line}");
                    assert!(line.ends_with('`'), "{line}");
                }
                all += length;
            };
            check(&embed["title"], 256);
            if !embed["description"].is_null() {
                check(&embed["description"], 4096);
            }
            let fields = embed["fields"].as_array().unwrap();
            assert!(!fields.is_empty() && fields.len() <= 25);
            for field in fields {
                check(&field["name"], 256);
                check(&field["value"], 1024);
            }
            if !embed["footer"].is_null() {
                check(&embed["footer"]["text"], 2048);
            }
            assert!(all <= 6000, "{all}");
        }
    }
}
