//! Calls without a client of the SDK: signed, and told in JSON.
//!
//! That of Security Hub is a third of a million lines, and holds each finding in a value of so many kilobytes that a page of them
//! overflows the stack. Those of Lambda and IAM are no smaller, and `gatecheck doctor` has one question for each.

use std::sync::OnceLock;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use aws_config::{Region, SdkConfig};
use aws_credential_types::provider::ProvideCredentials as _;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::calls::CALLS;
use crate::failure::{Failure, one_line};

/// As for the clients of the SDK.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const TIMEOUT: Duration = Duration::from_secs(3);

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// A service that takes JSON, or forms.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    /// Its name in endpoints and signatures.
    name: &'static str,
    config: SdkConfig,
    /// Made for the first call: reading the certificates of all authorities takes long.
    client: OnceLock<reqwest::Client>,
}

/// What is asked.
struct Request<'a> {
    method: Method,
    path: &'a str,
    headers: Vec<(&'static str, &'a str)>,
    body: Vec<u8>,
}

impl Service {
    pub(crate) fn new(name: &'static str, config: &SdkConfig) -> Self {
        Self { name, config: config.clone(), client: OnceLock::new() }
    }

    /// One that is the same in all Regions of a partition, and signs for the first of them.
    pub(crate) fn global(name: &'static str, config: &SdkConfig) -> Self {
        let here = config.region().map(AsRef::as_ref).unwrap_or_default();
        let home = match here.split('-').next() {
            Some("cn") => "cn-north-1",
            _ if here.starts_with("us-gov-") => "us-gov-west-1",
            _ => "us-east-1",
        };
        Self::new(name, &config.to_builder().region(Region::new(home)).build())
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
        let (headers, body) = (vec![("content-type", JSON)], document.to_string().into_bytes());
        self.document(Request { method: Method::POST, path, headers, body }).await
    }

    /// The document at a path.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.document(Request { method: Method::GET, path, headers: Vec::new(), body: Vec::new() }).await
    }

    /// Calls an operation by its name in `X-Amz-Target`, in this version of the protocol (`1.0`, `1.1`).
    pub(crate) async fn call(&self, version: &str, target: &str, document: &Value) -> Result<Value, Failure> {
        let kind = format!("application/x-amz-json-{version}");
        let headers = vec![("content-type", kind.as_str()), ("x-amz-target", target)];
        let body = document.to_string().into_bytes();
        self.document(Request { method: Method::POST, path: "/", headers, body }).await
    }

    /// Sends a form, and returns the XML that comes back.
    pub(crate) async fn form(&self, fields: &[(String, String)]) -> Result<String, Failure> {
        match self.form_answer(fields).await? {
            (status, answer) if status.is_success() => Ok(answer),
            (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _) => Err(Failure::Denied),
            (status, _) => Err(Failure::of_code(status.as_str(), None)),
        }
    }

    /// Sends a form, and returns the answer whatever it is.
    pub(crate) async fn form_answer(&self, fields: &[(String, String)]) -> Result<(StatusCode, String), Failure> {
        let body = reqwest::Url::parse_with_params("form:", fields).ok();
        let body = body.as_ref().and_then(reqwest::Url::query).unwrap_or_default().as_bytes().to_vec();
        let headers = vec![("content-type", FORM)];
        let answer = self.send(Request { method: Method::POST, path: "/", headers, body }).await?;
        let status = answer.status();
        Ok((status, answer.text().await.map_err(|_| Failure::not_read())?))
    }

    async fn document(&self, request: Request<'_>) -> Result<Value, Failure> {
        let response = self.send(request).await?;
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

    async fn send(&self, Request { method, path, headers, body }: Request<'_>) -> Result<reqwest::Response, Failure> {
        let url = format!("{}{path}", self.endpoint());
        let client = self.client().map_err(|error| Failure::Other(error.to_string()))?;
        let signature = self.signature(method.as_str(), &url, &headers, &body).await.ok_or_else(Failure::not_asked)?;
        let mut request = client.request(method, &url).body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        for (name, value) in signature {
            request = request.header(name, value);
        }
        CALLS.fetch_add(1, Ordering::Relaxed);
        request.send().await.map_err(|error| Failure::Other(why(&error).to_owned()))
    }

    /// The headers that say who asks.
    async fn signature(
        &self,
        method: &str,
        url: &str,
        headers: &[(&'static str, &str)],
        body: &[u8],
    ) -> Option<Vec<(String, String)>> {
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
        let request = SignableRequest::new(method, url, headers.iter().copied(), SignableBody::Bytes(body)).ok()?;
        let (instructions, _) = sign(request, &params).ok()?.into_parts();
        Some(instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    fn endpoint(&self) -> String {
        if let Some(endpoint) = self.config.endpoint_url() {
            return endpoint.trim_end_matches('/').to_owned();
        }
        match (self.name, self.config.region().map(AsRef::as_ref).unwrap_or_default()) {
            ("iam", "us-east-1") => "https://iam.amazonaws.com".to_owned(),
            ("iam", "us-gov-west-1") => "https://iam.us-gov.amazonaws.com".to_owned(),
            (name, region) => {
                let china = if region.starts_with("cn-") { ".cn" } else { "" };
                format!("https://{name}.{region}.amazonaws.com{china}")
            }
        }
    }
}

fn why(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() { "timed out" } else { "could not be reached" }
}
