//! The languages that have an SDK.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::files;
use crate::new::Files;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Language {
    Rust,
    TypeScript,
    Python,
    Go,
    C,
}

/// It has no SDK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotALanguage;

impl Language {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Rust, Self::TypeScript, Self::Python, Self::Go, Self::C];

    /// As it is typed.
    pub fn id(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::TypeScript => "ts",
            Self::Python => "python",
            Self::Go => "go",
            Self::C => "c",
        }
    }

    /// The file that the policy is written in.
    pub fn source(self) -> &'static str {
        match self {
            Self::Rust => "src/lib.rs",
            Self::TypeScript => "policy.ts",
            Self::Python => "policy.py",
            Self::Go => "policy.go",
            Self::C => "policy.c",
        }
    }

    /// The file by which a project in it is known.
    pub fn manifest(self) -> &'static str {
        match self {
            Self::Rust => "Cargo.toml",
            Self::TypeScript => "package.json",
            Self::Python => "requirements.txt",
            Self::Go => "go.mod",
            Self::C => "gatecheck/gatecheck.h",
        }
    }

    /// What runs the unit tests of a project.
    pub fn unit_tests(self) -> &'static str {
        match self {
            Self::Rust => "cargo test",
            Self::TypeScript => "npm test",
            Self::Python => ".venv/bin/python -m pytest",
            Self::Go => "go test ./...",
            Self::C => "make test",
        }
    }

    /// The language of a project.
    pub fn of(project: &Path) -> Option<Self> {
        Self::ALL.into_iter().find(|language| project.join(language.manifest()).is_file())
    }

    /// The policies to start from, besides the smallest one.
    pub fn examples(self) -> impl Iterator<Item = &'static str> {
        self.files().examples.iter().map(|(name, _)| *name)
    }

    pub(crate) fn files(self) -> &'static Files {
        match self {
            Self::Rust => &files::RUST,
            Self::TypeScript => &files::TYPESCRIPT,
            Self::Python => &files::PYTHON,
            Self::Go => &files::GO,
            Self::C => &files::C,
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rust => "Rust",
            Self::TypeScript => "TypeScript",
            Self::Python => "Python",
            Self::Go => "Go",
            Self::C => "C",
        })
    }
}

impl FromStr for Language {
    type Err = NotALanguage;

    fn from_str(name: &str) -> Result<Self, NotALanguage> {
        match name {
            "rust" | "rs" => Ok(Self::Rust),
            "ts" | "typescript" | "js" | "javascript" => Ok(Self::TypeScript),
            "python" | "py" => Ok(Self::Python),
            "go" | "golang" => Ok(Self::Go),
            "c" => Ok(Self::C),
            _ => Err(NotALanguage),
        }
    }
}
