//! Putting something under a tag. That real registries take it is for the whole-system tests to show.

use std::collections::BTreeMap;

use gatecheck_store::fetch::Pushed;
use wiremock::matchers::{body_bytes, path_regex, query_param};

use super::*;

/// A registry that takes uploads at `uploads`, which may be elsewhere.
async fn taking_uploads_at(uploads: &MockServer) -> MockServer {
    let server = MockServer::start().await;
    let place = ResponseTemplate::new(202).insert_header("location", format!("{}/here?state=1", uploads.uri()));
    Mock::given(method("POST")).and(path("/v2/acme/policy/blobs/uploads/")).respond_with(place).mount(&server).await;
    let created = ResponseTemplate::new(201);
    let of_manifest = Mock::given(method("PUT")).and(path("/v2/acme/policy/manifests/1.0"));
    of_manifest.respond_with(created.clone()).mount(&server).await;
    let here = Mock::given(method("PUT")).and(path("/here")).and(query_param("state", "1"));
    here.respond_with(created).mount(uploads).await;
    server
}

async fn push(server: &MockServer, uploads: &MockServer, kind: Kind) -> Result<Pushed, RegistryProblem> {
    let title = BTreeMap::from([("org.opencontainers.image.title".to_owned(), "policy".to_owned())]);
    let registry = Registry::new(guard(&[server, uploads]));
    registry.push(&image(server, "1.0"), kind, MODULE, &title, Some(&robot())).await.map_err(problem)
}

async fn manifest(server: &MockServer) -> Vec<u8> {
    let mut requests = server.received_requests().await.unwrap();
    requests.pop().unwrap().body
}

#[tokio::test]
async fn a_module_is_laid_out_as_others_expect() {
    let uploads = MockServer::start().await;
    let server = taking_uploads_at(&uploads).await;
    let pushed = push(&server, &uploads, Kind::Module).await.unwrap();
    let manifest = manifest(&server).await;
    assert_eq!(pushed, Pushed { manifest: Digest::of(&manifest) });
    let layer = format!("sha256:{}", Digest::of(MODULE));
    let blobs: Vec<_> = uploads.received_requests().await.unwrap().into_iter().map(|put| put.body).collect();
    assert_eq!(blobs[0], MODULE);
    let config: Value = serde_json::from_slice(&blobs[1]).unwrap();
    let created = "1970-01-01T00:00:00Z";
    let expected = json!({ "created": created, "architecture": "wasm", "os": "wasip2", "layerDigests": [layer] });
    assert_eq!(config, expected);
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let expected = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {
            "mediaType": "application/vnd.wasm.config.v0+json",
            "digest": format!("sha256:{}", Digest::of(&blobs[1])),
            "size": blobs[1].len(),
        },
        "layers": [{ "mediaType": "application/wasm", "digest": layer, "size": 4 }],
        "annotations": { "org.opencontainers.image.title": "policy" },
    });
    assert_eq!(manifest, expected);
    assert_eq!(push(&server, &uploads, Kind::Module).await, Ok(pushed));
}

#[tokio::test]
async fn an_artifact_has_a_type_of_its_own() {
    let uploads = MockServer::start().await;
    let server = taking_uploads_at(&uploads).await;
    push(&server, &uploads, Kind::Artifact).await.unwrap();
    let manifest: Value = serde_json::from_slice(&manifest(&server).await).unwrap();
    assert_eq!(manifest["layers"][0]["mediaType"], "application/vnd.gatecheck.artifact.v1+gzip");
}

#[tokio::test]
async fn what_is_there_is_not_uploaded_again() {
    let uploads = MockServer::start().await;
    let server = taking_uploads_at(&uploads).await;
    let there = Mock::given(method("HEAD")).and(path_regex("/blobs/sha256:"));
    there.respond_with(ResponseTemplate::new(200)).mount(&server).await;
    push(&server, &uploads, Kind::Module).await.unwrap();
    assert!(uploads.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn uploads_elsewhere_are_told_no_password() {
    let uploads = MockServer::start().await;
    let server = taking_uploads_at(&uploads).await;
    let unauthorized = ResponseTemplate::new(401).insert_header("www-authenticate", r#"Basic realm="r""#);
    let unknown = Mock::given(method("HEAD")).respond_with(unauthorized);
    unknown.up_to_n_times(1).with_priority(1).mount(&server).await;
    push(&server, &uploads, Kind::Module).await.unwrap();
    let told = |requests: Vec<wiremock::Request>| {
        requests.iter().filter(|request| request.headers.contains_key("authorization")).count()
    };
    // HEAD and POST for each of both blobs, and the manifest.
    assert_eq!(told(server.received_requests().await.unwrap()), 5);
    let at_uploads = uploads.received_requests().await.unwrap();
    assert_eq!(at_uploads.len(), 2);
    assert_eq!(told(at_uploads), 0);
}

#[tokio::test]
async fn a_push_may_fail() {
    let uploads = MockServer::start().await;
    let server = taking_uploads_at(&uploads).await;
    let exists = json!({ "errors": [{ "code": "TAG_INVALID", "message": "the tag exists and is immutable" }] });
    let refused = Mock::given(method("PUT")).and(path_regex("/manifests/"));
    let exists = ResponseTemplate::new(400).set_body_json(exists);
    refused.respond_with(exists).with_priority(1).mount(&server).await;
    let answer = "400: TAG_INVALID: the tag exists and is immutable".to_owned();
    assert_eq!(push(&server, &uploads, Kind::Module).await, Err(RegistryProblem::Status { answer }));
    let damaged = Mock::given(method("PUT")).and(body_bytes(MODULE)).respond_with(ResponseTemplate::new(403));
    damaged.with_priority(1).mount(&uploads).await;
    let answer = "403".to_owned();
    assert_eq!(push(&server, &uploads, Kind::Module).await, Err(RegistryProblem::Denied { answer }));
    let no_place = MockServer::start().await;
    let accepted = Mock::given(method("POST")).respond_with(ResponseTemplate::new(202));
    accepted.mount(&no_place).await;
    let missing = RegistryProblem::Protocol { missing: "place for the upload" };
    assert_eq!(push(&no_place, &uploads, Kind::Module).await, Err(missing));
    let pinned = Image { version: format!("sha256:{}", Digest::of(MODULE)), ..image(&server, "") };
    let registry = Registry::new(guard(&[&server]));
    let answer = registry.push(&pinned, Kind::Module, MODULE, &BTreeMap::new(), None).await;
    assert_eq!(answer.map_err(problem), Err(RegistryProblem::Pinned));
}
