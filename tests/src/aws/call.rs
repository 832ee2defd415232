//! What is being called, and the two protocols in which it is called and answered.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use wiremock::{Request, ResponseTemplate};

use super::Refusal;
use super::xml::escape;

/// A call of an AWS service.
#[derive(Debug)]
pub(super) struct Call {
    /// Such as `ec2:DescribeSubnets`.
    pub(super) action: String,
    pub(super) input: Input,
}

#[derive(Debug)]
pub(super) enum Input {
    /// JSON 1.0 or 1.1, of DynamoDB, ECS and SSM.
    Json(Value),
    /// Query in, XML out, of EC2.
    Query(BTreeMap<String, String>),
}

impl Call {
    pub(super) fn read(request: &Request) -> Option<Self> {
        if let Some(target) = request.headers.get("x-amz-target") {
            let (interface, operation) = target.to_str().ok()?.split_once('.')?;
            let service = match interface {
                "AmazonEC2ContainerServiceV20141113" => "ecs",
                "AmazonSSM" => "ssm",
                "DynamoDB_20120810" => "dynamodb",
                _ => return None,
            };
            let input = serde_json::from_slice(&request.body).ok()?;
            return Some(Self { action: format!("{service}:{operation}"), input: Input::Json(input) });
        }
        let mut url = request.url.clone();
        url.set_query(Some(std::str::from_utf8(&request.body).ok()?));
        let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        Some(Self { action: format!("ec2:{}", query.get("Action")?), input: Input::Query(query) })
    }

    pub(super) fn respond(&self, answer: String) -> ResponseTemplate {
        ResponseTemplate::new(200).set_body_raw(answer, self.content_type())
    }

    pub(super) fn refuse(&self, refusal: &Refusal) -> ResponseTemplate {
        let Refusal { code, status, message } = refusal;
        let body = match self.input {
            Input::Json(_) => json!({"__type": code, "message": message}).to_string(),
            Input::Query(_) => format!(
                "<Response><Errors><Error><Code>{}</Code><Message>{}</Message></Error></Errors></Response>",
                escape(code),
                escape(message)
            ),
        };
        ResponseTemplate::new(*status).set_body_raw(body, self.content_type())
    }

    fn content_type(&self) -> &'static str {
        match self.input {
            Input::Json(_) => "application/x-amz-json-1.1",
            Input::Query(_) => "text/xml;charset=UTF-8",
        }
    }
}
