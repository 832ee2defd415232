//! From a reference to a module that can be instantiated, by the shortest way: what is in memory, what this machine has
//! compiled before, what the operator has compiled and signed, and at last the WebAssembly bytes themselves.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use futures_util::future::join_all;
use gatecheck_core::policy::{
    Digest, Engine, EngineError, Location, Module, ModuleError, ModuleReference, NativeCode, Platform, PolicyDocument,
    PublicKey, check_interface, open_artifact,
};
use gatecheck_core::report::Fault;
use thiserror::Error;

use crate::compile::{CompileError, Compiler};
use crate::counts::Counts;
use crate::disk::{Disk, KeepError};
use crate::fetch::{FetchError, Fetcher, Kind};

/// Gets modules and keeps them.
#[derive(Debug)]
pub struct ModuleStore {
    engine: Arc<Engine>,
    fetcher: Fetcher,
    /// Whose artifacts are loaded.
    trusted: Vec<PublicKey>,
    compiler: Compiler,
    disk: Disk,
    /// Made when it is needed: it takes an engine of its own.
    platform: OnceLock<Platform>,
    kept: Mutex<HashMap<Key, Kept>>,
    /// What was done since someone last looked.
    pub counts: Counts,
}

/// What modules are kept by: the same bytes are one module, wherever they are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Key {
    Bundled(String),
    Bytes(Digest),
}

/// A module, or why there is none.
pub type Kept = Result<Arc<Module>, Arc<LoadError>>;

/// The modules of some references.
pub type Loaded = HashMap<ModuleReference, Kept>;

/// What is at a reference.
enum Found {
    /// What is known already.
    Kept(Kept),
    /// A module that needed no compiler.
    Module(Module),
    /// The bytes of one that does, and where they are from.
    Bytes(Location, Vec<u8>),
}

/// Why there is no module.
#[derive(Debug, Error)]
pub enum LoadError {
    /// It is not one, or not for this host.
    #[error(transparent)]
    Module(#[from] ModuleError),
    /// Its bytes cannot be had.
    #[error("the module `{}` cannot be had: {source}", location.shown())]
    Fetch {
        /// Where it should be.
        location: Box<Location>,
        /// Why.
        source: FetchError,
    },
    /// Its bytes are not those that the policy document names.
    #[error("the module `{}` has the SHA-256 digest `{found}`, not `{expected}`", location.shown())]
    Digest {
        /// Where it is.
        location: Box<Location>,
        /// The digest that the document states.
        expected: Digest,
        /// The digest of the bytes.
        found: Digest,
    },
    /// It cannot be compiled.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// The engine does not compile for this machine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// What was compiled cannot be used.
    #[error(transparent)]
    Keep(#[from] KeepError),
}

impl LoadError {
    /// What to do about it.
    pub fn remedy(&self) -> Option<String> {
        match self {
            Self::Module(error) => error.remedy().map(str::to_owned),
            Self::Fetch { source, .. } => source.remedy(),
            Self::Digest { .. } => Some("use the module that was reviewed, or state the digest of this one".to_owned()),
            Self::Compile(error) => error.remedy().map(str::to_owned),
            Self::Engine(_) | Self::Keep(_) => None,
        }
    }

    /// It may work another time, with the same reference.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Fetch { .. } | Self::Digest { .. } | Self::Compile(CompileError::Deadline(_)))
    }
}

impl ModuleStore {
    /// A store that has nothing yet. `trusted` are the operator's keys.
    pub fn new(engine: Arc<Engine>, fetcher: Fetcher, trusted: Vec<PublicKey>, compiler: Compiler, disk: Disk) -> Self {
        Self {
            engine,
            fetcher,
            trusted,
            compiler,
            disk,
            platform: OnceLock::new(),
            kept: Mutex::default(),
            counts: Counts::default(),
        }
    }

    /// This machine.
    fn platform(&self) -> Result<&Platform, EngineError> {
        if let Some(platform) = self.platform.get() {
            return Ok(platform);
        }
        let platform = Platform::here()?;
        Ok(self.platform.get_or_init(|| platform))
    }

    /// The modules at `references`, as far as they can be had until `deadline`, and no others from now on: what is not
    /// referred to any more is forgotten.
    pub async fn load(&self, references: impl IntoIterator<Item = &ModuleReference>, deadline: Instant) -> Loaded {
        let mut groups: BTreeMap<Key, Vec<&ModuleReference>> = BTreeMap::new();
        let mut singles = Vec::new();
        for reference in references {
            match Key::of(reference) {
                Some(key) => {
                    let group = groups.entry(key).or_default();
                    if !group.contains(&reference) {
                        group.push(reference);
                    }
                }
                None if singles.contains(&vec![reference]) => {}
                None => singles.push(vec![reference]),
            }
        }
        self.kept().retain(|key, _| groups.contains_key(key));
        let finding = groups.into_values().chain(singles).map(async |group| self.find_any(group, deadline).await);
        let groups = join_all(finding).await;
        let is_uncompiled = |found: &Option<_>| matches!(found, Some(Ok(Found::Bytes(..))));
        let mut uncompiled = groups.iter().flatten().filter(|(_, found)| is_uncompiled(found)).count();
        let mut loaded = HashMap::new();
        // Compiled one after the other, since each takes most of the memory. None may take the time of those behind it.
        for group in groups {
            let mut same = None;
            for (reference, found) in group {
                let now = Instant::now();
                let share =
                    deadline.saturating_duration_since(now) / u32::try_from(uncompiled.max(1)).unwrap_or(u32::MAX);
                uncompiled -= usize::from(is_uncompiled(&found));
                let module = found.map(|found| self.finish(reference, found, now + share)).or(same);
                loaded.extend(module.clone().map(|module| (reference.clone(), module)));
                same = module;
            }
        }
        loaded
    }

    /// The module at `reference`.
    pub async fn get(&self, reference: &ModuleReference, deadline: Instant) -> Kept {
        let found = self.find(reference, deadline).await;
        self.finish(reference, found, deadline)
    }

    /// What is at the first of these references that has it, or why they have not. Nothing is asked of those behind it: the
    /// bytes are the same.
    async fn find_any<'a>(
        &self,
        references: Vec<&'a ModuleReference>,
        deadline: Instant,
    ) -> Vec<(&'a ModuleReference, Option<Result<Found, LoadError>>)> {
        let mut all = Vec::new();
        let mut is_found = false;
        for reference in references {
            let found = if is_found { None } else { Some(self.find(reference, deadline).await) };
            is_found |= found.as_ref().is_some_and(Result::is_ok);
            all.push((reference, found));
        }
        all
    }

    /// What is at `reference`, by the shortest way, before it is compiled.
    async fn find(&self, reference: &ModuleReference, deadline: Instant) -> Result<Found, LoadError> {
        if let Some(kept) = Key::of(reference).and_then(|key| self.kept().get(&key).cloned()) {
            return Ok(Found::Kept(kept));
        }
        let (location, sha256) = match reference {
            ModuleReference::Bundled(name) => return Ok(Found::Module(gatecheck_bundled::module(&self.engine, name)?)),
            ModuleReference::Elsewhere { location, sha256 } => (location, sha256.as_ref()),
        };
        let platform = self.platform()?;
        // A file is read every time: it can have changed, and then it is not what the document means any more.
        if let Some(digest) = sha256.filter(|_| !matches!(location, Location::File(_))) {
            if let Some(native) = self.disk.get(digest, platform) {
                return Ok(Found::Module(Module::signed(&self.engine, &native)?));
            }
            if let Some(module) = self.artifact(location, digest, platform, deadline).await {
                return Ok(Found::Module(module));
            }
        }
        Ok(Found::Bytes(location.clone(), self.bytes(location, sha256, deadline).await?))
    }

    /// Makes a module of what was found, and keeps it; or why there is none, if that will not change.
    fn finish(&self, reference: &ModuleReference, found: Result<Found, LoadError>, deadline: Instant) -> Kept {
        let loaded = match found {
            Ok(Found::Kept(kept)) => return kept,
            Ok(Found::Module(module)) => Ok(module),
            Ok(Found::Bytes(location, wasm)) => self.module(&location, &wasm, deadline),
            Err(error) => Err(error),
        };
        let loaded = loaded.map(Arc::new).map_err(Arc::new);
        if let Some(key) = Key::of(reference)
            && loaded.as_ref().map_or_else(|error| !error.may_pass(), |_| true)
        {
            self.kept().insert(key, loaded.clone());
        }
        loaded
    }

    /// The module that bytes from `location` are.
    pub fn module(&self, location: &Location, wasm: &[u8], deadline: Instant) -> Result<Module, LoadError> {
        let native = self.native(location, wasm, self.platform()?, deadline)?;
        Ok(Module::signed(&self.engine, &native)?)
    }

    /// What bytes from `location` are for a platform: compiled, unless this machine has done that before.
    pub fn native(
        &self,
        location: &Location,
        wasm: &[u8],
        platform: &Platform,
        deadline: Instant,
    ) -> Result<NativeCode, LoadError> {
        check_interface(wasm).map_err(ModuleError::from)?;
        let digest = Digest::of(wasm);
        if let Some(native) = self.disk.get(&digest, platform) {
            return Ok(native);
        }
        let compiled = self.compile(location, wasm, &digest, platform, deadline)?;
        Ok(self.disk.keep(&digest, platform, &compiled)?)
    }

    /// The bytes of a module, which have the digest that is stated, if one is.
    pub async fn bytes(
        &self,
        location: &Location,
        sha256: Option<&Digest>,
        deadline: Instant,
    ) -> Result<Vec<u8>, LoadError> {
        self.counts.add(|counts| &mut counts.modules_fetched);
        let fetched = self.fetcher.get(location, Kind::Module, sha256, deadline).await;
        let wasm = fetched.map_err(|source| LoadError::Fetch { location: Box::new(location.clone()), source })?;
        match (sha256, Digest::of(&wasm)) {
            (Some(expected), found) if found != *expected => {
                Err(LoadError::Digest { location: Box::new(location.clone()), expected: *expected, found })
            }
            _ => Ok(wasm),
        }
    }

    /// What the operator has compiled of the module and signed. Anything that is wrong with it is told, and no more: the
    /// module itself is still there.
    async fn artifact(
        &self,
        location: &Location,
        digest: &Digest,
        platform: &Platform,
        deadline: Instant,
    ) -> Option<Module> {
        if self.trusted.is_empty() {
            return None;
        }
        let beside = location.beside(&platform.artifact_name(digest));
        let ignored = |why: &str| {
            self.counts.add(|counts| &mut counts.artifacts_ignored);
            tracing::warn!("the artifact `{}` is not used: {why}", beside.shown());
        };
        let artifact = match self.fetcher.get(&beside, Kind::Artifact, None, deadline).await {
            Ok(artifact) => artifact,
            Err(error) if error.is_not_found() => return None,
            Err(error) => {
                ignored(&error.to_string());
                return None;
            }
        };
        let opened = open_artifact(&artifact, digest, platform, &self.trusted).map_err(|error| error.to_string());
        let loaded = opened.and_then(|native| Module::signed(&self.engine, &native).map_err(|error| error.to_string()));
        match loaded {
            Ok(module) => {
                self.counts.add(|counts| &mut counts.artifacts_loaded);
                Some(module)
            }
            Err(why) => {
                ignored(&why);
                None
            }
        }
    }

    fn compile(
        &self,
        location: &Location,
        wasm: &[u8],
        digest: &Digest,
        platform: &Platform,
        deadline: Instant,
    ) -> Result<Vec<u8>, CompileError> {
        self.counts.add(|counts| &mut counts.modules_compiled);
        let started = Instant::now();
        let native = self.compiler.compile(wasm, digest, platform, deadline.saturating_duration_since(started))?;
        tracing::warn!(
            seconds = started.elapsed().as_secs_f64(),
            "the module `{}` had to be compiled here; `gatecheck publish --key` does it ahead",
            location.shown()
        );
        Ok(native)
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<Key, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The module of a document, among those that were loaded for it and others.
pub fn module_of(loaded: &Loaded, document: &PolicyDocument) -> Result<Arc<Module>, Fault> {
    match loaded.get(&document.module) {
        Some(Ok(module)) => Ok(Arc::clone(module)),
        Some(Err(error)) => Err(document.without_module(error, error.remedy().as_deref())),
        None => Err(document.without_module(&"it was not loaded", None)),
    }
}

impl Key {
    /// Nothing where the bytes may change at any time.
    fn of(reference: &ModuleReference) -> Option<Self> {
        match reference {
            ModuleReference::Bundled(name) => Some(Self::Bundled(name.clone())),
            ModuleReference::Elsewhere { sha256, .. } => sha256.map(Self::Bytes),
        }
    }
}
