//! What sections share: the engine with the bundled policy, the programs that are built for them, and how much to measure.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use gatecheck_core::policy::{
    Compression, Digest, Engine, Module, NativeCode, Platform, PrivateKey, UnsignedArtifact, open_artifact,
};

use crate::child::{self, Package};
use crate::progress::Progress;
use crate::timing::Effort;

/// What is at hand for every section.
#[derive(Debug)]
pub struct Bench {
    /// Less of everything: a look whether it works, not a measurement.
    pub quick: bool,
    /// What is going on.
    pub progress: Progress,
    /// The engine of production.
    pub engine: Engine,
    /// The bundled allow-list, loaded as production does it.
    pub allow_list: Arc<Module>,
    /// The release build of the command line.
    pub gatecheck: PathBuf,
    floor: OnceCell<PathBuf>,
    bootstrap: OnceCell<PathBuf>,
}

impl Bench {
    /// Starts the engine; `gatecheck` is the release build of the command line.
    pub fn new(quick: bool, progress: Progress, gatecheck: PathBuf) -> Result<Self> {
        let engine = Engine::new()?;
        let allow_list = Arc::new(gatecheck_bundled::module(&engine, "allow-list")?);
        let (floor, bootstrap) = Default::default();
        Ok(Self { quick, progress, engine, allow_list, gatecheck, floor, bootstrap })
    }

    /// Times of microseconds.
    pub fn effort(&self) -> Effort {
        if self.quick {
            Effort { batches: 30, batch: Duration::from_millis(1), calls: 10 }
        } else {
            Effort { batches: 300, batch: Duration::from_millis(3), calls: 10 }
        }
    }

    /// So many of what takes long.
    pub fn times(&self, full: usize, quick: usize) -> usize {
        if self.quick { quick } else { full }
    }

    /// The program that Lambda starts, as it is shipped.
    pub fn bootstrap(&self) -> Result<&Path> {
        self.built(&self.bootstrap, &Package { workspace: &root(), name: "gatecheck-lambda", binary: "bootstrap" })
    }

    /// The function that does nothing.
    pub fn floor(&self) -> Result<&Path> {
        self.built(&self.floor, &Package { workspace: here(), name: "gatecheck-floor", binary: "floor" })
    }

    fn built<'a>(&self, kept: &'a OnceCell<PathBuf>, package: &Package<'_>) -> Result<&'a Path> {
        if kept.get().is_none() {
            self.progress.say(&format!("building {} (minutes, the first time)", package.binary));
            let _ = kept.set(child::build(package, &[])?);
        }
        kept.get().map(PathBuf::as_path).context("it was built")
    }

    /// A folder that is kept for the next run.
    pub fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = here().join("target").join(name);
        std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        Ok(folder)
    }
}

/// This workspace.
pub fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Gatecheck's workspace.
pub fn root() -> PathBuf {
    here().ancestors().nth(2).unwrap_or(here()).to_owned()
}

/// Compiles a component as `gatecheck publish` does, down to the signature without which nothing is loaded.
pub fn native(wasm: &[u8], platform: &Platform) -> Result<NativeCode> {
    // Nobody else has to trust what this process makes for itself.
    let key = PrivateKey::from_seed(&[7; 32]);
    let module = Digest::of(wasm);
    let code = platform.precompile(wasm)?;
    let unsigned = UnsignedArtifact::new(&module, platform, &code, &key.public(), Compression::none());
    let signature = key.sign(unsigned.message());
    Ok(open_artifact(&unsigned.signed(&signature), &module, platform, &[key.public()])?)
}

/// Faults as an error.
pub fn faulty(faults: &[gatecheck_core::report::Fault]) -> anyhow::Error {
    anyhow!("{}", faults.iter().map(|fault| fault.detail.as_str()).collect::<Vec<_>>().join("; "))
}
