//! What goes wrong at a registry.

use gatecheck_core::policy::Digest;
use serde_json::Value;
use thiserror::Error;

use crate::fetch::guard::Refusal;
use crate::fetch::web::{self, Failure};

const LARGEST_ANSWER: u64 = 64 * 1024;

/// Why there is nothing from a registry, or nothing in it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`oci://{reference}`: {problem}")]
pub struct RegistryError {
    /// What was pulled or pushed, without the scheme.
    pub reference: String,
    /// What went wrong.
    pub problem: RegistryProblem,
}

/// What goes wrong at a registry. An `answer` is its status, and in one line what it has to say.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RegistryProblem {
    /// The way there, or back, failed.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// It has no such repository, tag or digest.
    #[error("the registry does not have it (it answered {answer})")]
    NotFound {
        /// By the registry.
        answer: String,
    },
    /// It lets nobody in without a login, or hides whether it has anything.
    #[error("the registry wants a login")]
    LoginRequired,
    /// There was a login.
    #[error("the registry does not accept the login (it answered {answer})")]
    LoginRefused {
        /// By the registry, or by who gives out its tokens.
        answer: String,
    },
    /// It wants a login of another kind.
    #[error("the registry asks for a login in an unknown way")]
    Challenge,
    /// It knows who asks, and does not allow it.
    #[error("the registry refused (it answered {answer})")]
    Denied {
        /// By the registry.
        answer: String,
    },
    /// It failed.
    #[error("the registry answered {answer}")]
    Status {
        /// By the registry.
        answer: String,
    },
    /// It speaks another protocol.
    #[error("the registry gave no {missing}")]
    Protocol {
        /// What the protocol obliges it to give.
        missing: &'static str,
    },
    /// It has something else under this name.
    #[error("it holds no {wanted} but {}", .found.join(", "))]
    Content {
        /// A media type.
        wanted: &'static str,
        /// Media types.
        found: Vec<String>,
    },
    /// It has several under this name, one for each platform.
    #[error("it is an index of several images")]
    Index,
    /// What came is not what was asked for.
    #[error("its digest is {found}, not {expected}")]
    WrongDigest {
        /// By the reference, or by the manifest.
        expected: Digest,
        /// By the bytes.
        found: Digest,
    },
    /// A digest is no name for what is yet to come.
    #[error("a push needs a tag, not a digest")]
    Pinned,
}

impl RegistryError {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match &self.problem {
            RegistryProblem::Failed(failure) => failure.remedy(),
            RegistryProblem::NotFound { .. } => {
                "correct registry, repository, tag or sha256: each repository has only the layers that were pushed to it"
            }
            RegistryProblem::LoginRequired => {
                "log in on the command line with `docker login`, or give the function one with GATECHECK_REGISTRY_LOGINS; \
                 if the repository is public, make sure that it exists"
            }
            RegistryProblem::LoginRefused { .. } => "log in again, with a password or token that is still valid",
            RegistryProblem::Challenge => "use a registry that takes a user name and a password, or a bearer token",
            RegistryProblem::Denied { .. } => "allow it to the login at the registry, or use another login",
            RegistryProblem::Status { .. } => "try again; if it stays, ask the operator of the registry",
            RegistryProblem::Protocol { .. } => "make sure that the reference leads to an OCI registry",
            RegistryProblem::Content { .. } | RegistryProblem::Index => {
                "refer to what `gatecheck publish` or `wkg oci push` pushed"
            }
            RegistryProblem::WrongDigest { .. } => "do not use it: it was damaged or exchanged; push it again",
            RegistryProblem::Pinned => "write `oci://REGISTRY/REPOSITORY:TAG`",
        }
    }

    /// There is nothing under this name.
    pub fn is_not_found(&self) -> bool {
        matches!(self.problem, RegistryProblem::NotFound { .. })
    }
}

impl From<reqwest::Error> for RegistryProblem {
    fn from(error: reqwest::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Refusal> for RegistryProblem {
    fn from(refusal: Refusal) -> Self {
        Self::Failed(refusal.into())
    }
}

/// The status of an answer, and what is in it: `{"errors":[{"code":"DENIED","message":"..."}]}`.
pub(super) async fn describe(answer: reqwest::Response) -> String {
    let status = answer.status().as_u16().to_string();
    let body = web::body(answer, LARGEST_ANSWER).await.unwrap_or_default();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let part = |name| body.pointer(&format!("/errors/0/{name}")).and_then(Value::as_str);
    let said = [Some(status.as_str()), part("code"), part("message")].into_iter().flatten();
    web::one_line(&said.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": "))
}
