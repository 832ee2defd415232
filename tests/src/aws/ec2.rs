//! EC2: documents in XML, chosen by filters, in pages.

use std::collections::BTreeMap;

use gatecheck_core::facts::Family;
use serde_json::Value;

use super::xml::element;
use super::{Refusal, State};

pub(super) fn answer(aws: &State, action: &str, query: &BTreeMap<String, String>) -> Result<String, Refusal> {
    let (family, list) = match action {
        "ec2:DescribeNetworkInterfaces" => (Family::Interfaces, "networkInterfaceSet"),
        "ec2:DescribeSubnets" => (Family::Subnets, "subnetSet"),
        "ec2:DescribeRouteTables" => (Family::Subnets, "routeTableSet"),
        "ec2:DescribeSecurityGroups" => (Family::SecurityGroups, "securityGroupInfo"),
        _ => return Err(Refusal::new("InvalidAction", action)),
    };
    let mut documents = aws.documents(family, action)?;
    match action {
        "ec2:DescribeSubnets" => documents = parts(documents, "Subnet"),
        "ec2:DescribeRouteTables" => documents = parts(documents, "RouteTable"),
        "ec2:DescribeSecurityGroups" => documents.iter_mut().for_each(rename_description),
        _ => {}
    }
    for (name, values) in filters(query) {
        let kept = documents.into_iter().map(|document| Ok((passes(&document, name, &values)?, document)));
        let kept: Result<Vec<_>, Refusal> = kept.collect();
        documents = kept?.into_iter().filter_map(|(passes, document)| passes.then_some(document)).collect();
    }
    let (page, next_token) = page(&documents, aws.page_size, query.get("NextToken"));
    let operation = action.trim_start_matches("ec2:");
    let items = page.iter().map(|document| element("item", document)).collect::<String>();
    let next_token = next_token.map(|token| format!("<nextToken>{token}</nextToken>")).unwrap_or_default();
    Ok(format!("<{operation}Response><{list}>{items}</{list}>{next_token}</{operation}Response>"))
}

/// One half of each pair, those that are there several times once.
fn parts(pairs: Vec<Value>, part: &str) -> Vec<Value> {
    let mut parts = Vec::new();
    for mut pair in pairs {
        let part = pair.get_mut(part).map(Value::take).unwrap_or_default();
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts
}

/// In answers about security groups, and only there, the description is called `groupDescription`.
fn rename_description(group: &mut Value) {
    if let Some(fields) = group.as_object_mut()
        && let Some(description) = fields.remove("Description")
    {
        fields.insert("GroupDescription".to_owned(), description);
    }
}

/// `Filter.1.Name`, `Filter.1.Value.1`, `Filter.1.Value.2`, ...
fn filters(query: &BTreeMap<String, String>) -> Vec<(&str, Vec<&str>)> {
    let names = query.iter().filter_map(|(key, name)| {
        let filter = key.strip_prefix("Filter.")?.strip_suffix(".Name")?;
        let prefix = format!("Filter.{filter}.Value.");
        let values = query.iter().filter(|(key, _)| key.starts_with(&prefix)).map(|(_, value)| value.as_str());
        Some((name.as_str(), values.collect()))
    });
    names.collect()
}

/// Whether a document passes a filter. A filter that is not known here is an error: ignoring it would hide a mistake.
fn passes(document: &Value, filter: &str, values: &[&str]) -> Result<bool, Refusal> {
    let is_one = |value: Option<&Value>| value.and_then(Value::as_str).is_some_and(|value| values.contains(&value));
    let associations = document.get("Associations").and_then(Value::as_array).into_iter().flatten();
    match filter {
        "network-interface-id" => Ok(is_one(document.get("NetworkInterfaceId"))),
        "subnet-id" => Ok(is_one(document.get("SubnetId"))),
        "vpc-id" => Ok(is_one(document.get("VpcId"))),
        "group-id" => Ok(is_one(document.get("GroupId"))),
        "association.subnet-id" => Ok(associations.into_iter().any(|association| is_one(association.get("SubnetId")))),
        "association.main" => {
            Ok(associations.into_iter().any(|association| association.get("Main") == Some(&Value::Bool(true))))
        }
        // A recording has the interfaces of one instance only, and not which.
        "attachment.instance-id" => Ok(true),
        _ => Err(Refusal::new("InvalidParameterValue", format!("The filter '{filter}' is invalid"))),
    }
}

/// A page, and the token for the next one. Where there are pages at all the first one is empty, as AWS may have it.
fn page<'a>(documents: &'a [Value], size: Option<usize>, token: Option<&String>) -> (&'a [Value], Option<usize>) {
    let Some(size) = size else { return (documents, None) };
    let Some(start) = token.and_then(|token| token.parse::<usize>().ok()) else { return (&[], Some(0)) };
    let end = documents.len().min(start + size);
    (documents.get(start..end).unwrap_or_default(), (end < documents.len()).then_some(end))
}
