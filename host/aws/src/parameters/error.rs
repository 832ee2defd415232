//! What can go wrong with a parameter.

use aws_sdk_ssm::error::SdkError;
use aws_sdk_ssm::operation::get_parameter::GetParameterError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::failure::Failure;

pub(super) const GET_PARAMETER: &str = "ssm:GetParameter";
pub(super) const GET_PARAMETERS_BY_PATH: &str = "ssm:GetParametersByPath";
pub(super) const PUT_PARAMETER: &str = "ssm:PutParameter";
pub(super) const DELETE_PARAMETERS: &str = "ssm:DeleteParameters";

/// Why a parameter could not be read, stored or deleted. The name is as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// There is none of that name, version or label.
    #[error("parameter `{name}` does not exist")]
    NotFound {
        /// Of the parameter.
        name: String,
    },
    /// IAM or KMS refused.
    #[error("access to parameter `{name}` was refused (`{action}`)")]
    Denied {
        /// Of the parameter.
        name: String,
        /// The IAM action.
        action: String,
    },
    /// Parameter Store, or the way to it, failed to read.
    #[error("parameter `{name}` could not be read: {why}")]
    Failed {
        /// Of the parameter.
        name: String,
        /// What happened, in one line.
        why: String,
    },
    /// Parameter Store did not take it, or there was no way to it.
    #[error("parameter `{name}` could not be stored: {why}")]
    NotStored {
        /// Of the parameter.
        name: String,
        /// What happened, in one line.
        why: String,
    },
    /// Parameter Store, or the way to it, failed to delete.
    #[error("parameter `{name}` could not be deleted: {why}")]
    NotDeleted {
        /// Of the parameter.
        name: String,
        /// What happened, in one line.
        why: String,
    },
}

impl ParameterError {
    /// Of `ssm:GetParameter`.
    pub(super) fn of_get(name: &str, error: &SdkError<GetParameterError>) -> Self {
        let missing = error
            .as_service_error()
            .is_some_and(|error| error.is_parameter_not_found() || error.is_parameter_version_not_found());
        if missing {
            return Self::NotFound { name: name.to_owned() };
        }
        Self::new(name, GET_PARAMETER, error)
    }

    /// Of a call of `action`, one of those above.
    pub(super) fn new<E: ProvideErrorMetadata, R>(name: &str, action: &str, error: &SdkError<E, R>) -> Self {
        let name = name.to_owned();
        let why = match Failure::of(error) {
            Failure::Denied => return Self::Denied { name, action: action.to_owned() },
            Failure::Other(why) => format!("{action}: {why}"),
        };
        match action {
            PUT_PARAMETER => Self::NotStored { name, why },
            DELETE_PARAMETERS => Self::NotDeleted { name, why },
            _ => Self::Failed { name, why },
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "create it in this account and Region, or correct the name",
            Self::Denied { action, .. } if action == PUT_PARAMETER => {
                "allow the action on it; a SecureString also takes `kms:Encrypt` (`kms:GenerateDataKey` in the advanced \
                 tier) on its key"
            }
            Self::Denied { action, .. } if action == DELETE_PARAMETERS => "allow the action on it",
            Self::Denied { .. } => "allow the action on it, and `kms:Decrypt` on the key of what is a SecureString",
            Self::Failed { .. } | Self::NotDeleted { .. } => {
                "try again; if it stays, look at the Region, the credentials and the way to AWS"
            }
            Self::NotStored { .. } => {
                "try again; if it stays, look at the name, the size and the tier, the Region, the credentials and the way to \
                 AWS"
            }
        }
    }
}
