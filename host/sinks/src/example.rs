//! Alerts for tests, harmless ones and the nastiest.

use gatecheck_core::report::{Report, Severity, Subject, Violation};
use serde_json::{Value, json};

use crate::alert::{Alert, Bundle, Content, Place, Trouble, bundle};

/// A violation of the policy `baseline`.
pub(crate) fn violation(rule: &str, severity: Severity, object: &str, found: Value) -> Violation {
    Violation {
        policy: "baseline".to_owned(),
        rule: rule.to_owned(),
        severity,
        object: object.to_owned(),
        attribute: rule.to_owned(),
        found: Some(found),
        allowed: Some(json!(["private"])),
        check: Some("exact".to_owned()),
        message: format!("{rule} of {object} is not allowed"),
        remediation: Some("Use another one.".to_owned()),
    }
}

/// What is said of a task of a service.
pub(crate) fn report(service: &str, task: &str, violations: Vec<Violation>) -> Report {
    let arn = |what: &str| format!("arn:aws:ecs:us-west-2:111122223333:{what}");
    let subject = Subject {
        task_definition: Some(arn(&format!("task-definition/{service}:3"))),
        cluster: Some(arn("cluster/prod")),
        group: Some(format!("service:{service}")),
    };
    Report {
        task: Some(arn(&format!("task/prod/{task}"))),
        subject: Box::new(subject),
        violations,
        ..Report::default()
    }
}

/// The alert of a task with two violations.
pub(crate) fn alert() -> Alert {
    alert_of(&[report(
        "web",
        "0123456789abcdef",
        vec![
            violation("image", Severity::Medium, "web", json!("nginx:latest")),
            violation("ip", Severity::High, "eni-0abc", json!("public")),
        ],
    )])
}

/// The alert of a policy that could not give a verdict.
pub(crate) fn trouble(subject: &str) -> Alert {
    let report = report("web", "1", vec![]);
    let trouble = Trouble {
        policy: "baseline".to_owned(),
        subject: subject.to_owned(),
        detail: "it took too long".to_owned(),
        is_distinct: false,
    };
    let tasks = report.task.clone().into_iter().collect();
    Alert { id: "0".repeat(32), place: Place::of(&report), tasks, content: Content::Troubles(vec![trouble]) }
}

/// What somebody may call an image to be noticed.
pub(crate) const HOSTILE: &str = "<!channel> <@U1> @everyone @here <https://evil.example|ok> [ok](https://evil.example) *b* _i_ \
     ~s~ `c` ```\n# h\n> q \u{1b}[31m\u{202e}\u{0}\r\nX-Header: 1 \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} :tada: &amp; {{DATE(2026-11-25)}} \"\\";

/// Faults without number or end.
pub(crate) fn nasty_troubles() -> Alert {
    let trouble = |number: usize| Trouble {
        policy: format!("{}{number}", "p".repeat(500)),
        subject: format!("{HOSTILE}{}", "s".repeat(5_000)),
        detail: format!("{HOSTILE}{}", "d".repeat(20_000)),
        is_distinct: false,
    };
    Alert { content: Content::Troubles((0..200).map(trouble).collect()), ..nasty() }
}

/// An alert that nobody wants to see: 500 tasks of 50 containers, with names, images and words as long and as hostile as AWS and
/// policies let them be.
pub(crate) fn nasty() -> Alert {
    let image = format!("{HOSTILE}{}", "x".repeat(2_000));
    let violations = (0..50).map(|container| {
        let mut violation = violation("image", Severity::Critical, &format!("{HOSTILE}{container}"), json!(image));
        violation.policy = "p".repeat(500);
        violation.rule = format!("{container}{HOSTILE}{}", "r".repeat(5_000));
        violation.message = image.repeat(5);
        violation.remediation = Some(image.repeat(5));
        violation.allowed = Some(json!(vec![&image; 20]));
        violation
    });
    let mut alert = alert_of(&[report(&"s".repeat(255), "0", violations.collect())]);
    let first = alert.tasks.first().cloned().unwrap_or_default();
    alert.tasks.extend((1..500).map(|task| format!("{first}{task}")));
    alert
}

/// A policy that found an object with more keys than anybody reads, and one with a key that has no end.
pub(crate) fn huge_values() -> Alert {
    let many: Value = (0..10_000).map(|number| (format!("key {number}"), number)).collect();
    let mut violation = violation("image", Severity::High, "web", many);
    violation.allowed = Some(json!({"k".repeat(300_000): 1}));
    alert_of(&[report("web", "1", vec![violation])])
}

/// The alert of a task of which everything is this text.
fn all_of(text: &str) -> Alert {
    let mut one = violation(text, Severity::Low, text, json!(text));
    one.policy = text.to_owned();
    one.message = text.to_owned();
    one.remediation = Some(text.to_owned());
    one.allowed = None;
    let mut report = report(text, text, vec![one]);
    report.subject.cluster = Some(text.to_owned());
    alert_of(&[report])
}

/// An alert of which nothing is known but that there is one.
fn of_nothing() -> Alert {
    let violations = vec![violation("", Severity::Info, "", Value::Null)];
    alert_of(&[Report { violations, ..Report::default() }])
}

/// All that no format must stumble over.
pub(crate) fn odd_ones() -> Vec<Alert> {
    let texts = ["", " ", "\n", "\u{0}", "`", "<", "{{", "\u{1f468}\u{200d}\u{1f469}", "\u{fffe}", "\u{10ffff}"];
    let long = texts.iter().map(|text| text.repeat(10_000));
    let of_texts = texts.iter().map(|text| (*text).to_owned()).chain(long).map(|text| all_of(&text));
    [nasty(), nasty_troubles(), huge_values(), of_nothing(), trouble("")].into_iter().chain(of_texts).collect()
}

/// The first alert of these reports.
pub(crate) fn alert_of(reports: &[Report]) -> Alert {
    let reports = reports.iter().enumerate();
    let bundles = bundle(reports.map(|(position, report)| (position, report, report.violations.iter().collect())));
    bundles.into_iter().next().map(|Bundle { alert, .. }| alert).expect("a report with violations")
}
