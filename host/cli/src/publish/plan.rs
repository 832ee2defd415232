//! What publishing a policy takes, all of it known before the first thing is written.

use gatecheck_core::policy::{
    Architecture, Compression, Digest, Location, ModuleReference, Platform, UnsignedArtifact,
};
use gatecheck_store::fetch::{Kind, parameters_for};
use serde_json::Value;

use super::signer::Signer;
use crate::args::PublishArgs;
use crate::host::Host;
use crate::input::InputError;
use crate::policies::{document, faults, location, raw_document};

/// Where modules go that are sent nowhere in particular.
const MODULES: &str = "/gatecheck/modules";

/// What publishing a policy takes.
pub(super) struct Plan {
    /// In this order.
    pub(super) uploads: Vec<Upload>,
    /// What could be done better.
    pub(super) hint: Option<&'static str>,
    /// The entry, and the parameter it is stored in.
    pub(super) entry: Value,
    pub(super) parameter: String,
}

/// Bytes to be put somewhere.
pub(super) struct Upload {
    pub(super) kind: Kind,
    pub(super) location: Location,
    pub(super) bytes: Vec<u8>,
    /// What they are, in a few words.
    pub(super) described: String,
    /// How many parameters they take, if they go to Parameter Store.
    pub(super) parameters: Option<usize>,
}

impl Upload {
    fn new(kind: Kind, location: Location, bytes: Vec<u8>, described: String) -> Self {
        let parameters = matches!(location, Location::Parameter(_)).then(|| parameters_for::bytes(&bytes));
        Self { kind, location, bytes, described, parameters }
    }

    pub(super) fn what(&self) -> &'static str {
        match self.kind {
            Kind::Module => "module",
            Kind::Artifact => "artifact",
        }
    }

    fn is_possible(&self) -> bool {
        match self.location {
            Location::Parameter(_) => self.parameters.is_some_and(|count| count <= parameters_for::MOST),
            Location::Object { .. } | Location::Image(_) => true,
            Location::File(_) | Location::Web(_) => false,
        }
    }
}

impl Plan {
    pub(super) fn entry_text(&self) -> String {
        format!("{:#}", self.entry)
    }

    /// Reads the policy, tries it, and compiles it if there is a key to sign the result.
    pub(super) async fn make(host: &Host, args: &PublishArgs) -> Result<Self, InputError> {
        let document = document(&args.policy).map_err(|fault| InputError::Faults(vec![fault]))?;
        let name = args.name.clone().unwrap_or_else(|| document.name.clone());
        let mut plan = Self {
            uploads: Vec::new(),
            hint: None,
            entry: raw_document(&args.policy)?,
            parameter: format!("/{}/{name}", args.path.trim_matches('/')),
        };
        let loaded = host.load([&document]).await;
        let faults = faults(host, &loaded, Ok(document.clone())).await;
        if !faults.is_empty() {
            return Err(InputError::Faults(faults));
        }
        if let ModuleReference::Elsewhere { location: source, sha256 } = &document.module {
            let wasm = host.bytes(source, sha256.as_ref()).await?;
            let digest = Digest::of(&wasm);
            let target = target(args, &name, source, &digest)?;
            plan.name_module(&target, &digest);
            if target != *source {
                let described = format!("{source}, {} bytes, sha256 {digest}", wasm.len());
                plan.uploads.push(Upload::new(Kind::Module, target.clone(), wasm.clone(), described));
            }
            plan.add_artifacts(host, args, &target, &wasm).await?;
        }
        if let Some(upload) = plan.uploads.iter().find(|upload| !upload.is_possible()) {
            return Err(InputError::NotPublishable { location: upload.location.clone() });
        }
        match plan.entry_text().len() {
            size if size > parameters_for::ADVANCED => Err(InputError::EntryTooLarge { size }),
            _ => Ok(plan),
        }
    }

    fn name_module(&mut self, module: &Location, digest: &Digest) {
        if let Value::Object(entry) = &mut self.entry {
            entry.insert("module".to_owned(), module.to_string().into());
            entry.insert("sha256".to_owned(), digest.to_string().into());
        }
    }

    async fn add_artifacts(
        &mut self,
        host: &Host,
        args: &PublishArgs,
        module: &Location,
        wasm: &[u8],
    ) -> Result<(), InputError> {
        let Some(signer) = Signer::of(host, args).await? else {
            self.hint = Some("not compiled ahead: every new function process compiles it, unless there is a --key");
            return Ok(());
        };
        let digest = Digest::of(wasm);
        for architecture in Architecture::ALL.into_iter().filter(|one| args.arch.is_empty() || args.arch.contains(one))
        {
            let platform = Platform::of(architecture)?;
            let native = host.native("compiling the module", module, wasm, &platform).await?;
            let unsigned =
                UnsignedArtifact::new(&digest, &platform, native.bytes(), &signer.public(), Compression::default());
            let signature = signer.sign(unsigned.message()).await?;
            let location = module.beside(&platform.artifact_name(&digest));
            let described = format!("for {}, signed by {}", architecture.name(), signer.public());
            self.uploads.push(Upload::new(Kind::Artifact, location, unsigned.signed(&signature), described));
        }
        Ok(())
    }
}

/// Where the module is to be: where it is sent, or where it is already if that is no file.
fn target(args: &PublishArgs, name: &str, source: &Location, digest: &Digest) -> Result<Location, InputError> {
    match (&args.to, source) {
        (Some(to), _) => location(to),
        (None, Location::File(_)) => {
            // The digest in the name lets the policies in force keep theirs until their entries change.
            let short: String = digest.to_string().chars().take(8).collect();
            Ok(Location::Parameter(format!("{MODULES}/{name}-{short}")))
        }
        (None, source) => Ok(source.clone()),
    }
}
