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
    // What is here is said without a word on where.
    let project = if parent == Path::new(".") { PathBuf::from(name) } else { parent.join(name) };
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
    write_sdk(&project, language)?;
    Ok(project)
}

/// Writes the SDK of this version over the one that a project has.
pub fn update(project: &Path) -> Result<Language, NewError> {
    let language = Language::of(project).ok_or_else(|| NewError::NotAProject(project.to_owned()))?;
    write_sdk(project, language)?;
    Ok(language)
}

fn write_sdk(project: &Path, language: Language) -> Result<(), NewError> {
    let folder = project.join(SDK);
    for (path, text) in language.files().sdk.iter().chain([&("wit/policy.wit", WIT)]) {
        write(&folder.join(path), text)?;
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The files below a folder of guest-sdk, but for what tools leave there.
    fn files(folder: &str) -> BTreeSet<String> {
        fn collect(root: &Path, folder: &Path, found: &mut BTreeSet<String>) {
            for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let (path, name) = (entry.path(), entry.file_name());
                let is_left =
                    ["__pycache__", "node_modules", ".ruff_cache", ".pytest_cache"].iter().any(|left| name == *left);
                if path.is_dir() && !is_left {
                    collect(root, &path, found);
                } else if path.is_file() {
                    found.insert(path.strip_prefix(root).unwrap().display().to_string());
                }
            }
        }
        let root = Path::new("..").join(folder);
        let mut found = BTreeSet::new();
        collect(&root, &root, &mut found);
        found
    }

    fn paths(texts: Texts) -> BTreeSet<String> {
        texts.iter().map(|(path, _)| (*path).to_owned()).collect()
    }

    #[test]
    fn every_file_of_a_language_gets_into_its_projects() {
        for language in Language::ALL {
            let folder = if language == Language::TypeScript { "typescript" } else { language.id() };
            let known = language.files();
            if language != Language::Rust {
                assert_eq!(paths(known.sdk), files(&format!("{folder}/sdk")), "{language}");
            }
            assert_eq!(paths(known.template), files(&format!("{folder}/template")), "{language}");
            for (name, texts) in known.examples {
                let shared = if *name == "baseline" { files("examples/baseline") } else { BTreeSet::new() };
                let own = files(&format!("{folder}/examples/{name}"));
                assert_eq!(paths(texts), own.union(&shared).cloned().collect(), "{language} {name}");
            }
        }
        let sources: BTreeSet<_> = files("rust/src").into_iter().map(|path| format!("src/{path}")).collect();
        let sdk = paths(Language::Rust.files().sdk);
        assert_eq!(sdk.into_iter().filter(|path| path.starts_with("src/")).collect::<BTreeSet<_>>(), sources);
    }

    #[test]
    fn a_project_has_its_name_everywhere() {
        let parent = tempfile::tempdir().unwrap();
        for language in Language::ALL {
            let name = format!("acme-{}", language.id());
            let project = new(parent.path(), &name, language, None).unwrap();
            for file in [language.manifest(), language.source(), ".gitignore", "gatecheck/wit/policy.wit"] {
                assert!(project.join(file).is_file(), "{language}: {file}");
            }
            let entry = fs::read_to_string(project.join(format!("{name}.json"))).unwrap();
            assert!(entry.contains("./policy.wasm"), "{entry}");
            let suite = fs::read_to_string(project.join(format!("{name}.test.yaml"))).unwrap();
            assert!(suite.contains(&format!("policy: {name}.json")), "{suite}");
            assert_eq!(Language::of(&project), Some(language));
            assert!(matches!(new(parent.path(), &name, language, None), Err(NewError::Exists(_))));
        }
    }

    #[test]
    fn an_update_writes_the_sdk_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let project = new(parent.path(), "images", Language::Python, Some("reachable")).unwrap();
        fs::write(project.join("policy.py"), "mine").unwrap();
        fs::write(project.join("gatecheck/facts.py"), "old").unwrap();
        assert_eq!(update(&project).unwrap(), Language::Python);
        assert_eq!(fs::read_to_string(project.join("policy.py")).unwrap(), "mine");
        assert_ne!(fs::read_to_string(project.join("gatecheck/facts.py")).unwrap(), "old");
        assert!(matches!(update(parent.path()), Err(NewError::NotAProject(_))));
    }

    #[test]
    fn names_do_in_every_language() {
        for name in ["", "Images", "1st", "my policy", "images/", "a_b", "a-", "gatecheck", "../up"] {
            assert!(matches!(new(Path::new("."), name, Language::C, None), Err(NewError::Name(_))), "{name}");
        }
        let no_example = new(Path::new("."), "images", Language::Go, Some("everything")).unwrap_err();
        assert_eq!(no_example.to_string(), "there is no example `everything` in Go");
        assert_eq!(no_example.remedy().as_deref(), Some("take one of `baseline`, `networks`"));
    }

    /// What the SDK is built with, here and in a project.
    #[test]
    fn the_manifest_of_the_rust_sdk_names_the_versions_of_this_workspace() {
        let workspace = fs::read_to_string("../../Cargo.toml").unwrap();
        let standalone = fs::read_to_string("../rust/standalone.toml").unwrap();
        let dependencies = standalone.split("[dependencies]\n").nth(1).unwrap();
        let own = fs::read_to_string("../rust/Cargo.toml").unwrap();
        let wanted = own.split("[dependencies]\n").nth(1).unwrap().split("\n\n").next().unwrap();
        assert_eq!(dependencies.lines().count(), wanted.lines().count());
        for line in wanted.lines() {
            let name = line.split('.').next().unwrap();
            let of = |text: &str| {
                let line = text.lines().find(|line| line.starts_with(&format!("{name} = "))).unwrap().to_owned();
                line.split('"').nth(1).unwrap().to_owned()
            };
            assert_eq!(of(dependencies), of(&workspace), "{name}");
        }
        let version = |text: &str| text.lines().find(|line| line.starts_with("version = ")).unwrap().to_owned();
        assert_eq!(version(&standalone), version(&workspace));
    }
}
