//! One log record for each violation, fault and undecided rule.

use std::borrow::Cow;

use gatecheck_core::report::{Fault, Report, Undecided, Violation, clipped};
use gatecheck_core::sink::SinkError;
use gatecheck_sinks::ledger::{Ledger, key};
use serde_json::{Map, Value, json};
use tracing::Level;

use crate::log::LogFormat;

/// The log of the function.
#[derive(Debug)]
pub(super) struct Log {
    format: LogFormat,
    /// What an event told that comes again because a sink did not take it.
    told: Ledger,
}

impl Log {
    pub(super) fn new(format: LogFormat) -> Self {
        Self { format, told: Ledger::default() }
    }

    /// Remembers that the event of a task comes again, or that it does not.
    pub(super) fn settle(&self, report: &Report, comes_again: bool) {
        let keys = report.violations.iter().map(|violation| key_of(report, violation));
        if comes_again { self.told.keep_violations(keys) } else { self.told.forget_violations(keys) }
    }

    /// Writes what there is to tell of a task, but for violations that it told when the event came before.
    pub(super) fn write(&self, report: &Report) -> Result<(), SinkError> {
        let records = report
            .violations
            .iter()
            .filter(|violation| !self.told.has_violation(key_of(report, violation)))
            .map(|violation| of_violation(report, violation))
            .chain(report.faults.iter().map(|fault| of_fault(report, fault)))
            .chain(report.unresolved().map(|undecided| of_undecided(report, undecided)));
        for (level, message, fields) in records {
            // In text the message says it all, as it did in the Python tool.
            let fields = if self.format == LogFormat::Json { fields } else { Map::new() };
            let written = self.format.write(level, &message, fields);
            written.map_err(|error| SinkError { sink: "log".to_owned(), why: error.to_string() })?;
        }
        Ok(())
    }
}

fn key_of(report: &Report, violation: &Violation) -> u64 {
    key("log", violation.id(report.task.as_deref()))
}

/// A text that is too long for a record, as long as it may be.
fn clip(text: &str) -> Option<String> {
    if let Cow::Owned(text) = clipped(text) { Some(text) } else { None }
}

type Record = (Level, String, Map<String, Value>);

/// A record that CloudWatch takes whole: 256 KiB at most.
fn record(level: Level, message: String, fields: Value) -> Record {
    let mut fields = if let Value::Object(fields) = fields { fields } else { Map::new() };
    for value in fields.values_mut() {
        let cut = match &*value {
            Value::String(text) => clip(text),
            other => clip(&other.to_string()),
        };
        if let Some(text) = cut {
            *value = text.into();
        }
    }
    (level, message, fields)
}

fn of_violation(report: &Report, violation: &Violation) -> Record {
    let fields = json!({
        "object": violation.object,
        "attribute": violation.attribute,
        "value": violation.found,
        "allowed_values": violation.allowed,
        "check_type": violation.check,
        "policy": violation.policy,
        "rule": violation.rule,
        "severity": violation.severity,
        "task_arn": report.task,
        "description": violation.message,
        "remediation": violation.remediation,
    });
    record(Level::WARN, violation.log_message(), fields)
}

fn of_fault(report: &Report, fault: &Fault) -> Record {
    let message =
        format!("Policy fault. policy: {}, reason: {}, detail: {}", fault.policy, fault.reason, clipped(&fault.detail));
    let fields = json!({
        "policy": fault.policy,
        "reason": fault.reason,
        "detail": fault.detail,
        "task_arn": report.task,
    });
    record(Level::ERROR, message, fields)
}

fn of_undecided(report: &Report, undecided: &Undecided) -> Record {
    let missing: Vec<_> = undecided.unavailable.iter().map(ToString::to_string).collect();
    let message = format!(
        "Rule undecided. policy: {}, rule: {}, unavailable: {}",
        undecided.policy,
        clipped(&undecided.rule),
        clipped(&missing.join("; "))
    );
    let fields = json!({
        "policy": undecided.policy,
        "rule": undecided.rule,
        "unavailable": undecided.unavailable,
        "task_arn": report.task,
    });
    record(Level::ERROR, message, fields)
}
