//! What native code is made for: a target, and an engine with its configuration.

use std::env::consts::{ARCH, OS};
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use super::digest::Digest;
use super::engine::{self, EngineError};

/// A processor that Lambda functions run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Architecture {
    /// AWS Graviton.
    Arm64,
    /// Intel and AMD.
    X86_64,
}

impl Architecture {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Arm64, Self::X86_64];

    /// As Lambda calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86_64 => "x86_64",
        }
    }

    /// The target triple of functions on it.
    pub fn target(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64-unknown-linux-gnu",
            Self::X86_64 => "x86_64-unknown-linux-gnu",
        }
    }
}

impl FromStr for Architecture {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|architecture| architecture.name() == name).ok_or(())
    }
}

/// What native code is made for. Code for another platform than that of the process is never loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// A target triple.
    pub(super) target: String,
    /// Version and configuration of the engine.
    pub(super) engine: Digest,
}

impl Platform {
    /// The functions on this architecture.
    pub fn of(architecture: Architecture) -> Result<Self, EngineError> {
        Self::with_target(architecture.target())
    }

    /// This machine, if policies can be compiled for it ahead of their use.
    pub fn here() -> Result<Self, EngineError> {
        let vendor = if OS == "macos" { "apple-darwin" } else { "unknown-linux-gnu" };
        Self::with_target(&format!("{ARCH}-{vendor}"))
    }

    fn with_target(target: &str) -> Result<Self, EngineError> {
        let engine = engine::for_target(target).map_err(EngineError::Unsupported)?;
        let mut hasher = Sha256Hasher(Sha256::new());
        engine.precompile_compatibility_hash().hash(&mut hasher);
        Ok(Self { target: target.to_owned(), engine: Digest::from(hasher.0) })
    }

    /// Its target triple.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The name of the artifact that is made of a module for this platform. There is one for every module, engine and
    /// target: versions that follow each other do not disturb each other.
    pub fn artifact_name(&self, module: &Digest) -> String {
        let Self { target, engine } = self;
        format!("{}.cwasm", Digest::of(format!("{module} {engine} {target}").as_bytes()).short())
    }
}

/// The standard hashers differ from process to process or from version to version.
struct Sha256Hasher(Sha256);

impl Hasher for Sha256Hasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_is_the_same_every_time_and_no_other() {
        let platform = |architecture| Platform::of(architecture).unwrap();
        assert_eq!(platform(Architecture::X86_64), platform(Architecture::X86_64));
        assert_ne!(platform(Architecture::X86_64).engine, platform(Architecture::Arm64).engine);
        let name = platform(Architecture::X86_64).artifact_name(&Digest::of(b"a"));
        assert_eq!(name.strip_suffix(".cwasm").map(str::len), Some(16), "{name}");
        assert_ne!(name, platform(Architecture::X86_64).artifact_name(&Digest::of(b"b")));
        assert_ne!(name, platform(Architecture::Arm64).artifact_name(&Digest::of(b"a")));
        assert_eq!("arm64".parse(), Ok(Architecture::Arm64));
    }
}
