//! What policies run on here: the engine, and the modules it gets, with what a laptop allows that a function does not.

use std::collections::BTreeMap;
use std::env;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gatecheck_core::policy::{
    Digest, Engine, Limits, Location, Module, ModuleReference, NativeCode, Platform, PolicyDocument,
};
use gatecheck_core::report::Fault;
use gatecheck_store::fetch::Fetcher;
#[cfg(feature = "network")]
use gatecheck_store::fetch::Remote;
use gatecheck_store::{CompileLimits, Compiler, Disk, LoadError, Loaded, ModuleStore};

use crate::input::InputError;
use crate::progress;

/// What is on the way longer will not come.
const PATIENCE: Duration = Duration::from_mins(5);

/// What compiling a module may take, in bytes. The largest ones, of Python, take 330 MiB.
const MEMORY: u64 = 4 << 30;

/// Documents by where they are written.
pub(crate) type Documents = BTreeMap<String, Result<PolicyDocument, Fault>>;

/// What policies run on.
pub(crate) struct Host {
    pub(crate) engine: Arc<Engine>,
    pub(crate) modules: ModuleStore,
    #[cfg(feature = "network")]
    pub(crate) remote: Arc<Remote>,
}

impl Host {
    pub(crate) fn new() -> Result<Self, InputError> {
        Self::with_remote(
            #[cfg(feature = "network")]
            crate::remote::remote(),
        )
    }

    /// One that asks elsewhere than the environment says.
    pub(crate) fn with_remote(#[cfg(feature = "network")] remote: Arc<Remote>) -> Result<Self, InputError> {
        let engine = Arc::new(Engine::with_limits(Limits::from_lookup(|name| env::var(name).ok())?)?);
        let disk = Disk::new(cache_folder());
        #[cfg(feature = "network")]
        let fetcher = Fetcher::of_files_and_remote(Arc::clone(&remote));
        #[cfg(not(feature = "network"))]
        let fetcher = Fetcher::of_files();
        let compiler = Compiler::new(CompileLimits { time: PATIENCE, memory: MEMORY });
        let modules = ModuleStore::new(Arc::clone(&engine), fetcher, Vec::new(), compiler, disk);
        Ok(Self {
            engine,
            modules,
            #[cfg(feature = "network")]
            remote,
        })
    }

    /// The modules of documents.
    pub(crate) async fn load(&self, documents: impl IntoIterator<Item = &PolicyDocument>) -> Loaded {
        let modules = documents.into_iter().map(|document| &document.module);
        progress::show("loading modules", self.modules.load(modules, patience())).await
    }

    /// The module at a reference.
    pub(crate) async fn module(&self, reference: &ModuleReference) -> Result<Arc<Module>, Arc<LoadError>> {
        progress::show("loading the module", self.modules.get(reference, patience())).await
    }

    /// The bytes at a location.
    pub(crate) async fn bytes(&self, location: &Location, sha256: Option<&Digest>) -> Result<Vec<u8>, Arc<LoadError>> {
        let bytes = self.modules.bytes(location, sha256, patience());
        progress::show("fetching the module", bytes).await.map_err(Arc::new)
    }

    /// The module that bytes are.
    pub(crate) async fn module_of(&self, location: &Location, wasm: &[u8]) -> Result<Arc<Module>, Arc<LoadError>> {
        let compiling = async { self.modules.module(location, wasm, patience()) };
        progress::show("compiling the module", compiling).await.map(Arc::new).map_err(Arc::new)
    }

    /// The documents of the policies at or below a parameter.
    #[cfg(feature = "network")]
    pub(crate) async fn policies_at(&self, name: &str) -> Result<Documents, InputError> {
        crate::remote::policies_at(&self.remote, name).await
    }

    /// There are no parameters on this machine.
    #[cfg(not(feature = "network"))]
    #[expect(clippy::unused_async, reason = "only the network is waited for")]
    pub(crate) async fn policies_at(&self, name: &str) -> Result<Documents, InputError> {
        Err(InputError::NoNetwork { reference: format!("ssm:{name}") })
    }

    /// What bytes are for a platform.
    pub(crate) async fn native(
        &self,
        what: &'static str,
        location: &Location,
        wasm: &[u8],
        platform: &Platform,
    ) -> Result<NativeCode, Arc<LoadError>> {
        let compiling = async { self.modules.native(location, wasm, platform, patience()) };
        progress::show(what, compiling).await.map_err(Arc::new)
    }
}

/// Until when a module is waited for.
fn patience() -> Instant {
    Instant::now() + PATIENCE
}

/// Where compiled modules are kept: `$XDG_CACHE_HOME/gatecheck` or `~/.cache/gatecheck`.
fn cache_folder() -> PathBuf {
    let set = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = set("XDG_CACHE_HOME").or_else(|| env::home_dir().map(|home| home.join(".cache")));
    cache.unwrap_or_else(env::temp_dir).join("gatecheck")
}
