//! `gatecheck seal`: what was built against WASI becomes a policy, which imports fact families and nothing else.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use gatecheck_core::policy::{Digest, check_interface};
use gatecheck_seal::Sealed;

use crate::args::SealArgs;
use crate::exit::Exit;
use crate::input::InputError;
use crate::render::{QUIET, STRONG, visible};

pub(crate) fn seal(args: &SealArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    let path = &args.module;
    let wasm = fs::read(path).map_err(|source| InputError::Unreadable { path: path.clone(), source })?;
    let unsealable = |source| InputError::Unsealable { path: path.clone(), source };
    let mut sealed = gatecheck_seal::seal(&wasm).map_err(unsealable)?;
    if args.start {
        // Not with settings: what reads them a second time does not always forget the first.
        sealed.component = gatecheck_seal::start(&sealed.component, None).map_err(unsealable)?;
    }
    // The same check as wherever policies are loaded.
    check_interface(&sealed.component).map_err(|source| InputError::NotSealed { path: path.clone(), source })?;
    let output = args.output.clone().unwrap_or_else(|| beside(path));
    fs::write(&output, &sealed.component).map_err(|source| InputError::Unwritable { path: output.clone(), source })?;
    print(&output, wasm.len(), &sealed, out).map_err(InputError::Output)?;
    Ok(Exit::Clean)
}

/// `NAME.policy.wasm`, never the module itself.
fn beside(module: &Path) -> PathBuf {
    module.with_extension("policy.wasm")
}

fn print(path: &Path, before: usize, sealed: &Sealed, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{STRONG}{}{STRONG:#} imports fact families and nothing else\n", path.display())?;
    let mut line = |name: &str, text: &str| writeln!(out, "  {QUIET}{name:<8}{QUIET:#} {text}");
    line("stubbed", &sealed.stubbed.first().map_or_else(|| "nothing".to_owned(), |name| visible(name)))?;
    for name in sealed.stubbed.iter().skip(1) {
        line("", &visible(name))?;
    }
    line("size", &format!("{} bytes, {before} before", sealed.component.len()))?;
    line("sha256", &Digest::of(&sealed.component).to_string())
}
