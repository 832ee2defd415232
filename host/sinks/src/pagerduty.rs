//! The Events API of PagerDuty, version 2.

use gatecheck_core::report::Severity;
use serde_json::{Value, json};

use crate::alert::{Alert, Content};
use crate::short::shortened;
use crate::text::shown;

/// Characters of a summary.
const SUMMARY: usize = 1024;

/// Bytes of the details. The whole event may have 512 KB.
const DETAILS: usize = 400_000;

/// The event that opens an incident, or adds to the one of the same alert.
pub(crate) fn body(alert: &Alert, routing_key: &str) -> Value {
    let severity = match alert.severity() {
        Severity::Critical => "critical",
        Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "info",
    };
    let first = match &alert.content {
        Content::Violations(findings) => findings.first().map(|finding| &finding.violation.message),
        Content::Troubles(troubles) => troubles.first().map(|trouble| &trouble.detail),
    };
    let title = alert.title();
    let summary = first.map_or_else(|| title.clone(), |first| format!("{title}: {first}"));
    json!({
        "routing_key": routing_key,
        "event_action": "trigger",
        "dedup_key": alert.id,
        "client": "Gatecheck",
        "payload": {
            "summary": shown(&summary, SUMMARY),
            "source": alert.tasks.first().map_or("gatecheck", String::as_str),
            "severity": severity,
            "component": alert.place.group.as_deref().map(|group| shown(group, SUMMARY)),
            "group": alert.place.cluster.as_deref().map(|cluster| shown(cluster, SUMMARY)),
            "class": match &alert.content { Content::Violations(_) => "violation", Content::Troubles(_) => "fault" },
            "custom_details": shortened(alert, DETAILS),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{alert, odd_ones};

    #[test]
    fn an_event_says_how_bad_it_is() {
        let body = body(&alert(), "key");
        assert_eq!((&body["routing_key"], &body["event_action"]), (&json!("key"), &json!("trigger")));
        let payload = &body["payload"];
        assert_eq!(payload["summary"], "2 violations in service web in cluster prod: ip of eni-0abc is not allowed");
        assert_eq!(payload["severity"], "error");
        assert_eq!(payload["source"], "arn:aws:ecs:us-west-2:111122223333:task/prod/0123456789abcdef");
        assert_eq!(payload["custom_details"]["violations"][1]["rule"], "image");
    }

    #[test]
    fn the_nastiest_alert_is_within_its_limits() {
        for alert in odd_ones() {
            let body = body(&alert, "key");
            assert!(body.to_string().len() < 512_000);
            assert!(body["dedup_key"].as_str().unwrap().len() <= 255);
            let summary = body["payload"]["summary"].as_str().unwrap();
            assert!(summary.chars().count() <= SUMMARY && !summary.contains(char::is_control), "{summary}");
        }
    }
}
