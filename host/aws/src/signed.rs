//! Calls without a client of the SDK: JSON, signed and posted.
//!
//! That of Security Hub is a third of a million lines, and holds each finding in a value of so many kilobytes that a page of them
//! overflows the stack.

use std::sync::OnceLock;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use serde_json::Value;

use crate::calls::CALLS;
use crate::failure::{Failure, one_line};

/// As for the clients of the SDK.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const TIMEOUT: Duration = Duration::from_secs(3);

const JSON: &str = "application/json";

/// A service that takes JSON.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    /// Its name in endpoints and signatures.
    name: &'static str,
    config: SdkConfig,
    /// Made for the first call: reading the certificates of all authorities takes long.
    client: OnceLock<reqwest::Client>,
}

impl Service {
    pub(crate) fn new(name: &'static str, config: &SdkConfig) -> Self {
        Self { name, config: config.clone(), client: OnceLock::new() }
    }

    fn client(&self) -> reqwest::Result<&reqwest::Client> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = reqwest::Client::builder().connect_timeout(CONNECT_TIMEOUT).timeout(TIMEOUT).build()?;
        Ok(self.client.get_or_init(|| client))
    }

    /// Posts a document to a path, and returns the one that comes back.
    pub(crate) async fn post(&self, path: &str, document: &Value) -> Result<Value, Failure> {
        let body = document.to_string().into_bytes();
        let url = format!("{}{path}", self.endpoint());
        let client = self.client().map_err(|error| Failure::Other(error.to_string()))?;
        let mut request = client.post(&url).header("content-type", JSON);
        for (name, value) in self.signature(&url, &body).await.ok_or_else(Failure::not_asked)? {
            request = request.header(name, value);
        }
        CALLS.fetch_add(1, Ordering::Relaxed);
        let response = request.body(body).send().await.map_err(|error| Failure::Other(why(&error).to_owned()))?;
        let status = response.status();
        let header = response.headers().get("x-amzn-errortype").and_then(|code| code.to_str().ok()).map(str::to_owned);
        let answer = response.bytes().await.map_err(|_| Failure::not_read())?;
        let answer: Value = serde_json::from_slice(&answer).unwrap_or_default();
        if status.is_success() {
            return if answer.is_object() { Ok(answer) } else { Err(Failure::not_read()) };
        }
        let text = |key: &str| answer.get(key).and_then(Value::as_str);
        let code = header.as_deref().or(text("__type")).or(text("Code")).unwrap_or(status.as_str());
        // Both may carry a namespace, and the header a URL.
        let code = code.split(':').next().and_then(|code| code.rsplit('#').next()).unwrap_or_default();
        Err(Failure::of_code(code, text("message").or(text("Message")).map(one_line)))
    }

    /// The headers that say who asks.
    async fn signature(&self, url: &str, body: &[u8]) -> Option<Vec<(String, String)>> {
        let credentials = self.config.credentials_provider()?.provide_credentials().await.ok()?;
        let identity = credentials.into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(self.config.region()?.as_ref())
            .name(self.name)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .ok()?
            .into();
        let headers = std::iter::once(("content-type", JSON));
        let request = SignableRequest::new("POST", url, headers, SignableBody::Bytes(body)).ok()?;
        let (instructions, _) = sign(request, &params).ok()?.into_parts();
        Some(instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    fn endpoint(&self) -> String {
        if let Some(endpoint) = self.config.endpoint_url() {
            return endpoint.trim_end_matches('/').to_owned();
        }
        let region = self.config.region().map(AsRef::as_ref).unwrap_or_default();
        let china = if region.starts_with("cn-") { ".cn" } else { "" };
        format!("https://{}.{region}.amazonaws.com{china}", self.name)
    }
}

fn why(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() { "timed out" } else { "could not be reached" }
}
