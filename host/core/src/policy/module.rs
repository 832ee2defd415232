//! A module: the WebAssembly component of a policy, compiled and linked to the fact families, and to nothing else.

use std::fmt;

use thiserror::Error;
use wasmtime::component::{Component, Linker};

#[cfg(feature = "compiler")]
use super::artifact::NativeCode;
use super::bindings::PolicyPre;
use super::engine::Engine;
use super::functions;
#[cfg(feature = "compiler")]
use super::native;
use super::native::BuiltIn;
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
    /// Built for something else.
    #[cfg(feature = "compiler")]
    #[error("the module {0}")]
    Interface(#[from] super::version::InterfaceError),
    /// The engine refuses it.
    #[error("the module is refused: {0:#}")]
    Refused(wasmtime::Error),
}

impl ModuleError {
    /// What to do about it.
    pub fn remedy(&self) -> Option<&str> {
        match self {
            Self::Unknown { remedy, .. } => Some(remedy),
            #[cfg(feature = "compiler")]
            Self::Interface(error) => Some(error.remedy()),
            Self::Refused(_) => None,
        }
    }

    /// It may be good, but there was not enough memory to tell.
    pub fn is_out_of_memory(&self) -> bool {
        matches!(self, Self::Refused(error) if error.is::<wasmtime::OutOfMemory>())
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

    /// Loads native code that is part of this very program.
    pub fn built_in(engine: &Engine, native: BuiltIn) -> Result<Self, ModuleError> {
        Self::link(engine, &native.load(engine).map_err(ModuleError::Refused)?)
    }

    /// Loads native code that a trusted key has signed.
    #[cfg(feature = "compiler")]
    pub fn signed(engine: &Engine, native: &NativeCode) -> Result<Self, ModuleError> {
        Self::link(engine, &native::load(engine, native).map_err(ModuleError::Refused)?)
    }

    fn link(engine: &Engine, component: &Component) -> Result<Self, ModuleError> {
        let mut linker = Linker::new(&engine.wasmtime);
        let pre = functions::link(&mut linker)
            .and_then(|()| linker.instantiate_pre(component))
            .and_then(PolicyPre::new)
            .map_err(ModuleError::Refused)?;
        Ok(Self { pre })
    }
}

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Module").finish_non_exhaustive()
    }
}
