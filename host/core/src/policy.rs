//! Policies: a module with its settings, under a name.

#[cfg(feature = "compiler")]
mod artifact;
mod bindings;
mod digest;
mod document;
mod engine;
mod functions;
mod imports;
mod key;
mod limits;
mod location;
#[cfg(feature = "compiler")]
mod meter;
mod module;
mod native;
#[cfg(feature = "compiler")]
mod platform;
mod sandbox;
mod scope;
#[cfg(feature = "compiler")]
mod shape;
#[cfg(feature = "compiler")]
mod version;
#[cfg(feature = "compiler")]
mod warm;
mod watchdog;
mod weight;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

#[cfg(feature = "compiler")]
pub use flate2::Compression;

#[cfg(feature = "compiler")]
pub use artifact::{ArtifactError, NativeCode, Unsigned as UnsignedArtifact, open as open_artifact};
pub use digest::{Digest, NotADigest};
pub use document::{ModuleReference, PolicyDocument};
#[cfg(feature = "compiler")]
pub use engine::precompile;
pub use engine::{Engine, EngineError};
pub use imports::Imports;
pub use key::{KeyError, PrivateKey, PublicKey};
pub use limits::{EntryLimits, Limits, LimitsError};
pub use location::{Image, Location, LocationError};
#[cfg(feature = "compiler")]
pub use meter::{Cost, Meter, MeteredModule};
pub use module::{Description, Module, ModuleError};
pub use native::BuiltIn;
#[cfg(feature = "compiler")]
pub use platform::{Architecture, Platform};
pub use scope::{Applies, Scope};
#[cfg(feature = "compiler")]
pub use version::{InterfaceError, check as check_interface};

pub(crate) use bindings::wit;
pub(crate) use limits::{Allowance, Limit};
pub(crate) use sandbox::{Bounds, Run, run};
#[cfg(feature = "compiler")]
pub(crate) use warm::Warm;

use crate::facts::Family;
use crate::report::Fault;

/// A policy in force.
#[derive(Debug)]
pub struct Policy {
    pub(crate) name: String,
    pub(crate) module: Arc<Module>,
    pub(crate) scope: Scope,
    pub(crate) limits: EntryLimits,
    /// File or parameter.
    pub(crate) source: String,
    /// JSON text.
    pub(crate) settings: String,
    /// Where the settings are written: file or parameter, and the JSON pointer that leads to them.
    pub(crate) place: String,
    /// What it read when it last judged a task: gathered ahead of the next one.
    pub(crate) reads: Mutex<BTreeSet<Family>>,
}

impl Policy {
    /// The policy of a document and its module.
    pub(crate) fn new(document: PolicyDocument, module: Arc<Module>) -> Self {
        Self {
            settings: document.settings_text(),
            name: document.name,
            module,
            scope: document.scope,
            limits: document.limits,
            source: document.source,
            place: document.place,
            reads: Mutex::default(),
        }
    }

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
    warnings: Vec<String>,
}

impl PolicySet {
    /// The policies of `documents`; `module` has the module of each. What has none is a fault of that policy alone.
    pub fn load(
        documents: impl IntoIterator<Item = Result<PolicyDocument, Fault>>,
        mut module: impl FnMut(&PolicyDocument) -> Result<Arc<Module>, Fault>,
    ) -> Self {
        let mut set = Self::default();
        for document in documents {
            let loaded = document.and_then(|document| {
                set.warnings.extend(document.warning());
                let module = module(&document)?;
                Ok(Policy::new(document, module))
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

    /// What authors of policies may not expect, with its place.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// What each policy has read so far, and what it ever could.
    pub fn reads(&self, engine: &Engine) -> impl Iterator<Item = Reads<'_>> {
        self.policies.iter().map(|policy| Reads {
            policy: &policy.name,
            read: policy.remembered_reads(),
            readable: policy.module.imports(engine).families,
        })
    }

    /// Names of the policies that are judged.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.policies.iter().map(|policy| policy.name.as_str())
    }
}

/// The facts of one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reads<'a> {
    /// Name of the policy.
    pub policy: &'a str,
    /// What it read of the tasks that it has judged to the end.
    pub read: BTreeSet<Family>,
    /// What its module can ever read.
    pub readable: BTreeSet<Family>,
}

/// A remedy as it stands behind its cause.
pub(crate) fn remedy(remedy: Option<&str>) -> String {
    remedy.map(|remedy| format!("; {remedy}")).unwrap_or_default()
}
