//! What is printed.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::changes::{Change, Effect};
use super::deployment::Deployment;
use super::files::File;
use super::statement::Touch;
use super::steps::Step;
use super::translation::Translation;
use crate::render::{BAD, GOOD, QUIET, STRONG, UNSURE, visible};

/// What came of a deployment.
pub(super) struct Report<'a> {
    pub(super) deployment: &'a Deployment,
    pub(super) translation: &'a Translation,
    pub(super) files: &'a [File],
    pub(super) problems: Vec<String>,
    pub(super) steps: Vec<Step>,
}

impl Report<'_> {
    pub(super) fn document(&self) -> Value {
        let (before, after) = self.translation.statements;
        let files: Vec<_> = self.files.iter().map(|file| file.path.display().to_string()).collect();
        let steps = self.steps.iter().map(|step| json!({"what": step.what, "commands": step.commands}));
        json!({
            "policy": self.translation.name,
            "statements": {"before": before, "now": after},
            "files": files,
            "changes": self.translation.changes.iter().map(change).collect::<Vec<_>>(),
            "problems": self.problems,
            "unknown": self.deployment.unknown,
            "steps": steps.collect::<Vec<_>>(),
        })
    }

    pub(super) fn human(&self, out: &mut impl Write) -> io::Result<()> {
        let width = self.files.iter().map(|file| file.path.display().to_string().chars().count()).max().unwrap_or(0);
        for file in self.files {
            let path = visible(&file.path.display().to_string());
            writeln!(out, "{STRONG}{path:<width$}{STRONG:#}  {QUIET}{}{QUIET:#}", visible(&file.what))?;
        }
        for effect in ["left out", "rewritten", "judged differently", "worth a look"] {
            let changes = self.translation.changes.iter().filter(|change| change.behaviour.effect.name() == effect);
            for (position, change) in changes.enumerate() {
                if position == 0 {
                    let style = if effect == Effect::LeftOut.name() { BAD } else { UNSURE };
                    writeln!(out, "\n{style}{effect}{style:#}")?;
                }
                print_change(change, out)?;
            }
        }
        if !self.problems.is_empty() {
            writeln!(out, "\n{BAD}left to be done by hand{BAD:#}")?;
        }
        for problem in &self.problems {
            writeln!(out, "  {}", visible(problem))?;
        }
        if !self.deployment.unknown.is_empty() {
            writeln!(out, "\n{UNSURE}not known{UNSURE:#}")?;
        }
        for unknown in &self.deployment.unknown {
            writeln!(out, "  {unknown}")?;
        }
        writeln!(out, "\n{GOOD}next{GOOD:#}")?;
        for (number, step) in (1..).zip(&self.steps) {
            writeln!(out, "  {number}. {}", step.what)?;
            for command in &step.commands {
                writeln!(out, "       {}", visible(command))?;
            }
        }
        Ok(())
    }
}

fn change(Change { behaviour, touched }: &Change) -> Value {
    let touched = touched
        .iter()
        .map(|touch| json!({"pointer": touch.pointer, "attribute": touch.attribute, "detail": touch.detail}));
    json!({
        "id": behaviour.id,
        "effect": behaviour.effect.name(),
        "what": behaviour.what,
        "before": behaviour.before,
        "now": behaviour.now,
        "to_do": behaviour.to_do,
        "touched": touched.collect::<Vec<_>>(),
    })
}

fn print_change(Change { behaviour, touched }: &Change, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n  {STRONG}{}{STRONG:#}", behaviour.what)?;
    let mut line = |name: &str, text: &str| writeln!(out, "    {QUIET}{name:<7}{QUIET:#} {}", visible(text));
    line("before", behaviour.before)?;
    line("now", behaviour.now)?;
    if let Some(to_do) = behaviour.to_do {
        line("to do", to_do)?;
    }
    let (plain, detailed): (Vec<_>, Vec<_>) = touched.iter().partition(|touch| touch.detail.is_none());
    let mut name = "where";
    if !plain.is_empty() {
        line(name, &plain.into_iter().map(place).collect::<Vec<_>>().join(", "))?;
        name = "";
    }
    for touch in detailed {
        line(name, &format!("{}: {}", place(touch), touch.detail.as_deref().unwrap_or_default()))?;
        name = "";
    }
    if touched.is_empty() { line(name, "every statement") } else { Ok(()) }
}

fn place(touch: &Touch) -> String {
    let pointer = if touch.pointer.is_empty() { "the document" } else { &touch.pointer };
    touch.attribute.as_ref().map_or_else(|| pointer.to_owned(), |attribute| format!("{pointer} ({attribute})"))
}
