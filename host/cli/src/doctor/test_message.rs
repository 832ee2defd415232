//! A message that every sink is told, whatever its filter.

use std::sync::Arc;
use std::time::{Duration, Instant};

use gatecheck_core::Judged;
use gatecheck_core::facts::{Fact, Facts, Family};
use gatecheck_core::report::{Report, Severity, Violation};
use gatecheck_sinks::{Delivery, SinkSet};
use serde_json::json;

use super::Findings;
use crate::host::Host;

const PART: &str = "message";

/// As long as the function has for it.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) async fn send(host: &Host, sinks: SinkSet, findings: &mut Findings) {
    let delivery = Delivery::new(host.remote.aws().await);
    let sinks = sinks.for_a_test();
    let undelivered = Box::pin(delivery.deliver(&sinks, &[judged()], Some(Instant::now() + PATIENCE))).await;
    for name in sinks.names() {
        match undelivered.iter().find(|undelivered| undelivered.error.sink == name) {
            None => findings.good(PART, format!("`{name}` has taken a test message")),
            Some(undelivered) => findings.bad(
                PART,
                format!("`{name}` did not take a test message: {}", undelivered.error.why),
                "mend its entry, or what it posts to",
            ),
        }
    }
}

/// A task that is none.
fn judged() -> Judged {
    const TASK: &str = "arn:aws:ecs:us-west-2:111122223333:task/gatecheck-doctor/test";
    let violation = Violation {
        policy: "gatecheck-doctor".to_owned(),
        rule: "test".to_owned(),
        severity: Severity::Info,
        object: "test".to_owned(),
        attribute: "test".to_owned(),
        found: None,
        allowed: None,
        check: None,
        message: "this is a test message: nothing is wrong".to_owned(),
        remediation: None,
    };
    let report = Report { task: Some(TASK.to_owned()), violations: vec![violation], ..Report::default() };
    let facts = Facts::from_iter([(Family::Task, Fact::known(json!({"taskArn": TASK})))]);
    Judged { report, facts: Arc::new(facts) }
}
