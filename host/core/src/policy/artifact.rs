//! Artifacts: native code made of a module, with a signature over what it was made of, what for, and what came out.
//!
//! An artifact is a header in lines of text, an empty line, and the native code compressed with gzip:
//!
//! ```text
//! gatecheck artifact 1
//! module DIGEST
//! target TRIPLE
//! engine DIGEST
//! native DIGEST SIZE
//! key PUBLIC-KEY
//! signature BASE64
//! ```
//!
//! The signature is over the lines above it. Native code is as powerful as the process that loads it: there is no other
//! way from bytes to [`NativeCode`] than a signature by a trusted key over their very digest.

use std::io::{Read, Write as _};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use thiserror::Error;

use super::digest::Digest;
use super::key::PublicKey;
use super::platform::Platform;

const MAGIC: &str = "gatecheck artifact 1";

/// A header is shorter.
const LONGEST_HEADER: usize = 1024;

/// Native code that a trusted key has signed, for this module and platform.
#[derive(Debug)]
pub struct NativeCode(Vec<u8>);

impl NativeCode {
    /// As the engine takes it.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Why an artifact is not used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ArtifactError {
    /// The header makes no sense.
    #[error("it is no artifact")]
    NotAnArtifact,
    /// Another key than those which are trusted.
    #[error("it is signed by the key `{0}`, which is not trusted")]
    UnknownKey(PublicKey),
    /// The header was changed, or is not what the key signed.
    #[error("its signature is wrong")]
    Signature,
    /// For another module.
    #[error("it is made of another module")]
    OtherModule,
    /// For another processor or system.
    #[error("it is made for `{0}`")]
    OtherTarget(String),
    /// For another version or configuration of the engine.
    #[error("it is made for another version of Gatecheck")]
    OtherEngine,
    /// It was cut off or changed.
    #[error("its code is not what was signed")]
    Tampered,
}

/// An artifact that still lacks its signature.
#[derive(Debug)]
pub struct Unsigned {
    statement: String,
    compressed: Vec<u8>,
}

impl Unsigned {
    /// The artifact of `native`, which was made of `module` for `platform`, to be signed by `key`.
    pub fn new(module: &Digest, platform: &Platform, native: &[u8], key: &PublicKey, compression: Compression) -> Self {
        let Platform { target, engine, .. } = platform;
        let (digest, size) = (Digest::of(native), native.len());
        let mut gzip = GzEncoder::new(Vec::new(), compression);
        // Writing to memory does not fail; if it did, the digest would tell.
        let compressed = gzip.write_all(native).and_then(|()| gzip.finish()).unwrap_or_default();
        let statement =
            format!("{MAGIC}\nmodule {module}\ntarget {target}\nengine {engine}\nnative {digest} {size}\nkey {key}\n");
        Self { statement, compressed }
    }

    /// What to sign: some hundred bytes.
    pub fn message(&self) -> &[u8] {
        self.statement.as_bytes()
    }

    /// The artifact.
    pub fn signed(self, signature: &[u8; 64]) -> Vec<u8> {
        let mut artifact = self.statement.into_bytes();
        artifact.extend(format!("signature {}\n\n", BASE64_STANDARD.encode(signature)).into_bytes());
        artifact.extend(self.compressed);
        artifact
    }
}

/// Opens an artifact: its native code, if a key of `trusted` signed it for this module and platform.
pub fn open(
    artifact: &[u8],
    module: &Digest,
    platform: &Platform,
    trusted: &[PublicKey],
) -> Result<NativeCode, ArtifactError> {
    let header = Header::parse(artifact).ok_or(ArtifactError::NotAnArtifact)?;
    // Nothing of it is believed before the signature is.
    if !trusted.contains(&header.key) {
        return Err(ArtifactError::UnknownKey(header.key));
    }
    if !header.key.verifies(header.statement, &header.signature) {
        return Err(ArtifactError::Signature);
    }
    if header.module != *module {
        return Err(ArtifactError::OtherModule);
    }
    if header.target != platform.target {
        return Err(ArtifactError::OtherTarget(header.target.to_owned()));
    }
    if header.engine != platform.engine {
        return Err(ArtifactError::OtherEngine);
    }
    let mut native = Vec::new();
    // One byte more than there should be shows that there is more.
    let whole = GzDecoder::new(header.compressed).take(header.size.saturating_add(1)).read_to_end(&mut native).is_ok();
    if !whole || Digest::of(&native) != header.native {
        return Err(ArtifactError::Tampered);
    }
    Ok(NativeCode(native))
}

struct Header<'a> {
    module: Digest,
    target: &'a str,
    engine: Digest,
    native: Digest,
    size: u64,
    key: PublicKey,
    signature: Vec<u8>,
    /// All of the above but the signature, as it was signed.
    statement: &'a [u8],
    compressed: &'a [u8],
}

impl<'a> Header<'a> {
    fn parse(artifact: &'a [u8]) -> Option<Self> {
        let end = artifact.windows(2).take(LONGEST_HEADER).position(|pair| pair == b"\n\n")? + 1;
        let (header, rest) = artifact.split_at_checked(end)?;
        let mut lines = std::str::from_utf8(header).ok()?.lines();
        let mut line = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        line("gatecheck").filter(|rest| *rest == "artifact 1")?;
        let module = line("module")?.parse().ok()?;
        let target = line("target")?;
        let engine = line("engine")?.parse().ok()?;
        let (native, size) = line("native")?.split_once(' ')?;
        let key = PublicKey::parse(line("key")?).ok()?;
        let signature = line("signature")?;
        let statement = header.get(..header.len() - signature.len() - "signature \n".len())?;
        let (native, size) = (native.parse().ok()?, size.parse().ok()?);
        let signature = BASE64_STANDARD.decode(signature).ok()?;
        let compressed = rest.get(1..)?;
        Some(Self { module, target, engine, native, size, key, signature, statement, compressed })
    }
}

#[cfg(test)]
mod tests {
    use super::super::key::PrivateKey;
    use super::super::platform::Architecture;
    use super::*;

    fn key(seed: u8) -> PrivateKey {
        PrivateKey::from_seed(&[seed; 32])
    }

    fn platform(architecture: Architecture) -> Platform {
        Platform::of(architecture).unwrap()
    }

    fn artifact(platform: &Platform, key: &PrivateKey) -> Vec<u8> {
        let unsigned = Unsigned::new(&module(), platform, b"native code", &key.public(), Compression::default());
        let signature = key.sign(unsigned.message());
        unsigned.signed(&signature)
    }

    fn module() -> Digest {
        Digest::of(b"module")
    }

    fn opened(artifact: &[u8]) -> Result<NativeCode, ArtifactError> {
        open(artifact, &module(), &platform(Architecture::X86_64), &[key(1).public(), key(2).public()])
    }

    #[test]
    fn what_a_trusted_key_signed_is_opened() {
        for seed in [1, 2] {
            let artifact = artifact(&platform(Architecture::X86_64), &key(seed));
            assert_eq!(opened(&artifact).unwrap().bytes(), b"native code");
        }
    }

    #[test]
    fn what_is_foreign_or_stale_is_not() {
        let here = platform(Architecture::X86_64);
        let error = |artifact: &[u8]| opened(artifact).unwrap_err();
        assert_eq!(error(&artifact(&here, &key(3))), ArtifactError::UnknownKey(key(3).public()));
        assert_eq!(
            error(&artifact(&platform(Architecture::Arm64), &key(1))),
            ArtifactError::OtherTarget("aarch64-unknown-linux-gnu".into())
        );
        let old = Platform { engine: Digest::of(b"old"), ..here.clone() };
        assert_eq!(error(&artifact(&old, &key(1))), ArtifactError::OtherEngine);
        let other = open(&artifact(&here, &key(1)), &Digest::of(b"other"), &here, &[key(1).public()]);
        assert_eq!(other.unwrap_err(), ArtifactError::OtherModule);
    }

    #[test]
    fn no_byte_can_be_changed_or_left_out() {
        let good = artifact(&platform(Architecture::X86_64), &key(1));
        for index in 0..good.len() {
            let mut bad = good.clone();
            bad[index] ^= 1;
            // The header of gzip holds what nobody reads: the name of a system, a time.
            assert!(opened(&bad).map_or(true, |native| native.bytes() == b"native code"), "changed at {index}");
            assert!(opened(&good[..index]).is_err(), "cut at {index}");
        }
        // Another signature of the same key, for other code.
        let text = String::from_utf8_lossy(&good).into_owned();
        let position = text.find("\n\n").unwrap() + 2;
        let mut other = good[..position].to_vec();
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(b"other code").unwrap();
        other.extend(gzip.finish().unwrap());
        assert_eq!(opened(&other).unwrap_err(), ArtifactError::Tampered);
    }
}
