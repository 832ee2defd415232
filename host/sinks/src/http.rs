//! One attempt to post a message.

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use serde_json::Value;
use tokio::time::timeout;

use crate::webhook::Post;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const TIMEOUT: Duration = Duration::from_secs(5);

/// A body that is read to its end leaves a connection that can be used again. Few say anything that matters.
const BODY_TIMEOUT: Duration = Duration::from_millis(200);
const LONGEST_BODY: usize = 16 * 1024;

/// Whoever asks for more patience than this does not mean it.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// What came of an attempt that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It may go well another time, not before so long if that was said.
    MayPass { why: String, after: Option<Duration> },
    /// It will not.
    Final(String),
}

/// Posts to webhooks.
#[derive(Debug, Default)]
pub(crate) struct Http {
    /// Made for the first message: reading the certificates of all authorities takes longer than judging.
    client: OnceLock<Client>,
}

impl Http {
    /// Posts a message, within at most so long.
    pub(crate) async fn post(&self, url: Url, post: Post, within: Duration) -> Result<(), Failure> {
        let client = self.client().map_err(|error| Failure::Final(error.without_url().to_string()))?;
        let mut request = client.post(url).timeout(TIMEOUT.min(within)).body(post.body);
        for (name, value) in &post.headers {
            request = request.header(*name, value);
        }
        if !post.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(CONTENT_TYPE.as_str())) {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        match request.send().await {
            Ok(response) => {
                let outcome = judge(&response);
                let body = read(response).await;
                match outcome {
                    Ok(()) if says_that_it_failed(&body) => {
                        let why = "it answered 200, and that the message was not delivered".to_owned();
                        Err(Failure::MayPass { why, after: None })
                    }
                    outcome => outcome,
                }
            }
            Err(error) => Err(Failure::MayPass { why: why(&error), after: None }),
        }
    }

    fn client(&self) -> reqwest::Result<&Client> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            // A webhook does not move; whoever answers with a redirect is not the one that was configured.
            .redirect(redirect::Policy::none())
            .user_agent(concat!("gatecheck/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(self.client.get_or_init(|| client))
    }
}

fn judge(response: &Response) -> Result<(), Failure> {
    let status = response.status();
    let why = format!("it answered {}", status.as_u16());
    match status {
        _ if status.is_success() => Ok(()),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
            Err(Failure::MayPass { why, after: after(response) })
        }
        _ if status.is_server_error() => Err(Failure::MayPass { why, after: after(response) }),
        _ => Err(Failure::Final(why)),
    }
}

fn after(response: &Response) -> Option<Duration> {
    wait(response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim(), Timestamp::now())
}

/// What `Retry-After` asks for: a number of seconds, or a date.
fn wait(value: &str, now: Timestamp) -> Option<Duration> {
    let wait = if let Ok(seconds) = value.parse() {
        Duration::try_from_secs_f64(seconds).ok()?
    } else {
        let date = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
        date.duration_since(now).try_into().unwrap_or_default()
    };
    Some(wait.min(LONGEST_WAIT))
}

/// The beginning of the body, as far as it comes soon.
async fn read(mut response: Response) -> Vec<u8> {
    let mut body = Vec::new();
    let read = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            body.extend(chunk);
            if body.len() > LONGEST_BODY {
                break;
            }
        }
    };
    // Whether it ends or not, the message was taken or refused before.
    let _ = timeout(BODY_TIMEOUT, read).await;
    body
}

/// Whether the body of a good answer says that nothing was delivered: Slack has `"ok": false`, Teams a sentence.
fn says_that_it_failed(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    let is_refused = |answer: Value| answer.get("ok") == Some(&Value::Bool(false));
    text.contains("message delivery failed") || serde_json::from_str(&text).is_ok_and(is_refused)
}

/// Why there was no answer, without the URL, which is a secret.
fn why(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "no answer in time".to_owned()
    } else if error.is_connect() {
        "it could not be reached".to_owned()
    } else {
        "the connection broke".to_owned()
    }
}

/// What is wrong with a place to post to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Not a URL.
    #[error("not a URL")]
    NotAUrl,
    /// Anybody on the way could read it.
    #[error("not an https URL")]
    Insecure,
}

/// Reads the URL of a webhook. `insecure` are the hosts (`name:port`) that are asked without encryption.
pub(crate) fn url(text: &str, insecure: &BTreeSet<String>) -> Result<Url, UrlError> {
    let url = Url::parse(text.trim()).map_err(|_| UrlError::NotAUrl)?;
    let host = url.host_str().ok_or(UrlError::NotAUrl)?;
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    match url.scheme() {
        "https" => Ok(url),
        "http" if insecure.contains(&host) => Ok(url),
        _ => Err(UrlError::Insecure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_a_number_of_seconds_or_a_date() {
        let now = "2026-11-25T12:00:00Z".parse().unwrap();
        let seconds = |value| wait(value, now).map(|wait| wait.as_secs_f64());
        assert_eq!((seconds("2"), seconds("0.5"), seconds("1000000")), (Some(2.0), Some(0.5), Some(3600.0)));
        assert_eq!(seconds("Wed, 25 Nov 2026 12:00:30 GMT"), Some(30.0));
        assert_eq!(seconds("Wed, 25 Nov 2026 11:00:00 GMT"), Some(0.0), "it is over");
        assert_eq!((seconds("-1"), seconds("soon"), seconds("NaN")), (None, None, None));
    }

    #[test]
    fn a_good_answer_may_say_that_it_failed() {
        for body in [
            r#"{"ok": false, "error": "channel_not_found"}"#,
            "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413",
        ] {
            assert!(says_that_it_failed(body.as_bytes()), "{body}");
        }
        for body in ["ok", "1", "", r#"{"ok": true}"#, r#"{"message": "accepted"}"#, "[]"] {
            assert!(!says_that_it_failed(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn a_webhook_is_asked_with_encryption() {
        let insecure = ["127.0.0.1:8080".to_owned()].into();
        assert!(url(" https://hooks.example/x\n", &insecure).is_ok());
        assert!(url("http://127.0.0.1:8080/x", &insecure).is_ok());
        assert_eq!(url("http://127.0.0.1/x", &insecure), Err(UrlError::Insecure));
        assert_eq!(url("file:///etc/passwd", &insecure), Err(UrlError::NotAUrl));
        assert_eq!(url("hooks.example", &insecure), Err(UrlError::NotAUrl));
    }
}
