//! What AWS takes on: a message for the subscribers of an SNS topic, an event for the rules of a bus.

use gatecheck_aws::{Event, Notification};
use serde_json::Value;

use crate::alert::{Alert, Content};
use crate::outline::{Outline, lines, more};
use crate::short::shortened;
use crate::text::shown;

/// Characters of a value.
const VALUE: usize = 2_000;

/// Characters of a subject, which is ASCII.
const SUBJECT: usize = 100;

/// Bytes of a text. SNS takes 256 KiB with all that goes with it.
const TEXT: usize = 200_000;

/// Bytes of the detail of an event. EventBridge took 256 KB for years.
const DETAIL: usize = 200_000;

/// The values of a list in a filter of a subscription.
const POLICIES: usize = 20;

/// The message for a topic.
pub(crate) fn notification(alert: &Alert) -> Notification {
    let policies: Value = policies(alert).into_iter().take(POLICIES).collect();
    Notification {
        id: alert.id.clone(),
        subject: subject(&alert.title()),
        text: text(alert),
        attributes: vec![
            ("severity", alert.severity().to_string()),
            ("kind", kind(alert).to_owned()),
            ("cluster", attribute(alert.place.cluster.as_deref())),
            ("id", alert.id.clone()),
        ],
        lists: vec![("policies", policies.to_string())],
    }
}

/// The event for a bus.
pub(crate) fn event(alert: &Alert) -> Event {
    Event {
        detail_type: match &alert.content {
            Content::Violations(_) => "Gatecheck Violations",
            Content::Troubles(_) => "Gatecheck Faults",
        },
        detail: shortened(alert, DETAIL).to_string(),
        resources: alert.tasks.iter().take(POLICIES).cloned().collect(),
    }
}

/// An attribute is a text that is not empty.
fn attribute(text: Option<&str>) -> String {
    let text = shown(text.unwrap_or_default(), VALUE);
    if text.trim().is_empty() { "-".to_owned() } else { text }
}

fn kind(alert: &Alert) -> &'static str {
    match &alert.content {
        Content::Violations(_) => "violations",
        Content::Troubles(_) => "faults",
    }
}

/// The policies that an alert is about, each once.
fn policies(alert: &Alert) -> Vec<&str> {
    let mut policies: Vec<&str> = match &alert.content {
        Content::Violations(findings) => findings.iter().map(|finding| &*finding.violation.policy).collect(),
        Content::Troubles(troubles) => troubles.iter().map(|trouble| &*trouble.policy).collect(),
    };
    policies.sort_unstable();
    policies.dedup();
    policies
}

/// A line of ASCII that begins with a letter or digit.
fn subject(title: &str) -> String {
    let ascii = |character: char| if character.is_ascii_graphic() || character == ' ' { character } else { '?' };
    let subject: String = title.chars().map(ascii).collect();
    subject.trim_start_matches(|first: char| !first.is_ascii_alphanumeric()).chars().take(SUBJECT).collect()
}

fn text(alert: &Alert) -> String {
    let Outline { title, place, items } = Outline::of(alert, VALUE);
    let mut text = format!("{title}\n\n{}\n", lines(&place));
    for (position, item) in items.iter().enumerate() {
        let part = format!("\n{}\n{}\n", item.title, lines(&item.facts));
        if text.len() + part.len() > TEXT {
            text.extend(more(items.len() - position).map(|more| format!("\n{more}\n")));
            break;
        }
        text += &part;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{alert, odd_ones};

    #[test]
    fn a_message_can_be_read_and_filtered() {
        let Notification { subject, text, attributes, lists, .. } = notification(&alert());
        assert_eq!(subject, "2 violations in service web in cluster prod");
        assert!(text.starts_with("2 violations in service web in cluster prod\n\nAccount: 111122223333\n"), "{text}");
        assert!(text.contains("\nhigh: ip of eni-0abc\nFound: public\n"), "{text}");
        assert_eq!(attributes[..2], [("severity", "high".to_owned()), ("kind", "violations".to_owned())]);
        assert_eq!(lists, [("policies", r#"["baseline"]"#.to_owned())]);
        let event = event(&alert());
        assert_eq!(event.detail_type, "Gatecheck Violations");
        assert_eq!(serde_json::from_str::<Value>(&event.detail).unwrap()["violations"][1]["rule"], "image");
    }

    #[test]
    fn the_nastiest_alert_is_within_its_limits() {
        for alert in odd_ones() {
            let Notification { subject, text, attributes, lists, .. } = notification(&alert);
            assert!(!subject.is_empty() && subject.len() <= 100);
            assert!(subject.chars().all(|character| character == ' ' || character.is_ascii_graphic()), "{subject}");
            let carried = attributes.iter().chain(&lists).map(|(name, value)| name.len() + value.len()).sum::<usize>();
            assert!(text.len() + carried <= 256 * 1024, "{}", text.len() + carried);
            assert!(attributes.iter().all(|(_, value)| !value.is_empty()) && attributes.len() + lists.len() <= 10);
            assert!(event(&alert).detail.len() <= 240_000);
        }
    }
}
