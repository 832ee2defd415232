//! C: clang with its linker for WebAssembly, or zig, which is both.

use std::fs;
use std::path::{Path, PathBuf};

use super::BuildError;
use crate::tool::{Printed, Run, Tool};

const REMEDY: &str = "install clang and lld (Debian: apt-get install clang lld; macOS: brew install llvm lld), or zig: \
                      https://ziglang.org/download";

const CLANG: Tool = Tool {
    programs: &[
        "clang", "clang-21", "clang-20", "clang-19", "clang-18", "clang-17", "clang-16", "clang-15", "clang-14",
    ],
    version: &["--version"],
    oldest: (14, 0),
    remedy: REMEDY,
};

const ZIG: Tool = Tool { programs: &["zig"], version: &["version"], oldest: (0, 14), remedy: REMEDY };

/// What the SDK says of how it is compiled.
const FLAGS: &str = "@gatecheck/flags.txt";

pub(super) fn build(
    project: &Path,
    run: &mut dyn FnMut(Run) -> Result<Printed, BuildError>,
) -> Result<PathBuf, BuildError> {
    let module = "core.wasm";
    let compiler = match clang(project) {
        // A stack that grows too large traps where it comes first in memory, instead of running into data.
        Ok(clang) => Run::new(clang, project).args([
            "--target=wasm32-unknown-unknown",
            "-Wl,--stack-first",
            "-Wl,--compress-relocations",
        ]),
        Err(missing) => {
            let zig = ZIG.find().map_err(|_| missing)?;
            Run::new(zig, project).args(["cc", "-target", "wasm32-freestanding"])
        }
    };
    run(compiler.args([FLAGS, "-o", module]).args(sources(project)?))?;
    Ok(project.join(module))
}

/// A clang that can make WebAssembly: not every system's can, and the linker is a package of its own.
fn clang(project: &Path) -> Result<PathBuf, BuildError> {
    let clang = CLANG.find()?;
    let ask = |what| Run::new(&clang, project).args([what]).output();
    let targets = ask("--print-targets")?;
    if !targets.out.contains("wasm32") {
        let what = format!("`{}` cannot make WebAssembly", clang.display());
        return Err(BuildError::Incomplete { what, remedy: REMEDY });
    }
    let linker = ask("--print-prog-name=wasm-ld")?;
    if !Path::new(linker.out.trim()).is_file() {
        let what = format!("`{}` finds no `wasm-ld`", clang.display());
        return Err(BuildError::Incomplete { what, remedy: REMEDY });
    }
    Ok(clang)
}

/// The files of the policy and of the SDK, as they are typed in the project's folder. Tests are for this machine.
fn sources(project: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let mut sources = Vec::new();
    for folder in ["", "gatecheck"] {
        let path = project.join(folder);
        let unreadable = |source| BuildError::File { path: path.clone(), source };
        for entry in fs::read_dir(&path).map_err(unreadable)? {
            let name = PathBuf::from(entry.map_err(unreadable)?.file_name());
            let is_test = name.to_string_lossy().ends_with("_test.c");
            if name.extension().is_some_and(|extension| extension == "c") && !is_test {
                sources.push(Path::new(folder).join(name));
            }
        }
    }
    sources.sort();
    Ok(sources)
}
