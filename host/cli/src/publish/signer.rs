//! Who signs artifacts: a key in a file, or one in AWS KMS that nobody can take out.

use gatecheck_aws::SigningKeys;
use gatecheck_core::policy::{PrivateKey, PublicKey};

use crate::args::PublishArgs;
use crate::host::Host;
use crate::input::InputError;
use crate::keygen::read_key;

/// Who signs artifacts.
pub(super) enum Signer {
    File(PrivateKey),
    Kms { keys: SigningKeys, id: String, public: PublicKey },
}

impl Signer {
    /// The one that is asked for, if one is.
    pub(super) async fn of(host: &Host, args: &PublishArgs) -> Result<Option<Self>, InputError> {
        if let Some(path) = &args.key {
            return read_key(path).map(Self::File).map(Some);
        }
        let Some(id) = args.kms_key.clone() else { return Ok(None) };
        let keys = SigningKeys::new(host.remote.aws().await);
        let public = public_key(&keys, &id).await?;
        Ok(Some(Self::Kms { keys, id, public }))
    }

    pub(super) fn public(&self) -> PublicKey {
        match self {
            Self::File(key) => key.public(),
            Self::Kms { public, .. } => *public,
        }
    }

    pub(super) async fn sign(&self, message: &[u8]) -> Result<[u8; 64], InputError> {
        match self {
            Self::File(key) => Ok(key.sign(message)),
            Self::Kms { keys, id, .. } => Ok(keys.sign(id, message).await?),
        }
    }
}

/// The public half of a key in KMS.
pub(crate) async fn public_key(keys: &SigningKeys, id: &str) -> Result<PublicKey, InputError> {
    let der = keys.public_key(id).await?;
    PublicKey::from_der(&der).map_err(|source| InputError::NotAKey { path: id.into(), source })
}
