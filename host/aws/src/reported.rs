//! The DynamoDB table in which processes share what they have reported: one item for each task that violates something.
//!
//! | attribute | type | what |
//! |---|---|---|
//! | `task` (partition key) | S | ARN of the task |
//! | `reported` | SS | identifiers of what was reported, 32 hexadecimal digits each |
//! | `expires` | N | when DynamoDB deletes the item, in seconds since 1970 |
//!
//! Identifiers are added to the set (`ADD`), so that two processes that write at the same time lose nothing of each other.

use std::collections::{BTreeSet, HashSet};
use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use futures_util::StreamExt;
use futures_util::stream;
use gatecheck_core::{Reported, ReportedId};
use serde_json::{Value, json};
use thiserror::Error;

use crate::failure::Failure;
use crate::signed::Service;

const READ: &str = "dynamodb:BatchGetItem";
const WRITE: &str = "dynamodb:UpdateItem";

/// The version of the API in the names of its operations, and that of its protocol.
const API: &str = "DynamoDB_20120810";
const PROTOCOL: &str = "1.0";

/// Keys of one BatchGetItem.
const AT_A_TIME: usize = 100;

/// Updates that are under way at the same time.
const CONCURRENT: usize = 20;

/// Identifiers that an item may have: 400 KB is the most that DynamoDB keeps in one.
const MOST_IDS: usize = 5_000;

/// How long it is remembered what was reported of a task. Its events follow within minutes, and later ones are rare.
const KEPT: Duration = Duration::from_hours(24 * 7);

/// The table.
#[derive(Debug)]
pub struct ReportedTable {
    service: Service,
    name: String,
}

/// Why the table could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReportedTableError {
    /// The role of the function is not allowed to.
    #[error("the role may not call `{0}`")]
    Denied(&'static str),
    /// Anything else.
    #[error("`{action}` failed: {why}")]
    Failed {
        /// The IAM action.
        action: &'static str,
        /// What happened.
        why: String,
    },
}

impl ReportedTable {
    /// The table of this name, in the account and Region of `config`.
    pub fn new(config: &SdkConfig, name: String) -> Self {
        Self { service: Service::new("dynamodb", config), name }
    }

    /// What was reported of these tasks (`dynamodb:BatchGetItem`). What could be read stands beside the first error.
    pub async fn read(&self, tasks: &BTreeSet<&str>) -> (Reported, Option<ReportedTableError>) {
        let tasks: Vec<_> = tasks.iter().copied().collect();
        let mut reported = Reported::new();
        for tasks in tasks.chunks(AT_A_TIME) {
            let keys: Vec<_> = tasks.iter().map(|task| json!({"task": {"S": task}})).collect();
            let table = json!({"Keys": keys, "ConsistentRead": true});
            match self.call(READ, json!({"RequestItems": {&self.name: table}})).await {
                // Keys that were not processed are tasks of which nothing is known: that is safe.
                Ok(answer) => reported.extend(items(&answer, &self.name)),
                Err(error) => return (reported, Some(error)),
            }
        }
        (reported, None)
    }

    /// Adds what was reported (`dynamodb:UpdateItem`). All is tried; the first error is returned.
    pub async fn add(&self, reported: &Reported) -> Result<(), ReportedTableError> {
        let expires = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default() + KEPT;
        let updates: Vec<_> = reported.iter().map(|(task, ids)| self.update(task, ids, expires)).collect();
        let calls = updates.into_iter().map(|update| self.call(WRITE, update));
        let results: Vec<_> = stream::iter(calls).buffer_unordered(CONCURRENT).collect().await;
        results.into_iter().try_for_each(|result| result.map(|_| ()))
    }

    fn update(&self, task: &str, ids: &HashSet<ReportedId>, expires: Duration) -> Value {
        let ids: Vec<_> = ids.iter().take(MOST_IDS).map(|id| format!("{id:032x}")).collect();
        json!({
            "TableName": self.name,
            "Key": {"task": {"S": task}},
            "UpdateExpression": "ADD #reported :ids SET #expires = :expires",
            "ExpressionAttributeNames": {"#reported": "reported", "#expires": "expires"},
            "ExpressionAttributeValues": {":ids": {"SS": ids}, ":expires": {"N": expires.as_secs().to_string()}},
        })
    }

    async fn call(&self, action: &'static str, request: Value) -> Result<Value, ReportedTableError> {
        let operation = action.rsplit(':').next().unwrap_or(action);
        let called = self.service.call(PROTOCOL, &format!("{API}.{operation}"), &request).await;
        called.map_err(|failure| match failure {
            Failure::Denied => ReportedTableError::Denied(action),
            Failure::Other(why) => ReportedTableError::Failed { action, why },
        })
    }
}

/// The items of an answer to BatchGetItem.
fn items(answer: &Value, table: &str) -> impl Iterator<Item = (String, HashSet<ReportedId>)> {
    let items = answer.get("Responses").and_then(|responses| responses.get(table)).and_then(Value::as_array);
    items.into_iter().flatten().filter_map(|item| {
        let task = item.pointer("/task/S")?.as_str()?.to_owned();
        let ids = item.pointer("/reported/SS")?.as_array()?.iter().filter_map(Value::as_str);
        Some((task, ids.filter_map(|id| ReportedId::from_str_radix(id, 16).ok()).collect()))
    })
}
