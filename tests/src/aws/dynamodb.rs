//! DynamoDB: one table of sets, as far as Gatecheck uses it.

use serde_json::{Value, json};

use super::{Refusal, State};

/// Keys of one BatchGetItem.
const MOST_KEYS: usize = 100;

pub(super) fn answer(aws: &mut State, action: &str, input: &Value) -> Result<String, Refusal> {
    let answer = match action {
        "dynamodb:BatchGetItem" => get(aws, input)?,
        "dynamodb:UpdateItem" => add(aws, input)?,
        _ => return Err(Refusal::new("UnknownOperationException", action)),
    };
    Ok(answer.to_string())
}

fn get(aws: &State, input: &Value) -> Result<Value, Refusal> {
    let (name, wanted) =
        input["RequestItems"].as_object().and_then(|tables| tables.iter().next()).ok_or_else(invalid)?;
    let keys = wanted["Keys"].as_array().filter(|keys| (1..=MOST_KEYS).contains(&keys.len())).ok_or_else(invalid)?;
    let item = |key: &Value| {
        let task = key["task"]["S"].as_str()?;
        let reported = aws.reported.get(task)?;
        Some(json!({"task": {"S": task}, "reported": {"SS": reported}, "expires": {"N": "1"}}))
    };
    Ok(json!({"Responses": {name: keys.iter().filter_map(item).collect::<Value>()}, "UnprocessedKeys": {}}))
}

fn add(aws: &mut State, input: &Value) -> Result<Value, Refusal> {
    let task = input["Key"]["task"]["S"].as_str().ok_or_else(invalid)?;
    assert_eq!(input["UpdateExpression"], "ADD #reported :ids SET #expires = :expires");
    let ids = input["ExpressionAttributeValues"][":ids"]["SS"].as_array().filter(|ids| !ids.is_empty());
    let ids = ids.ok_or_else(invalid)?.iter().filter_map(Value::as_str).map(str::to_owned);
    aws.reported.entry(task.to_owned()).or_default().extend(ids);
    Ok(json!({}))
}

fn invalid() -> Refusal {
    Refusal::new("ValidationException", "the request is not what DynamoDB takes")
}
