//! Everything that is not on this machine: Parameter Store, buckets, registries and the web, each with what it needs to get in.

use std::collections::BTreeMap;
use std::time::Instant;

use gatecheck_aws::{EcrLogins, Login, ObjectError, Objects, ParameterError, Parameters, SdkConfig};
use gatecheck_core::policy::{Digest, Image, Location};
use thiserror::Error;
use tokio::sync::OnceCell;
use tokio::time::timeout_at;

use super::guard::Guard;
use super::login::{LoginError, Logins};
use super::parameter::{self, PartsError};
use super::registry::{Registry, RegistryError};
use super::web::{Web, WebError};
use super::{FetchError, Kind};

/// The places that modules are fetched from and published to.
#[derive(Debug)]
pub struct Remote {
    /// Read when it is needed: much works without.
    aws: OnceCell<SdkConfig>,
    ecr: OnceCell<EcrLogins>,
    source_of_logins: SourceOfLogins,
    logins: OnceCell<Logins>,
    insecure_hosts: Vec<String>,
    /// Made when it is needed: reading the certificates of all authorities takes a millisecond or more.
    guard: OnceCell<Guard>,
}

/// Where the user names and passwords for registries other than ECR are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceOfLogins {
    /// Nowhere: registries are asked without.
    Nowhere,
    /// Where `docker login` put them.
    Docker,
    /// In an SSM parameter that holds what `docker login` writes to `config.json`.
    Parameter(String),
}

/// Why bytes cannot be had from, or brought to, somewhere else.
#[derive(Debug, Error)]
pub enum RemoteError {
    /// Parameter Store.
    #[error(transparent)]
    Parts(#[from] PartsError),
    /// A bucket.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// A registry.
    #[error("{}", .0.problem)]
    Registry(#[from] RegistryError),
    /// The login of ECR.
    #[error(transparent)]
    EcrLogin(#[from] gatecheck_aws::RegistryError),
    /// The login of another registry.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// The logins of other registries.
    #[error("there are no logins for registries: {0}")]
    Logins(ParameterError),
    /// The web.
    #[error("{}", .0.failure)]
    Web(#[from] WebError),
    /// There are no connections, encrypted ones at least.
    #[error("connections cannot be set up: {0}")]
    Connections(reqwest::Error),
    /// Nothing can be put there.
    #[error("nothing can be published at `{0}`")]
    NotWritable(Location),
}

impl RemoteError {
    /// What to do about it.
    pub fn remedy(&self) -> Option<String> {
        Some(match self {
            Self::Parts(error) => error.remedy().to_owned(),
            Self::Object(error) => error.remedy().to_string(),
            Self::Registry(error) => error.remedy().to_string(),
            Self::EcrLogin(error) => error.remedy().to_owned(),
            Self::Login(error) => error.remedy().to_owned(),
            Self::Logins(error) => error.remedy().to_owned(),
            Self::Web(error) => error.remedy().to_owned(),
            Self::Connections(_) => "make sure that the certificates of the authorities are installed".to_owned(),
            Self::NotWritable(_) => {
                "publish to `ssm:/NAME`, `s3://BUCKET/KEY` or `oci://REGISTRY/REPOSITORY:TAG`".to_owned()
            }
        })
    }

    /// There is nothing at that place. S3 refuses, instead of saying so, who may not list the bucket.
    pub(crate) fn is_not_found(&self) -> bool {
        match self {
            Self::Parts(PartsError::Parameter(ParameterError::NotFound { .. })) => true,
            Self::Object(error) => matches!(error, ObjectError::NotFound { .. } | ObjectError::Denied { .. }),
            Self::Registry(error) => error.is_not_found(),
            Self::Web(error) => error.is_not_found(),
            _ => false,
        }
    }
}

impl Remote {
    /// `insecure_hosts` may be asked without encryption, and may be this very machine.
    pub fn new(insecure_hosts: Vec<String>, source_of_logins: SourceOfLogins) -> Self {
        Self {
            aws: OnceCell::new(),
            ecr: OnceCell::new(),
            source_of_logins,
            logins: OnceCell::new(),
            insecure_hosts,
            guard: OnceCell::new(),
        }
    }

    /// With this configuration of AWS, instead of what the environment says when it is needed.
    #[must_use]
    pub fn with_aws(mut self, config: SdkConfig) -> Self {
        self.aws = OnceCell::new_with(Some(config));
        self
    }

    /// The configuration of AWS.
    pub async fn aws(&self) -> &SdkConfig {
        // Its future is very large, and would make those of all callers as large.
        self.aws.get_or_init(|| Box::pin(gatecheck_aws::load_config())).await
    }

    /// The parameters of Parameter Store.
    pub async fn parameters(&self) -> Parameters {
        Parameters::new(self.aws().await)
    }

    pub(super) async fn get(
        &self,
        location: &Location,
        kind: Kind,
        sha256: Option<&Digest>,
        deadline: Instant,
    ) -> Result<Vec<u8>, FetchError> {
        let fetched = timeout_at(deadline.into(), Box::pin(self.fetch(location, kind, sha256))).await;
        fetched.map_err(|_| FetchError::Time)?.map_err(FetchError::from)
    }

    async fn fetch(&self, location: &Location, kind: Kind, sha256: Option<&Digest>) -> Result<Vec<u8>, RemoteError> {
        let limit = kind.limit();
        match location {
            Location::Parameter(name) => Ok(parameter::get(&self.parameters().await, name, limit).await?),
            Location::Object { bucket, key } => Ok(Objects::new(self.aws().await).get(bucket, key, limit).await?),
            Location::Image(image) => {
                let login = self.login(image).await?;
                Ok(Registry::new(self.guard().await?).pull(image, kind, sha256, login.as_ref(), limit).await?)
            }
            Location::Web(url) => Ok(Web::new(self.guard().await?).get(url, limit).await?),
            Location::File(_) => Err(RemoteError::NotWritable(location.clone())),
        }
    }

    /// Puts bytes at a location, whatever was there. `stored` hears how many of how many parts are stored.
    pub async fn put(
        &self,
        location: &Location,
        kind: Kind,
        bytes: &[u8],
        stored: impl Fn(usize, usize),
    ) -> Result<(), RemoteError> {
        match location {
            Location::Parameter(name) => Ok(parameter::put(&self.parameters().await, name, bytes, stored).await?),
            Location::Object { bucket, key } => {
                Ok(Objects::new(self.aws().await).put(bucket, key, bytes.to_vec(), kind.media_type()).await?)
            }
            Location::Image(image) => {
                let login = self.login(image).await?;
                Registry::new(self.guard().await?).push(image, kind, bytes, &BTreeMap::new(), login.as_ref()).await?;
                Ok(())
            }
            Location::Web(_) | Location::File(_) => Err(RemoteError::NotWritable(location.clone())),
        }
    }

    async fn guard(&self) -> Result<Guard, RemoteError> {
        let guard = self.guard.get_or_try_init(async || Guard::new(&self.insecure_hosts));
        guard.await.cloned().map_err(RemoteError::Connections)
    }

    async fn login(&self, image: &Image) -> Result<Option<Login>, RemoteError> {
        if EcrLogins::are_for(&image.registry) {
            let ecr = self.ecr.get_or_init(async || EcrLogins::new(self.aws().await)).await;
            return Ok(ecr.login(&image.registry).await?);
        }
        let logins = self.logins.get_or_try_init(async || match &self.source_of_logins {
            SourceOfLogins::Nowhere => Ok(Logins::None),
            SourceOfLogins::Docker => Ok(Logins::OfUser),
            SourceOfLogins::Parameter(name) => {
                self.parameters().await.get(name).await.map(Logins::Text).map_err(RemoteError::Logins)
            }
        });
        Ok(logins.await?.find(&image.registry)?)
    }
}
