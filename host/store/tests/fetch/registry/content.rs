//! What is under a tag, and what is not.

use super::*;

fn layer(media_type: &str, bytes: &[u8]) -> Value {
    json!({ "mediaType": media_type, "digest": format!("sha256:{}", Digest::of(bytes)), "size": bytes.len() })
}

fn manifest(layers: Value) -> Vec<u8> {
    let config = layer("application/vnd.wasm.config.v0+json", b"{}");
    json!({ "schemaVersion": 2, "config": config, "layers": layers }).to_string().into_bytes()
}

/// What comes of a manifest.
async fn pulled(manifest: &[u8]) -> Result<Vec<u8>, RegistryProblem> {
    let server = with_blob().await;
    tag(&server, manifest).await;
    pull(&server, None).await
}

#[tokio::test]
async fn the_one_layer_of_the_kind_is_it() {
    let module = layer("application/wasm", MODULE);
    let text = layer("text/plain", b"read me");
    for layers in
        [json!([module]), json!([layer("application/vnd.wasm.content.layer.v1+wasm", MODULE)]), json!([text, module])]
    {
        assert_eq!(pulled(&manifest(layers)).await, Ok(MODULE.into()));
    }
    let holds = |found: &[&str]| {
        let found = found.iter().map(ToString::to_string).collect();
        Err(RegistryProblem::Content { wanted: "application/wasm", found })
    };
    assert_eq!(pulled(&manifest(json!([text]))).await, holds(&["`text/plain`"]));
    assert_eq!(pulled(&manifest(json!([]))).await, holds(&["nothing"]));
    let two = manifest(json!([module, module]));
    assert_eq!(pulled(&two).await, holds(&["`application/wasm`", "`application/wasm`"]));
}

#[tokio::test]
async fn a_module_is_no_artifact() {
    let server = with_blob().await;
    tag(&server, &manifest(json!([layer("application/wasm", MODULE)]))).await;
    let registry = Registry::new(guard(&[&server]));
    let error = registry.pull(&image(&server, "1.0"), Kind::Artifact, None, None, LIMIT).await.unwrap_err();
    let reference = format!("{}/acme/policy:1.0", server.address());
    let told = "it holds no application/vnd.gatecheck.artifact.v1+gzip but `application/wasm`";
    assert_eq!(error.to_string(), format!("`oci://{reference}`: {told}"));
}

#[tokio::test]
async fn what_is_no_manifest_is_told() {
    assert_eq!(pulled(br#"{"manifests":[]}"#).await, Err(RegistryProblem::Index));
    let no_manifest = Err(RegistryProblem::Protocol { missing: "manifest" });
    assert_eq!(pulled(b"<html>").await, no_manifest);
    assert_eq!(pulled(b"[]").await, no_manifest);
    let sha512 = json!([{ "mediaType": "application/wasm", "digest": "sha512:00" }]);
    assert_eq!(pulled(&manifest(sha512)).await, Err(RegistryProblem::Protocol { missing: "SHA-256 digest" }));
    let large = vec![b' '; 1024 * 1024 + 1];
    assert_eq!(pulled(&large).await, Err(Failure::TooLarge { limit: 1024 * 1024 }.into()));
}

#[tokio::test]
async fn a_large_layer_is_not_asked_for() {
    let server = MockServer::start().await;
    let mut layer = layer("application/wasm", MODULE);
    layer["size"] = json!(LIMIT + 1);
    tag(&server, &manifest(json!([layer]))).await;
    assert_eq!(pull(&server, None).await, Err(Failure::TooLarge { limit: LIMIT }.into()));
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_blob_has_its_digest() {
    let server = MockServer::start().await;
    let other = ResponseTemplate::new(200).set_body_bytes("other");
    Mock::given(path(blob_path(MODULE))).respond_with(other).mount(&server).await;
    let wrong = || RegistryProblem::WrongDigest { expected: Digest::of(MODULE), found: Digest::of(b"other") };
    assert_eq!(pull_blob(&server, None).await, Err(wrong()));
    tag(&server, &manifest(json!([layer("application/wasm", MODULE)]))).await;
    assert_eq!(pull(&server, None).await, Err(wrong()));
}

#[tokio::test]
async fn a_pinned_manifest_has_its_digest() {
    let server = with_blob().await;
    let bytes = manifest(json!([layer("application/wasm", MODULE)]));
    let answer = ResponseTemplate::new(200).set_body_bytes(bytes.clone());
    Mock::given(wiremock::matchers::path_regex("/manifests/")).respond_with(answer).mount(&server).await;
    let registry = Registry::new(guard(&[&server]));
    let pull = async |digest: Digest| {
        let image = image(&server, &format!("sha256:{digest}"));
        registry.pull(&image, Kind::Module, None, None, LIMIT).await.map_err(problem)
    };
    assert_eq!(pull(Digest::of(&bytes)).await, Ok(MODULE.into()));
    let expected = Digest::of(b"other");
    let wrong = RegistryProblem::WrongDigest { expected, found: Digest::of(&bytes) };
    assert_eq!(pull(expected).await, Err(wrong));
}

#[tokio::test]
async fn a_digest_is_enough() {
    let server = with_blob().await;
    assert_eq!(pull_blob(&server, None).await, Ok(MODULE.into()));
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_registry_says_why_not() {
    let server = MockServer::start().await;
    let errors = |message: &str| json!({ "errors": [{ "code": "MANIFEST_UNKNOWN", "message": message }] });
    let unknown = ResponseTemplate::new(404).set_body_json(errors("not\n\u{1b}[31m known"));
    Mock::given(path("/v2/acme/policy/manifests/1.0")).respond_with(unknown).mount(&server).await;
    let not_found = |answer: &str| Err(RegistryProblem::NotFound { answer: answer.to_owned() });
    assert_eq!(pull(&server, None).await, not_found("404: MANIFEST_UNKNOWN: not [31m known"));
    assert_eq!(pull_blob(&server, None).await, not_found("404"));
}

#[tokio::test]
async fn a_busy_registry_is_asked_again() {
    for (failures, answer) in [(2, Ok(MODULE.into())), (3, Err(RegistryProblem::Status { answer: "429".to_owned() }))] {
        let server = MockServer::start().await;
        let busy = Mock::given(path(blob_path(MODULE))).respond_with(ResponseTemplate::new(429));
        busy.up_to_n_times(failures).mount(&server).await;
        let bytes = ResponseTemplate::new(200).set_body_bytes(MODULE);
        Mock::given(path(blob_path(MODULE))).respond_with(bytes).mount(&server).await;
        assert_eq!(pull_blob(&server, None).await, answer);
    }
}

#[tokio::test]
async fn a_name_leads_nowhere_else() {
    let server = MockServer::start().await;
    let registry = Registry::new(guard(&[&server]));
    let image = Image { repository: "%2e%2e/../a?b".to_owned(), ..image(&server, "../x#y") };
    registry.pull(&image, Kind::Module, None, None, LIMIT).await.unwrap_err();
    let asked = server.received_requests().await.unwrap().remove(0);
    assert_eq!(asked.url.path(), "/v2/%252e%252e/a%3Fb/manifests/..%2Fx%23y");
    assert_eq!(asked.url.query(), None);
}
