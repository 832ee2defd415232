//! The keys that vouch for native code: Ed25519, as files or in AWS KMS.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use thiserror::Error;

/// The half of a key that signs.
pub struct PrivateKey(SigningKey);

/// The half of a key that verifies. As text: the `SubjectPublicKeyInfo` of RFC 8410 in base64, as KMS prints it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

/// What is no key. What it is instead stays unsaid: it may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Not a private key.
    #[error("not an Ed25519 private key in PEM (PKCS #8)")]
    Private,
    /// Not a public key.
    #[error("not an Ed25519 public key in base64")]
    Public,
}

impl PrivateKey {
    /// The key that grows from 32 random bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Reads PEM text (PKCS #8).
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        SigningKey::from_pkcs8_pem(pem).map(Self).map_err(|_| KeyError::Private)
    }

    /// PEM text (PKCS #8): a secret.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        self.0.to_pkcs8_pem(LineEnding::LF).map(|pem| (*pem).clone()).map_err(|_| KeyError::Private)
    }

    /// The other half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs a message.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey").finish_non_exhaustive()
    }
}

impl PublicKey {
    /// Reads base64 text.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        BASE64_STANDARD.decode(text.trim()).map_err(|_| KeyError::Public).and_then(|der| Self::from_der(&der))
    }

    /// Reads a `SubjectPublicKeyInfo`.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        VerifyingKey::from_public_key_der(der).map(|key| Self(key.to_bytes())).map_err(|_| KeyError::Public)
    }

    /// Whether the signature is that of the message by the other half.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let (Ok(key), Ok(signature)) = (VerifyingKey::from_bytes(&self.0), Signature::from_slice(signature)) else {
            return false;
        };
        key.verify_strict(message, &signature).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let der = VerifyingKey::from_bytes(&self.0).map(|key| key.to_public_key_der());
        let der = der.map_err(|_| fmt::Error)?.map_err(|_| fmt::Error)?;
        f.write_str(&BASE64_STANDARD.encode(der.as_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_their_texts() {
        let key = PrivateKey::from_seed(&[7; 32]);
        let pem = key.to_pem().unwrap();
        assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----\n"), "{pem}");
        let again = PrivateKey::from_pem(&pem).unwrap();
        let public = PublicKey::parse(&key.public().to_string()).unwrap();
        assert!(public.verifies(b"message", &again.sign(b"message")));
        assert!(!public.verifies(b"massage", &again.sign(b"message")));
        assert!(!public.verifies(b"message", b"short"));
        assert_eq!(PublicKey::parse("bm8="), Err(KeyError::Public));
        assert!(PrivateKey::from_pem("-----BEGIN PRIVATE KEY-----\n").is_err());
    }

    #[test]
    fn a_private_key_is_not_printed() {
        assert_eq!(format!("{:?}", PrivateKey::from_seed(&[7; 32])), "PrivateKey { .. }");
    }
}
