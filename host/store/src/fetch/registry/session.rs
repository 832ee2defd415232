//! One conversation with a registry about one repository.

use std::time::Duration;

use gatecheck_core::policy::{Digest, Image};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderName, LOCATION};
use reqwest::{Method, Response, StatusCode, Url};
use serde_json::Value;

use super::error::{RegistryProblem, describe};
use super::login::{Authorization, Challenge};
use super::manifest;
use crate::fetch::guard::Guard;
use crate::fetch::web::{Failure, body};
use gatecheck_aws::Login;

/// How long a registry that is busy is left alone.
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(800)];

const LARGEST_TOKEN: u64 = 1024 * 1024;

pub(super) struct Session<'a> {
    guard: &'a Guard,
    registry: Url,
    repository: &'a str,
    scope: String,
    login: Option<&'a Login>,
    authorization: Option<Authorization>,
}

struct Call<'a> {
    method: Method,
    url: Url,
    header: Option<(HeaderName, &'static str)>,
    body: &'a [u8],
}

impl Call<'_> {
    fn new(method: Method, url: Url) -> Self {
        Self { method, url, header: None, body: &[] }
    }
}

impl<'a> Session<'a> {
    /// `actions` is `pull` or `pull,push`.
    pub(super) fn open(
        guard: &'a Guard,
        image: &'a Image,
        actions: &str,
        login: Option<&'a Login>,
    ) -> Result<Self, RegistryProblem> {
        let Image { registry, repository, .. } = image;
        let host = match registry.as_str() {
            // The name in references is not the one of its registry.
            "docker.io" | "index.docker.io" => "registry-1.docker.io",
            registry => registry,
        };
        let at = |scheme| Url::parse(&format!("{scheme}://{host}")).map_err(|_| Failure::Malformed);
        let plain = at("http")?;
        let registry = if guard.is_insecure(&plain) { plain } else { at("https")? };
        let scope = format!("repository:{repository}:{actions}");
        Ok(Self { guard, registry, repository, scope, login, authorization: None })
    }

    pub(super) async fn manifest(&mut self, version: &str, limit: u64) -> Result<Vec<u8>, RegistryProblem> {
        let call = Call::new(Method::GET, self.url(&["manifests", version]));
        let answer = self.ask(&Call { header: Some((ACCEPT, manifest::ACCEPTED)), ..call }).await?;
        Ok(body(self.good(answer).await?, limit).await?)
    }

    pub(super) async fn blob(&mut self, digest: Digest, limit: u64) -> Result<Vec<u8>, RegistryProblem> {
        let call = Call::new(Method::GET, self.url(&["blobs", &format!("sha256:{digest}")]));
        let answer = self.ask(&call).await?;
        Ok(body(self.good(answer).await?, limit).await?)
    }

    /// Puts a blob there, unless it is there.
    pub(super) async fn upload(&mut self, digest: Digest, body: &[u8]) -> Result<(), RegistryProblem> {
        let digest = format!("sha256:{digest}");
        let answer = self.ask(&Call::new(Method::HEAD, self.url(&["blobs", &digest]))).await?;
        if answer.status() != StatusCode::NOT_FOUND {
            return self.good(answer).await.map(drop);
        }
        let answer = self.ask(&Call::new(Method::POST, self.url(&["blobs", "uploads", ""]))).await?;
        let answer = self.good(answer).await?;
        let location = answer.headers().get(LOCATION).and_then(|location| location.to_str().ok());
        let url = location.and_then(|location| answer.url().join(location).ok());
        let mut url = url.ok_or(RegistryProblem::Protocol { missing: "place for the upload" })?;
        url.query_pairs_mut().append_pair("digest", &digest);
        let header = Some((CONTENT_TYPE, "application/octet-stream"));
        let answer = self.ask(&Call { header, body, ..Call::new(Method::PUT, url) }).await?;
        self.good(answer).await.map(drop)
    }

    pub(super) async fn put_manifest(&mut self, tag: &str, body: &[u8]) -> Result<(), RegistryProblem> {
        let call = Call::new(Method::PUT, self.url(&["manifests", tag]));
        let answer = self.ask(&Call { header: Some((CONTENT_TYPE, manifest::MANIFEST)), body, ..call }).await?;
        self.good(answer).await.map(drop)
    }

    /// Each part is escaped: none leads out of the repository.
    fn url(&self, parts: &[&str]) -> Url {
        let mut url = self.registry.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.push("v2").extend(self.repository.split('/')).extend(parts);
        }
        url
    }

    /// Logs in if the registry asks for it.
    async fn ask(&mut self, call: &Call<'_>) -> Result<Response, RegistryProblem> {
        // Uploads and redirects lead to storage elsewhere. That is told nothing, and is not listened to.
        if !self.is_registry(&call.url) {
            return self.send(call, None).await;
        }
        let answer = self.send(call, self.authorization.as_ref()).await?;
        let asks = answer.status() == StatusCode::UNAUTHORIZED && self.is_registry(answer.url());
        if !asks || self.authorization.is_some() {
            return Ok(answer);
        }
        let authorization = match Challenge::of(&answer, &self.scope)? {
            Challenge::Basic => Authorization::Basic(self.login.cloned().ok_or(RegistryProblem::LoginRequired)?),
            Challenge::Bearer(realm) => Authorization::Bearer(self.token(realm).await?),
        };
        let answer = self.send(call, Some(&authorization)).await?;
        self.authorization = Some(authorization);
        Ok(answer)
    }

    async fn token(&self, realm: Url) -> Result<String, RegistryProblem> {
        let login = self.login.cloned().map(Authorization::Basic);
        let answer = self.send(&Call::new(Method::GET, realm), login.as_ref()).await?;
        if answer.status() == StatusCode::FORBIDDEN {
            return Err(self.not_let_in(answer).await);
        }
        let answer = body(self.good(answer).await?, LARGEST_TOKEN).await?;
        let answer: Value = serde_json::from_slice(&answer).unwrap_or_default();
        let token = ["token", "access_token"].into_iter().find_map(|key| answer.get(key)?.as_str());
        token.map(str::to_owned).ok_or(RegistryProblem::Protocol { missing: "token" })
    }

    async fn send(&self, call: &Call<'_>, authorization: Option<&Authorization>) -> Result<Response, RegistryProblem> {
        let mut pauses = PAUSES.into_iter();
        loop {
            let mut request = self.guard.request(call.method.clone(), call.url.clone())?;
            if let Some((name, value)) = &call.header {
                request = request.header(name, *value);
            }
            if let Some(authorization) = authorization {
                request = authorization.of(request);
            }
            let answer = request.body(call.body.to_vec()).send().await?;
            let is_busy = answer.status() == StatusCode::TOO_MANY_REQUESTS || answer.status().is_server_error();
            match pauses.next() {
                Some(pause) if is_busy => tokio::time::sleep(pause).await,
                _ => return Ok(answer),
            }
        }
    }

    fn is_registry(&self, url: &Url) -> bool {
        url.origin() == self.registry.origin()
    }

    async fn good(&self, answer: Response) -> Result<Response, RegistryProblem> {
        Err(match answer.status() {
            status if status.is_success() => return Ok(answer),
            StatusCode::UNAUTHORIZED => self.not_let_in(answer).await,
            StatusCode::FORBIDDEN => RegistryProblem::Denied { answer: describe(answer).await },
            StatusCode::NOT_FOUND => RegistryProblem::NotFound { answer: describe(answer).await },
            _ => RegistryProblem::Status { answer: describe(answer).await },
        })
    }

    async fn not_let_in(&self, answer: Response) -> RegistryProblem {
        match self.login {
            Some(_) => RegistryProblem::LoginRefused { answer: describe(answer).await },
            None => RegistryProblem::LoginRequired,
        }
    }
}
