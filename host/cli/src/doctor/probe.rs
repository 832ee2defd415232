//! An event from the bus to the verdict.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use gatecheck_aws::{DeployedFunction, Deployment};
use gatecheck_core::facts::Unavailable;
use gatecheck_core::judge;
use gatecheck_core::probe::{DETAIL_TYPE, Probe, Probed, SOURCE};
use gatecheck_core::report::id_of;
use serde_json::Value;

use super::Findings;
use super::contents::Contents;
use crate::host::Host;
use crate::recorded::recorded;
use crate::render::counted;

/// The recorded task that is judged.
const TASK: &str = "fargate-public";

const PART: &str = "probe";

/// How often the log is asked.
const PAUSE: Duration = Duration::from_secs(2);

/// The clocks of this machine and of AWS may differ.
const CLOCKS: Duration = Duration::from_mins(5);

pub(super) async fn send(
    deployment: &Deployment,
    host: &Host,
    function: &DeployedFunction,
    contents: &Contents,
    wait: Duration,
    findings: &mut Findings,
) {
    let Ok(recording) = recorded(Path::new(TASK)) else { return };
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let id = id_of(&(&function.arn, now.as_nanos().to_string()));
    let probe = Probe { id: id.clone(), facts: Some(recording.facts.clone()) };
    if let Err(why) = deployment.put_event(SOURCE, DETAIL_TYPE, &probe.detail()).await {
        return findings.unknown(PART, &why, "try again");
    }
    let policies = &contents.policies;
    let report = judge(&host.engine, policies, recording.facts.clone(), &recording).await;
    let here = Probed { id: id.clone(), policies: policies.names().count(), report };

    let since = u64::try_from(now.saturating_sub(CLOCKS).as_millis()).unwrap_or_default();
    match verdict(deployment, &function.log_group, since, &id, wait).await {
        Err(why) => findings.unknown(PART, &why, "see that the log group is there"),
        Ok(None) => findings.bad(
            PART,
            format!("no verdict within {} s", wait.as_secs()),
            format!("see what `{}` says; what is wrong above may be why", function.log_group),
        ),
        Ok(Some(there)) => compare(&here, &there, findings),
    }
}

/// The record that the function writes of the probe.
async fn verdict(
    deployment: &Deployment,
    group: &str,
    since: u64,
    id: &str,
    wait: Duration,
) -> Result<Option<Value>, Unavailable> {
    let until = Instant::now() + wait;
    let pattern = format!("{{ $.probe = \"{id}\" }}");
    loop {
        let records = deployment.records(group, since, &pattern).await?;
        let found = records.into_iter().find(|record| record.get("probe").and_then(Value::as_str) == Some(id));
        if found.is_some() || Instant::now() >= until {
            return Ok(found);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn compare(here: &Probed, there: &Value, findings: &mut Findings) {
    let number = |key: &str| there.get(key).and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok());
    let number = |key: &str| number(key).unwrap_or_default();
    let there_is = summary(number("policies"), number("violations"), number("faults"), number("undecided"));
    if there.get("verdict").and_then(Value::as_str) == Some(&here.verdict()) {
        return findings
            .good(PART, format!("a recorded task came through, with the verdict that it has here ({there_is})"));
    }
    let Probed { policies, report, .. } = here;
    let here_is = summary(*policies, report.violations.len(), report.faults.len(), report.undecided.len());
    let found = format!("the function judges a recorded task otherwise ({there_is}) than this machine ({here_is})");
    let version = there.get("version").and_then(Value::as_str).unwrap_or_default();
    let remedy = if version == env!("CARGO_PKG_VERSION") {
        "if policies changed within the last minute, try again; else its log says what it could not load".to_owned()
    } else {
        format!("it has version {version}, and this is {}: deploy or install the same", env!("CARGO_PKG_VERSION"))
    };
    findings.bad(PART, found, remedy);
}

fn summary(policies: usize, violations: usize, faults: usize, undecided: usize) -> String {
    let policies = if policies == 1 { "1 policy".to_owned() } else { format!("{policies} policies") };
    let (violations, faults) = (counted(violations, "violation"), counted(faults, "fault"));
    format!("{policies}, {violations}, {faults}, {undecided} undecided")
}
