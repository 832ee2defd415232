//! A module: the WebAssembly component of a policy, compiled and linked to the fact families, and to nothing else.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;
use wasmtime::component::{Component, HasSelf, Linker};

use super::bindings::{PolicyPre, PolicyWorld};
use super::engine::Engine;
use super::sandbox::State;

/// A policy's code, ready to be instantiated.
pub struct Module {
    pub(super) pre: PolicyPre<State>,
}

/// What a module says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Name of the policy.
    pub name: String,
    /// Version of the policy.
    pub version: String,
    /// One sentence.
    pub summary: String,
    /// JSON Schema of its settings.
    pub settings_schema: String,
}

/// Why a module cannot be used.
#[derive(Debug, Error)]
pub enum ModuleError {
    /// No bundled policy has this name.
    #[error("no bundled policy is called `{name}`")]
    Unknown {
        /// What the policy document says.
        name: String,
        /// The remedy.
        remedy: String,
    },
    /// The file cannot be read.
    #[error("the module `{}` cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Its bytes are not those that the policy document names.
    #[error("the module `{reference}` has the SHA-256 digest `{found}`, not `{expected}`")]
    Digest {
        /// What the policy document says.
        reference: String,
        /// The digest it states.
        expected: String,
        /// The digest of the bytes.
        found: String,
    },
    /// The place is not supported here.
    #[error("modules cannot be had from `{reference}` here")]
    Unsupported {
        /// What the policy document says.
        reference: String,
    },
    /// Built for something else.
    #[cfg(feature = "compiler")]
    #[error("the module {0}")]
    Interface(#[from] super::version::InterfaceError),
    /// The engine refuses it.
    #[error("the module is refused: {}", .0.root_cause())]
    Refused(wasmtime::Error),
}

impl ModuleError {
    /// What to do about it.
    pub fn remedy(&self) -> Option<&str> {
        match self {
            Self::Unknown { remedy, .. } => Some(remedy),
            Self::Digest { .. } => Some("use the module that was reviewed, or state the digest of this one"),
            #[cfg(feature = "compiler")]
            Self::Interface(error) => Some(error.remedy()),
            _ => None,
        }
    }
}

impl Module {
    /// Compiles a component, after a look at what it imports.
    #[cfg(feature = "compiler")]
    pub fn compile(engine: &Engine, wasm: &[u8]) -> Result<Self, ModuleError> {
        super::version::check(wasm)?;
        let component = Component::new(&engine.wasmtime, wasm).map_err(ModuleError::Refused)?;
        Self::link(engine, &component)
    }

    /// Loads native code that is part of this very program: `'static` bytes that its build wrote with
    /// [`precompile`](super::precompile). Never give it bytes that came from anywhere else.
    pub fn built_in(engine: &Engine, artifact: &'static [u8]) -> Result<Self, ModuleError> {
        // SAFETY: `deserialize` runs whatever native code the bytes hold. They are compiled into this program by its own
        // build, so they are trusted as much as the program itself. A version or configuration that does not fit is an
        // error, not undefined behaviour.
        #[expect(unsafe_code, reason = "the one place that loads native code")]
        let component = unsafe { Component::deserialize(&engine.wasmtime, artifact) };
        Self::link(engine, &component.map_err(ModuleError::Refused)?)
    }

    fn link(engine: &Engine, component: &Component) -> Result<Self, ModuleError> {
        let mut linker = Linker::new(&engine.wasmtime);
        PolicyWorld::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut State| state)
            .map_err(ModuleError::Refused)?;
        let pre = linker.instantiate_pre(component).and_then(PolicyPre::new).map_err(ModuleError::Refused)?;
        Ok(Self { pre })
    }
}

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Module").finish_non_exhaustive()
    }
}
