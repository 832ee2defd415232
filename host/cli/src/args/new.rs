//! What `gatecheck new` and `gatecheck build` take.

use std::path::PathBuf;

use gatecheck_project::Language;

pub(super) const NEW_EXAMPLES: &str = "\
Examples:
  gatecheck new --lang python images
  cd images
  gatecheck build
  gatecheck test

  A policy to start from that does more:
    gatecheck new --lang ts --example baseline company-rules

  The SDK of this version, in a project that was started with an older one:
    gatecheck new --update images

Languages: rust, ts (TypeScript and JavaScript), python, go, c. For any other that compiles to WebAssembly, see
`gatecheck seal --help` and wit/policy.wit.";

/// What to start.
#[derive(Debug, clap::Args)]
pub struct NewArgs {
    /// The name of the policy, and of the folder that is made for it
    #[arg(value_name = "NAME", required_unless_present = "update")]
    pub name: Option<String>,

    /// The language: `rust`, `ts`, `python`, `go` or `c`
    #[arg(long, value_name = "LANGUAGE", value_parser = language, required_unless_present = "update")]
    pub lang: Option<Language>,

    /// Start from this policy: `baseline` is there in every language, and each has one that plays to it
    #[arg(long, value_name = "EXAMPLE")]
    pub example: Option<String>,

    /// Where to make the folder
    #[arg(long = "in", value_name = "DIR", default_value = ".")]
    pub parent: PathBuf,

    /// Start nothing; bring the SDK in this project to the version of this program
    #[arg(long, value_name = "DIR", conflicts_with_all = ["name", "lang", "example", "parent"])]
    pub update: Option<PathBuf>,
}

fn language(name: &str) -> Result<Language, String> {
    name.parse().map_err(|_| {
        let names: Vec<_> = Language::ALL.into_iter().map(Language::id).collect();
        format!("there is an SDK for `{}`", names.join("`, `"))
    })
}

pub(super) const BUILD_EXAMPLES: &str = "\
Examples:
  gatecheck build
  gatecheck build policies/images
  gatecheck build --settings images.json

What it runs, and where the result goes:
  Cargo.toml        cargo, for wasm32-unknown-unknown
  package.json      esbuild and componentize-qjs; first `npm ci`, if nothing is installed
  requirements.txt  componentize-py; first `pip install` into .venv, if nothing is installed
  go.mod            go, for wasip1
  C                 clang or zig, for wasm32
                    -> policy.wasm, which imports fact families and nothing else

Exit codes:
  0  policy.wasm is built, and can be loaded
  2  it cannot be built; what is missing is said";

/// What to build.
#[derive(Debug, clap::Args)]
pub struct BuildArgs {
    /// The folder of the project
    #[arg(value_name = "DIR", default_value = ".")]
    pub project: PathBuf,

    /// Have the policy read the settings of this entry now, rather than for every task (Rust, Go, Python)
    ///
    /// It judges by whatever settings it is given, as always; by these it is there sooner. Build it again when they change.
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
}
