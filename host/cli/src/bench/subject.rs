//! A policy that is measured: its module as it judges, and as it is counted, with the sizes of both.

use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use gatecheck_core::policy::{
    Location, Meter, MeteredModule, Module, ModuleError, ModuleReference, Platform, PolicyDocument,
};
use gatecheck_core::report::Fault;
use gatecheck_store::LoadError;

use super::figures::Sizes;
use crate::host::Host;
use crate::input::InputError;
use crate::progress;

/// A module in both shapes.
pub(super) struct Subject {
    pub(super) module: Arc<Module>,
    pub(super) metered: MeteredModule,
    pub(super) sizes: Sizes,
}

/// Loads modules, each once.
pub(super) struct Subjects<'a> {
    host: &'a Host,
    pub(super) meter: Meter,
    here: Platform,
    metering: Platform,
    loaded: HashMap<ModuleReference, Result<Rc<Subject>, Arc<LoadError>>>,
}

impl<'a> Subjects<'a> {
    pub(super) fn new(host: &'a Host) -> Result<Self, InputError> {
        let (here, metering) = (Platform::here()?, Platform::metering()?);
        Ok(Self { host, meter: Meter::new(&host.engine)?, here, metering, loaded: HashMap::new() })
    }

    /// The module of a document.
    pub(super) async fn get(&mut self, document: &PolicyDocument) -> Result<Rc<Subject>, Fault> {
        let reference = &document.module;
        if !self.loaded.contains_key(reference) {
            let subject = self.load(reference).await.map(Rc::new);
            self.loaded.insert(reference.clone(), subject);
        }
        match self.loaded.get(reference) {
            Some(Ok(subject)) => Ok(Rc::clone(subject)),
            Some(Err(error)) => Err(document.without_module(error, error.remedy().as_deref())),
            None => Err(document.without_module(&"it was not loaded", None)),
        }
    }

    async fn load(&self, reference: &ModuleReference) -> Result<Subject, Arc<LoadError>> {
        let refused = |error: ModuleError| Arc::new(LoadError::from(error));
        let (location, wasm, module, native) = match reference {
            ModuleReference::Bundled(name) => {
                let module = self.host.module(reference).await?;
                // What is bundled has a component; a name that has none was refused in the line above.
                let (component, native) = gatecheck_bundled::component(name).unwrap_or_default();
                (Location::File(PathBuf::from(name)), component.to_vec(), module, native)
            }
            ModuleReference::Elsewhere { location, sha256 } => {
                let wasm = self.host.bytes(location, sha256.as_ref()).await?;
                let native = self.host.native("compiling the module", location, &wasm, &self.here).await?;
                let module = Module::signed(&self.host.engine, &native).map_err(refused)?;
                (location.clone(), wasm, Arc::new(module), native.bytes().len())
            }
        };
        let counted = self
            .host
            .native("compiling the module so that instructions are counted", &location, &wasm, &self.metering)
            .await?;
        let metered = self.meter.load(&counted).map_err(refused)?;
        let gzipped = progress::block("compressing the module", || gzipped(&wasm));
        let sizes = Sizes {
            module: wasm.len(),
            gzipped,
            base64: gzipped.div_ceil(3) * 4,
            native,
            target: self.here.target().to_owned(),
        };
        Ok(Subject { module, metered, sizes })
    }
}

/// As `gatecheck publish` does it.
fn gzipped(wasm: &[u8]) -> usize {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    gzip.write_all(wasm).and_then(|()| gzip.finish()).unwrap_or_default().len()
}
