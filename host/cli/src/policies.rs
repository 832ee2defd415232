//! Policies from files and directories.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use gatecheck_core::policy::{Engine, Module, ModuleError, ModuleReference, Modules, PolicyDocument, PolicySet};
use gatecheck_core::report::{Fault, FaultReason};
use sha2::{Digest, Sha256};

use crate::input::{InputError, is_stdin, read, read_yaml};

/// Loads the policies at `paths`. What is wrong with one of them is its fault alone.
pub(crate) fn load(engine: &Engine, paths: &[PathBuf]) -> Result<PolicySet, InputError> {
    let mut documents = Vec::new();
    for path in paths {
        if path.is_dir() {
            let files = files(path)?;
            if files.is_empty() {
                return Err(InputError::NoPolicies { path: path.clone() });
            }
            documents.extend(files.iter().map(|file| document(file)));
        } else {
            if !is_stdin(path) {
                // A path that does not exist is a slip of the hand, not a bad policy.
                fs::metadata(path).map_err(|source| InputError::Unreadable { path: path.clone(), source })?;
            }
            documents.push(document(path));
        }
    }
    let mut modules = Modules::default();
    Ok(PolicySet::load(documents, |reference| modules.get(reference, |reference| module(engine, reference))))
}

/// The policy files of a directory, by name.
fn files(directory: &Path) -> Result<Vec<PathBuf>, InputError> {
    let unreadable = |source| InputError::Unreadable { path: directory.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if matches!(extension, Some("json" | "yaml" | "yml")) && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn document(path: &Path) -> Result<PolicyDocument, Fault> {
    let name = if is_stdin(path) { "stdin".into() } else { path.file_stem().unwrap_or_default().to_string_lossy() };
    let source = path.display().to_string();
    let unreadable = |error: InputError| Fault {
        policy: name.clone().into_owned(),
        reason: FaultReason::Document,
        detail: error.to_string(),
    };
    let text = read(path).map_err(unreadable)?;
    let mut document = if is_yaml(path, &text) {
        PolicyDocument::parse(&name, &source, read_yaml(path, &text).map_err(unreadable)?)?
    } else {
        PolicyDocument::read(&name, &source, &text)?
    };
    // A path is relative to the file that names it.
    if let ModuleReference::Elsewhere { reference, .. } = &mut document.module
        && !is_url(reference)
        && let Some(directory) = path.parent()
    {
        *reference = directory.join(&*reference).display().to_string();
    }
    Ok(document)
}

/// Where the name does not tell, the first character does.
fn is_yaml(path: &Path, text: &str) -> bool {
    match path.extension() {
        Some(extension) => extension == "yaml" || extension == "yml",
        None => !text.trim_start().starts_with(['{', '[']),
    }
}

/// `https://`, `s3://`, `oci://`, `ssm:`; not the drive of a path.
fn is_url(reference: &str) -> bool {
    reference.split_once(':').is_some_and(|(scheme, _)| scheme.len() > 1)
}

fn module(engine: &Engine, reference: &ModuleReference) -> Result<Module, ModuleError> {
    let (reference, sha256) = match reference {
        ModuleReference::Bundled(name) => return gatecheck_bundled::module(engine, name),
        ModuleReference::Elsewhere { reference, .. } if is_url(reference) => {
            return Err(ModuleError::Unsupported { reference: reference.clone() });
        }
        ModuleReference::Elsewhere { reference, sha256 } => (reference, sha256),
    };
    let wasm = fs::read(reference).map_err(|source| ModuleError::Unreadable { path: reference.into(), source })?;
    if let Some(expected) = sha256 {
        let found = digest(&wasm);
        if found != *expected {
            return Err(ModuleError::Digest { reference: reference.clone(), expected: expected.clone(), found });
        }
    }
    Module::compile(engine, &wasm)
}

/// The SHA-256 digest in hexadecimal.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
