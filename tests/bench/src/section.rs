//! What a section is: a name, a function that measures, and what that gives.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::bench::Bench;
use crate::table::Table;

/// One part of the report.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// What `--only` takes.
    pub name: &'static str,
    /// One line for `--list`.
    pub about: &'static str,
    /// Measures it.
    pub measure: fn(&Bench) -> Result<Measured>,
}

/// Why a figure could not be measured.
pub type Reason = String;

/// What a section gives.
#[derive(Debug, Default)]
pub struct Measured {
    /// For people.
    pub tables: Vec<Table>,
    /// What targets are set for.
    pub figures: BTreeMap<&'static str, Result<f64, Reason>>,
}

impl Measured {
    /// Keeps a figure that a target is set for.
    pub fn figure(&mut self, name: &'static str, value: f64) {
        self.figures.insert(name, Ok(value));
    }

    /// Tells why a figure is not there.
    pub fn missing(&mut self, name: &'static str, reason: impl Into<Reason>) {
        self.figures.insert(name, Err(reason.into()));
    }
}
