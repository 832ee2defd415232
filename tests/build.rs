//! Builds the guests that tests load as modules. `hostile.wasm` and whatever follows it are found through [`guest`] in
//! src/lib.rs.

use std::env;
use std::fs;
use std::path::PathBuf;

const GUESTS: [&str; 1] = ["hostile"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let workspace = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("..").canonicalize()?;
    for guest in GUESTS {
        let component =
            gatecheck_build::component(&workspace, &format!("gatecheck-guest-{guest}"), &out.join("target"))?;
        fs::write(out.join(format!("{guest}.wasm")), component)?;
        println!("cargo::rerun-if-changed={}", workspace.join("tests/guests").join(guest).display());
    }
    for source in ["guest-sdk/rust", "wit", "Cargo.lock", "Cargo.toml"] {
        println!("cargo::rerun-if-changed={}", workspace.join(source).display());
    }
    Ok(())
}
