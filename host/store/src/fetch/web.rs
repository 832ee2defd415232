//! What is at a URL.

use std::error::Error as _;

use reqwest::{Method, Response, StatusCode, Url};
use thiserror::Error;

use super::guard::{Guard, Refusal};

/// What others say is for people; it is cut where it would flood a log.
const LONGEST_MESSAGE: usize = 300;

/// The web.
#[derive(Debug, Clone)]
pub struct Web {
    guard: Guard,
}

impl Web {
    /// The part of it that `guard` leaves.
    pub fn new(guard: Guard) -> Self {
        Self { guard }
    }

    /// What is at a URL, if it has at most `limit` bytes.
    pub async fn get(&self, url: &str, limit: u64) -> Result<Vec<u8>, WebError> {
        let error = |address: &str, failure| WebError { address: address.to_owned(), failure };
        let url = Url::parse(url).map_err(|_| error("https://...", Failure::Malformed))?;
        let address = without_secrets(&url);
        self.fetch(url, limit).await.map_err(|failure| error(&address, failure))
    }

    async fn fetch(&self, url: Url, limit: u64) -> Result<Vec<u8>, Failure> {
        let answer = self.guard.request(Method::GET, url)?.send().await?;
        match answer.status() {
            status if status.is_success() => body(answer, limit).await,
            StatusCode::NOT_FOUND => Err(Failure::NotFound),
            status => Err(Failure::Status(status.as_u16())),
        }
    }
}

/// The body of an answer. One that is too large is left as soon as that is known.
pub(super) async fn body(mut answer: Response, limit: u64) -> Result<Vec<u8>, Failure> {
    let fits = |length: u64| if length > limit { Err(Failure::TooLarge { limit }) } else { Ok(()) };
    fits(answer.content_length().unwrap_or(0))?;
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        body.extend_from_slice(&chunk);
        fits(body.len() as u64)?;
    }
    Ok(body)
}

/// One line, without what would control a terminal.
pub(super) fn one_line(message: &str) -> String {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|character| !character.is_control()).take(LONGEST_MESSAGE).collect()
}

/// The query of a presigned URL is a password.
fn without_secrets(url: &Url) -> String {
    let scheme = url.scheme();
    let host = url.host_str().unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{scheme}://{host}{port}{}", url.path())
}

/// Why there is nothing from a URL.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{address}`: {failure}")]
pub struct WebError {
    /// The URL without what is secret in it.
    pub address: String,
    /// What went wrong.
    pub failure: Failure,
}

impl WebError {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        self.failure.remedy()
    }

    /// There is nothing at the URL.
    pub fn is_not_found(&self) -> bool {
        self.failure == Failure::NotFound
    }
}

/// What goes wrong on the web.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Failure {
    /// It is no URL.
    #[error("not a URL")]
    Malformed,
    /// It leads, or a redirect leads, to what is not asked.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It is larger than a module can be.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// How many it may have.
        limit: u64,
    },
    /// There is nothing.
    #[error("does not exist")]
    NotFound,
    /// There is an answer, but not a good one.
    #[error("the server answered {0}")]
    Status(u16),
    /// There is no answer, or it does not end.
    #[error("the server did not answer in time")]
    Timeout,
    /// The way there failed.
    #[error("the server could not be reached: {why}")]
    Unreachable {
        /// What happened, in one line.
        why: String,
    },
}

impl Failure {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Malformed => "write `https://HOST/PATH`",
            Self::Refused(refusal) => refusal.remedy(),
            Self::TooLarge { .. } => "make sure that it is the module; build it for size",
            Self::NotFound => "correct the address, or put the module there",
            Self::Status(401 | 403) => {
                "make sure that the address is still valid and that its host lets this machine in"
            }
            Self::Status(_) | Self::Timeout | Self::Unreachable { .. } => {
                "try again; if it stays, look at the server and at the way to it"
            }
        }
    }
}

/// The URL, which its text would contain, is left out.
impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let causes: Vec<_> = std::iter::successors(error.source(), |&cause| cause.source()).collect();
        if let Some(refusal) = causes.iter().find_map(|cause| cause.downcast_ref::<Refusal>()) {
            return Self::Refused(refusal.clone());
        }
        if error.is_timeout() {
            return Self::Timeout;
        }
        // The last one is what happened; the others are the layers through which it came.
        let why = causes.last().map_or_else(|| error.to_string(), ToString::to_string);
        Self::Unreachable { why: one_line(&why) }
    }
}
