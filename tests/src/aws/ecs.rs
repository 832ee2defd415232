//! ECS: documents in JSON, found by name or ARN, times in seconds.

use gatecheck_core::facts::Family;
use serde_json::{Value, json};

use super::{Refusal, State};

pub(super) fn answer(aws: &State, action: &str, input: &Value) -> Result<String, Refusal> {
    let mut answer = match action {
        "ecs:DescribeTasks" => found(aws, action, Family::TaskDetails, input, "tasks", &["taskArn"])?,
        "ecs:DescribeServices" => {
            found(aws, action, Family::Service, input, "services", &["serviceArn", "serviceName"])?
        }
        "ecs:DescribeClusters" => found(aws, action, Family::Cluster, input, "clusters", &["clusterArn"])?,
        "ecs:DescribeContainerInstances" => container_instances(aws, action, input)?,
        "ecs:DescribeTaskDefinition" => task_definition(aws, action, input)?,
        _ => return Err(Refusal::new("UnknownOperationException", action)),
    };
    write_times_as_seconds(&mut answer);
    Ok(answer.to_string())
}

/// The documents whose identifiers are in the list `list` of the input, and failures for the rest.
fn found(
    aws: &State,
    action: &str,
    family: Family,
    input: &Value,
    list: &str,
    identifiers: &[&str],
) -> Result<Value, Refusal> {
    let documents = aws.documents(family, action)?;
    let (mut answers, mut failures) = (Vec::new(), Vec::new());
    for asked in input.get(list).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        // What an ARN ends with is asked for as well.
        let is_asked = |identifier: &str| identifier == asked || identifier.ends_with(&format!("/{asked}"));
        let of = |document: &Value, key: &&str| document.get(key).and_then(Value::as_str).is_some_and(is_asked);
        match documents.iter().find(|document| identifiers.iter().any(|key| of(document, key))) {
            Some(document) => answers.push(document.clone()),
            None => failures.push(json!({"arn": asked, "reason": "MISSING"})),
        }
    }
    Ok(json!({list: answers, "failures": failures}))
}

fn task_definition(aws: &State, action: &str, input: &Value) -> Result<Value, Refusal> {
    let mut definitions = aws.documents(Family::TaskDefinition, action)?;
    definitions.retain(|definition| definition.get("taskDefinitionArn") == input.get("taskDefinition"));
    let definition = definitions.pop();
    let definition =
        definition.ok_or_else(|| Refusal::new("ClientException", "Unable to describe task definition."))?;
    Ok(json!({"taskDefinition": definition}))
}

/// A recording does not hold them, and only their EC2 instance is of interest; its identifier is made from theirs.
fn container_instances(aws: &State, action: &str, input: &Value) -> Result<Value, Refusal> {
    if aws.is_denied(action) {
        aws.documents(Family::Interfaces, action)?;
    }
    let asked = input.get("containerInstances").and_then(Value::as_array).into_iter().flatten();
    let instances = asked.filter_map(Value::as_str).map(|arn| {
        let id: String = arn.rsplit('/').next().unwrap_or_default().chars().take(17).collect();
        json!({"containerInstanceArn": arn, "ec2InstanceId": format!("i-{id}"), "status": "ACTIVE"})
    });
    Ok(json!({"containerInstances": instances.collect::<Vec<_>>(), "failures": []}))
}

fn write_times_as_seconds(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(write_times_as_seconds),
        Value::Object(fields) => {
            for (name, field) in fields {
                match field.as_str().filter(|_| name.ends_with("At")).and_then(seconds) {
                    Some(seconds) => *field = json!(seconds),
                    None => write_times_as_seconds(field),
                }
            }
        }
        _ => {}
    }
}

/// `2026-11-20T17:57:34.402Z` as seconds since 1970.
fn seconds(time: &str) -> Option<f64> {
    let (date, time) = time.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.splitn(3, '-').map(|part| part.parse::<i32>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let mut time = time.splitn(3, ':').map(|part| part.parse::<f64>().ok());
    let (hours, minutes, seconds) = (time.next()??, time.next()??, time.next()??);
    // Years from March, so that the day that comes and goes is the last one.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year / 4 - year / 100 + year / 400;
    let days = year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468;
    Some(f64::from(days) * 86_400.0 + hours * 3_600.0 + minutes * 60.0 + seconds)
}
