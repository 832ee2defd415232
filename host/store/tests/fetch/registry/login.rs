//! How a registry is told who asks, and who else is not told.

use std::collections::BTreeMap;

use wiremock::matchers::{basic_auth, header, query_param};

use super::*;

fn challenge(text: &str) -> ResponseTemplate {
    ResponseTemplate::new(401).insert_header("www-authenticate", text)
}

/// A registry that wants to know who asks.
async fn with_challenge(text: &str) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(path(blob_path(MODULE))).respond_with(challenge(text)).with_priority(9).mount(&server).await;
    server
}

/// The blob comes to who says `authorization`.
async fn with_blob_for(server: &MockServer, authorization: &str) {
    let bytes = ResponseTemplate::new(200).set_body_bytes(MODULE);
    let of_blob = Mock::given(path(blob_path(MODULE))).and(header("authorization", authorization));
    of_blob.respond_with(bytes).mount(server).await;
}

/// A registry with a token service of its own, which gives a token to everyone, or only to the robot.
async fn with_tokens(is_public: bool, answer: Value) -> MockServer {
    let server = MockServer::start().await;
    let bearer =
        format!(r#"Bearer realm="{}/token?x=1",service="registry",scope="repository:other:pull""#, server.uri());
    let unauthorized = challenge(&bearer);
    Mock::given(path(blob_path(MODULE))).respond_with(unauthorized).with_priority(9).mount(&server).await;
    with_blob_for(&server, "Bearer t0k").await;
    let token = Mock::given(path("/token"))
        .and(query_param("x", "1"))
        .and(query_param("service", "registry"))
        .and(query_param("scope", "repository:acme/policy:pull"));
    let token = if is_public { token } else { token.and(basic_auth("robot", "secret")) };
    token.respond_with(ResponseTemplate::new(200).set_body_json(answer)).mount(&server).await;
    let denied = json!({ "errors": [{ "code": "DENIED", "message": "who?" }] });
    let denied = ResponseTemplate::new(403).set_body_json(denied);
    Mock::given(path("/token")).respond_with(denied).with_priority(9).mount(&server).await;
    server
}

#[tokio::test]
async fn a_token_is_fetched() {
    for key in ["token", "access_token"] {
        let public = with_tokens(true, json!({ key: "t0k" })).await;
        assert_eq!(pull_blob(&public, None).await, Ok(MODULE.into()));
        let private = with_tokens(false, json!({ key: "t0k" })).await;
        assert_eq!(pull_blob(&private, Some(&robot())).await, Ok(MODULE.into()));
        assert_eq!(pull_blob(&private, None).await, Err(RegistryProblem::LoginRequired));
        let wrong = Login { password: "hunter2".to_owned(), ..robot() };
        let refused = RegistryProblem::LoginRefused { answer: "403: DENIED: who?".to_owned() };
        assert_eq!(pull_blob(&private, Some(&wrong)).await, Err(refused));
    }
}

#[tokio::test]
async fn no_token_or_a_bad_one_is_told() {
    let none = with_tokens(true, json!({})).await;
    assert_eq!(pull_blob(&none, None).await, Err(RegistryProblem::Protocol { missing: "token" }));
    let bad = with_tokens(true, json!({ "token": "other" })).await;
    assert_eq!(pull_blob(&bad, None).await, Err(RegistryProblem::LoginRequired));
    let refused = RegistryProblem::LoginRefused { answer: "401".to_owned() };
    assert_eq!(pull_blob(&bad, Some(&robot())).await, Err(refused));
}

#[tokio::test]
async fn a_password_will_do() {
    // As ECR asks.
    let server = with_challenge(r#"Basic realm="https://r.example/",service="ecr.amazonaws.com""#).await;
    with_blob_for(&server, "Basic cm9ib3Q6c2VjcmV0").await;
    assert_eq!(pull_blob(&server, Some(&robot())).await, Ok(MODULE.into()));
    assert_eq!(pull_blob(&server, None).await, Err(RegistryProblem::LoginRequired));
    let wrong = Login { user: "other".to_owned(), ..robot() };
    let refused = RegistryProblem::LoginRefused { answer: "401".to_owned() };
    assert_eq!(pull_blob(&server, Some(&wrong)).await, Err(refused));
}

#[tokio::test]
async fn other_challenges_are_not_understood() {
    for text in ["Negotiate", "Bearer", r#"Bearer realm="no URL""#, "\"", ""] {
        let server = with_challenge(text).await;
        assert_eq!(pull_blob(&server, Some(&robot())).await, Err(RegistryProblem::Challenge), "{text}");
    }
}

#[tokio::test]
async fn a_realm_may_be_refused() {
    let victim = MockServer::start().await;
    let port = victim.address().port();
    let host = |host: &str| host.to_owned();
    for (realm, refusal) in [
        (format!("http://127.0.0.1:{port}/"), Refusal::Plain { host: host("127.0.0.1") }),
        (format!("https://localhost:{port}/"), Refusal::Address { host: host("localhost"), place: Place::Loopback }),
        (host("http://example.com/"), Refusal::Plain { host: host("example.com") }),
    ] {
        let server = with_challenge(&format!(r#"Bearer realm="{realm}""#)).await;
        let answer = pull_blob(&server, Some(&robot())).await;
        assert_eq!(answer, Err(Failure::Refused(refusal).into()), "{realm}");
    }
    assert!(victim.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_registry_may_say_no() {
    let server = MockServer::start().await;
    let denied = json!({ "errors": [{ "code": "DENIED", "message": "requested access is denied" }] });
    let denied = ResponseTemplate::new(403).set_body_json(denied);
    Mock::given(path(blob_path(MODULE))).respond_with(denied).mount(&server).await;
    let answer = "403: DENIED: requested access is denied".to_owned();
    assert_eq!(pull_blob(&server, None).await, Err(RegistryProblem::Denied { answer }));
}

/// A registry whose blobs are elsewhere, for who has the right password.
async fn with_storage(storage: &MockServer) -> MockServer {
    let server = with_challenge(r#"Basic realm="r""#).await;
    let elsewhere = ResponseTemplate::new(307).insert_header("location", format!("{}/blob", storage.uri()));
    let of_blob = Mock::given(path(blob_path(MODULE))).and(basic_auth("robot", "secret"));
    of_blob.respond_with(elsewhere).mount(&server).await;
    server
}

async fn pull_from(server: &MockServer, storage: &MockServer) -> Result<Vec<u8>, RegistryProblem> {
    let sha256 = Digest::of(MODULE);
    let registry = Registry::new(guard(&[server, storage]));
    let image = image(server, "1.0");
    registry.pull(&image, Kind::Module, Some(&sha256), Some(&robot()), LIMIT).await.map_err(problem)
}

#[tokio::test]
async fn storage_elsewhere_is_told_nothing() {
    let storage = MockServer::start().await;
    let bytes = ResponseTemplate::new(200).set_body_bytes(MODULE);
    Mock::given(path("/blob")).respond_with(bytes).mount(&storage).await;
    let server = with_storage(&storage).await;
    assert_eq!(pull_from(&server, &storage).await, Ok(MODULE.into()));
    let asked = storage.received_requests().await.unwrap();
    assert_eq!(asked.len(), 1);
    assert!(!asked[0].headers.contains_key("authorization"));
}

#[tokio::test]
async fn storage_elsewhere_has_no_questions() {
    let storage = MockServer::start().await;
    let realm = format!(r#"Bearer realm="{}/token""#, storage.uri());
    Mock::given(path("/blob")).respond_with(challenge(&realm)).mount(&storage).await;
    // One that redirects before it asks who is there, so that the first challenge is that of the storage.
    let server = MockServer::start().await;
    let elsewhere = ResponseTemplate::new(307).insert_header("location", format!("{}/blob", storage.uri()));
    Mock::given(path(blob_path(MODULE))).respond_with(elsewhere).mount(&server).await;
    let refused = RegistryProblem::LoginRefused { answer: "401".to_owned() };
    assert_eq!(pull_from(&server, &storage).await, Err(refused));
    assert_eq!(storage.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn storage_elsewhere_cannot_ask_in_the_name_of_the_registry() {
    let storage = MockServer::start().await;
    let server = with_challenge(r#"Basic realm="r""#).await;
    let back = ResponseTemplate::new(307).insert_header("location", format!("{}{}", server.uri(), blob_path(MODULE)));
    Mock::given(path("/upload")).respond_with(back).mount(&storage).await;
    let place = ResponseTemplate::new(202).insert_header("location", format!("{}/upload", storage.uri()));
    Mock::given(method("POST")).respond_with(place).mount(&server).await;
    Mock::given(method("HEAD")).respond_with(ResponseTemplate::new(404)).with_priority(1).mount(&server).await;
    let registry = Registry::new(guard(&[&server, &storage]));
    let image = image(&server, "1.0");
    registry.push(&image, Kind::Module, MODULE, &BTreeMap::new(), Some(&robot())).await.unwrap_err();
    let asked = storage.received_requests().await.unwrap();
    assert_eq!(asked.len(), 1);
    assert!(!asked[0].headers.contains_key("authorization"));
}
