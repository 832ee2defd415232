//! What an invocation did, in one log record that CloudWatch reads numbers from (embedded metric format), and one for each policy
//! and severity that violations were found of.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::time::Instant;

use gatecheck_aws::Calls;
use gatecheck_core::Outcome;
use gatecheck_core::event::EventError;
use gatecheck_core::report::Severity;
use gatecheck_store::Counted;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// Where CloudWatch files them.
const NAMESPACE: &str = "Gatecheck";

/// The numbers of one invocation.
#[derive(Debug)]
pub(crate) struct Metrics {
    started: Instant,
    numbers: BTreeMap<&'static str, u64>,
    violations: BTreeMap<(String, Severity), u64>,
}

impl Metrics {
    /// An invocation begins. The first of a process is a cold start.
    pub(crate) fn start(is_first: bool) -> Self {
        let mut metrics = Self { started: Instant::now(), numbers: BTreeMap::new(), violations: BTreeMap::new() };
        metrics.add("ColdStarts", u64::from(is_first));
        metrics
    }

    /// So many events came.
    pub(crate) fn events(&mut self, count: usize) {
        self.add("Events", count as u64);
    }

    /// So many events could not be judged: there is no policy to judge by.
    pub(crate) fn unjudged(&mut self, count: usize) {
        self.add("EventsUnjudged", count as u64);
    }

    /// What happened to policies and modules.
    pub(crate) fn modules(&mut self, counted: Counted) {
        let Counted {
            modules_fetched,
            modules_compiled,
            artifacts_loaded,
            artifacts_ignored,
            refreshes_failed,
            policies_refused,
        } = counted;
        self.add("ModulesFetched", modules_fetched);
        self.add("ModulesCompiled", modules_compiled);
        self.add("ArtifactsLoaded", artifacts_loaded);
        self.add("ArtifactsIgnored", artifacts_ignored);
        self.add("RefreshesFailed", refreshes_failed);
        self.add("PoliciesRefused", policies_refused);
    }

    /// How it ended for one event.
    pub(crate) fn outcome(&mut self, outcome: &Result<Outcome, EventError>) {
        match outcome {
            Err(_) => self.add("EventsRefused", 1),
            Ok(Outcome::Skipped(_)) => self.add("EventsSkipped", 1),
            Ok(Outcome::Probed(_)) => self.add("EventsProbed", 1),
            Ok(Outcome::Repeated(_)) => self.add("EventsRepeated", 1),
            Ok(Outcome::Closed(failures)) => {
                self.add("TasksClosed", 1);
                self.add("DeliveriesFailed", failures.len() as u64);
            }
            Ok(Outcome::Judged(report, failures)) => {
                self.add("TasksJudged", 1);
                self.add("Violations", report.violations.len() as u64);
                self.add("ToldEarlier", report.already_reported.len() as u64);
                self.add("Faults", report.faults.len() as u64);
                self.add("Undecided", report.unresolved().count() as u64);
                self.add("DeliveriesFailed", failures.len() as u64);
                for violation in &report.violations {
                    *self.violations.entry((violation.policy.clone(), violation.severity)).or_default() += 1;
                }
            }
        }
    }

    /// The invocation ends.
    pub(crate) fn write(mut self, calls: Calls) {
        self.add("AwsCalls", calls.made);
        self.add("AwsRetries", calls.repeated);
        let mut out = io::stdout().lock();
        for record in self.records(Timestamp::now()) {
            // A metric that cannot be written must not keep a task from being judged.
            let _ = writeln!(out, "{record}");
        }
    }

    fn add(&mut self, name: &'static str, count: u64) {
        if count > 0 {
            *self.numbers.entry(name).or_default() += count;
        }
    }

    fn records(self, now: Timestamp) -> Vec<Value> {
        let milliseconds = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let mut units: Vec<_> = self.numbers.keys().map(|name| (*name, "Count")).collect();
        units.push(("Duration", "Milliseconds"));
        let mut fields: Map<_, _> =
            self.numbers.iter().map(|(name, number)| ((*name).to_owned(), json!(number))).collect();
        fields.insert("Duration".to_owned(), milliseconds.into());
        fields.insert("level".to_owned(), "INFO".into());
        fields.insert("message".to_owned(), "summary".into());
        let summary = record(now, &units, &[], fields);
        let of_policies = self.violations.into_iter().map(|((policy, severity), count)| {
            let fields = json!({"Policy": policy, "Severity": severity, "Violations": count});
            let fields = if let Value::Object(fields) = fields { fields } else { Map::new() };
            record(now, &[("Violations", "Count")], &["Policy", "Severity"], fields)
        });
        std::iter::once(summary).chain(of_policies).collect()
    }
}

fn record(now: Timestamp, units: &[(&str, &str)], dimensions: &[&str], mut fields: Map<String, Value>) -> Value {
    let metrics: Vec<_> = units.iter().map(|(name, unit)| json!({"Name": name, "Unit": unit})).collect();
    let directive = json!({"Namespace": NAMESPACE, "Dimensions": [dimensions], "Metrics": metrics});
    let document = json!({"Timestamp": now.as_millisecond(), "CloudWatchMetrics": [directive]});
    fields.insert("_aws".to_owned(), document);
    fields.insert("timestamp".to_owned(), format!("{now:.3}").into());
    Value::Object(fields)
}

#[cfg(test)]
mod tests {
    use gatecheck_core::report::{Report, Violation};

    use super::*;

    fn violation(policy: &str, severity: Severity) -> Violation {
        Violation {
            policy: policy.to_owned(),
            rule: "r".to_owned(),
            severity,
            object: String::new(),
            attribute: String::new(),
            found: None,
            allowed: None,
            check: None,
            message: String::new(),
            remediation: None,
        }
    }

    #[test]
    fn only_what_happened_is_a_metric() {
        let mut metrics = Metrics::start(true);
        metrics.events(2);
        metrics.modules(Counted { modules_compiled: 2, ..Counted::default() });
        let violations =
            vec![violation("a", Severity::High), violation("a", Severity::High), violation("b", Severity::Low)];
        metrics.outcome(&Ok(Outcome::Judged(Report { violations, ..Report::default() }, vec![])));
        metrics.outcome(&Err(EventError::Missing("/source")));
        let records = metrics.records(Timestamp::UNIX_EPOCH);
        let summary = &records[0];
        let expected = json!({"ColdStarts": 1, "Events": 2, "EventsRefused": 1, "ModulesCompiled": 2, "TasksJudged": 1,
            "Violations": 3, "level": "INFO", "message": "summary", "timestamp": "1970-01-01T00:00:00.000Z"});
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&summary[name], value, "{name}");
        }
        let directive = &summary["_aws"]["CloudWatchMetrics"][0];
        assert_eq!((&directive["Namespace"], &directive["Dimensions"]), (&json!("Gatecheck"), &json!([[]])));
        let declared: Vec<_> = directive["Metrics"].as_array().unwrap().iter().map(|metric| &metric["Name"]).collect();
        let names =
            ["ColdStarts", "Events", "EventsRefused", "ModulesCompiled", "TasksJudged", "Violations", "Duration"];
        assert_eq!(declared, names);
        let of_policies: Vec<_> =
            records[1..].iter().map(|record| (&record["Policy"], &record["Severity"], &record["Violations"])).collect();
        assert_eq!(of_policies, [(&json!("a"), &json!("high"), &json!(2)), (&json!("b"), &json!("low"), &json!(1))]);
    }
}
