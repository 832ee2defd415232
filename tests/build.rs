//! Builds the guests that tests load as modules: `hostile.wasm` and whatever follows it are found through [`guest`] in
//! src/lib.rs. Lists the folders of `cases`, so that each becomes a test of its own in it/cases.rs.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const GUESTS: [&str; 2] = ["hostile", "tiny"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let workspace = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("..").canonicalize()?;
    for guest in GUESTS {
        let component = gatecheck_build::component(
            &workspace,
            &format!("gatecheck-guest-{guest}"),
            &gatecheck_build::target_dir(&out),
        )?;
        let component = if guest == "tiny" { strip(&component) } else { component };
        fs::write(out.join(format!("{guest}.wasm")), component)?;
        println!("cargo::rerun-if-changed={}", workspace.join("tests/guests").join(guest).display());
    }
    for source in ["guest-sdk/rust", "wit", "Cargo.lock", "Cargo.toml", "tests/cases"] {
        println!("cargo::rerun-if-changed={}", workspace.join(source).display());
    }
    fs::write(out.join("cases.rs"), cases(&workspace.join("tests/cases"))?)?;
    Ok(())
}

/// A macro that declares a test for each folder: `each_case!(check)` makes `fn bad_statements() { check("bad-statements") }`.
fn cases(folder: &Path) -> io::Result<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    let test = |name: &String| format!("#[test] fn {}() {{ $check({name:?}) }}\n", name.replace('-', "_"));
    let tests: String = names.iter().map(test).collect();
    Ok(format!("macro_rules! each_case {{ ($check:path) => {{\n{tests}}} }}\n"))
}

/// Leaves out the custom sections of a component and of what is in it: names and producers, for people, and nearly as large
/// as all the rest of a small policy.
fn strip(binary: &[u8]) -> Vec<u8> {
    let (preamble, mut rest) = binary.split_at(8);
    let is_component = preamble[6] == 1;
    let mut stripped = preamble.to_vec();
    while let Some((&id, sized)) = rest.split_first() {
        let (size, sections) = read_size(sized);
        let (body, next) = sections.split_at(size);
        rest = next;
        let body = match id {
            0 => continue,
            // A core module, another component.
            1 | 4 if is_component => strip(body),
            _ => body.to_vec(),
        };
        stripped.push(id);
        write_size(&mut stripped, body.len());
        stripped.extend(body);
    }
    stripped
}

/// A number in LEB128, and what follows it.
fn read_size(bytes: &[u8]) -> (usize, &[u8]) {
    let length = bytes.iter().position(|byte| byte & 0x80 == 0).unwrap() + 1;
    let (number, rest) = bytes.split_at(length);
    (number.iter().rev().fold(0, |size, byte| size << 7 | usize::from(byte & 0x7f)), rest)
}

fn write_size(to: &mut Vec<u8>, mut size: usize) {
    while size > 0x7f {
        to.push(size as u8 | 0x80);
        size >>= 7;
    }
    to.push(size as u8);
}
