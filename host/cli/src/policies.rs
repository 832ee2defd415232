//! Policies from files and directories, and from wherever a reference leads.

use std::fs;
use std::path::{Path, PathBuf};

use gatecheck_core::facts::{Facts, Family};
use gatecheck_core::judge;
use gatecheck_core::policy::{Location, ModuleReference, PolicyDocument, PolicySet, Scope};
use gatecheck_core::recording::Recording;
use gatecheck_core::report::{Fault, FaultReason};
use gatecheck_store::{Loaded, module_of};
#[cfg(feature = "network")]
use serde_json::Value;
use serde_json::json;

#[cfg(feature = "network")]
use crate::document::not_json;
use crate::host::Host;
use crate::input::{InputError, files_below, is_stdin, read, read_yaml};
use crate::rules::BASELINE;
use crate::subject::no_task;
use crate::test::is_suite;

/// Loads the policies that `--policy` names. What is wrong with one of them is its fault alone.
pub(crate) async fn load(host: &Host, named: &[PathBuf]) -> Result<PolicySet, InputError> {
    let documents = documents(host, named).await?;
    let loaded = host.load(documents.iter().flatten()).await;
    Ok(PolicySet::load(documents, |document| module_of(&loaded, document)))
}

/// What keeps a policy from judging, as far as it shows without a task: its document, its module, its settings.
pub(crate) async fn faults(host: &Host, loaded: &Loaded, document: Result<PolicyDocument, Fault>) -> Vec<Fault> {
    // For which tasks it is does not matter as long as there is none.
    let document = document.map(|document| PolicyDocument { scope: Scope::default(), ..document });
    let policies = PolicySet::load([document], |document| module_of(loaded, document));
    let facts = Facts::from_iter(Family::ALL.map(|family| (family, no_task())));
    judge(&host.engine, &policies, facts, &Recording::new(Facts::new())).await.faults
}

/// The documents of the policies that `--policy` names; where it names none, the bundled baseline alone.
pub(crate) async fn documents(
    host: &Host,
    named: &[PathBuf],
) -> Result<Vec<Result<PolicyDocument, Fault>>, InputError> {
    if named.is_empty() {
        return Ok(vec![PolicyDocument::parse(BASELINE, BASELINE, json!({"module": BASELINE}))]);
    }
    let mut documents = Vec::new();
    for name in named {
        documents.extend(documents_at(host, name).await?);
    }
    Ok(documents)
}

/// What a path or reference stands for.
pub(crate) fn location(named: &Path) -> Result<Location, InputError> {
    // What is no text is no reference.
    let Some(reference) = named.to_str() else { return Ok(Location::File(named.to_owned())) };
    Location::parse(reference).map_err(|source| InputError::Reference { reference: reference.to_owned(), source })
}

/// The documents of the policies that a path or reference stands for.
pub(crate) async fn documents_at(host: &Host, named: &Path) -> Result<Vec<Result<PolicyDocument, Fault>>, InputError> {
    match location(named)? {
        Location::File(path) => of_path(&path),
        Location::Parameter(name) => Ok(host.policies_at(&name).await?.into_values().collect()),
        other => Ok(vec![Ok(PolicyDocument::of_module(&name_of(&other), other, None))]),
    }
}

fn of_path(path: &Path) -> Result<Vec<Result<PolicyDocument, Fault>>, InputError> {
    if path.is_dir() {
        let files = files_below(path, is_policy)?;
        if files.is_empty() {
            return Err(InputError::NoPolicies { path: path.to_owned() });
        }
        return Ok(files.iter().map(|file| document(file)).collect());
    }
    if !is_stdin(path) {
        // A path that does not exist is a slip of the hand, not a bad policy.
        fs::metadata(path).map_err(|source| InputError::Unreadable { path: path.to_owned(), source })?;
    }
    Ok(vec![document(path)])
}

/// A name for what is at a location: the last part of it, without what follows a dot.
pub(crate) fn name_of(location: &Location) -> String {
    let text = match location {
        Location::Image(image) => image.repository.clone(),
        other => other.to_string(),
    };
    let last = text.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    last.split('.').next().unwrap_or_default().to_owned()
}

/// Whether it is the file of a policy. Suites may stand beside them.
fn is_policy(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let is_document =
        |extension: &str| ["json", "yaml", "yml"].iter().any(|known| extension.eq_ignore_ascii_case(known));
    extension.is_some_and(is_document) && !is_suite(path)
}

/// The document in a file; a module alone is a policy too.
pub(crate) fn document(path: &Path) -> Result<PolicyDocument, Fault> {
    if path.extension().is_some_and(|extension| extension == "wasm") {
        let location = Location::File(path.to_owned());
        return Ok(PolicyDocument::of_module(&name_of(&location), location, None));
    }
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
    if let ModuleReference::Elsewhere { location: Location::File(module), .. } = &mut document.module
        && let Some(directory) = path.parent()
    {
        *module = directory.join(&*module);
    }
    Ok(document)
}

/// The settings in the file of a policy, as its module gets them.
pub(crate) fn settings(path: &Path) -> Result<String, InputError> {
    let document = document(path).map_err(|fault| InputError::Faults(vec![fault]))?;
    Ok(document.settings_text())
}

/// What is written in the file of a policy; for a module alone, an entry that lacks only it.
#[cfg(feature = "network")]
pub(crate) fn raw_document(path: &Path) -> Result<Value, InputError> {
    if path.extension().is_some_and(|extension| extension == "wasm") {
        return Ok(json!({"settings": {}}));
    }
    let text = read(path)?;
    if is_yaml(path, &text) {
        return read_yaml(path, &text);
    }
    serde_json::from_str(&text).map_err(|error| not_json(path, &text, error))
}

/// Where the name does not tell, the first character does.
fn is_yaml(path: &Path, text: &str) -> bool {
    match path.extension() {
        Some(extension) => extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml"),
        None => !text.trim_start().starts_with(['{', '[']),
    }
}
