//! Go: the standard toolchain, for WASI 0.1; sealing takes WASI away again.

use std::path::{Path, PathBuf};

use super::BuildError;
use crate::tool::{Printed, Run, Tool};

const GO: Tool =
    Tool { programs: &["go"], version: &["version"], oldest: (1, 24), remedy: "install Go: https://go.dev/dl" };

pub(super) fn build(
    project: &Path,
    run: &mut dyn FnMut(Run) -> Result<Printed, BuildError>,
) -> Result<PathBuf, BuildError> {
    let module = project.join("core.wasm");
    let command = Run::new(GO.find()?, project)
        .args(["build", "-buildmode=c-shared", "-trimpath", "-ldflags=-s -w", "-o", "core.wasm", "."])
        .env("GOARCH", "wasm")
        // A workspace in a folder above knows nothing of this module.
        .env("GOWORK", "off")
        .env("GOOS", "wasip1")
        .without(&["GOFLAGS"]);
    run(command)?;
    Ok(module)
}
