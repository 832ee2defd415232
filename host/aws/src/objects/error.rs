//! What can go wrong with an object.

use std::error::Error;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStreamError;

use crate::failure::{Failure, one_line};

pub(super) const GET_OBJECT: &str = "s3:GetObject";
pub(super) const PUT_OBJECT: &str = "s3:PutObject";

/// With which S3 says where a bucket is.
const BUCKET_REGION: &str = "x-amz-bucket-region";

/// Why an object could not be read or stored. `object` is its `s3://BUCKET/KEY`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// Its bucket has none of that key.
    #[error("`{object}` does not exist")]
    NotFound {
        /// Which one.
        object: String,
    },
    /// Nobody has a bucket of that name.
    #[error("the bucket of `{object}` does not exist")]
    NoBucket {
        /// Which one.
        object: String,
    },
    /// The bucket is out of reach from here.
    #[error("the bucket of `{object}` is in the Region `{region}`")]
    Elsewhere {
        /// Which one.
        object: String,
        /// Where the bucket is.
        region: String,
    },
    /// IAM, the bucket or KMS refused.
    #[error("access to `{object}` was refused (`{action}`)")]
    Denied {
        /// Which one.
        object: String,
        /// The IAM action.
        action: String,
    },
    /// It has more bytes than were asked for.
    #[error("`{object}` is larger than {limit} bytes")]
    TooLarge {
        /// Which one.
        object: String,
        /// The bytes that it may have.
        limit: u64,
    },
    /// S3, or the way to it, failed to read.
    #[error("`{object}` could not be read: {why}")]
    Failed {
        /// Which one.
        object: String,
        /// What happened, in one line.
        why: String,
    },
    /// S3 did not take it, or there was no way to it.
    #[error("`{object}` could not be stored: {why}")]
    NotStored {
        /// Which one.
        object: String,
        /// What happened, in one line.
        why: String,
    },
}

impl ObjectError {
    /// Of a call of `action`, one of those above, to the Region `here`.
    pub(super) fn new<E: ProvideErrorMetadata>(
        object: &str,
        action: &str,
        here: Option<&str>,
        error: &SdkError<E>,
    ) -> Self {
        let object = object.to_owned();
        match error.code() {
            Some("NoSuchKey") => return Self::NotFound { object },
            Some("NoSuchBucket") => return Self::NoBucket { object },
            _ => {}
        }
        let why = match Failure::of(error) {
            Failure::Denied => return Self::Denied { object, action: action.to_owned() },
            Failure::Other(why) => format!("{action}: {why}"),
        };
        let region = error.raw_response().and_then(|answer| answer.headers().get(BUCKET_REGION));
        match region {
            Some(region) if Some(region) != here => Self::Elsewhere { object, region: region.to_owned() },
            _ if action == PUT_OBJECT => Self::NotStored { object, why },
            _ => Self::Failed { object, why },
        }
    }

    /// The answer ended before the object did, or is not what was stored.
    pub(super) fn broken_off(object: &str, error: &ByteStreamError) -> Self {
        // What encloses the cause only says that there was an error.
        let mut cause: &dyn Error = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        Self::Failed { object: object.to_owned(), why: format!("{GET_OBJECT}: {}", one_line(&cause.to_string())) }
    }

    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "store it there, or correct the key",
            Self::NoBucket { .. } => "create the bucket, or correct its name",
            Self::Elsewhere { .. } => "use a bucket of this Region",
            Self::Denied { action, .. } if action == PUT_OBJECT => {
                "allow the action on it, and `kms:GenerateDataKey` on the key of a bucket that has one of its own"
            }
            Self::Denied { .. } => {
                "allow the action on it, and `kms:Decrypt` on the key of a bucket that has one of its own; without \
                 `s3:ListBucket` on the bucket, S3 says the same of an object that does not exist, so look at the key too"
            }
            Self::TooLarge { .. } => "use a smaller one",
            Self::Failed { .. } | Self::NotStored { .. } => {
                "try again; if it stays, look at the Region, the credentials and the way to AWS"
            }
        }
    }
}
