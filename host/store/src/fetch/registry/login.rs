//! What a registry wants to be told before it answers.

use http_auth::{ChallengeRef, parse_challenges};
use reqwest::header::WWW_AUTHENTICATE;
use reqwest::{RequestBuilder, Response, Url};

use super::error::RegistryProblem;
use gatecheck_aws::Login;

/// What a registry is told.
#[derive(Clone)]
pub(super) enum Authorization {
    Basic(Login),
    Bearer(String),
}

impl Authorization {
    pub(super) fn of(&self, request: RequestBuilder) -> RequestBuilder {
        match self {
            Self::Basic(Login { user, password }) => request.basic_auth(user, Some(password)),
            Self::Bearer(token) => request.bearer_auth(token),
        }
    }
}

/// What a registry wants to be told.
pub(super) enum Challenge {
    Basic,
    /// A token, which is at this URL.
    Bearer(Url),
}

impl Challenge {
    /// The challenge in an answer, if `scope` (`repository:NAME:pull`) is what is to be done. What the registry itself says about
    /// the scope is less reliable: some ask for the right to pull only, whatever was asked.
    pub(super) fn of(answer: &Response, scope: &str) -> Result<Self, RegistryProblem> {
        let headers: Vec<_> =
            answer.headers().get_all(WWW_AUTHENTICATE).iter().filter_map(|h| h.to_str().ok()).collect();
        let challenges: Vec<_> = headers.iter().filter_map(|header| parse_challenges(header).ok()).flatten().collect();
        let by_scheme =
            |scheme: &str| challenges.iter().find(|challenge| challenge.scheme.eq_ignore_ascii_case(scheme));
        if let Some(bearer) = by_scheme("Bearer") {
            let realm = parameter(bearer, "realm").and_then(|realm| Url::parse(&realm).ok());
            let mut realm = realm.ok_or(RegistryProblem::Challenge)?;
            if let Some(service) = parameter(bearer, "service") {
                realm.query_pairs_mut().append_pair("service", &service);
            }
            realm.query_pairs_mut().append_pair("scope", scope);
            return Ok(Self::Bearer(realm));
        }
        by_scheme("Basic").map(|_| Self::Basic).ok_or(RegistryProblem::Challenge)
    }
}

fn parameter(challenge: &ChallengeRef<'_>, name: &str) -> Option<String> {
    let (_, value) = challenge.params.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    Some(value.to_unescaped())
}
