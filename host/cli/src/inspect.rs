//! `gatecheck inspect`: what a module is, what it can read, and what that needs.

use std::fs;
use std::io::{self, Write};

use gatecheck_core::facts::Family;
use gatecheck_core::policy::{Description, Engine, Imports, Module, ModuleError};
use serde_json::{Value, json};

use crate::args::{Format, InspectArgs};
use crate::exit::Exit;
use crate::input::InputError;
use crate::policies::digest;
use crate::render::{QUIET, STRONG, visible};

pub(crate) fn inspect(args: &InspectArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    let engine = Engine::new()?;
    let name = args.module.display().to_string();
    let unusable = |error: ModuleError| InputError::Module { name: name.clone(), error };
    let (module, file) = if gatecheck_bundled::names().any(|bundled| bundled == name) {
        (gatecheck_bundled::module(&engine, &name).map_err(unusable)?, None)
    } else {
        let unreadable = |source| InputError::Unreadable { path: args.module.clone(), source };
        let wasm = fs::read(&args.module).map_err(unreadable)?;
        (Module::compile(&engine, &wasm).map_err(unusable)?, Some((wasm.len(), digest(&wasm))))
    };
    let description = module.describe(&engine).map_err(|(reason, detail)| InputError::Undescribed {
        path: args.module.clone(),
        reason,
        detail,
    })?;
    let document = document(&description, &module.imports(&engine), file);
    match args.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &document).map_err(io::Error::from).and_then(|()| writeln!(out))
        }
        Format::Human => human(&document, out),
    }
    .map_err(InputError::Output)?;
    Ok(Exit::Clean)
}

fn document(description: &Description, imports: &Imports, file: Option<(usize, String)>) -> Value {
    let (size, sha256) = file.unzip();
    json!({
        "name": description.name,
        "version": description.version,
        "summary": description.summary,
        "interface": imports.interface_version,
        "size": size,
        "sha256": sha256,
        "families": imports.families.iter().copied().map(Family::name).collect::<Vec<_>>(),
        "iam": {"Effect": "Allow", "Action": imports.iam_actions(), "Resource": "*"},
        "settings_schema": serde_json::from_str(&description.settings_schema).unwrap_or(Value::Null),
    })
}

fn human(document: &Value, out: &mut impl Write) -> io::Result<()> {
    let text = |key: &str| match &document[key] {
        Value::String(text) => visible(text),
        other => other.to_string(),
    };
    writeln!(out, "{STRONG}{}{STRONG:#} {}\n{}\n", text("name"), text("version"), text("summary"))?;
    let mut line = |name: &str, text: &str| writeln!(out, "  {QUIET}{name:<10}{QUIET:#} {text}");
    line("interface", &format!("gatecheck:policy {}", text("interface")))?;
    if !document["sha256"].is_null() {
        line("size", &format!("{} bytes", text("size")))?;
        line("sha256", &text("sha256"))?;
    }
    for (name, pointer) in [("can read", "/families"), ("may need", "/iam/Action")] {
        let items = document.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
        let items: Vec<_> = items.filter_map(Value::as_str).collect();
        line(name, items.first().unwrap_or(&"nothing"))?;
        for item in items.iter().skip(1) {
            line("", item)?;
        }
    }
    writeln!(out, "\n  {QUIET}settings{QUIET:#}")?;
    for row in format!("{:#}", document["settings_schema"]).lines() {
        writeln!(out, "    {}", visible(row))?;
    }
    Ok(())
}
