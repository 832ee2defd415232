//! Cedar, the language of Amazon Verified Permissions.

use anyhow::{Context as _, Result, anyhow, ensure};
use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};
use serde_json::{Value, json};

/// What its policy cannot say.
pub const CANNOT: &str = "cedar: nothing about each element of a list of records, no regular expression, no number from text; so \
    its caller flattens the facts ahead, one image only, and its answer names policies, not objects or values";

const POLICY: &str = include_str!("../../peers/allow_list.cedar");

/// The policies, with facts.
#[derive(Debug)]
pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    request: Request,
}

impl Cedar {
    /// Parses the policies, and turns facts into what they can look at.
    pub fn new(facts: &Value) -> Result<Self> {
        let who = |uid: &str| uid.parse::<EntityUid>().map_err(|error| anyhow!("{error}"));
        let context = Context::from_json_value(flattened(facts)?, None)?;
        let (principal, action, resource) = (who(r#"Event::"e""#)?, who(r#"Action::"start""#)?, who(r#"Task::"t""#)?);
        Ok(Self {
            authorizer: Authorizer::new(),
            policies: POLICY.parse()?,
            entities: Entities::empty(),
            request: Request::new(principal, action, resource, context, None)?,
        })
    }

    /// Evaluates: how many policies forbid the task.
    pub fn violations(&self) -> Result<usize> {
        let response = self.authorizer.is_authorized(&self.request, &self.policies, &self.entities);
        ensure!(response.diagnostics().errors().next().is_none(), "cedar: {response:?}");
        Ok(match response.decision() {
            Decision::Allow => 0,
            Decision::Deny => response.diagnostics().reason().count(),
        })
    }
}

fn flattened(facts: &Value) -> Result<Value> {
    let each = |list: &str| facts[list].as_array().with_context(|| format!("no {list}"));
    let scopes = each("interfaces")?.iter().filter_map(|interface| interface["addresses"].as_array()).flatten();
    let of = |list: &[Value], key: &str| list.iter().map(|element| element[key].clone()).collect::<Vec<_>>();
    let containers = each("containers")?;
    ensure!(containers.len() == 1, "cedar is given one container");
    let cpu = facts["task_document"]["cpu"].as_str().context("no cpu")?;
    Ok(json!({
        "subnet_classes": of(each("subnets")?, "class"),
        "address_scopes": scopes.map(|address| address["scope"].clone()).collect::<Vec<_>>(),
        "image": of(containers, "image")[0],
        "subnet_ids": of(each("attachments")?, "subnet_id"),
        "execute_command": facts["task_document"]["enableExecuteCommand"],
        "cpu": cpu.parse::<i64>()?,
    }))
}
