//! Writing to SSM Parameter Store.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_ssm::config::{Builder, Config};
use aws_sdk_ssm::types::{ParameterTier, ParameterType};

use super::Parameters;
use super::error::{DELETE_PARAMETERS, PUT_PARAMETER, ParameterError};

/// As many names as one call deletes.
const NAMES_A_CALL: usize = 10;

/// What a parameter holds, and at what price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// Free of charge.
    Standard,
    /// Charged for, and for good: an advanced parameter cannot become a standard one.
    Advanced,
}

impl Tier {
    /// The bytes that a value may have.
    pub const fn capacity(self) -> usize {
        match self {
            Self::Standard => 4096,
            Self::Advanced => 8192,
        }
    }
}

impl From<Tier> for ParameterTier {
    fn from(tier: Tier) -> Self {
        match tier {
            Tier::Standard => Self::Standard,
            Tier::Advanced => Self::Advanced,
        }
    }
}

impl Parameters {
    /// Stores a value under a name, whatever was there before (`ssm:PutParameter`): as a `SecureString` under the key that
    /// AWS keeps for the account if it is to be secure, else as a `String`.
    pub async fn put(&self, name: &str, value: &str, tier: Tier, secure: bool) -> Result<(), ParameterError> {
        let kind = if secure { ParameterType::SecureString } else { ParameterType::String };
        let request =
            self.client.put_parameter().name(name).value(value).tier(tier.into()).r#type(kind).overwrite(true);
        let answer = request.customize().config_override(self.patient()).send().await;
        answer.map(|_| ()).map_err(|error| ParameterError::new(name, PUT_PARAMETER, &error))
    }

    /// Deletes these parameters, those that are there (`ssm:DeleteParameters`).
    ///
    /// They are deleted ten at a time. A failure names the first of its ten; those before are gone, those after are not.
    pub async fn delete(&self, names: &[String]) -> Result<(), ParameterError> {
        for names in names.chunks(NAMES_A_CALL) {
            let request = self.client.delete_parameters().set_names(Some(names.to_vec()));
            let answer = request.customize().config_override(self.patient()).send().await;
            let first = names.first().map_or("", String::as_str);
            answer.map_err(|error| ParameterError::new(first, DELETE_PARAMETERS, &error))?;
        }
        Ok(())
    }

    /// Parameter Store takes three writes a second, and a module comes in many parts. Whoever stores one has time.
    fn patient(&self) -> Builder {
        let retries = self.client.config().retry_config().cloned().unwrap_or_else(RetryConfig::standard);
        let retries = retries.with_max_attempts(10).with_max_backoff(Duration::from_secs(5));
        let timeouts = TimeoutConfig::builder().operation_timeout(Duration::from_mins(1));
        Config::builder().retry_config(retries).timeout_config(timeouts.build())
    }
}
