//! A project from the template of its language. All files are part of this program.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::language::Language;

/// The name of a project in the templates.
const PLACEHOLDER: &str = "my-policy";

/// The folder of the SDK in a project.
const SDK: &str = "gatecheck";

/// Path and text of files.
type Texts = &'static [(&'static str, &'static str)];

/// What a language brings.
#[derive(Debug)]
pub(crate) struct Files {
    /// The SDK, below [`SDK`].
    pub(crate) sdk: Texts,
    /// The smallest policy.
    pub(crate) template: Texts,
    /// What other policies to start from have instead.
    pub(crate) examples: &'static [(&'static str, Texts)],
}

/// Why there is no project.
#[derive(Debug, Error)]
pub enum NewError {
    /// The name does not do in every language.
    #[error("`{0}` is no name for a project")]
    Name(String),
    /// Something is there already.
    #[error("`{}` is there already", .0.display())]
    Exists(PathBuf),
    /// There is no such example.
    #[error("there is no example `{name}` in {language}")]
    NoExample {
        /// Its name.
        name: String,
        /// The language.
        language: Language,
    },
    /// The folder is no project.
    #[error("`{}` is no project of a policy", .0.display())]
    NotAProject(PathBuf),
    /// A file cannot be written.
    #[error("`{}` cannot be written: {source}", path.display())]
    Unwritable {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl NewError {
    /// What to do about it.
    pub fn remedy(&self) -> Option<String> {
        match self {
            Self::Name(_) => Some("lower-case letters, digits and dashes, with a letter first".to_owned()),
            Self::Exists(_) => Some("choose another name, or another folder with --in".to_owned()),
            Self::NoExample { language, .. } => {
                Some(format!("take one of `{}`", language.examples().collect::<Vec<_>>().join("`, `")))
            }
            Self::NotAProject(_) => Some("start one with `gatecheck new --lang LANGUAGE NAME`".to_owned()),
            Self::Unwritable { .. } => None,
        }
    }
}

/// Starts a project `name` in a new folder of that name below `parent`, with the smallest policy or an example. Returns the
/// folder.
pub fn new(parent: &Path, name: &str, language: Language, example: Option<&str>) -> Result<PathBuf, NewError> {
    let is_name = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '-')
        && !name.ends_with('-')
        // The SDK has this one.
        && name != SDK;
    if !is_name {
        return Err(NewError::Name(name.to_owned()));
    }
    let files = language.files();
    let instead = match example {
        None => &[],
        Some(example) => {
            let found = files.examples.iter().find(|(name, _)| *name == example).map(|(_, files)| *files);
            found.ok_or_else(|| NewError::NoExample { name: example.to_owned(), language })?
        }
    };
    let project = parent.join(name);
    if project.exists() {
        return Err(NewError::Exists(project));
    }
    let is_replaced = |path: &str| instead.iter().any(|(other, _)| *other == path);
    for (path, text) in files.template.iter().filter(|(path, _)| !is_replaced(path)).chain(instead) {
        let path = match *path {
            // Under its own name it would be at work in the repository of Gatecheck.
            "gitignore" => ".gitignore".to_owned(),
            path => named(path, name),
        };
        write(&project.join(path), &named(text, name))?;
    }
    update(&project)?;
    Ok(project)
}

/// Writes the SDK of this version over the one that a project has.
pub fn update(project: &Path) -> Result<Language, NewError> {
    let language = Language::of(project).ok_or_else(|| NewError::NotAProject(project.to_owned()))?;
    let folder = project.join(SDK);
    for (path, text) in language.files().sdk.iter().chain([&("wit/policy.wit", WIT)]) {
        write(&folder.join(path), text)?;
    }
    Ok(language)
}

/// A text of a template, for a project of another name. Where a name cannot have dashes, it has underscores.
fn named(text: &str, name: &str) -> String {
    text.replace(PLACEHOLDER, name).replace(&PLACEHOLDER.replace('-', "_"), &name.replace('-', "_"))
}

fn write(path: &Path, text: &str) -> Result<(), NewError> {
    let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, text));
    written.map_err(|source| NewError::Unwritable { path: path.to_owned(), source })
}

/// The interface that SDKs are made for.
const WIT: &str = include_str!("../../../wit/policy.wit");
