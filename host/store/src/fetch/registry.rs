//! Registries, by the OCI distribution protocol.
//!
//! Client crates bring their own connections, and these follow redirects anywhere, to the Runtime API of Lambda too. What is
//! needed of the protocol is little, so it is here, on guarded connections.

mod error;
mod login;
mod manifest;
mod session;

use std::collections::BTreeMap;

use gatecheck_core::policy::{Digest, Image};

use super::Kind;
use super::guard::Guard;
use super::web::Failure;
use gatecheck_aws::Login;

pub use error::{RegistryError, RegistryProblem};
use manifest::Layer;
use session::Session;

/// The largest manifest: the protocol obliges nobody to take more than 4 MiB, and one layer needs next to nothing.
const LARGEST_MANIFEST: u64 = 1024 * 1024;

/// Registries.
#[derive(Debug, Clone)]
pub struct Registry {
    guard: Guard,
}

/// What a push made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pushed {
    /// Pins it: `oci://REGISTRY/REPOSITORY@sha256:...`.
    pub manifest: Digest,
}

impl Registry {
    /// Those that `guard` leaves.
    pub fn new(guard: Guard) -> Self {
        Self { guard }
    }

    /// What an image holds, if it is of that kind and has at most `limit` bytes. It has the digest that the registry said, and
    /// `sha256` if that is given.
    ///
    /// With `sha256` the version does not matter: the digest of a layer is that of its bytes, so they are found without a
    /// manifest, and where the tag now leads is all the same.
    pub async fn pull(
        &self,
        image: &Image,
        kind: Kind,
        sha256: Option<&Digest>,
        login: Option<&Login>,
        limit: u64,
    ) -> Result<Vec<u8>, RegistryError> {
        let pull = async {
            let mut session = Session::open(&self.guard, image, "pull", login)?;
            let digest = match sha256 {
                Some(digest) => *digest,
                None => find_layer(&mut session, image, kind, limit).await?.digest,
            };
            let bytes = session.blob(digest, limit).await?;
            verify(digest, &bytes)?;
            Ok(bytes)
        };
        pull.await.map_err(|problem| RegistryError { reference: image.to_string(), problem })
    }

    /// Puts bytes under a tag. The same bytes with the same annotations always make the same manifest.
    pub async fn push(
        &self,
        image: &Image,
        kind: Kind,
        bytes: &[u8],
        annotations: &BTreeMap<String, String>,
        login: Option<&Login>,
    ) -> Result<Pushed, RegistryError> {
        let push = async {
            if image.is_pinned() {
                return Err(RegistryProblem::Pinned);
            }
            let guard = self.guard.for_uploads().map_err(Failure::from)?;
            let mut session = Session::open(&guard, image, "pull,push", login)?;
            let layer = Digest::of(bytes);
            let config = manifest::config(kind, layer);
            let manifest = manifest::write(kind, layer, bytes.len(), &config, annotations);
            session.upload(layer, bytes).await?;
            session.upload(Digest::of(&config), &config).await?;
            session.put_manifest(&image.version, &manifest).await?;
            Ok(Pushed { manifest: Digest::of(&manifest) })
        };
        push.await.map_err(|problem| RegistryError { reference: image.to_string(), problem })
    }
}

async fn find_layer(
    session: &mut Session<'_>,
    image: &Image,
    kind: Kind,
    limit: u64,
) -> Result<Layer, RegistryProblem> {
    let manifest = session.manifest(&image.version, LARGEST_MANIFEST).await?;
    if image.is_pinned() {
        verify(manifest::digest(&image.version)?, &manifest)?;
    }
    let layer = manifest::read(&manifest, kind)?;
    if layer.size > limit { Err(Failure::TooLarge { limit }.into()) } else { Ok(layer) }
}

fn verify(expected: Digest, bytes: &[u8]) -> Result<(), RegistryProblem> {
    let found = Digest::of(bytes);
    if found == expected { Ok(()) } else { Err(RegistryProblem::WrongDigest { expected, found }) }
}
