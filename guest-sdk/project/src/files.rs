//! The files of every SDK, template and example, as they lie in guest-sdk.

use crate::new::Files;

/// Files of a folder of guest-sdk: their paths in a project, and their texts.
macro_rules! texts {
    ($folder:literal, $($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../", $folder, "/", $path)))),*]
    };
}

/// The policy that is the same in every language: its files in one of them, and the entry and cases that all of them share.
macro_rules! baseline {
    ($language:literal, $($path:literal),* $(,)?) => {
        &[
            ("my-policy.json", include_str!("../../examples/baseline/my-policy.json")),
            ("my-policy.test.yaml", include_str!("../../examples/baseline/my-policy.test.yaml")),
            $(($path, include_str!(concat!("../../", $language, "/examples/baseline/", $path)))),*
        ]
    };
}

pub(crate) const RUST: Files = Files {
    sdk: &[
        ("Cargo.toml", include_str!("../../rust/standalone.toml")),
        ("src/bindings.rs", include_str!("../../rust/src/bindings.rs")),
        ("src/facts.rs", include_str!("../../rust/src/facts.rs")),
        ("src/keys.rs", include_str!("../../rust/src/keys.rs")),
        ("src/guest.rs", include_str!("../../rust/src/guest.rs")),
        ("src/lib.rs", include_str!("../../rust/src/lib.rs")),
        ("src/settings.rs", include_str!("../../rust/src/settings.rs")),
        ("src/testing.rs", include_str!("../../rust/src/testing.rs")),
        ("src/testing/recorded.rs", include_str!("../../rust/src/testing/recorded.rs")),
        ("src/verdict.rs", include_str!("../../rust/src/verdict.rs")),
    ],
    template: texts!(
        "rust/template",
        "Cargo.toml",
        "README.md",
        "gitignore",
        "my-policy.json",
        "my-policy.test.yaml",
        "rust-toolchain.toml",
        "src/lib.rs"
    ),
    examples: &[
        ("baseline", baseline!("rust", "Cargo.toml", "src/lib.rs")),
        (
            "versions",
            texts!("rust/examples/versions", "Cargo.toml", "my-policy.json", "my-policy.test.yaml", "src/lib.rs"),
        ),
    ],
};

pub(crate) const TYPESCRIPT: Files = Files {
    sdk: texts!(
        "typescript/sdk",
        "build.mjs",
        "component.ts",
        "facts.ts",
        "guest.ts",
        "host.d.ts",
        "index.ts",
        "policy.ts",
        "settings.ts",
        "testing.ts",
        "types.ts",
        "verdict.ts"
    ),
    template: texts!(
        "typescript/template",
        "README.md",
        "gitignore",
        "my-policy.json",
        "my-policy.test.yaml",
        "package-lock.json",
        "package.json",
        "policy.ts",
        "test/policy.test.ts",
        "tsconfig.json"
    ),
    examples: &[
        ("baseline", baseline!("typescript", "policy.ts", "test/policy.test.ts")),
        (
            "naming",
            texts!(
                "typescript/examples/naming",
                "my-policy.json",
                "my-policy.test.yaml",
                "policy.ts",
                "test/policy.test.ts"
            ),
        ),
    ],
};

pub(crate) const PYTHON: Files = Files {
    sdk: texts!(
        "python/sdk",
        "__init__.py",
        "component.py",
        "declaration.py",
        "facts.py",
        "fault.py",
        "py.typed",
        "records.py",
        "rehearsal.py",
        "settings.py",
        "testing.py",
        "verdict.py"
    ),
    template: texts!(
        "python/template",
        "README.md",
        "gitignore",
        "my-policy.json",
        "my-policy.test.yaml",
        "policy.py",
        "requirements.txt",
        "test_policy.py"
    ),
    examples: &[
        ("baseline", baseline!("python", "policy.py", "test_policy.py")),
        (
            "reachable",
            texts!("python/examples/reachable", "my-policy.json", "my-policy.test.yaml", "policy.py", "test_policy.py"),
        ),
    ],
};

pub(crate) const GO: Files = Files {
    sdk: texts!(
        "go/sdk",
        "abi.go",
        "document.go",
        "exports.go",
        "facts.go",
        "gatecheck.go",
        "given.go",
        "hostless.go",
        "imports.go",
        "parse.go",
        "schema.go",
        "settings.go",
        "testing.go",
        "types.go",
        "verdict.go"
    ),
    template: texts!(
        "go/template",
        "README.md",
        "gitignore",
        "go.mod",
        "my-policy.json",
        "my-policy.test.yaml",
        "policy.go",
        "policy_test.go"
    ),
    examples: &[
        ("baseline", baseline!("go", "policy.go", "policy_test.go")),
        (
            "networks",
            texts!("go/examples/networks", "my-policy.json", "my-policy.test.yaml", "policy.go", "policy_test.go"),
        ),
    ],
};

pub(crate) const C: Files = Files {
    sdk: texts!(
        "c/sdk",
        "facts.c",
        "facts.h",
        "flags.txt",
        "gatecheck.c",
        "gatecheck.h",
        "json.c",
        "json.h",
        "memory.c",
        "memory.h",
        "settings.c",
        "settings.h",
        "testing.c",
        "testing.h",
        "text.c",
        "text.h"
    ),
    template: texts!(
        "c/template",
        "Makefile",
        "README.md",
        "gitignore",
        "my-policy.json",
        "my-policy.test.yaml",
        "policy.c",
        "policy_test.c"
    ),
    examples: &[
        ("baseline", baseline!("c", "policy.c", "policy_test.c")),
        (
            "read-only",
            texts!("c/examples/read-only", "my-policy.json", "my-policy.test.yaml", "policy.c", "policy_test.c"),
        ),
    ],
};
