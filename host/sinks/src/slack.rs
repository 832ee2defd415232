//! An incoming webhook of Slack: Block Kit.
//!
//! What others said stands in objects of the type `plain_text`, in which Slack sees no markup, mention, link or emoji.

use serde_json::{Value, json};

use crate::alert::Alert;
use crate::outline::{Item, Outline, lines, more};
use crate::text::clip;

/// Characters of a value. Escaped it may be five times as long, and ten of them fit into a section.
const VALUE: usize = 250;

/// Characters of a header.
const HEADER: usize = 150;

/// Characters of a section.
const SECTION: usize = 3000;

/// Blocks that tell findings. Slack takes 50 in all.
const ITEMS: usize = 20;

/// Bytes of all of these.
const LONGEST: usize = 30_000;

/// The message.
pub(crate) fn body(alert: &Alert) -> Value {
    let Outline { title, place, items } = Outline::of(alert, VALUE);
    let mut blocks = vec![json!({"type": "header", "text": plain(&title, HEADER)})];
    let place: Vec<_> = place.iter().map(|(name, value)| plain(&format!("{name}: {value}"), SECTION)).collect();
    if !place.is_empty() {
        blocks.push(json!({"type": "context", "elements": place}));
    }
    let mut left = LONGEST;
    let sections = items.iter().take(ITEMS).map(|item| json!({"type": "section", "text": plain(&text(item), SECTION)}));
    let fits = |section: &Value| {
        left = left.saturating_sub(section.to_string().len());
        left > 0
    };
    let sections: Vec<_> = sections.take_while(fits).collect();
    let told = sections.len();
    blocks.extend(sections);
    if let Some(more) = more(items.len() - told) {
        blocks.push(json!({"type": "context", "elements": [plain(&more, SECTION)]}));
    }
    // What stands in notifications, where a colon could begin an emoji.
    let text = escaped(&title.replace(':', "∶"), SECTION);
    json!({"text": text, "mrkdwn": false, "blocks": blocks, "unfurl_links": false, "unfurl_media": false})
}

fn text(item: &Item) -> String {
    format!("{}\n{}", item.title, lines(&item.facts))
}

fn plain(text: &str, most: usize) -> Value {
    json!({"type": "plain_text", "text": escaped(text, most), "emoji": false})
}

/// A text of at most so many characters with the three that Slack reads as markup escaped.
fn escaped(text: &str, most: usize) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let whole = escape(text);
    if whole.chars().count() <= most {
        return whole;
    }
    // An escape must not be cut in two, and is five characters long at most.
    let fits = |end: &usize| escape(&clip(text, *end)).chars().count() <= most;
    (most / 5..=most).rev().find(fits).map(|end| escape(&clip(text, end))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{alert, odd_ones};

    #[test]
    fn a_message_has_a_header_a_place_and_findings() {
        let body = body(&alert());
        assert_eq!(body["text"], "2 violations in service web in cluster prod");
        let blocks = body["blocks"].as_array().unwrap();
        let types: Vec<_> = blocks.iter().map(|block| block["type"].as_str().unwrap()).collect();
        assert_eq!(types, ["header", "context", "section", "section"]);
        assert_eq!(
            blocks[2]["text"]["text"],
            "high: ip of eni-0abc\nFound: public\nAllowed: [\"private\"]\nPolicy: baseline, rule ip\n\
             Message: ip of eni-0abc is not allowed\nRemedy: Use another one."
        );
    }

    #[test]
    fn an_escape_is_not_cut() {
        assert_eq!(escaped("<!channel>", 100), "&lt;!channel&gt;");
        assert_eq!(escaped(&"&".repeat(100), 23), "&amp;&amp;&amp;&amp;…");
        assert_eq!(escaped("abcdef", 4), "abc…");
    }

    #[test]
    fn the_nastiest_alert_is_within_its_limits_and_calls_nobody() {
        for alert in odd_ones() {
            let body = body(&alert);
            let blocks = body["blocks"].as_array().unwrap();
            assert!(blocks.len() <= 50 && body.to_string().len() < 40_000, "{}", body.to_string().len());
            assert!(body["text"].as_str().unwrap().chars().count() <= 4000);
            for block in blocks {
                let elements = block["elements"].as_array().map_or(&[][..], Vec::as_slice);
                assert!(elements.len() <= 10);
                for text in elements.iter().chain(block.get("text")) {
                    assert_eq!((&text["type"], &text["emoji"]), (&json!("plain_text"), &json!(false)));
                    let text = text["text"].as_str().unwrap();
                    let most = if block["type"] == "header" { 150 } else { 3000 };
                    assert!(!text.is_empty() && text.chars().count() <= most, "{text}");
                }
            }
            let text = body.to_string();
            assert!(!text.contains(['<', '>']), "{text}");
        }
    }
}
