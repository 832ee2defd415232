//! Reading and storing objects.

use std::time::Duration;

use gatecheck_aws::{ObjectError, Objects};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{config, raw};

const OBJECT: &str = "s3://modules/policies/a b.wasm";

/// Modules at most this long.
const LIMIT: u64 = 64;

/// A bucket in which calls for the object are answered with `response`.
async fn bucket(response: ResponseTemplate) -> (MockServer, Objects) {
    let server = MockServer::start().await;
    let objects = Objects::new(&config(&server.uri()).await);
    Mock::given(path("/modules/policies/a%20b.wasm")).respond_with(response).with_priority(2).mount(&server).await;
    (server, objects)
}

/// What S3 says if it does not answer the question.
fn refusal(status: u16, code: &str) -> ResponseTemplate {
    let body = format!("<Error><Code>{code}</Code><Message>injected by the test</Message></Error>");
    ResponseTemplate::new(status).set_body_raw(body, "application/xml")
}

async fn get(response: ResponseTemplate) -> Result<Vec<u8>, ObjectError> {
    let (_server, objects) = bucket(response).await;
    objects.get("modules", "policies/a b.wasm", LIMIT).await
}

async fn put(response: ResponseTemplate) -> Result<(), ObjectError> {
    let (_server, objects) = bucket(response).await;
    objects.put("modules", "policies/a b.wasm", b"\0asm".to_vec(), "application/wasm").await
}

#[tokio::test]
async fn an_object_is_read_whole() {
    for length in [0, 1, LIMIT] {
        let bytes = vec![7; usize::try_from(length).unwrap()];
        assert_eq!(get(ResponseTemplate::new(200).set_body_bytes(bytes.clone())).await, Ok(bytes));
    }
}

#[tokio::test]
async fn an_object_is_stored_as_it_is() {
    let (server, objects) = bucket(ResponseTemplate::new(200)).await;
    objects.put("modules", "policies/a b.wasm", b"\0asm".to_vec(), "application/wasm").await.unwrap();
    let request = server.received_requests().await.unwrap().remove(0);
    assert_eq!((request.method.as_str(), request.body.as_slice()), ("PUT", b"\0asm".as_slice()));
    assert_eq!(request.headers["content-type"], "application/wasm");
    assert!(!request.headers.contains_key("content-encoding"), "servers that are not S3 would store the chunks");
    assert!(request.headers.contains_key("x-amz-checksum-crc32"));
}

#[tokio::test]
async fn storing_may_take_longer_than_other_calls() {
    assert_eq!(put(ResponseTemplate::new(200).set_delay(Duration::from_millis(1500))).await, Ok(()));
}

#[tokio::test]
async fn what_is_not_there_is_told() {
    let missing = get(refusal(404, "NoSuchKey")).await.unwrap_err();
    assert_eq!(missing, ObjectError::NotFound { object: OBJECT.into() });
    assert_eq!(missing.to_string(), "`s3://modules/policies/a b.wasm` does not exist");
    let no_bucket = ObjectError::NoBucket { object: OBJECT.into() };
    assert_eq!(get(refusal(404, "NoSuchBucket")).await, Err(no_bucket.clone()));
    assert_eq!(put(refusal(404, "NoSuchBucket")).await, Err(no_bucket));
}

#[tokio::test]
async fn refusals_name_the_action() {
    let denied = get(refusal(403, "AccessDenied")).await.unwrap_err();
    assert_eq!(denied, ObjectError::Denied { object: OBJECT.into(), action: "s3:GetObject".into() });
    assert_eq!(denied.to_string(), "access to `s3://modules/policies/a b.wasm` was refused (`s3:GetObject`)");
    assert!(denied.remedy().contains("s3:ListBucket"), "it may only be missing");
    let denied = put(refusal(403, "AccessDenied")).await.unwrap_err();
    assert_eq!(denied, ObjectError::Denied { object: OBJECT.into(), action: "s3:PutObject".into() });
    assert!(!denied.remedy().contains("s3:ListBucket"));
}

#[tokio::test]
async fn a_bucket_elsewhere_is_told_with_its_region() {
    let elsewhere = ObjectError::Elsewhere { object: OBJECT.into(), region: "eu-west-1".into() };
    for (status, code) in
        [(301, "PermanentRedirect"), (307, "TemporaryRedirect"), (400, "AuthorizationHeaderMalformed")]
    {
        let moved = || refusal(status, code).insert_header("x-amz-bucket-region", "eu-west-1");
        assert_eq!(get(moved()).await, Err(elsewhere.clone()), "{code}");
        assert_eq!(put(moved()).await, Err(elsewhere.clone()), "{code}");
    }
    let unknown = get(refusal(301, "PermanentRedirect")).await.unwrap_err();
    let told = format!("`{OBJECT}` could not be read: s3:GetObject: PermanentRedirect: injected by the test");
    assert_eq!(unknown.to_string(), told);
    let here = refusal(400, "InvalidRequest").insert_header("x-amz-bucket-region", "us-west-2");
    assert!(matches!(get(here).await, Err(ObjectError::Failed { .. })));
}

#[tokio::test]
async fn throttling_is_waited_out() {
    let (server, objects) = bucket(ResponseTemplate::new(200).set_body_string("module")).await;
    for verb in ["GET", "PUT"] {
        let throttled = Mock::given(method(verb)).respond_with(refusal(503, "SlowDown"));
        throttled.up_to_n_times(2).with_priority(1).mount(&server).await;
    }
    assert_eq!(objects.get("modules", "policies/a b.wasm", LIMIT).await.as_deref(), Ok(b"module".as_slice()));
    assert_eq!(objects.put("modules", "policies/a b.wasm", b"module".to_vec(), "application/wasm").await, Ok(()));
    assert_eq!(server.received_requests().await.unwrap().len(), 6);
}

#[tokio::test]
async fn failures_say_what_was_to_be_done() {
    let failed = get(refusal(500, "InternalError")).await.unwrap_err();
    let told = format!("`{OBJECT}` could not be read: s3:GetObject: InternalError: injected by the test");
    assert_eq!(failed.to_string(), told);
    let failed = put(refusal(500, "InternalError")).await.unwrap_err();
    let told = format!("`{OBJECT}` could not be stored: s3:PutObject: InternalError: injected by the test");
    assert_eq!(failed.to_string(), told);
}

#[tokio::test]
async fn what_is_announced_as_too_large_is_not_received() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n";
    let (address, server) = raw::serve(head, Vec::new(), 0);
    let objects = Objects::new(&config(&address).await);
    let error = objects.get("modules", "a", LIMIT).await.unwrap_err();
    assert_eq!(error, ObjectError::TooLarge { object: "s3://modules/a".into(), limit: LIMIT });
    assert_eq!(error.to_string(), "`s3://modules/a` is larger than 64 bytes");
    server.await.unwrap();
}

#[tokio::test]
async fn what_turns_out_too_large_is_not_received_to_its_end() {
    const CHUNKS: usize = 1 << 20;
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let (address, server) = raw::serve(head, b"28\r\n0123456789012345678901234567890123456789\r\n".to_vec(), CHUNKS);
    let objects = Objects::new(&config(&address).await);
    let error = objects.get("modules", "a", LIMIT).await.unwrap_err();
    assert_eq!(error, ObjectError::TooLarge { object: "s3://modules/a".into(), limit: LIMIT });
    assert!(server.await.unwrap() < CHUNKS);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_no_object() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n";
    let (address, _server) = raw::serve(head, b"0123456789".to_vec(), 3);
    let objects = Objects::new(&config(&address).await);
    let error = objects.get("modules", "a", LIMIT).await.unwrap_err().to_string();
    assert!(error.starts_with("`s3://modules/a` could not be read: s3:GetObject: "), "{error}");
}

#[tokio::test]
async fn an_object_that_is_not_what_was_stored_is_told() {
    let good = ResponseTemplate::new(200).set_body_string("module").insert_header("x-amz-checksum-crc32", "DCQmKA==");
    let bad = ResponseTemplate::new(200).set_body_string("modulf").insert_header("x-amz-checksum-crc32", "DCQmKA==");
    assert_eq!(get(good).await.as_deref(), Ok(b"module".as_slice()));
    let error = get(bad).await.unwrap_err().to_string();
    assert!(error.contains("checksum"), "{error}");
}
