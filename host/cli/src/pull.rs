//! `gatecheck pull`: a module becomes a file.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use gatecheck_core::policy::{Digest, Location};

use crate::args::PullArgs;
use crate::exit::Exit;
use crate::host::Host;
use crate::input::InputError;
use crate::policies::{location, name_of};

pub(crate) async fn pull(args: &PullArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    let location = location(&args.reference)?;
    let wasm = Host::new()?.bytes(&location, args.sha256.as_ref()).await?;
    let path = args.output.clone().unwrap_or_else(|| default_name(&location));
    fs::write(&path, &wasm).map_err(|source| InputError::Unwritable { path: path.clone(), source })?;
    writeln!(out, "{}  {} bytes, sha256 {}", path.display(), wasm.len(), Digest::of(&wasm))
        .map_err(InputError::Output)?;
    Ok(Exit::Clean)
}

fn default_name(location: &Location) -> PathBuf {
    format!("{}.wasm", name_of(location)).into()
}
