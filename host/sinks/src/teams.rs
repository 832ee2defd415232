//! A webhook of a Microsoft Teams workflow: an Adaptive Card.
//!
//! What others said stands in text runs, in which Teams sees no markup.

use serde_json::{Value, json};

use crate::alert::Alert;
use crate::outline::{Item, Outline, lines, more};

/// Characters of a value.
const VALUE: usize = 300;

/// Bytes of a message as Teams counts them, which takes 28 KB; what does not fit is dropped although the workflow answers 202.
const LONGEST: usize = 26_000;

/// What a part of a message counts: Teams keeps the card as a text in JSON, with every quotation mark escaped.
fn counted(part: &Value) -> usize {
    json!(part.to_string()).to_string().len()
}

/// The message.
pub(crate) fn body(alert: &Alert) -> Value {
    let Outline { title, place, items } = Outline::of(alert, VALUE);
    let place = lines(&place);
    let mut card = vec![
        json!({"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": literal(&title), "size": "large", "weight": "bolder"}]}),
        json!({"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": literal(&place), "isSubtle": true}]}),
    ];
    let mut length = counted(&json!(card));
    let mut told = 0;
    for item in &items {
        let block = block(item);
        length += counted(&block);
        if length > LONGEST && told > 0 {
            break;
        }
        card.push(block);
        told += 1;
    }
    if let Some(more) = more(items.len() - told) {
        card.push(json!({"type": "TextBlock", "text": more, "wrap": true}));
    }
    let card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": card,
    });
    let content_type = "application/vnd.microsoft.card.adaptive";
    json!({"type": "message", "attachments": [{"contentType": content_type, "contentUrl": null, "content": card}]})
}

fn block(item: &Item) -> Value {
    let facts = format!("\n{}", lines(&item.facts));
    json!({"type": "RichTextBlock", "separator": true, "inlines": [
        {"type": "TextRun", "text": literal(&item.title), "weight": "bolder"},
        {"type": "TextRun", "text": literal(&facts)},
    ]})
}

/// Teams replaces `{{DATE(...)}}` by a date.
fn literal(text: &str) -> String {
    text.replace('{', "{\u{2060}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{alert, odd_ones};

    #[test]
    fn a_card_has_a_title_a_place_and_findings() {
        let body = body(&alert());
        let attachment = &body["attachments"][0];
        assert_eq!(attachment["contentType"], "application/vnd.microsoft.card.adaptive");
        let card = attachment["content"]["body"].as_array().unwrap();
        assert_eq!(card.len(), 4);
        assert_eq!(card[0]["inlines"][0]["text"], "2 violations in service web in cluster prod");
        assert_eq!(card[2]["inlines"][0]["text"], "high: ip of eni-0abc");
    }

    #[test]
    fn the_nastiest_alert_is_within_its_limits_and_has_no_markup() {
        for alert in odd_ones() {
            let body = body(&alert);
            assert!(counted(&body) <= 28_000, "{}", counted(&body));
            let card = body["attachments"][0]["content"]["body"].as_array().unwrap();
            assert!(card.len() >= 3);
            for block in card {
                match block["type"].as_str().unwrap() {
                    "RichTextBlock" => {
                        let runs = block["inlines"].as_array().unwrap();
                        assert!(runs.iter().all(|run| run["type"] == "TextRun" && run.get("selectAction").is_none()));
                        assert!(!block.to_string().contains("{{"), "{block}");
                    }
                    _ => assert!(block["text"].as_str().unwrap().ends_with(" more in the log"), "{block}"),
                }
            }
        }
    }
}
