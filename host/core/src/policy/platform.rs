//! What native code is made for: a target, and an engine with its configuration.

use std::env::consts::{ARCH, OS};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use super::digest::Digest;
use super::engine::{self, EngineError, Purpose};
use super::module::ModuleError;

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
    pub(super) purpose: Purpose,
}

impl Platform {
    /// The functions on this architecture.
    pub fn of(architecture: Architecture) -> Result<Self, EngineError> {
        Self::with_target(architecture.target(), Purpose::Judging)
    }

    /// This machine, if policies can be compiled for it ahead of their use.
    pub fn here() -> Result<Self, EngineError> {
        Self::with_target(&target_here(), Purpose::Judging)
    }

    /// This machine, for a [`Meter`](super::Meter).
    pub fn metering() -> Result<Self, EngineError> {
        Self::with_target(&target_here(), Purpose::Metering)
    }

    /// The platform whose [`Display`](fmt::Display) this is.
    pub fn named(name: &str) -> Result<Self, EngineError> {
        match name.strip_suffix(METERING) {
            Some(target) => Self::with_target(target, Purpose::Metering),
            None => Self::with_target(name, Purpose::Judging),
        }
    }

    fn with_target(target: &str, purpose: Purpose) -> Result<Self, EngineError> {
        let engine = engine::for_target(target, purpose).map_err(EngineError::Unsupported)?;
        let mut hasher = Sha256Hasher(Sha256::new());
        engine.precompile_compatibility_hash().hash(&mut hasher);
        Ok(Self { target: target.to_owned(), engine: Digest::from(hasher.0), purpose })
    }

    /// Compiles a component for it, after a look at what it imports.
    pub fn precompile(&self, component: &[u8]) -> Result<Vec<u8>, ModuleError> {
        engine::precompile_for(component, &self.target, self.purpose)
    }

    /// Its target triple.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The name of the artifact that is made of a module for this platform. There is one for every module, engine and
    /// target: versions that follow each other do not disturb each other.
    pub fn artifact_name(&self, module: &Digest) -> String {
        let Self { target, engine, .. } = self;
        format!("{}.cwasm", Digest::of(format!("{module} {engine} {target}").as_bytes()).short())
    }
}

/// Marks the platform of a [`Meter`](super::Meter).
const METERING: &str = "+metering";

/// As a child process is told.
impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.target)?;
        if self.purpose == Purpose::Metering { f.write_str(METERING) } else { Ok(()) }
    }
}

fn target_here() -> String {
    let vendor = if OS == "macos" { "apple-darwin" } else { "unknown-linux-gnu" };
    format!("{ARCH}-{vendor}")
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

    #[test]
    fn what_is_compiled_to_be_measured_is_kept_apart() {
        let (judging, metering) = (Platform::here().unwrap(), Platform::metering().unwrap());
        assert_eq!(judging.target, metering.target);
        assert_ne!(judging.engine, metering.engine);
        for platform in [&judging, &metering] {
            assert_eq!(Platform::named(&platform.to_string()).unwrap(), *platform);
        }
        let module = Digest::of(b"a");
        assert_ne!(judging.artifact_name(&module), metering.artifact_name(&module));
    }
}
