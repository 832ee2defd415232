//! Artifacts: bytes become native code only if they are what a trusted key has signed.

use std::sync::LazyLock;

use gatecheck_core::policy::{
    Architecture, Compression, Digest, Platform, PrivateKey, PublicKey, UnsignedArtifact, open_artifact,
};

use crate::random::Random;

const NATIVE: &[u8] =
    b"native code, and not a little of it, so that there is something to compress: code code code code";

/// What the bytes claim to be an artifact of.
struct Signed {
    module: Digest,
    platform: Platform,
    trusted: [PublicKey; 1],
    artifact: Vec<u8>,
}

static SIGNED: LazyLock<Signed> = LazyLock::new(|| {
    let module = Digest::of(b"module");
    let platform = Platform::of(Architecture::X86_64).expect("an engine");
    let key = PrivateKey::from_seed(&[7; 32]);
    let unsigned = UnsignedArtifact::new(&module, &platform, NATIVE, &key.public(), Compression::default());
    let signature = key.sign(unsigned.message());
    Signed { module, platform, trusted: [key.public()], artifact: unsigned.signed(&signature) }
});

/// Opens the bytes as they are, and the bytes as a change of what was signed: the first two say where, the third says how many
/// they stand for.
pub fn run(data: &[u8]) {
    open(data);
    let Some((&[low, high, length], change)) = data.split_first_chunk() else { return };
    let mut artifact = SIGNED.artifact.clone();
    let start = (usize::from(low) | usize::from(high) << 8) % artifact.len();
    let end = (start + usize::from(length)).min(artifact.len());
    artifact.splice(start..end, change.iter().copied());
    open(&artifact);
}

fn open(artifact: &[u8]) {
    let Signed { module, platform, trusted, .. } = &*SIGNED;
    match open_artifact(artifact, module, platform, trusted) {
        Ok(native) => assert_eq!(native.bytes(), NATIVE, "this was never signed"),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// A change that is like another one; or a part of what was signed, to be changed.
pub fn mutate(data: &[u8], random: &mut Random) -> Vec<u8> {
    let mut data = data.to_vec();
    let artifact = &SIGNED.artifact;
    match random.below(3) {
        0 => {
            let from = random.below(artifact.len());
            let to = (from + random.below(200)).min(artifact.len());
            let place = random.below(data.len() + 1);
            data.splice(place..place, artifact[from..to].iter().copied());
        }
        1 if !data.is_empty() => _ = data.remove(random.below(data.len())),
        _ => {
            let place = random.below(data.len() + 1);
            data.insert(place, random.number().to_le_bytes()[0]);
        }
    }
    data
}
