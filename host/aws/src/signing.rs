//! Signing with keys that AWS KMS keeps.

mod error;

use aws_config::SdkConfig;
use aws_sdk_kms::Client;
use aws_sdk_kms::operation::get_public_key::GetPublicKeyOutput;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{KeySpec, KeyUsageType, MessageType, SigningAlgorithmSpec};

use crate::calls::client;
pub use error::SigningError;
use error::{GET_PUBLIC_KEY, SIGN};

/// The Ed25519 keys of one account and Region. A key goes by its identifier, its ARN or an alias (`alias/NAME`).
#[derive(Debug, Clone)]
pub struct SigningKeys {
    client: Client,
}

impl SigningKeys {
    /// The keys that `config` leads to.
    pub fn new(config: &SdkConfig) -> Self {
        Self { client: client!(aws_sdk_kms, config) }
    }

    /// The public half of a key, as the DER of a `SubjectPublicKeyInfo` (`kms:GetPublicKey`).
    pub async fn public_key(&self, key_id: &str) -> Result<Vec<u8>, SigningError> {
        let answer = self.client.get_public_key().key_id(key_id).send().await;
        let answer = answer.map_err(|error| SigningError::new(key_id, GET_PUBLIC_KEY, &error))?;
        if let Some(why) = unsuitable(&answer) {
            return Err(SigningError::Unsuitable { key: key_id.to_owned(), why });
        }
        let public_key = answer.public_key.map(Blob::into_inner);
        public_key.ok_or_else(|| SigningError::failed(key_id, GET_PUBLIC_KEY, "the answer holds no key"))
    }

    /// The signature of a message of at most 4096 bytes (`kms:Sign`): Ed25519 of the message itself, as RFC 8032 has it.
    pub async fn sign(&self, key_id: &str, message: &[u8]) -> Result<[u8; 64], SigningError> {
        let request = self.client.sign().key_id(key_id).message(Blob::new(message)).message_type(MessageType::Raw);
        let answer = request.signing_algorithm(SigningAlgorithmSpec::Ed25519Sha512).send().await;
        let answer = answer.map_err(|error| SigningError::new(key_id, SIGN, &error))?;
        let signature = answer.signature.map(Blob::into_inner).unwrap_or_default();
        signature
            .try_into()
            .map_err(|_| SigningError::failed(key_id, SIGN, "the answer holds no signature of 64 bytes"))
    }
}

/// Why a key cannot sign as we do, if so.
fn unsuitable(key: &GetPublicKeyOutput) -> Option<String> {
    let spec = key.key_spec().map_or("unknown", KeySpec::as_str);
    let usage = key.key_usage().map_or("unknown", KeyUsageType::as_str);
    if spec != KeySpec::EccNistEdwards25519.as_str() {
        return Some(format!("its spec is `{spec}`"));
    }
    (usage != KeyUsageType::SignVerify.as_str()).then(|| format!("its usage is `{usage}`"))
}
