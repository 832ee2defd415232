//! Services that speak JSON, one operation at a time. An operation is what the header `x-amz-target` names.

use serde_json::{Value, json};
use wiremock::matchers::header;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Lets the calls of an operation succeed.
pub(super) async fn answer(server: &MockServer, operation: &str, answer: Value) {
    let response = ResponseTemplate::new(200).set_body_json(answer);
    Mock::given(header("x-amz-target", operation)).respond_with(response).mount(server).await;
}

/// Lets the next `times` calls of an operation fail.
pub(super) async fn refuse(server: &MockServer, operation: &str, code: &str, times: u64) {
    let refusal = json!({"__type": code, "message": "injected by the test"});
    let response = ResponseTemplate::new(400).set_body_json(refusal);
    let mock = Mock::given(header("x-amz-target", operation)).respond_with(response);
    mock.up_to_n_times(times).with_priority(1).mount(server).await;
}

/// What was asked for so far: the header `authorization` and the input of each call.
pub(super) async fn received(server: &MockServer) -> Vec<(String, Value)> {
    let requests = server.received_requests().await.unwrap();
    let calls = requests.iter().map(|request| {
        let authorization = request.headers["authorization"].to_str().unwrap().to_owned();
        (authorization, request.body_json().unwrap())
    });
    calls.collect()
}
