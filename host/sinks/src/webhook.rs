//! A webhook after the Standard Webhooks specification (1.0.0): signed JSON with an identifier, in a CloudEvents envelope for who
//! wants one.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::Sha256;
use thiserror::Error;

use crate::alert::{Alert, Content};
use crate::short::shortened;
use crate::text::shown;

/// Bytes of a payload. The specification advises less than 20 kB.
const LONGEST: usize = 19_000;

/// A message to a webhook.
#[derive(Clone, PartialEq)]
pub(crate) struct Post {
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

/// A secret to sign with. Written `whsec_` and 24 to 64 bytes in base64.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(Vec<u8>);

/// What is no secret. The text stays out of it: it may be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a signing secret: `whsec_` and 24 to 64 bytes in base64; make one with `openssl rand -base64 32`")]
pub struct SecretError;

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").finish_non_exhaustive()
    }
}

impl FromStr for Secret {
    type Err = SecretError;

    fn from_str(text: &str) -> Result<Self, SecretError> {
        let encoded = text.trim().strip_prefix("whsec_").ok_or(SecretError)?;
        let secret = STANDARD.decode(encoded).map_err(|_| SecretError)?;
        if (24..=64).contains(&secret.len()) { Ok(Self(secret)) } else { Err(SecretError) }
    }
}

impl Secret {
    /// `v1,` and the HMAC of what is signed.
    fn sign(&self, id: &str, seconds: i64, body: &[u8]) -> Option<String> {
        // A key of any length will do.
        let mut hmac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        hmac.update(format!("{id}.{seconds}.").as_bytes());
        hmac.update(body);
        Some(format!("v1,{}", STANDARD.encode(hmac.finalize().into_bytes())))
    }
}

/// The message that tells of an alert.
pub(crate) fn post(alert: &Alert, secrets: &[Secret], cloud_events: bool, now: Timestamp) -> Post {
    let kind = match &alert.content {
        Content::Violations(_) => "gatecheck.violations",
        Content::Troubles(_) => "gatecheck.faults",
    };
    let timestamp = format!("{now:.3}");
    let data = shortened(alert, LONGEST);
    let (content_type, payload) = if cloud_events {
        ("application/cloudevents+json", envelope(alert, kind, timestamp, data))
    } else {
        ("application/json", json!({"type": kind, "timestamp": timestamp, "data": data}))
    };
    let body = payload.to_string().into_bytes();
    let seconds = now.as_second();
    let mut headers = vec![
        ("content-type", content_type.to_owned()),
        ("webhook-id", alert.id.clone()),
        ("webhook-timestamp", seconds.to_string()),
    ];
    let signatures: Vec<_> = secrets.iter().filter_map(|secret| secret.sign(&alert.id, seconds, &body)).collect();
    if !signatures.is_empty() {
        headers.push(("webhook-signature", signatures.join(" ")));
    }
    Post { headers, body }
}

/// CloudEvents 1.0, structured.
fn envelope(alert: &Alert, kind: &str, timestamp: String, data: Value) -> Value {
    let part = |part: &Option<String>| part.clone().unwrap_or_else(|| "-".to_owned());
    json!({
        "specversion": "1.0",
        "id": alert.id,
        "source": format!("/gatecheck/{}/{}", part(&alert.place.account), part(&alert.place.region)),
        "type": kind,
        "time": timestamp,
        "subject": shown(alert.place.group.as_deref().unwrap_or("task"), 256),
        "datacontenttype": "application/json",
        "data": data,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{alert, nasty, odd_ones, trouble};

    fn body(post: &Post) -> Value {
        serde_json::from_slice(&post.body).unwrap()
    }

    fn header<'a>(post: &'a Post, name: &str) -> Option<&'a str> {
        post.headers.iter().find(|(header, _)| *header == name).map(|(_, value)| value.as_str())
    }

    #[test]
    fn a_signature_is_that_of_the_specification() {
        let secret: Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap();
        let signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        for bad in ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
            assert_eq!(bad.parse::<Secret>(), Err(SecretError), "{bad}");
        }
        assert_eq!(format!("{secret:?}"), "Secret { .. }");
    }

    #[test]
    fn a_message_says_what_it_is_and_who_sent_it() {
        let secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"];
        let secrets = secrets.map(|secret| secret.parse().unwrap());
        let now = "2026-11-25T12:00:00.5Z".parse().unwrap();
        let post = super::post(&alert(), &secrets, false, now);
        let told = body(&post);
        assert_eq!(
            (&told["type"], &told["timestamp"]),
            (&json!("gatecheck.violations"), &json!("2026-11-25T12:00:00.500Z"))
        );
        assert_eq!(told["data"]["violations"][0]["rule"], "ip");
        assert_eq!(told["data"]["cluster"], "prod");
        assert_eq!(header(&post, "webhook-id"), Some(&*alert().id));
        assert_eq!(header(&post, "webhook-timestamp"), Some("1795608000"));
        assert_eq!(header(&post, "webhook-signature").unwrap().split(' ').count(), 2);
        let post = super::post(&trouble("trap"), &[], true, now);
        let told = body(&post);
        assert_eq!(header(&post, "webhook-signature"), None);
        assert_eq!(header(&post, "content-type"), Some("application/cloudevents+json"));
        assert_eq!((&told["specversion"], &told["type"]), (&json!("1.0"), &json!("gatecheck.faults")));
        assert_eq!(told["source"], "/gatecheck/111122223333/us-west-2");
    }

    #[test]
    fn the_longest_message_is_as_short_as_it_should_be() {
        for cloud_events in [false, true] {
            for alert in odd_ones() {
                let post = super::post(&alert, &[], cloud_events, Timestamp::UNIX_EPOCH);
                assert!(post.body.len() < 20_000, "{}", post.body.len());
            }
            let post = super::post(&nasty(), &[], cloud_events, Timestamp::UNIX_EPOCH);
            assert!(post.body.len() < 20_000, "{}", post.body.len());
            let told = body(&post);
            assert!(!told["data"]["violations"].as_array().unwrap().is_empty());
            assert_eq!(told["data"]["counts"]["violations"], 50);
        }
    }
}
