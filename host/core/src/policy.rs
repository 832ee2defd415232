//! Policies: a module with its settings, under a name.

mod bindings;
mod document;
mod engine;
mod imports;
mod module;
mod sandbox;
mod scope;
mod strict;
#[cfg(feature = "compiler")]
mod version;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

pub use document::{ModuleReference, PolicyDocument};
#[cfg(feature = "compiler")]
pub use engine::precompile;
pub use engine::{Engine, EngineError};
pub use imports::Imports;
pub use module::{Description, Module, ModuleError};
pub use sandbox::limits;
pub use scope::Scope;
#[cfg(feature = "compiler")]
pub use version::InterfaceError;

pub(crate) use bindings::wit;
pub(crate) use sandbox::{Run, run};
pub(crate) use scope::Applies;

use crate::facts::Family;
use crate::report::Fault;

/// A policy in force.
#[derive(Debug)]
pub struct Policy {
    pub(crate) name: String,
    pub(crate) module: Arc<Module>,
    pub(crate) scope: Scope,
    /// JSON text.
    pub(crate) settings: String,
    /// Where the settings are written: file or parameter, and the JSON pointer that leads to them.
    pub(crate) place: String,
    /// What it read when it last judged a task: gathered ahead of the next one.
    pub(crate) reads: Mutex<BTreeSet<Family>>,
}

impl Policy {
    /// What it read when it last judged a task.
    pub(crate) fn remembered_reads(&self) -> BTreeSet<Family> {
        self.reads.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn remember_reads(&self, reads: &BTreeSet<Family>) {
        self.reads.lock().unwrap_or_else(PoisonError::into_inner).extend(reads);
    }
}

/// All policies in force, and the faults of those that could not be loaded.
#[derive(Debug, Default)]
pub struct PolicySet {
    pub(crate) policies: Vec<Policy>,
    pub(crate) faults: Vec<Fault>,
}

impl PolicySet {
    /// Loads `documents`; `resolve` finds the module that a document names. What cannot be loaded is a fault of that policy
    /// alone.
    pub fn load(
        documents: impl IntoIterator<Item = Result<PolicyDocument, Fault>>,
        mut resolve: impl FnMut(&ModuleReference) -> Result<Arc<Module>, ModuleError>,
    ) -> Self {
        let mut set = Self::default();
        for document in documents {
            let loaded = document.and_then(|document| match resolve(&document.module) {
                Ok(module) => Ok(Policy {
                    name: document.name,
                    module,
                    scope: document.scope,
                    settings: document.settings.to_string(),
                    place: document.place,
                    reads: Mutex::default(),
                }),
                Err(error) => Err(document.without_module(&error)),
            });
            match loaded {
                Ok(policy) => set.policies.push(policy),
                Err(fault) => set.faults.push(fault),
            }
        }
        set
    }

    /// No policy can be judged.
    pub fn is_empty(&self) -> bool {
        self.policies.is_empty()
    }

    /// Policies that could not be loaded.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Names of the policies that are judged.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.policies.iter().map(|policy| policy.name.as_str())
    }
}

/// Modules by where they are: each is loaded once, however many policies use it.
#[derive(Debug, Clone, Default)]
pub struct Modules(HashMap<ModuleReference, Arc<Module>>);

impl Modules {
    /// The module at `reference`; `load` gets it the first time.
    pub fn get(
        &mut self,
        reference: &ModuleReference,
        load: impl FnOnce(&ModuleReference) -> Result<Module, ModuleError>,
    ) -> Result<Arc<Module>, ModuleError> {
        if let Some(module) = self.0.get(reference) {
            return Ok(Arc::clone(module));
        }
        let module = Arc::new(load(reference)?);
        self.0.insert(reference.clone(), Arc::clone(&module));
        Ok(module)
    }
}

/// A remedy as it stands behind its cause.
pub(crate) fn remedy(remedy: Option<&str>) -> String {
    remedy.map(|remedy| format!("; {remedy}")).unwrap_or_default()
}
