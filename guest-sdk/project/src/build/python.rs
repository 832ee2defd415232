//! Python: componentize-py, in the virtual environment of the project.

use std::path::{Path, PathBuf};

use super::{BuildError, MODULE};
use crate::tool::{Printed, Run, Tool};

const PYTHON: Tool = Tool {
    // The `python3` of macOS is an old one.
    programs: &["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"],
    version: &["--version"],
    oldest: (3, 11),
    remedy: "install Python: https://www.python.org/downloads; on Debian: apt-get install python3 python3-venv",
};

/// The virtual environment.
const ENVIRONMENT: &str = ".venv";

/// The module of the SDK that becomes the component; it imports the policy.
const COMPONENT: &str = "gatecheck.component";

/// The program of that name, which has the path of its environment in it and would not survive that this is moved.
const COMPONENTIZE: &str = "from componentize_py import script; script()";

/// What would let other packages in, or a stack of the tool's own out.
const FROM_OUTSIDE: [&str; 3] = ["PYTHONHOME", "PYTHONPATH", "RUST_BACKTRACE"];

pub(super) fn build(
    project: &Path,
    run: &mut dyn FnMut(Run) -> Result<Printed, BuildError>,
) -> Result<PathBuf, BuildError> {
    let python = project.join(ENVIRONMENT).join("bin/python");
    if !python.is_file() {
        run(Run::new(PYTHON.find()?, project).args(["-m", "venv", ENVIRONMENT]))?;
    }
    // Half a second if all is there, and without the network then.
    let install =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", "requirements.txt"];
    run(Run::new(&python, project).args(install))?;
    // Not `--stub-wasi`, by which every call of WASI traps without a word: sealed, most of them work, and the others raise.
    let command = Run::new(python, project)
        .args(["-c", COMPONENTIZE, "--quiet", "--wit-path", "gatecheck/wit", "--world", "policy"])
        .args(["componentize", COMPONENT, "--output", MODULE])
        .env("VIRTUAL_ENV", ENVIRONMENT)
        .without(&FROM_OUTSIDE);
    run(command)?;
    Ok(project.join(MODULE))
}
