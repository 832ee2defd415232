//! The report: which sections, printed one after the other, then the targets.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Parser;
use serde_json::{Value, json};

use crate::bench::{Bench, root};
use crate::child::{self, Package};
use crate::machine;
use crate::progress::Progress;
use crate::section::{Measured, Section};
use crate::targets;

/// How fast Gatecheck is: figures beside those of its peers, each as a ratio to something that was measured in the same minute.
///
/// Examples:
///
///   cargo bench --manifest-path tests/bench/Cargo.toml                          everything, about an hour the first time
///   cargo bench --manifest-path tests/bench/Cargo.toml -- --only evaluation     one section
///   cargo bench --manifest-path tests/bench/Cargo.toml -- --quick               whether it works: figures are rough
///   cargo bench --manifest-path tests/bench/Cargo.toml -- --json report.json    for whoever compares
///
/// A time is the lowest tenth of many batches that took turns with those it is compared with, since what disturbs a machine only
/// ever adds; medians stand beside it. What cannot be measured here says why. tests/bench/README.md explains every figure.
#[derive(Debug, Parser)]
#[command(name = "report", verbatim_doc_comment, max_term_width = 120)]
struct Args {
    /// Measure only this section; can be given several times
    #[arg(long, value_name = "SECTION")]
    only: Vec<String>,
    /// Write all figures to this file, as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Measure less of everything
    #[arg(long)]
    quick: bool,
    /// Say which sections there are
    #[arg(long)]
    list: bool,
    /// What `cargo bench` says of every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

/// Measures what the command line asks for.
pub fn run(sections: &[Section]) -> Result<()> {
    let args = Args::parse();
    if args.list {
        for section in sections {
            println!("{:12}  {}", section.name, section.about);
        }
        return Ok(());
    }
    let chosen = chosen(sections, &args.only)?;
    let progress = Progress::new();
    let gatecheck = gatecheck(&progress)?;
    let bench = Bench::new(args.quick, progress, gatecheck)?;

    let machine = machine::describe();
    bench.progress.print(&format!("{machine}{}\n", if args.quick { "; quick, so figures are rough" } else { "" }));
    let (mut figures, mut told) = (BTreeMap::new(), BTreeMap::new());
    for section in &chosen {
        bench.progress.section(section.name);
        let measured = (section.measure)(&bench).with_context(|| format!("section `{}`", section.name))?;
        bench.progress.print(&format!("{}: {}\n", section.name, section.about));
        measured.tables.iter().for_each(|table| bench.progress.print(&table.to_string()));
        let Measured { tables, figures: of_section } = measured;
        told.insert(section.name, tables.iter().map(crate::table::Table::json).collect::<Vec<_>>());
        figures.extend(of_section);
    }
    let names: Vec<_> = chosen.iter().map(|section| section.name).collect();
    let targets = targets::compared(&names, &figures);
    bench.progress.print(&targets.to_string());
    if let Some(path) = &args.json {
        let report =
            json!({"machine": machine, "quick": args.quick, "sections": told, "targets": targets.json()["rows"]});
        write(path, &report)?;
    }
    Ok(())
}

fn chosen(sections: &[Section], only: &[String]) -> Result<Vec<Section>> {
    if let Some(unknown) = only.iter().find(|name| sections.iter().all(|section| section.name != **name)) {
        let names: Vec<_> = sections.iter().map(|section| section.name).collect();
        bail!("there is no section `{unknown}`; take one of `{}`", names.join("`, `"));
    }
    let is_chosen = |section: &&Section| only.is_empty() || only.iter().any(|name| name == section.name);
    Ok(sections.iter().filter(is_chosen).copied().collect())
}

/// Builds the command line. The SDK takes recorded facts from the program that `GATECHECK` names, so this one starts over with
/// that variable set.
fn gatecheck(progress: &Progress) -> Result<PathBuf> {
    const GATECHECK: &str = "GATECHECK";
    if let Some(gatecheck) = env::var_os(GATECHECK) {
        return Ok(gatecheck.into());
    }
    progress.section("build");
    progress.say("building gatecheck (minutes, the first time)");
    let package = Package { workspace: &root(), name: "gatecheck-cli", binary: "gatecheck" };
    let gatecheck = child::build(&package, &[])?;
    let error = Command::new(env::current_exe()?).args(env::args_os().skip(1)).env(GATECHECK, gatecheck).exec();
    Err(error).context("this program cannot start over")
}

fn write(path: &Path, report: &Value) -> Result<()> {
    // Cargo runs benchmarks in the folder of their package; a path means the folder of whoever started it.
    let folder = env::var_os("PWD").map_or_else(PathBuf::new, PathBuf::from);
    let path = folder.join(path);
    fs::write(&path, format!("{report:#}\n")).with_context(|| path.display().to_string())
}
