//! What can go wrong with a key.

use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};

use crate::failure::Failure;

pub(super) const GET_PUBLIC_KEY: &str = "kms:GetPublicKey";
pub(super) const SIGN: &str = "kms:Sign";

/// Why a key could not be used. `key` is as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SigningError {
    /// There is none of that identifier or alias.
    #[error("key `{key}` does not exist")]
    NotFound {
        /// Which one.
        key: String,
    },
    /// IAM or the policy of the key refused.
    #[error("access to key `{key}` was refused (`{action}`)")]
    Denied {
        /// Which one.
        key: String,
        /// The IAM action.
        action: String,
    },
    /// It is a key for something else.
    #[error("key `{key}` makes no Ed25519 signatures: {why}")]
    Unsuitable {
        /// Which one.
        key: String,
        /// What it is instead.
        why: String,
    },
    /// KMS, or the way to it, failed, or the key is switched off.
    #[error("key `{key}` could not be used: {why}")]
    Failed {
        /// Which one.
        key: String,
        /// What happened, in one line.
        why: String,
    },
}

impl SigningError {
    /// Of a call of `action`, one of those above.
    pub(super) fn new<E: ProvideErrorMetadata, R>(key_id: &str, action: &str, error: &SdkError<E, R>) -> Self {
        let key = key_id.to_owned();
        let code = error.code();
        if code == Some("NotFoundException") {
            return Self::NotFound { key };
        }
        match Failure::of(error) {
            Failure::Denied => Self::Denied { key, action: action.to_owned() },
            // Symmetric keys have no public half, and the other keys sign otherwise.
            Failure::Other(why)
                if matches!(code, Some("UnsupportedOperationException" | "InvalidKeyUsageException")) =>
            {
                Self::Unsuitable { key, why }
            }
            Failure::Other(why) => Self::failed(key_id, action, &why),
        }
    }

    pub(super) fn failed(key_id: &str, action: &str, why: &str) -> Self {
        Self::Failed { key: key_id.to_owned(), why: format!("{action}: {why}") }
    }

    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => {
                "create it in this account and Region, or correct its name; an alias starts with `alias/`"
            }
            Self::Denied { .. } => "allow the action on it, in IAM and in the policy of the key",
            Self::Unsuitable { .. } => {
                "create one with `aws kms create-key --key-usage SIGN_VERIFY --key-spec ECC_NIST_EDWARDS25519`"
            }
            Self::Failed { .. } => {
                "try again; if it stays, see whether the key is enabled, and look at the Region, the credentials and the \
                 way to AWS"
            }
        }
    }
}
