//! Builds every bundled policy as a component and compiles it for the platform that this crate is built for: nothing is
//! left to compile when a task starts.

use std::env;
use std::fs;
use std::path::PathBuf;

/// The crates beside this one, without their prefix.
const POLICIES: [&str; 2] = ["allow-list", "ecs-baseline"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let workspace = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..").canonicalize()?;
    let target = env::var("TARGET")?;
    for policy in POLICIES {
        let component =
            gatecheck_build::component(&workspace, &format!("gatecheck-{policy}"), &gatecheck_build::target_dir(&out))?;
        let artifact = gatecheck_core::policy::precompile(&component, &target)?;
        fs::write(out.join(format!("{policy}.wasm")), component)?;
        fs::write(out.join(format!("{policy}.cwasm")), artifact)?;
        println!("cargo::rerun-if-changed={}", workspace.join("plugins").join(policy).display());
    }
    for source in ["guest-sdk/rust", "wit", "Cargo.lock", "Cargo.toml"] {
        println!("cargo::rerun-if-changed={}", workspace.join(source).display());
    }
    Ok(())
}
