//! `gatecheck inspect`: what a module is, what it can read, and what that needs.

use std::io::{self, Write};

use gatecheck_core::facts::Family;
use gatecheck_core::policy::{Description, Digest, Imports, ModuleReference};
use serde_json::{Value, json};

use crate::args::{Format, InspectArgs};
use crate::exit::Exit;
use crate::host::Host;
use crate::input::InputError;
use crate::policies::location;
use crate::render::{self, QUIET, STRONG, visible};
use crate::rules::{RuleTable, text, texts};

pub(crate) async fn inspect(args: &InspectArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    let host = Host::new()?;
    let name = args.module.display().to_string();
    let (module, wasm) = if gatecheck_bundled::names().any(|bundled| bundled == name) {
        (host.module(&ModuleReference::Bundled(name.clone())).await?, None)
    } else {
        let location = location(&args.module)?;
        let wasm = host.bytes(&location, args.sha256.as_ref()).await?;
        (host.module_of(&location, &wasm).await?, Some((wasm.len(), Digest::of(&wasm))))
    };
    let described = module.describe(&host.engine);
    let description = described.map_err(|(reason, detail)| InputError::Undescribed { name, reason, detail })?;
    let document = document(&description, &module.imports(&host.engine), wasm);
    match args.format {
        Format::Json => render::json(&document, out),
        Format::Human => human(&document, out),
    }
    .map_err(InputError::Output)?;
    Ok(Exit::Clean)
}

fn document(description: &Description, imports: &Imports, file: Option<(usize, Digest)>) -> Value {
    let (size, sha256) = file.unzip();
    let (schema, table) = RuleTable::of(description);
    json!({
        "name": description.name,
        "version": description.version,
        "summary": description.summary,
        "interface": imports.interface_version,
        "size": size,
        "sha256": sha256.map(|digest| digest.to_string()),
        "families": imports.families.iter().copied().map(Family::name).collect::<Vec<_>>(),
        "iam": {"Effect": "Allow", "Action": imports.iam_actions(), "Resource": "*"},
        "rules": table.rules,
        "settings_schema": schema,
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
    if let Some(rules) = document["rules"].as_array().filter(|rules| !rules.is_empty()) {
        return human_rules(rules, out);
    }
    writeln!(out, "\n  {QUIET}settings{QUIET:#}")?;
    for row in format!("{:#}", document["settings_schema"]).lines() {
        writeln!(out, "    {}", visible(row))?;
    }
    Ok(())
}

/// The table of rules, in place of the schema that says the same at length.
fn human_rules(rules: &[Value], out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "\n  {QUIET}rules{QUIET:#} {QUIET}(`--format json` has all about them, and the schema of the settings){QUIET:#}"
    )?;
    let width = rules.iter().map(|rule| text(rule, "id").chars().count()).max().unwrap_or_default();
    for rule in rules {
        let (id, severity) = (visible(text(rule, "id")), visible(text(rule, "severity")));
        let profile = texts(rule, "profiles").next().unwrap_or_default();
        writeln!(out, "    {id:<width$}  {severity:<8}  {:<11}  {}", visible(profile), visible(text(rule, "title")))?;
        let controls: Vec<_> = texts(rule, "controls").collect();
        if !controls.is_empty() {
            writeln!(out, "    {:<width$}  {QUIET}{}{QUIET:#}", "", visible(&controls.join(", ")))?;
        }
    }
    Ok(())
}
