//! What a deployed function consists of, asked for part by part.

mod simulation;

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use gatecheck_core::arn::Arn;
use gatecheck_core::facts::Unavailable;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::signed::Service;

/// Pages of a log that are looked through.
const MOST_PAGES: usize = 50;

/// The account and Region of a function.
#[derive(Debug)]
pub struct Deployment {
    lambda: Service,
    queues: Service,
    events: Service,
    logs: Service,
    iam: Service,
}

/// A function, as `GetFunctionConfiguration` describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeployedFunction {
    /// Its ARN, without a version.
    pub arn: String,
    /// ARN of its role.
    pub role: String,
    /// `provided.al2023`.
    pub runtime: String,
    /// `arm64` or `x86_64`.
    pub architecture: String,
    /// `Active`, if it can be invoked.
    pub state: String,
    /// How long an invocation may take, in seconds.
    pub timeout: u64,
    /// Its memory in MiB.
    pub memory: u64,
    /// Its variables. Some are secrets.
    pub environment: BTreeMap<String, String>,
    /// Where it logs.
    pub log_group: String,
}

/// Something that invokes a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// ARN of the queue or stream.
    pub source: String,
    /// Whether it is on.
    pub is_enabled: bool,
    /// Whether messages can fail one by one.
    pub reports_failures: bool,
}

/// A queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// How long a message is away from the queue, in seconds.
    pub visibility_timeout: u64,
    /// How many messages wait.
    pub waiting: usize,
    /// ARN of its dead-letter queue.
    pub dead_letters: Option<String>,
    /// Who may do what with it: an IAM policy in JSON.
    pub policy: String,
}

/// A rule that sends events somewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Whether it is on.
    pub is_enabled: bool,
    /// What it lets through; none if it has a schedule.
    pub pattern: Option<Value>,
}

impl Deployment {
    /// The account and Region that `config` leads to.
    pub fn new(config: &SdkConfig) -> Self {
        Self {
            lambda: Service::new("lambda", config),
            queues: Service::new("sqs", config),
            events: Service::new("events", config),
            logs: Service::new("logs", config),
            iam: Service::global("iam", config),
        }
    }

    /// A function by its name (`lambda:GetFunctionConfiguration`).
    pub async fn function(&self, name: &str) -> Result<DeployedFunction, Unavailable> {
        const ACTION: &str = "lambda:GetFunctionConfiguration";
        let path = format!("/2015-03-31/functions/{name}/configuration");
        let answer = self.lambda.get(&path).await.map_err(|failure| failure.unavailable(ACTION))?;
        let text = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let number = |key: &str| answer.get(key).and_then(Value::as_u64).unwrap_or_default();
        let environment = answer.pointer("/Environment/Variables").and_then(Value::as_object);
        let variable = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
        let log_group = text("/LoggingConfig/LogGroup");
        Ok(DeployedFunction {
            arn: text("/FunctionArn"),
            role: text("/Role"),
            runtime: text("/Runtime"),
            architecture: text("/Architectures/0"),
            state: text("/State"),
            timeout: number("Timeout"),
            memory: number("MemorySize"),
            environment: environment.into_iter().flatten().filter_map(variable).collect(),
            log_group: if log_group.is_empty() { format!("/aws/lambda/{name}") } else { log_group },
        })
    }

    /// What invokes it from a queue (`lambda:ListEventSourceMappings`).
    pub async fn mappings(&self, function: &str) -> Result<Vec<Mapping>, Unavailable> {
        const ACTION: &str = "lambda:ListEventSourceMappings";
        let path = format!("/2015-03-31/event-source-mappings?FunctionName={function}");
        let answer = self.lambda.get(&path).await.map_err(|failure| failure.unavailable(ACTION))?;
        let mapping = |mapping: &Value| {
            let types = mapping.get("FunctionResponseTypes").and_then(Value::as_array);
            Some(Mapping {
                source: mapping.get("EventSourceArn")?.as_str()?.to_owned(),
                is_enabled: mapping.get("State").and_then(Value::as_str) == Some("Enabled"),
                reports_failures: types.is_some_and(|types| types.iter().any(|kind| kind == "ReportBatchItemFailures")),
            })
        };
        Ok(items(&answer, "EventSourceMappings").filter_map(mapping).collect())
    }

    /// A queue by its ARN (`sqs:GetQueueUrl`, `sqs:GetQueueAttributes`).
    pub async fn queue(&self, arn: &str) -> Result<Queue, Unavailable> {
        let (account, name) = Arn::parse(arn).map(|arn| (arn.account, arn.resource)).unwrap_or_default();
        let ask = async |action: &str, request: Value| {
            let target = format!("AmazonSQS.{action}");
            let answer = self.queues.call("1.0", &target, &request).await;
            answer.map_err(|failure| failure.unavailable(&format!("sqs:{action}")))
        };
        let url = ask("GetQueueUrl", json!({"QueueName": name, "QueueOwnerAWSAccountId": account})).await?;
        let request = json!({"QueueUrl": url.get("QueueUrl"), "AttributeNames": ["All"]});
        let answer = ask("GetQueueAttributes", request).await?;
        let text =
            |key: &str| answer.pointer(&format!("/Attributes/{key}")).and_then(Value::as_str).unwrap_or_default();
        let redrive: Value = serde_json::from_str(text("RedrivePolicy")).unwrap_or_default();
        Ok(Queue {
            visibility_timeout: text("VisibilityTimeout").parse().unwrap_or_default(),
            waiting: text("ApproximateNumberOfMessages").parse().unwrap_or_default(),
            dead_letters: redrive.get("deadLetterTargetArn").and_then(Value::as_str).map(str::to_owned),
            policy: text("Policy").to_owned(),
        })
    }

    /// The rules of the default bus that send events to a queue or function (`events:ListRuleNamesByTarget`, `events:DescribeRule`).
    pub async fn rules(&self, target: &str) -> Result<Vec<Rule>, Unavailable> {
        let ask = async |action: &str, request: Value| {
            let answer = self.events.call("1.1", &format!("AWSEvents.{action}"), &request).await;
            answer.map_err(|failure| failure.unavailable(&format!("events:{action}")))
        };
        let names = ask("ListRuleNamesByTarget", json!({"TargetArn": target})).await?;
        let mut rules = Vec::new();
        for name in items(&names, "RuleNames").filter_map(Value::as_str) {
            let rule = ask("DescribeRule", json!({"Name": name})).await?;
            let text = |key: &str| rule.get(key).and_then(Value::as_str);
            rules.push(Rule {
                name: name.to_owned(),
                arn: text("Arn").unwrap_or_default().to_owned(),
                is_enabled: text("State") == Some("ENABLED"),
                pattern: text("EventPattern").and_then(|pattern| serde_json::from_str(pattern).ok()),
            });
        }
        Ok(rules)
    }

    /// Puts an event on the default bus (`events:PutEvents`).
    pub async fn put_event(&self, source: &str, kind: &str, detail: &Value) -> Result<(), Unavailable> {
        const ACTION: &str = "events:PutEvents";
        let entry = json!({"Source": source, "DetailType": kind, "Detail": detail.to_string()});
        let answer = self.events.call("1.1", "AWSEvents.PutEvents", &json!({"Entries": [entry]})).await;
        let answer = answer.map_err(|failure| failure.unavailable(ACTION))?;
        match answer.get("FailedEntryCount").and_then(Value::as_u64) {
            Some(0) => Ok(()),
            _ => Err(Unavailable::Failed(format!("{ACTION}: the event was not taken"))),
        }
    }

    /// The records of a log group since a time, in milliseconds, that a pattern finds (`logs:FilterLogEvents`).
    pub async fn records(&self, group: &str, since: u64, pattern: &str) -> Result<Vec<Value>, Unavailable> {
        let message = |event: &Value| serde_json::from_str(event.get("message")?.as_str()?).ok();
        let mut records = Vec::new();
        let mut next = Value::Null;
        // A page may be empty and still have a next one.
        for _ in 0..MOST_PAGES {
            let request =
                json!({"logGroupName": group, "startTime": since, "filterPattern": pattern, "nextToken": next});
            let answer = self.logs.call("1.1", "Logs_20140328.FilterLogEvents", &without_nulls(request)).await;
            let mut answer = answer.map_err(|failure| failure.unavailable("logs:FilterLogEvents"))?;
            records.extend(items(&answer, "events").filter_map(message));
            next = answer.get_mut("nextToken").map(Value::take).unwrap_or_default();
            if !next.is_string() {
                break;
            }
        }
        Ok(records)
    }

    /// Which of the actions a role is refused on a resource (`iam:SimulatePrincipalPolicy`).
    pub async fn refused(
        &self,
        role: &str,
        actions: &[&str],
        resource: &str,
        region: &str,
    ) -> Result<Vec<String>, Unavailable> {
        const ACTION: &str = "iam:SimulatePrincipalPolicy";
        let answer = self.iam.form(&simulation::request(role, actions, resource, region)).await;
        let answer = answer.map_err(|failure| failure.unavailable(ACTION))?;
        simulation::refused(&answer).ok_or_else(|| Failure::not_read().unavailable(ACTION))
    }
}

fn without_nulls(mut request: Value) -> Value {
    if let Value::Object(request) = &mut request {
        request.retain(|_, value| !value.is_null());
    }
    request
}

fn items<'a>(answer: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    answer.get(key).and_then(Value::as_array).into_iter().flatten()
}
