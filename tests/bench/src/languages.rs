//! Section `languages`: the same policy in every language, and an example that plays to each.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use gatecheck_core::policy::{Module, NativeCode, Platform, PolicySet};
use serde_json::Value;

use crate::bench::{Bench, native};
use crate::child::{clean, printed};
use crate::section::Measured;
use crate::subject::{Task, judged, policies};
use crate::table::{Cell, Table};
use crate::timing::{Contender, Effort, in_turns};

/// Languages and their own examples; Rust first, since the others are compared with it.
const LANGUAGES: [(&str, &str); 5] =
    [("rust", "versions"), ("c", "read-only"), ("ts", "naming"), ("go", "networks"), ("python", "reachable")];

/// Those whose policies can begin with their settings read, and the module of one that does.
const CONFIGURED: [&str; 3] = ["rust", "go", "python"];
const AHEAD: &str = "ahead.wasm";

/// What targets are set for.
const FIGURES: [(&str, &str, &str); 4] = [
    ("go", "baseline", "baseline in go"),
    ("go", "networks", "example in go"),
    ("python", "baseline", "baseline in python"),
    ("python", "reachable", "example in python"),
];

/// A policy that was built.
struct Built {
    size: u64,
    native: u64,
    /// Seconds of a processor, or of two.
    compiled: f64,
    policies: PolicySet,
    /// The same, whose instances begin with their settings read, where `gatecheck build` can make it so.
    ahead: Option<PolicySet>,
    /// How many violations the command line finds.
    violations: usize,
}

/// Measures it.
pub fn measure(bench: &Bench) -> Result<Measured> {
    let mut measured = Measured::default();
    let task = Task::public()?;
    let baselines = LANGUAGES.map(|(language, _)| (language, "baseline"));
    for (title, projects) in [
        ("`baseline`, the same policy in every language, in fresh instances", baselines),
        ("an example that plays to each language, in fresh instances", LANGUAGES),
    ] {
        let is_baseline = projects == baselines;
        let table = compared(bench, title, &projects, is_baseline, &task, &mut measured)?;
        measured.tables.push(table);
    }
    Ok(measured)
}

fn compared(
    bench: &Bench,
    title: &str,
    projects: &[(&'static str, &'static str)],
    is_same: bool,
    task: &Task,
    measured: &mut Measured,
) -> Result<Table> {
    let built: Vec<_> = projects.iter().map(|project| (project, built(bench, *project, task))).collect();
    let mut violations = built.iter().filter_map(|(_, built)| built.as_ref().ok()).map(|built| built.violations);
    if let Some(first) = violations.next() {
        ensure!(!is_same || violations.all(|other| other == first), "languages differ in what they find");
    }
    let works = || built.iter().filter_map(|(project, built)| Some((project, built.as_ref().ok()?)));
    let times = |effort| {
        let contenders = works().flat_map(|((language, _), built)| {
            let policies = [Some(&built.policies), built.ahead.as_ref()].into_iter().flatten();
            policies.map(|policies| Contender::new(*language, built.violations, judged(bench, policies, &task.facts)))
        });
        in_turns(contenders.collect(), effort, &bench.progress)
    };
    let Effort { batches, batch, calls } = bench.effort();
    let in_a_row = times(Effort { batches: batches / 2, batch: batch * 2, calls })?;
    let after_others = times(Effort { batches, batch: Duration::ZERO, calls: 1 })?;

    let mut table = Table::new(
        title,
        &[
            "language",
            "example",
            "violations",
            "time",
            "median",
            "after others",
            "configured ahead",
            "to Rust",
            "module",
            "native code",
            "compiling",
        ],
    );
    // Rust is the first, and itself first.
    let rust = works().zip(&in_a_row).next().and_then(|((project, _), time)| (project.0 == "rust").then_some(time.low));
    let mut times = in_a_row.iter().zip(&after_others);
    for ((language, example), built) in &built {
        let figure = FIGURES.iter().find(|figure| (figure.0, figure.1) == (*language, *example)).map(|figure| figure.2);
        let begin = [Cell::from(*language), Cell::from(*example)];
        let built = match built {
            Ok(built) => built,
            Err(reason) => {
                // The first line says what is missing.
                let reason = format!("{reason:#}").lines().next().unwrap_or_default().to_owned();
                if let Some(figure) = figure {
                    measured.missing(figure, reason.clone());
                }
                table.row(begin.into_iter().chain([Cell::Missing(reason)]));
                continue;
            }
        };
        let (time, after_others) = times.next().context("times for each")?;
        let ahead = built.ahead.as_ref().and_then(|_| times.next()).map(|(time, _)| time.low);
        if let Some(figure) = figure {
            measured.figure(figure, ahead.unwrap_or(time.low));
        }
        table.row(begin.into_iter().chain([
            Cell::Count(built.violations as u64),
            Cell::Seconds(time.low),
            Cell::Seconds(time.median),
            Cell::Seconds(after_others.low),
            ahead.map_or(Cell::Empty, Cell::Seconds),
            rust.map_or(Cell::Empty, |rust| Cell::Ratio(time.low / rust)),
            Cell::Bytes(built.size),
            Cell::Bytes(built.native),
            Cell::Seconds(built.compiled),
        ]));
    }
    Ok(table)
}

/// Builds a project and loads what comes of it.
fn built(bench: &Bench, (language, example): (&str, &str), task: &Task) -> Result<Built> {
    bench.progress.say(&format!("building {example} in {language} (minutes, the first time)"));
    let project = project(bench, language, example)?;
    let wasm = fs::read(project.join("policy.wasm"))?;
    bench.progress.say(&format!("compiling {example} in {language}"));
    let entry: Value = serde_json::from_str(&fs::read_to_string(project.join("policy.json"))?)?;
    let settings = entry.get("settings").cloned().unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    let loaded = |code: &NativeCode| policies(&Arc::new(Module::signed(&bench.engine, code)?), &settings, 1);
    let started = Instant::now();
    let code = native(&wasm, &Platform::here()?)?;
    let compiled = started.elapsed().as_secs_f64();
    let ahead = CONFIGURED.contains(&language).then(|| {
        let wasm = fs::read(project.join(AHEAD))?;
        loaded(&native(&wasm, &Platform::here()?)?)
    });
    let ahead = ahead.transpose()?;
    let violations = found_by_the_command_line(bench, &project, task)?;
    Ok(Built {
        size: wasm.len() as u64,
        native: code.bytes().len() as u64,
        compiled,
        policies: loaded(&code)?,
        ahead,
        violations,
    })
}

/// The project of an example, built by this very version. What was installed for it is kept.
fn project(bench: &Bench, language: &str, example: &str) -> Result<PathBuf> {
    let parent = bench.folder("languages")?;
    let name = format!("{language}-{example}");
    let folder = parent.join(&name);
    let modified = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    if modified(&folder.join("policy.wasm")) > modified(&bench.gatecheck) {
        return Ok(folder);
    }
    let installed =
        ["node_modules", ".venv"].map(|name| (folder.join(name), parent.join(format!("{language}-{example}{name}"))));
    for (inside, kept) in &installed {
        if inside.exists() {
            fs::rename(inside, kept)?;
        }
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let new = ["new", "--lang", language, "--example", example, &name];
    printed(gatecheck(bench, &parent)?.args(new))?;
    for (inside, kept) in &installed {
        if kept.exists() {
            fs::rename(kept, inside)?;
        }
    }
    fs::rename(folder.join(format!("{name}.json")), folder.join("policy.json"))?;
    if language == "rust" {
        // It lies in folders of workspaces that it belongs to none of.
        let manifest = folder.join("Cargo.toml");
        fs::write(&manifest, fs::read_to_string(&manifest)? + "\n[workspace]\n")?;
    }
    if CONFIGURED.contains(&language) {
        printed(gatecheck(bench, &folder)?.args(["build", "--settings", "policy.json"]))?;
        fs::rename(folder.join("policy.wasm"), folder.join(AHEAD))?;
    }
    printed(gatecheck(bench, &folder)?.arg("build"))?;
    Ok(folder)
}

fn found_by_the_command_line(bench: &Bench, project: &Path, task: &Task) -> Result<usize> {
    let output = gatecheck(bench, project)?
        .args(["check", "--policy", "policy.json", "--format", "json", "--facts", task.name])
        .output()?;
    let report: Value =
        serde_json::from_slice(&output.stdout).with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    ensure!(output.status.code() != Some(2), "`gatecheck check` gives no verdict: {report}");
    report["violations"].as_array().map(Vec::len).context("a list of violations")
}

/// The command line, which keeps what it compiles beside the projects.
fn gatecheck(bench: &Bench, folder: &Path) -> Result<Command> {
    let mut command = clean(Command::new(&bench.gatecheck));
    command
        .current_dir(folder)
        .env("XDG_CACHE_HOME", bench.folder("languages/cache")?)
        .env("CARGO_TARGET_DIR", bench.folder("languages/target")?);
    Ok(command)
}
