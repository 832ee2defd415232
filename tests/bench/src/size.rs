//! Section `size`: bytes of what is deployed, beside a function that does nothing.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::Value;

use crate::bench::{Bench, here, root};
use crate::child::{self, Package, clean, printed};
use crate::section::Measured;
use crate::table::{Cell, Table};

/// Crates that are listed.
const BIGGEST: usize = 15;

/// Measures it.
pub fn measure(bench: &Bench) -> Result<Measured> {
    let mut measured = Measured::default();
    let floor = Size::of(bench.floor()?)?;
    let bootstrap = Size::of(bench.bootstrap()?)?;
    let without = first_verdict(bench, &["--no-default-features"])?;
    let compiler = first_verdict(bench, &[])?.minus(&without);
    let (wasm, native) = gatecheck_bundled::component("allow-list").unwrap_or_default();

    let mut table =
        Table::new("what is deployed", &["", "bytes", "to the floor", "zipped", "to the floor", "above it"]);
    let row = |name: &str, size: &Size| {
        let ratio = |size: u64, floor: u64| Cell::Ratio(size as f64 / floor as f64);
        [
            Cell::from(name),
            Cell::Bytes(size.bytes),
            ratio(size.bytes, floor.bytes),
            Cell::Bytes(size.zipped),
            ratio(size.zipped, floor.zipped),
            Cell::Bytes(size.zipped.saturating_sub(floor.zipped)),
        ]
    };
    let without_compiler = bootstrap.minus(&compiler);
    table.row(row("floor", &floor));
    table.row(row("bootstrap, as shipped: with a compiler", &bootstrap));
    table.row(row("bootstrap without its compiler, computed", &without_compiler));
    table.note(format!(
        "The compiler is what `first-verdict` gains by it: {}, {} zipped. The function compiles modules that nobody compiled ahead.",
        Cell::Bytes(compiler.bytes),
        Cell::Bytes(compiler.zipped)
    ));
    table.note(format!(
        "In both are the bundled policies: the allow-list is {} of native code, made of {} of WebAssembly.",
        Cell::Bytes(native as u64),
        Cell::Bytes(wasm.len() as u64)
    ));
    measured.figure("zip without compiler above floor", without_compiler.zipped as f64 - floor.zipped as f64);
    measured.tables.push(table);
    packages(&mut measured);
    measured.tables.push(biggest(bench)?);
    Ok(measured)
}

/// A program.
struct Size {
    bytes: u64,
    /// As `zip -9` makes it, alone in its archive.
    zipped: u64,
}

impl Size {
    fn of(path: &Path) -> Result<Self> {
        /// Headers of an archive with one file whose name has nine letters.
        const ARCHIVE: u64 = 30 + 46 + 22 + 2 * 9;
        let program = fs::read(path).with_context(|| path.display().to_string())?;
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
        deflate.write_all(&program)?;
        Ok(Self { bytes: program.len() as u64, zipped: deflate.finish()?.len() as u64 + ARCHIVE })
    }

    fn minus(&self, other: &Self) -> Self {
        Self { bytes: self.bytes.saturating_sub(other.bytes), zipped: self.zipped.saturating_sub(other.zipped) }
    }
}

/// The engine with a bundled policy, with or without the compiler.
fn first_verdict(bench: &Bench, features: &[&str]) -> Result<Size> {
    bench.progress.say("building first-verdict with and without the compiler (minutes, the first time)");
    let package = Package { workspace: here(), name: "gatecheck-first-verdict", binary: "first-verdict" };
    Size::of(&child::build(&package, features)?)
}

/// The archives that `deploy/package` made, which are what Lambda fetches.
fn packages(measured: &mut Measured) {
    let mut table = Table::new("the packages", &["", "bytes"]);
    for (figure, archive) in
        [("package for arm64", "bootstrap-arm64.zip"), ("package for x86_64", "bootstrap-x86_64.zip")]
    {
        let path = root().join("target/package").join(archive);
        let cell = if let Ok(file) = fs::metadata(&path) {
            measured.figure(figure, file.len() as f64);
            Cell::Bytes(file.len())
        } else {
            let reason = "`deploy/package` makes it".to_owned();
            measured.missing(figure, reason.clone());
            Cell::Missing(reason)
        };
        table.row([Cell::from(archive), cell]);
    }
    measured.tables.push(table);
}

/// The crates that most of `bootstrap` is made of.
fn biggest(bench: &Bench) -> Result<Table> {
    let mut table = Table::new("the biggest crates in bootstrap", &["crate", "bytes of code", "share"]);
    if printed(clean(Command::new("cargo")).args(["bloat", "--version"])).is_err() {
        table
            .row(["all of them".into(), Cell::Missing("cargo-bloat is missing: cargo install cargo-bloat".to_owned())]);
        return Ok(table);
    }
    bench.progress.say("asking cargo-bloat (minutes, the first time)");
    let json = printed(
        // It reads symbols, which what is shipped has not.
        clean(Command::new("cargo"))
            .current_dir(root())
            .env("CARGO_PROFILE_RELEASE_STRIP", "false")
            .env("CARGO_TARGET_DIR", bench.folder("bloat")?)
            .args(["bloat", "--release", "--crates", "--message-format", "json", "-n"])
            .arg(BIGGEST.to_string())
            .args(["--package", "gatecheck-lambda", "--bin", "bootstrap"]),
    )?;
    let bloat: Value = serde_json::from_str(&json)?;
    let text = bloat["text-section-size"].as_u64().context("cargo-bloat tells no size")?;
    for part in bloat["crates"].as_array().into_iter().flatten() {
        let (name, size) = (part["name"].as_str().unwrap_or_default(), part["size"].as_u64().unwrap_or_default());
        table.row([name.into(), Cell::Bytes(size), Cell::Ratio(size as f64 / text as f64)]);
    }
    Ok(table)
}
