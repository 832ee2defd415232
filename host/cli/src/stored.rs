//! `gatecheck policies`: what is in force in an account, and what is wrong with it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use gatecheck_core::policy::{ModuleReference, PolicyDocument};
use gatecheck_core::report::Fault;
use gatecheck_store::Loaded;
use serde_json::{Value, json};

use crate::args::{Format, PoliciesArgs};
use crate::exit::Exit;
use crate::host::Host;
use crate::input::InputError;
use crate::policies::faults;
use crate::render::{self, BAD, GOOD, QUIET, STRONG, visible};

pub(crate) async fn policies(args: &PoliciesArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    let host = Host::new()?;
    let mut documents = Vec::new();
    for path in &args.path {
        documents.extend(host.policies_at(path).await?);
    }
    let loaded = host.load(documents.iter().filter_map(|(_, document)| document.as_ref().ok())).await;
    let mut rows = Vec::new();
    for (parameter, document) in documents {
        rows.push(row(&host, &loaded, parameter, document).await);
    }
    let faulty = rows.iter().any(|row| row["faults"].as_array().is_some_and(|faults| !faults.is_empty()));
    match args.format {
        Format::Json => render::json(&rows, out),
        Format::Human => human(&rows, out),
    }
    .map_err(InputError::Output)?;
    Ok(if faulty { Exit::NotJudged } else { Exit::Clean })
}

async fn row(host: &Host, loaded: &Loaded, parameter: String, document: Result<PolicyDocument, Fault>) -> Value {
    let described = match &document {
        Ok(document) => match &document.module {
            ModuleReference::Bundled(name) => (Some(document.name.clone()), Some(name.clone()), None),
            ModuleReference::Elsewhere { location, sha256 } => {
                (Some(document.name.clone()), Some(location.to_string()), sha256.map(|digest| digest.to_string()))
            }
        },
        Err(fault) => (Some(fault.policy.clone()), None, None),
    };
    let (name, module, sha256) = described;
    let faults: Vec<_> = faults(host, loaded, document).await.into_iter().map(|fault| fault.detail).collect();
    json!({"name": name, "parameter": parameter, "module": module, "sha256": sha256, "faults": faults})
}

fn human(rows: &[Value], out: &mut impl Write) -> io::Result<()> {
    let mut sorted: BTreeMap<&str, &Value> = BTreeMap::new();
    for row in rows {
        sorted.insert(row["parameter"].as_str().unwrap_or_default(), row);
    }
    for (parameter, row) in sorted {
        let text = |key: &str| row[key].as_str().map(visible).unwrap_or_default();
        let faults: Vec<_> = row["faults"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let (mark, style) = if faults.is_empty() { ("ok", GOOD) } else { ("fault", BAD) };
        writeln!(out, "{style}{mark:<5}{style:#} {STRONG}{}{STRONG:#}  {}", text("name"), text("module"))?;
        writeln!(out, "      {QUIET}{}{QUIET:#}", visible(parameter))?;
        for fault in faults {
            writeln!(out, "      {}", visible(fault))?;
        }
    }
    Ok(())
}
