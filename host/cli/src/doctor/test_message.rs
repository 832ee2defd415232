//! A message that every sink is told, whatever its filter.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gatecheck_core::Judged;
use gatecheck_core::facts::{Fact, Facts, Family};
use gatecheck_core::report::{Report, Severity, Violation};
use gatecheck_sinks::{Channel, Delivery, Endpoint, Filter, Sink, SinkDocument, SinkSet};
use serde_json::json;

use super::Findings;
use super::contents::Contents;
use crate::host::Host;
use crate::remote::insecure_hosts;

const PART: &str = "message";

/// As long as the function has for it.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) async fn send(host: &Host, contents: &Contents, findings: &mut Findings) {
    let delivery = Delivery::new(host.remote.aws().await);
    for sink in &contents.sinks {
        // A finding would be open for ever.
        if matches!(sink.channel, Channel::SecurityHub) {
            continue;
        }
        let Some(endpoint) = endpoint(host, sink).await else { continue };
        let mut sinks = SinkSet::default();
        sinks.add(Sink { name: sink.name.clone(), filter: Filter::all(), endpoint });
        let undelivered = Box::pin(delivery.deliver(&sinks, &[judged()], Some(Instant::now() + PATIENCE))).await;
        match undelivered.first() {
            None => findings.good(PART, format!("`{}` has taken a test message", sink.name)),
            Some(undelivered) => findings.bad(
                PART,
                format!("`{}` did not take a test message: {}", sink.name, undelivered.error.why),
                "mend its entry, or what it posts to",
            ),
        }
    }
}

/// Where a sink is told. What keeps it from being known is told with the sinks.
async fn endpoint(host: &Host, sink: &SinkDocument) -> Option<Endpoint> {
    let parameters = host.remote.parameters().await;
    let mut secrets = BTreeMap::new();
    for reference in sink.channel.references() {
        let secret = parameters.get(&reference.0).await.map_err(|error| error.to_string());
        secrets.insert(reference.0.clone(), secret);
    }
    Endpoint::new(&sink.channel, &secrets, &insecure_hosts().into_iter().collect()).ok()
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
