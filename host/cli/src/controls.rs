//! `gatecheck controls`: which controls of the public catalogues the bundled baseline evaluates, where, and which not and why.

use std::collections::BTreeSet;
use std::io::{self, Write};

use gatecheck_core::policy::ModuleReference;
use serde::Serialize;

use crate::args::{ControlsArgs, Format};
use crate::exit::Exit;
use crate::host::Host;
use crate::input::InputError;
use crate::render::{self, QUIET, STRONG, UNSURE, visible};
use crate::rules::{BASELINE, Catalogue, RuleTable, text, texts};

pub(crate) async fn controls(args: &ControlsArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    let host = Host::new()?;
    let module = host.module(&ModuleReference::Bundled(BASELINE.to_owned())).await?;
    let described = module.describe(&host.engine);
    let description =
        described.map_err(|(reason, detail)| InputError::Undescribed { name: BASELINE.to_owned(), reason, detail })?;
    let (_, table) = RuleTable::of(&description);
    let coverage: Vec<_> = table.catalogues.iter().map(|catalogue| Coverage::of(catalogue, &table)).collect();
    match args.format {
        Format::Json => render::json(&Document { policy: BASELINE, catalogues: coverage }, out),
        Format::Human => coverage.iter().try_for_each(|coverage| human(coverage, out)),
    }
    .map_err(InputError::Output)?;
    Ok(Exit::Clean)
}

#[derive(Serialize)]
struct Document<'a> {
    policy: &'a str,
    catalogues: Vec<Coverage<'a>>,
}

/// The controls of a catalogue, and how many of them are evaluated.
#[derive(Serialize)]
struct Coverage<'a> {
    /// Also that of the profile with its rules.
    name: &'a str,
    title: &'a str,
    evaluated: usize,
    controls: Vec<Row<'a>>,
}

/// A control: evaluated by rules, or not for a reason.
#[derive(Serialize)]
struct Row<'a> {
    control: &'a str,
    rules: Vec<&'a str>,
    /// Where one of the rules can be evaluated.
    points: BTreeSet<&'a str>,
    /// The fact families that they may read.
    reads: BTreeSet<&'a str>,
    /// Why there is no rule.
    reason: Option<&'a str>,
}

impl<'a> Coverage<'a> {
    fn of(catalogue: &'a Catalogue, table: &'a RuleTable) -> Self {
        let is_of = |control: &&str| control.split_once(':').is_some_and(|(of, _)| of == catalogue.name);
        let named: BTreeSet<_> = table.rules.iter().flat_map(|rule| texts(rule, "controls")).filter(is_of).collect();
        let evaluated = named.len();
        let mut controls: Vec<_> = named.into_iter().map(|control| Row::evaluated(control, table)).collect();
        for open in table.not_evaluated.iter().filter(|open| is_of(&open.control.as_str())) {
            let (control, reason) = (open.control.as_str(), Some(open.reason.as_str()));
            controls.push(Row { control, rules: Vec::new(), points: BTreeSet::new(), reads: BTreeSet::new(), reason });
        }
        // `ECS.2` before `ECS.10`.
        controls.sort_by_key(|control| (control.control.len(), control.control));
        Self { name: &catalogue.name, title: &catalogue.title, evaluated, controls }
    }
}

impl<'a> Row<'a> {
    fn evaluated(control: &'a str, table: &'a RuleTable) -> Self {
        let rules: Vec<_> =
            table.rules.iter().filter(|rule| texts(rule, "controls").any(|named| named == control)).collect();
        Self {
            control,
            points: rules.iter().flat_map(|rule| texts(rule, "points")).collect(),
            reads: rules.iter().flat_map(|rule| texts(rule, "reads")).collect(),
            rules: rules.into_iter().map(|rule| text(rule, "id")).collect(),
            reason: None,
        }
    }
}

fn human(coverage: &Coverage, out: &mut impl Write) -> io::Result<()> {
    let (evaluated, all) = (coverage.evaluated, coverage.controls.len());
    writeln!(out, "{STRONG}{}{STRONG:#}  {evaluated} of {all} controls", visible(coverage.title))?;
    writeln!(out, "  {QUIET}profile {}{QUIET:#}", visible(coverage.name))?;
    let id = |control: &Row| control.control.split_once(':').map_or("", |(_, id)| id).to_owned();
    let width = coverage.controls.iter().map(|control| id(control).chars().count()).max().unwrap_or_default();
    for control in &coverage.controls {
        let name = visible(&id(control));
        if let Some(reason) = control.reason {
            writeln!(out, "  {name:<width$}  {UNSURE}not evaluated yet{UNSURE:#}: {}", visible(reason))?;
        } else {
            let points = control.points.iter().copied().collect::<Vec<_>>().join(", ");
            let rules = visible(&control.rules.join(", "));
            writeln!(out, "  {name:<width$}  {rules}  {QUIET}{}{QUIET:#}", visible(&points))?;
        }
    }
    writeln!(out)
}
