mod content;
mod login;
mod push;

use gatecheck_core::policy::{Digest, Image};
use gatecheck_store::fetch::{Failure, Kind, Login, Place, Refusal, Registry, RegistryError, RegistryProblem};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::guard;

const MODULE: &[u8] = b"\0asm";
const LIMIT: u64 = 1024;

fn robot() -> Login {
    Login { user: "robot".to_owned(), password: "secret".to_owned() }
}

fn image(server: &MockServer, version: &str) -> Image {
    let registry = server.address().to_string();
    Image { registry, repository: "acme/policy".to_owned(), version: version.to_owned() }
}

fn blob_path(bytes: &[u8]) -> String {
    format!("/v2/acme/policy/blobs/sha256:{}", Digest::of(bytes))
}

/// A registry that holds the module, under no tag.
async fn with_blob() -> MockServer {
    let server = MockServer::start().await;
    let bytes = ResponseTemplate::new(200).set_body_bytes(MODULE);
    Mock::given(path(blob_path(MODULE))).respond_with(bytes).mount(&server).await;
    server
}

/// Puts a manifest under a tag.
async fn tag(server: &MockServer, manifest: &[u8]) {
    let answer = ResponseTemplate::new(200).set_body_bytes(manifest);
    Mock::given(method("GET")).and(path("/v2/acme/policy/manifests/1.0")).respond_with(answer).mount(server).await;
}

/// Pulls by tag.
async fn pull(server: &MockServer, login: Option<&Login>) -> Result<Vec<u8>, RegistryProblem> {
    let pull = Registry::new(guard(&[server])).pull(&image(server, "1.0"), Kind::Module, None, login, LIMIT).await;
    pull.map_err(problem)
}

/// Pulls by the digest of the module.
async fn pull_blob(server: &MockServer, login: Option<&Login>) -> Result<Vec<u8>, RegistryProblem> {
    let sha256 = Digest::of(MODULE);
    let registry = Registry::new(guard(&[server]));
    registry.pull(&image(server, "1.0"), Kind::Module, Some(&sha256), login, LIMIT).await.map_err(problem)
}

fn problem(error: RegistryError) -> RegistryProblem {
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    error.problem
}
