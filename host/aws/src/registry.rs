//! The private image registries of Amazon ECR.

mod host;

use std::fmt;
use std::time::Duration;

use aws_config::{Region, SdkConfig};
use aws_sdk_ecr::Client;
use aws_sdk_ecr::config::Builder;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::cache::Cache;
use crate::failure::Failure;

const GET_AUTHORIZATION_TOKEN: &str = "ecr:GetAuthorizationToken";

/// ECR lets a login live for twelve hours. Half of that leaves time to use one.
const LIFETIME: Duration = Duration::from_hours(6);

const REMEMBERED_LOGINS: usize = 32;

/// Who may enter a registry, as HTTP basic authentication takes it.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// `AWS`.
    pub user: String,
    /// A secret of some thousand characters.
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Logs in to the ECR registries of every account and Region that the credentials open.
#[derive(Debug)]
pub struct EcrLogins {
    config: SdkConfig,
    /// By Region: a login opens the registries of every account there.
    logins: Cache<Login>,
}

impl EcrLogins {
    /// With the credentials of `config`. Its Region does not matter.
    pub fn new(config: &SdkConfig) -> Self {
        Self { config: config.clone(), logins: Cache::for_a_time(REMEMBERED_LOGINS, LIFETIME) }
    }

    /// Whether the registry at `host` is a private one of ECR. Nothing is asked for that.
    pub fn are_for(host: &str) -> bool {
        host::region(host).is_some()
    }

    /// A login for the registry at `host`, good for some hours (`ecr:GetAuthorizationToken`), or `None` if that is no private
    /// registry of ECR, such as `docker.io` or `public.ecr.aws`. Nothing is asked then.
    ///
    /// A host is `ACCOUNT.dkr.ecr.REGION.amazonaws.com` or one of its siblings: other partitions, FIPS, dual stack.
    pub async fn login(&self, host: &str) -> Result<Option<Login>, RegistryError> {
        let Some(region) = host::region(host) else { return Ok(None) };
        if let Some(login) = self.logins.get(region) {
            return Ok(Some(login));
        }
        let login = self.ask(host, region).await?;
        self.logins.put(region.to_owned(), login.clone());
        Ok(Some(login))
    }

    async fn ask(&self, host: &str, region: &str) -> Result<Login, RegistryError> {
        let config = Builder::from(&self.config).region(Region::new(region.to_owned())).build();
        let answer = Client::from_conf(config).get_authorization_token().send().await;
        let answer = answer.map_err(|error| match Failure::of(&error) {
            Failure::Denied => {
                RegistryError::Denied { registry: host.to_owned(), action: GET_AUTHORIZATION_TOKEN.to_owned() }
            }
            Failure::Other(why) => RegistryError::failed(host, &why),
        })?;
        let token = answer.authorization_data().iter().find_map(|data| data.authorization_token());
        token.and_then(decode).ok_or_else(|| RegistryError::failed(host, "the answer holds no login"))
    }
}

/// Reads the base64 of `USER:PASSWORD`.
fn decode(token: &str) -> Option<Login> {
    let token = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
    let (user, password) = token.split_once(':')?;
    Some(Login { user: user.to_owned(), password: password.to_owned() })
}

/// Why there is no login. `registry` is the host that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// IAM refused.
    #[error("the login to `{registry}` was refused (`{action}`)")]
    Denied {
        /// Which one.
        registry: String,
        /// The IAM action.
        action: String,
    },
    /// ECR, or the way to it, failed.
    #[error("the login to `{registry}` failed: {why}")]
    Failed {
        /// Which one.
        registry: String,
        /// What happened, in one line.
        why: String,
    },
}

impl RegistryError {
    fn failed(registry: &str, why: &str) -> Self {
        Self::Failed { registry: registry.to_owned(), why: format!("{GET_AUTHORIZATION_TOKEN}: {why}") }
    }

    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Denied { .. } => {
                "allow the action on `*`, and `ecr:BatchGetImage` and `ecr:GetDownloadUrlForLayer` on the repository"
            }
            Self::Failed { .. } => {
                "try again; if it stays, look at the Region in the name of the registry, the credentials and the way to AWS"
            }
        }
    }
}
