//! The way of an event to the function: rules, queue, mapping.

use gatecheck_aws::{DeployedFunction, Deployment, Mapping, Queue, Rule};
use gatecheck_core::policy::{Limits, PublicKey};
use serde_json::Value;

use super::{Findings, lookup};
use crate::render::counted;

/// The runtime that the binary is for.
const RUNTIME: &str = "provided.al2023";

/// What AWS recommends: a message must not come again while an invocation may still have it.
const TIMEOUTS_OF_VISIBILITY: u64 = 6;

/// Statuses of a starting task at which something becomes known.
const STATUSES: [&str; 3] = ["PROVISIONING", "PENDING", "RUNNING"];

const DEPLOY_AGAIN: &str = "deploy the template of this release again";

/// The function itself.
pub(super) fn function(name: &str, function: &DeployedFunction, findings: &mut Findings) {
    const PART: &str = "function";
    let DeployedFunction { runtime, architecture, memory, timeout, state, .. } = function;
    if state != "Active" {
        findings.bad(
            PART,
            format!("`{name}` is {state}"),
            "wait until it is active, or see why in the console of Lambda",
        );
    }
    if runtime != RUNTIME {
        findings.bad(PART, format!("`{name}` has the runtime `{runtime}`"), format!("it is built for `{RUNTIME}`"));
    }
    if let Err(error) = Limits::from_lookup(lookup(function)) {
        findings.bad(PART, error.to_string(), "mend the variable in the template, and deploy again");
    }
    let keys = lookup(function)("GATECHECK_PUBLIC_KEY").unwrap_or_default();
    if keys.split(',').any(|key| !key.trim().is_empty() && PublicKey::parse(key.trim()).is_err()) {
        findings.bad(
            PART,
            "`GATECHECK_PUBLIC_KEY` is no public key",
            "give what `gatecheck keygen --public FILE` prints",
        );
    }
    findings.good_unless_bad(PART, format!("`{name}`: {architecture}, {memory} MiB, {timeout} s"));
}

/// What brings events to it.
pub(super) async fn look(deployment: &Deployment, name: &str, function: &DeployedFunction, findings: &mut Findings) {
    let mappings = match deployment.mappings(name).await {
        Ok(mappings) => mappings,
        Err(why) => return findings.unknown("queue", &why, DEPLOY_AGAIN),
    };
    let Some(mapping) = mappings.into_iter().find(|mapping| mapping.source.contains(":sqs:")) else {
        // Without a queue, a rule may invoke the function itself.
        return rules(deployment, &function.arn, None, findings).await;
    };
    match deployment.queue(&mapping.source).await {
        Ok(queue) => {
            look_at_queue(deployment, &mapping, &queue, function, findings).await;
            rules(deployment, &mapping.source, Some(&queue), findings).await;
        }
        Err(why) => {
            findings.unknown("queue", &why, DEPLOY_AGAIN);
            rules(deployment, &mapping.source, None, findings).await;
        }
    }
}

async fn look_at_queue(
    deployment: &Deployment,
    mapping: &Mapping,
    queue: &Queue,
    function: &DeployedFunction,
    findings: &mut Findings,
) {
    const PART: &str = "queue";
    let name = last(&mapping.source);
    if !mapping.is_enabled {
        findings.bad(PART, format!("`{name}` does not invoke the function"), "enable its event source mapping");
    }
    if !mapping.reports_failures {
        let found = format!("one event that fails makes all of its batch from `{name}` come again");
        findings.bad(PART, found, "give the event source mapping `ReportBatchItemFailures`");
    }
    let least = TIMEOUTS_OF_VISIBILITY * function.timeout;
    if queue.visibility_timeout < least {
        let found = format!(
            "messages of `{name}` come again after {} s, before the function is done",
            queue.visibility_timeout
        );
        findings.bad(PART, found, format!("set its visibility timeout to {least} s or more"));
    }
    match &queue.dead_letters {
        None => findings.bad(
            PART,
            format!("`{name}` has no dead-letter queue: what fails for long is lost"),
            "give it a redrive policy",
        ),
        Some(arn) => match deployment.queue(arn).await {
            Ok(dead) if dead.waiting > 0 => findings.bad(
                PART,
                format!("{} in `{}`: given up after several tries", counted(dead.waiting, "message"), last(arn)),
                "see in the log why, mend it, and start the redrive of that queue",
            ),
            Ok(_) => {}
            Err(why) => findings.unknown(PART, &why, "create the queue that the redrive policy names"),
        },
    }
    findings.good_unless_bad(PART, format!("`{name}` invokes it, {} waiting, none given up", queue.waiting));
}

/// The rules that lead to a queue, or to the function.
async fn rules(deployment: &Deployment, target: &str, queue: Option<&Queue>, findings: &mut Findings) {
    const PART: &str = "rules";
    let rules = match deployment.rules(target).await {
        Ok(rules) => rules,
        Err(why) => return findings.unknown(PART, &why, DEPLOY_AGAIN),
    };
    let hears: Vec<_> = rules.iter().filter(|rule| lets_through(rule, "/source", "aws.ecs")).collect();
    if hears.is_empty() {
        let found = format!("no rule sends events of ECS to `{}`", last(target));
        return findings.bad(PART, found, DEPLOY_AGAIN);
    }
    let through = |rule: &&&Rule, status: &str| {
        rule.is_enabled
            && lets_through(rule, "/detail-type", "ECS Task State Change")
            && lets_through(rule, "/detail/desiredStatus", "RUNNING")
            && lets_through(rule, "/detail/lastStatus", status)
    };
    let lacking: Vec<_> =
        STATUSES.into_iter().filter(|status| !hears.iter().any(|rule| through(&rule, status))).collect();
    if !lacking.is_empty() {
        let found = format!("no rule that is on lets tasks through which are {}", lacking.join(" or "));
        findings.bad(PART, found, "give the rule the pattern of deploy/event-pattern.json, and turn it on");
    }
    for rule in rules.iter().filter(|rule| queue.is_some_and(|queue| !may_send(queue, &rule.arn))) {
        let found = format!("the queue does not take what the rule `{}` sends", rule.name);
        findings.bad(PART, found, "let events.amazonaws.com send messages for this rule, in the policy of the queue");
    }
    let names: Vec<_> = hears.iter().map(|rule| format!("`{}`", rule.name)).collect();
    findings.good_unless_bad(PART, format!("{} hears every start of a task", names.join(", ")));
}

/// Whether a pattern lets this value through at this place. What it does not mention it does not look at; what is more than a list of
/// values is taken to let it through.
fn lets_through(rule: &Rule, pointer: &str, value: &str) -> bool {
    let Some(pattern) = &rule.pattern else { return false };
    match pattern.pointer(pointer) {
        None => pointer != "/source",
        Some(Value::Array(values)) => values.iter().any(|one| one == value || one.is_object()),
        Some(_) => true,
    }
}

/// Whether the policy of a queue names the rule, or all rules.
fn may_send(queue: &Queue, rule: &str) -> bool {
    let policy: Value = serde_json::from_str(&queue.policy).unwrap_or_default();
    let statements = policy.get("Statement").and_then(Value::as_array).into_iter().flatten();
    let mut statements = statements.filter(|statement| statement.get("Effect").is_some_and(|effect| effect == "Allow"));
    statements.any(|statement| {
        let service = statement.pointer("/Principal/Service");
        let is_for_rules = service.is_none_or(|service| listed(service).any(|name| name == "events.amazonaws.com"));
        let conditions = statement.get("Condition").and_then(Value::as_object);
        let sources = conditions.into_iter().flatten().filter_map(|(_, keys)| keys.get("aws:SourceArn"));
        let mut sources = sources.flat_map(listed).peekable();
        let names_rule = |source: &str| gatecheck_core::glob::matches(source, rule);
        is_for_rules && (sources.peek().is_none() || sources.any(|source| source.as_str().is_some_and(names_rule)))
    })
}

/// One value, or several.
fn listed(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice).iter()
}

fn last(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or(arn)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(pattern: Value) -> Rule {
        Rule { name: "r".to_owned(), arn: "arn:r".to_owned(), is_enabled: true, pattern: Some(pattern) }
    }

    #[test]
    fn a_pattern_lets_through_what_it_lists_or_does_not_mention() {
        let rule =
            rule(json!({"source": ["aws.ecs"], "detail": {"lastStatus": ["PENDING"], "group": [{"prefix": "s"}]}}));
        assert!(lets_through(&rule, "/source", "aws.ecs") && lets_through(&rule, "/detail/lastStatus", "PENDING"));
        assert!(!lets_through(&rule, "/detail/lastStatus", "RUNNING"));
        assert!(lets_through(&rule, "/detail/desiredStatus", "RUNNING") && lets_through(&rule, "/detail/group", "x"));
        let schedule = Rule { pattern: None, ..rule };
        assert!(!lets_through(&schedule, "/source", "aws.ecs"));
    }

    #[test]
    fn a_queue_takes_what_its_policy_names() {
        let queue = |statement: Value| Queue {
            visibility_timeout: 0,
            waiting: 0,
            dead_letters: None,
            policy: json!({"Statement": [statement]}).to_string(),
        };
        let statement = |source: Value| {
            json!({"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage",
                "Condition": {"ArnEquals": {"aws:SourceArn": source}}})
        };
        assert!(may_send(&queue(statement(json!("arn:r"))), "arn:r"));
        assert!(may_send(&queue(statement(json!(["arn:q", "arn:*"]))), "arn:r"));
        assert!(!may_send(&queue(statement(json!(["arn:q"]))), "arn:r"));
        let open = json!({"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}});
        assert!(may_send(&queue(open), "arn:r"));
        assert!(!may_send(&queue(json!({"Effect": "Deny"})), "arn:r"));
    }
}
