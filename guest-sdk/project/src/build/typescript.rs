//! TypeScript and JavaScript: the tools that package.json names.

use std::path::{Path, PathBuf};

use super::BuildError;
use crate::tool::{Printed, Run, Tool};

const NODE: Tool = Tool {
    programs: &["node"],
    version: &["--version"],
    oldest: (20, 0),
    remedy: "install Node.js: https://nodejs.org",
};

const NPM: Tool = Tool {
    programs: &["npm"],
    version: &["--version"],
    oldest: (9, 0),
    remedy: "install npm, which comes with Node.js; on Debian: apt-get install npm",
};

/// Pins what package.json names.
const LOCK: &str = "package-lock.json";

/// Scripts of dependencies are not needed, and would run with the rights of whoever builds.
const QUIETLY: [&str; 3] = ["--ignore-scripts", "--no-audit", "--no-fund"];

pub(super) fn build(
    project: &Path,
    run: &mut dyn FnMut(Run) -> Result<Printed, BuildError>,
) -> Result<PathBuf, BuildError> {
    NODE.find()?;
    let npm = NPM.find()?;
    if !is_installed(project) {
        let install = if project.join(LOCK).is_file() { "ci" } else { "install" };
        run(Run::new(&npm, project).args([install, "--silent"]).args(QUIETLY))?;
    }
    run(Run::new(npm, project).args(["run", "--silent", "build"]))?;
    Ok(project.join("dist/policy.wasm"))
}

/// Whether what the lock file says is installed: npm leaves a copy of it when it is done.
fn is_installed(project: &Path) -> bool {
    let changed = |path: PathBuf| path.metadata().and_then(|metadata| metadata.modified()).ok();
    let installed = changed(project.join("node_modules/.package-lock.json"));
    installed.is_some() && installed >= changed(project.join(LOCK))
}
