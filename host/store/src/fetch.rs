//! Getting the bytes at a location, and not more of them than a module can have.

#[cfg(feature = "network")]
mod guard;
#[cfg(feature = "network")]
mod login;
#[cfg(feature = "network")]
mod parameter;
#[cfg(feature = "network")]
mod registry;
#[cfg(feature = "network")]
mod remote;
#[cfg(feature = "network")]
mod web;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
#[cfg(feature = "network")]
use std::sync::Arc;
use std::time::Instant;

use gatecheck_core::policy::{Digest, Location};
use thiserror::Error;

#[cfg(feature = "network")]
pub use self::{
    guard::{Guard, Place, Refusal, Timeouts},
    login::{LoginError, Logins},
    parameter::{PartsError, parameters_for},
    registry::{Pushed, Registry, RegistryError, RegistryProblem},
    remote::{Remote, RemoteError, SourceOfLogins},
    web::{Failure, Web, WebError},
};
#[cfg(feature = "network")]
pub use gatecheck_aws::Login;

/// The largest module. Python policies, the largest there are, have 20 MB.
const LARGEST_MODULE: u64 = 64 * 1024 * 1024;

/// The largest artifact: native code is two to three times as large as its WebAssembly, and is compressed.
const LARGEST_ARTIFACT: u64 = 128 * 1024 * 1024;

/// What is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A WebAssembly component.
    Module,
    /// Native code that was made of one, with a signature.
    Artifact,
}

impl Kind {
    /// Of what is stored as a file.
    #[cfg(feature = "network")]
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Module => "application/wasm",
            Self::Artifact => "application/vnd.gatecheck.artifact.v1+gzip",
        }
    }

    pub(crate) fn limit(self) -> u64 {
        match self {
            Self::Module => LARGEST_MODULE,
            Self::Artifact => LARGEST_ARTIFACT,
        }
    }
}

/// The places that modules are fetched from.
#[derive(Debug)]
pub struct Fetcher {
    files: bool,
    #[cfg(feature = "network")]
    remote: Option<Arc<Remote>>,
}

/// Why bytes cannot be had.
#[derive(Debug, Error)]
pub enum FetchError {
    /// The file cannot be read.
    #[error("{0}")]
    File(#[from] io::Error),
    /// There is more of it than a module can have.
    #[error("it is larger than {} MiB", .0 / 1024 / 1024)]
    TooLarge(u64),
    /// This program does not fetch from there.
    #[error("this kind of reference does not work here")]
    NotHere {
        /// What to do.
        remedy: &'static str,
    },
    /// The way to it took too long.
    #[error("it took too long")]
    Time,
    /// Something else than a file.
    #[cfg(feature = "network")]
    #[error(transparent)]
    Remote(#[from] RemoteError),
}

impl FetchError {
    /// What to do about it.
    pub fn remedy(&self) -> Option<String> {
        match self {
            Self::NotHere { remedy } => Some((*remedy).to_owned()),
            #[cfg(feature = "network")]
            Self::Remote(error) => error.remedy(),
            _ => None,
        }
    }

    /// There is nothing at that place.
    pub(crate) fn is_not_found(&self) -> bool {
        match self {
            Self::File(error) => error.kind() == io::ErrorKind::NotFound,
            #[cfg(feature = "network")]
            Self::Remote(error) => error.is_not_found(),
            _ => false,
        }
    }
}

impl Fetcher {
    /// Only files.
    pub fn of_files() -> Self {
        Self {
            files: true,
            #[cfg(feature = "network")]
            remote: None,
        }
    }

    /// Everything but files.
    #[cfg(feature = "network")]
    pub fn of_remote(remote: Arc<Remote>) -> Self {
        Self { files: false, remote: Some(remote) }
    }

    /// Everything.
    #[cfg(feature = "network")]
    pub fn of_files_and_remote(remote: Arc<Remote>) -> Self {
        Self { files: true, remote: Some(remote) }
    }

    /// The bytes at `location`. The digest helps to find them; whether they have it is for the caller to look.
    #[cfg_attr(not(feature = "network"), expect(clippy::unused_async, reason = "only the network is waited for"))]
    pub(crate) async fn get(
        &self,
        location: &Location,
        kind: Kind,
        sha256: Option<&Digest>,
        deadline: Instant,
    ) -> Result<Vec<u8>, FetchError> {
        match location {
            Location::File(path) if self.files => read(path, kind.limit()),
            Location::File(_) => Err(FetchError::NotHere {
                remedy: "a function has no files; publish the module with `gatecheck publish`",
            }),
            #[cfg(feature = "network")]
            _ => match &self.remote {
                Some(remote) => remote.get(location, kind, sha256, deadline).await,
                None => Err(FetchError::NotHere { remedy: "get it with `gatecheck pull`, and name the file" }),
            },
            #[cfg(not(feature = "network"))]
            _ => {
                let _ = (sha256, deadline);
                Err(FetchError::NotHere { remedy: "this program was built without the feature `network`" })
            }
        }
    }
}

fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FetchError> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(FetchError::TooLarge(limit)) } else { Ok(bytes) }
}
