//! The files of every SDK, template and example, as they lie in guest-sdk.

use crate::new::Files;

/// Path in a project, and path of the text below guest-sdk.
macro_rules! texts {
    ($folder:literal: $($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../", $folder, "/", $path)))),*]
    };
}

pub(crate) const RUST: Files = Files {
    sdk: &[
        ("Cargo.toml", include_str!("../../rust/standalone.toml")),
        ("src/bindings.rs", include_str!("../../rust/src/bindings.rs")),
        ("src/facts.rs", include_str!("../../rust/src/facts.rs")),
        ("src/guest.rs", include_str!("../../rust/src/guest.rs")),
        ("src/lib.rs", include_str!("../../rust/src/lib.rs")),
        ("src/settings.rs", include_str!("../../rust/src/settings.rs")),
        ("src/testing.rs", include_str!("../../rust/src/testing.rs")),
        ("src/testing/recorded.rs", include_str!("../../rust/src/testing/recorded.rs")),
        ("src/verdict.rs", include_str!("../../rust/src/verdict.rs")),
    ],
    template: texts!("rust/template": "Cargo.toml", "README.md", "gitignore", "my-policy.json", "my-policy.test.yaml", "rust-toolchain.toml", "src/lib.rs"),
    examples: &[],
};

pub(crate) const TYPESCRIPT: Files = Files { sdk: &[], template: &[], examples: &[] };
pub(crate) const PYTHON: Files = Files { sdk: &[], template: &[], examples: &[] };
pub(crate) const GO: Files = Files { sdk: &[], template: &[], examples: &[] };
pub(crate) const C: Files = Files { sdk: &[], template: &[], examples: &[] };
