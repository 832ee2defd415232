//! Findings of AWS Security Hub, in its Finding Format (ASFF).

use aws_config::SdkConfig;
use gatecheck_core::arn::Arn;
use serde_json::{Value, json};

use crate::publisher::PublishError;
use crate::signed::Service;

const IMPORT: &str = "securityhub:BatchImportFindings";
const GET: &str = "securityhub:GetFindings";

/// The version of the format.
const SCHEMA: &str = "2018-10-08";

/// What findings say about who makes them: this, and the policy and rule.
const GENERATOR: &str = "gatecheck/";

const TYPE: &str = "Software and Configuration Checks/Policy Violations";

/// What one BatchImportFindings takes, and what one GetFindings gives.
const AT_A_TIME: usize = 100;

/// Values of one filter.
const TASKS_AT_A_TIME: usize = 20;

/// What is imported of a finding to close it: the rest belongs to Security Hub and to people.
const IMPORTED: [&str; 11] = [
    "SchemaVersion",
    "Id",
    "ProductArn",
    "GeneratorId",
    "AwsAccountId",
    "CreatedAt",
    "Title",
    "Description",
    "Resources",
    "FindingProviderFields",
    "Remediation",
];

/// The findings of one account and Region.
#[derive(Debug)]
pub struct Findings {
    service: Service,
}

/// A rule that a task breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The same whenever it is found again.
    pub id: String,
    /// Policy and rule.
    pub rule: String,
    /// `info` to `critical`.
    pub severity: String,
    /// At most 256 characters.
    pub title: String,
    /// At most 1024 characters.
    pub description: String,
    /// At most 512 characters.
    pub remedy: Option<String>,
    /// ARN of the task.
    pub task: String,
    /// ARN of its cluster.
    pub cluster: Option<String>,
    /// ARN of its task definition.
    pub task_definition: Option<String>,
}

/// A finding that is open.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenFinding {
    /// Its identifier.
    pub id: String,
    /// ARN of the task.
    pub task: String,
    document: Value,
}

/// Identifiers of findings that Security Hub did not take, and why.
pub type Refused = Vec<(String, String)>;

impl Findings {
    /// The findings that `config` leads to.
    pub fn new(config: &SdkConfig) -> Self {
        Self { service: Service::new("securityhub", config) }
    }

    /// Opens findings, or says that they are still there (`securityhub:BatchImportFindings`). `now` is a time in RFC 3339.
    pub async fn import(&self, findings: &[Finding], now: &str) -> Result<Refused, PublishError> {
        self.send(findings.iter().filter_map(|finding| document(finding, now)).collect()).await
    }

    /// The open findings of tasks (`securityhub:GetFindings`).
    pub async fn open(&self, tasks: &[&str]) -> Result<Vec<OpenFinding>, PublishError> {
        let filter = |comparison: &str, value: &str| json!({"Comparison": comparison, "Value": value});
        let mut open = Vec::new();
        for tasks in tasks.chunks(TASKS_AT_A_TIME) {
            let filters = json!({
                "GeneratorId": [filter("PREFIX", GENERATOR)],
                "RecordState": [filter("EQUALS", "ACTIVE")],
                "ResourceId": tasks.iter().map(|task| filter("EQUALS", task)).collect::<Value>(),
            });
            let mut next = Value::Null;
            loop {
                let mut request = json!({"Filters": filters, "MaxResults": AT_A_TIME});
                if let (Some(request), Value::String(_)) = (request.as_object_mut(), &next) {
                    request.insert("NextToken".to_owned(), next);
                }
                let mut answer = self.call(GET, "/findings", &request).await?;
                let found = answer.get_mut("Findings").map(Value::take).unwrap_or_default();
                let found = if let Value::Array(found) = found { found } else { Vec::new() };
                open.extend(found.into_iter().filter_map(opened));
                next = answer.get_mut("NextToken").map(Value::take).unwrap_or_default();
                if !next.is_string() {
                    break;
                }
            }
        }
        Ok(open)
    }

    /// Closes findings: what they say is not so any more (`securityhub:BatchImportFindings`).
    pub async fn close(&self, findings: Vec<OpenFinding>, now: &str) -> Result<Refused, PublishError> {
        let closed = |OpenFinding { document, .. }| {
            let Value::Object(mut document) = document else { return Value::Null };
            document.retain(|key, _| IMPORTED.contains(&key.as_str()));
            document.insert("UpdatedAt".to_owned(), now.into());
            document.insert("Compliance".to_owned(), json!({"Status": "PASSED"}));
            document.insert("RecordState".to_owned(), "ARCHIVED".into());
            Value::Object(document)
        };
        self.send(findings.into_iter().map(closed).collect()).await
    }

    async fn send(&self, findings: Vec<Value>) -> Result<Refused, PublishError> {
        let mut refused = Refused::new();
        for findings in findings.chunks(AT_A_TIME) {
            let answer = self.call(IMPORT, "/findings/import", &json!({"Findings": findings})).await?;
            let failed = answer.get("FailedFindings").and_then(Value::as_array).into_iter().flatten();
            refused.extend(failed.map(|failed| {
                let text = |key: &str| failed.get(key).and_then(Value::as_str);
                let why = format!("{IMPORT}: {}", text("ErrorCode").unwrap_or("it was refused"));
                (text("Id").unwrap_or_default().to_owned(), why)
            }));
        }
        Ok(refused)
    }

    async fn call(&self, action: &'static str, path: &str, document: &Value) -> Result<Value, PublishError> {
        self.service.post(path, document).await.map_err(|failure| PublishError::new(action, failure))
    }
}

fn opened(document: Value) -> Option<OpenFinding> {
    let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    Some(OpenFinding { id: text("/Id")?, task: text("/Resources/0/Id")?, document })
}

/// A finding as Security Hub takes it, in the account and Region of its task; none if its task has no ARN.
fn document(finding: &Finding, now: &str) -> Option<Value> {
    let Arn { partition, region, account, .. } = Arn::parse(&finding.task)?;
    let label = match finding.severity.as_str() {
        severity @ ("critical" | "high" | "medium" | "low") => severity.to_uppercase(),
        _ => "INFORMATIONAL".to_owned(),
    };
    let given = |fields: &[(&str, &Option<String>)]| -> Value {
        fields.iter().filter_map(|(key, value)| Some(((*key).to_owned(), json!(value.as_ref()?)))).collect()
    };
    let details = given(&[("ClusterArn", &finding.cluster), ("TaskDefinitionArn", &finding.task_definition)]);
    let mut document = json!({
        "SchemaVersion": SCHEMA,
        "Id": finding.id,
        "ProductArn": format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default"),
        "GeneratorId": format!("{GENERATOR}{}", finding.rule),
        "AwsAccountId": account,
        "CreatedAt": now,
        "UpdatedAt": now,
        "Title": finding.title,
        "Description": finding.description,
        "FindingProviderFields": {"Severity": {"Label": label}, "Types": [TYPE]},
        "Compliance": {"Status": "FAILED"},
        "RecordState": "ACTIVE",
        "Resources": [{
            "Type": "AwsEcsTask", "Id": finding.task, "Partition": partition, "Region": region,
            "Details": {"AwsEcsTask": details},
        }],
    });
    if let (Some(document), Some(remedy)) = (document.as_object_mut(), &finding.remedy) {
        document.insert("Remediation".to_owned(), json!({"Recommendation": {"Text": remedy}}));
    }
    Some(document)
}
