//! What this machine has compiled, on its own disk.
//!
//! It is kept as signed artifacts: the key is made here, and never leaves the folder, which belongs to nobody else. What is
//! cut off, of another version or not from here is no use, like any other artifact.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use gatecheck_core::policy::{
    ArtifactError, Compression, Digest, NativeCode, Platform, PrivateKey, UnsignedArtifact, open_artifact,
};
use thiserror::Error;

/// What is kept at most, in bytes. A function has 512 MB of disk unless it asks for more.
const CAPACITY: u64 = 256 * 1024 * 1024;

/// Compiled modules on the disk of this machine.
#[derive(Debug)]
pub struct Disk {
    path: PathBuf,
    /// Looked at when it is needed: bundled policies need none.
    folder: OnceLock<Folder>,
}

#[derive(Debug)]
struct Folder {
    /// Nowhere if there is none that can be trusted.
    path: Option<PathBuf>,
    key: PrivateKey,
}

impl Disk {
    /// The folder at `path`, which is made if it is not there. Where it cannot be made, nothing is kept, and nothing else
    /// changes.
    pub fn new(path: PathBuf) -> Self {
        Self { path, folder: OnceLock::new() }
    }

    fn folder(&self) -> io::Result<&Folder> {
        if let Some(folder) = self.folder.get() {
            return Ok(folder);
        }
        let folder = match own_folder(&self.path).and_then(|()| own_key(&self.path.join("key.pem"))) {
            Ok(key) => Folder { path: Some(self.path.clone()), key },
            Err(error) => {
                tracing::debug!("compiled modules are not kept in `{}`: {error}", self.path.display());
                Folder { path: None, key: new_key()? }
            }
        };
        Ok(self.folder.get_or_init(|| folder))
    }

    /// What is kept of a module, if anything is, and it is good.
    pub(crate) fn get(&self, module: &Digest, platform: &Platform) -> Option<NativeCode> {
        let folder = self.folder().ok()?;
        let path = folder.path.as_ref()?.join(platform.artifact_name(module));
        let artifact = fs::read(&path).ok()?;
        open_artifact(&artifact, module, platform, &[folder.key.public()])
            .inspect_err(|error| tracing::debug!("`{}` is not used: {error}", path.display()))
            .ok()
    }

    /// Keeps native code that this machine has compiled, and makes it fit to be loaded.
    pub(crate) fn keep(&self, module: &Digest, platform: &Platform, native: &[u8]) -> Result<NativeCode, KeepError> {
        let Folder { path, key } = self.folder()?;
        let public = key.public();
        // Not compressed: reading it again has to be fast.
        let artifact = UnsignedArtifact::new(module, platform, native, &public, Compression::none());
        let signature = key.sign(artifact.message());
        let artifact = artifact.signed(&signature);
        if let Some(folder) = path
            && let Err(error) =
                write(&folder.join(platform.artifact_name(module)), &artifact).and_then(|()| tidy(folder))
        {
            tracing::debug!("a compiled module is not kept in `{}`: {error}", folder.display());
        }
        Ok(open_artifact(&artifact, module, platform, &[public])?)
    }
}

/// Why native code that this machine has compiled cannot be loaded.
#[derive(Debug, Error)]
pub enum KeepError {
    /// There is no key to sign it with.
    #[error("there are no random numbers for a key: {0}")]
    Random(#[from] io::Error),
    /// It is refused a moment after it was made.
    #[error("the module was compiled, and the result is refused: {0}")]
    Refused(#[from] ArtifactError),
}

/// Makes the folder, and refuses one that someone else can write to.
fn own_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    // Not what a link points to.
    let found = fs::symlink_metadata(path)?;
    let is_own = found.is_dir() && found.uid() == rustix::process::geteuid().as_raw() && found.mode() & 0o022 == 0;
    if is_own { Ok(()) } else { Err(io::Error::other("it belongs to someone else, or others can write to it")) }
}

fn own_key(path: &Path) -> io::Result<PrivateKey> {
    for _ in 0..2 {
        if let Ok(mut file) = File::open(path) {
            let mut pem = String::new();
            file.read_to_string(&mut pem)?;
            return PrivateKey::from_pem(&pem).map_err(io::Error::other);
        }
        let pem = new_key()?.to_pem().map_err(io::Error::other)?;
        write(path, pem.as_bytes())?;
        // Read again: two processes may have made one, and one of them stays.
    }
    Err(io::Error::other("the key cannot be read"))
}

/// A key that nobody knows.
pub fn new_key() -> io::Result<PrivateKey> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(io::Error::other)?;
    Ok(PrivateKey::from_seed(&seed))
}

/// Writes a whole file or none, readable by nobody else.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let partial = path.with_extension(format!("{}.partial", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial)?;
    file.write_all(bytes).and_then(|()| fs::rename(&partial, path)).inspect_err(|_| {
        // What is left of it would only take space.
        let _ = fs::remove_file(&partial);
    })
}

/// Removes what was written longest ago while there is more than fits.
fn tidy(folder: &Path) -> io::Result<()> {
    let mut kept: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.path().extension().is_some_and(|extension| extension == "cwasm") {
            let found = entry.metadata()?;
            kept.push((found.modified()?, found.len(), entry.path()));
        }
    }
    kept.sort();
    let mut total: u64 = kept.iter().map(|(_, size, _)| size).sum();
    for (_, size, path) in kept {
        if total <= CAPACITY {
            break;
        }
        fs::remove_file(path)?;
        total = total.saturating_sub(size);
    }
    Ok(())
}
