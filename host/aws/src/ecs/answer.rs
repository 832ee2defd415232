//! Answers of ECS as they came, not as the SDK understood them: what is newer than the SDK must not get lost.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use gatecheck_core::facts::Unavailable;
use serde_json::Value;

use crate::failure::unavailable;

/// Sends a request that has been given the interceptor, and reads the body that came back.
pub(super) async fn ask<T, E, R, F>(action: &str, send: impl FnOnce(KeepBody) -> F) -> Result<Value, Unavailable>
where
    E: ProvideErrorMetadata,
    F: Future<Output = Result<T, SdkError<E, R>>>,
{
    let body = KeepBody::default();
    send(body.clone()).await.map_err(|error| unavailable(action, &error))?;
    let mut answer = serde_json::from_slice(&body.take())
        .map_err(|_| Unavailable::Failed(format!("{action}: the answer could not be read")))?;
    write_out_times(&mut answer);
    Ok(answer)
}

/// The elements of a list in an answer, by what was asked for: the text under `key`, or the last part of it; or why ECS left one
/// out.
pub(super) fn elements(
    mut answer: Value,
    list: &str,
    key: &str,
    asked: &BTreeSet<String>,
    action: &str,
) -> BTreeMap<String, Result<Value, Unavailable>> {
    let mut found = answer.get_mut(list).and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default();
    let failures = answer.get("failures").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let element = |asked: &String| {
        if let Some(position) = found.iter().position(|element| is_of(element, key, asked)) {
            return (asked.clone(), Ok(found.swap_remove(position)));
        }
        let failure = failures.iter().find(|failure| is_of(failure, "arn", asked));
        let reason = failure.and_then(|failure| failure.get("reason")?.as_str()).unwrap_or("no answer");
        (asked.clone(), Err(Unavailable::Failed(format!("{action}: {reason} `{asked}`"))))
    };
    asked.iter().map(element).collect()
}

/// Whoever asks by name gets an answer with an ARN that ends with it.
fn is_of(element: &Value, key: &str, asked: &str) -> bool {
    let name = element.get(key).and_then(Value::as_str);
    name.is_some_and(|name| name.strip_suffix(asked).is_some_and(|rest| rest.is_empty() || rest.ends_with('/')))
}

/// Keeps the body of the last response.
#[derive(Debug, Clone, Default)]
pub(super) struct KeepBody(Arc<Mutex<Vec<u8>>>);

impl KeepBody {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Intercept for KeepBody {
    fn name(&self) -> &'static str {
        "KeepBody"
    }

    // Not before deserialization: the body is still on its way then.
    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(body) = context.response().body().bytes() {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = body.to_vec();
        }
        Ok(())
    }
}

/// On the wire a time is a number of seconds; events and recordings have it as text.
fn write_out_times(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(write_out_times),
        Value::Object(fields) => {
            for (name, field) in fields {
                match field.as_f64().filter(|_| name.ends_with("At")).and_then(time) {
                    Some(text) => *field = Value::String(text),
                    None => write_out_times(field),
                }
            }
        }
        _ => {}
    }
}

/// To the millisecond, which is as precise as ECS is, and more than a floating-point number of seconds can blur.
fn time(seconds: f64) -> Option<String> {
    let millis = DateTime::from_secs_f64(seconds + 0.000_5).to_millis().ok()?;
    DateTime::from_millis(millis).fmt(Format::DateTime).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_text_wherever_they_are() {
        let mut answer = json!({
            "createdAt": 1_795_197_454.402, "version": 3, "cpuAt": "text",
            "containers": [{"managedAgents": [{"lastStartedAt": 1_795_197_478}]}],
        });
        write_out_times(&mut answer);
        let written = json!({
            "createdAt": "2026-11-20T17:57:34.402Z", "version": 3, "cpuAt": "text",
            "containers": [{"managedAgents": [{"lastStartedAt": "2026-11-20T17:57:58Z"}]}],
        });
        assert_eq!(answer, written);
    }

    #[test]
    fn each_gets_its_own_and_what_ecs_leaves_out_is_told() {
        let answer = json!({
            "tasks": [{"taskArn": "arn:task/c/2"}, {"taskArn": "arn:task/c/11"}],
            "failures": [{"arn": "arn:task/c/3", "reason": "MISSING"}],
        });
        let asked = ["arn:task/c/2", "1", "11", "arn:task/c/3"].map(str::to_owned).into();
        let mut elements = elements(answer, "tasks", "taskArn", &asked, "ecs:DescribeTasks");
        assert_eq!(elements.remove("arn:task/c/2"), Some(Ok(json!({"taskArn": "arn:task/c/2"}))));
        assert_eq!(elements.remove("11"), Some(Ok(json!({"taskArn": "arn:task/c/11"}))));
        let failed = |why: &str| Some(Err(Unavailable::Failed(why.to_owned())));
        assert_eq!(elements.remove("1"), failed("ecs:DescribeTasks: no answer `1`"));
        assert_eq!(elements.remove("arn:task/c/3"), failed("ecs:DescribeTasks: MISSING `arn:task/c/3`"));
        assert!(elements.is_empty());
    }
}
