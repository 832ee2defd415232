//! Builds a Rust policy crate into a WebAssembly component: what the build scripts of Gatecheck itself use, and what any
//! crate can use that wants a policy as bytes.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use thiserror::Error;
use wit_component::ComponentEncoder;

/// The target of policies: no operating system, so nothing to import from one.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// The cargo profile that policies are built with.
const PROFILE: &str = "plugin";

/// Why there is no component.
#[derive(Debug, Error)]
pub enum BuildError {
    /// Cargo cannot be started.
    #[error("cannot start cargo: {0}")]
    Cargo(io::Error),
    /// Cargo failed; it said why on standard error.
    #[error(
        "cargo failed to build `{package}` for {TARGET} ({status}); if the target is missing: rustup target add {TARGET}"
    )]
    Failed {
        /// The package.
        package: String,
        /// How cargo ended.
        status: ExitStatus,
    },
    /// The module is not where cargo should have put it.
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable {
        /// Where it should be.
        path: PathBuf,
        /// Why it cannot be read.
        source: io::Error,
    },
    /// The module does not fit its interface.
    #[error("`{package}` does not become a component: {reason}")]
    Component {
        /// The package.
        package: String,
        /// Why.
        reason: String,
    },
}

/// A target folder for policies, from the `OUT_DIR` of a build script: one for all build scripts of a target folder, whatever they
/// are built for, so that each policy, its dependencies and their macros are compiled once.
pub fn target_dir(out: &Path) -> PathBuf {
    // Cargo marks the root of a target folder.
    let root = out.ancestors().find(|folder| folder.join("CACHEDIR.TAG").exists());
    root.unwrap_or(out).join("policies")
}

/// Builds the library of `package`, a member of the workspace at `workspace`, and wraps it as a component. `target_dir`
/// must be another one than that of a cargo which waits for this: it holds a lock on its own.
pub fn component(workspace: &Path, package: &str, target_dir: &Path) -> Result<Vec<u8>, BuildError> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    cargo
        .current_dir(workspace)
        .args(["build", "--quiet", "--lib", "--profile", PROFILE, "--target", TARGET, "--package", package])
        .arg("--target-dir")
        .arg(target_dir);
    // What an outer cargo, clippy or the user set for the host must not reach the guest.
    for name in
        ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "RUSTC_WORKSPACE_WRAPPER", "CARGO_MAKEFLAGS"]
    {
        cargo.env_remove(name);
    }
    // The same module wherever it is built, and no names in it: cargo forgets `strip` for a package that has an `opt-level` of
    // its own.
    let flags = remapped(workspace).into_iter().chain(["-Cstrip=symbols".to_owned()]);
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.collect::<Vec<_>>().join("\u{1f}"));
    let status = cargo.status().map_err(BuildError::Cargo)?;
    if !status.success() {
        return Err(BuildError::Failed { package: package.to_owned(), status });
    }
    let path = target_dir.join(TARGET).join(PROFILE).join(format!("{}.wasm", package.replace('-', "_")));
    let module = fs::read(&path).map_err(|source| BuildError::Unreadable { path, source })?;
    wrap(package, &module)
}

/// Flags that keep the places of this machine out of what panics say.
fn remapped(workspace: &Path) -> Vec<String> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    let places = [(Some(workspace), "/gatecheck"), (home.as_deref(), "/cargo")];
    let places = places.into_iter().filter_map(|(place, name)| Some((place?, name)));
    places.map(|(place, name)| format!("--remap-path-prefix={}={name}", place.display())).collect()
}

/// Wraps a core module that carries its interface (a custom section, as wit-bindgen writes it) as a component.
fn wrap(package: &str, module: &[u8]) -> Result<Vec<u8>, BuildError> {
    let encoder = ComponentEncoder::default().validate(true).module(module).and_then(|mut encoder| encoder.encode());
    encoder.map_err(|error| BuildError::Component { package: package.to_owned(), reason: format!("{error:#}") })
}
