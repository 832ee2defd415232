//! What was measured, as it is saved.

use std::fs;
use std::io;
use std::path::Path;

use gatecheck_core::facts::Family;
use gatecheck_core::policy::Cost;
use serde::{Deserialize, Serialize};

use super::error::BenchError;
use super::time::Time;
use crate::input::{InputError, read_json};

/// The format this version writes, and the only one it reads.
pub(super) const FORMAT: u32 = 1;

/// Figures of some policies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Figures {
    /// [`FORMAT`].
    pub(super) format: u32,
    /// The version of the program that measured.
    pub(super) gatecheck: String,
    pub(super) policies: Vec<PolicyFigures>,
}

/// Figures of a policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct PolicyFigures {
    pub(super) policy: String,
    pub(super) sizes: Sizes,
    pub(super) cases: Vec<CaseFigures>,
}

/// Sizes of a module in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sizes {
    /// The component.
    pub(super) module: usize,
    pub(super) gzipped: usize,
    /// Characters of what is gzipped in base64.
    pub(super) base64: usize,
    /// Code for `target`.
    pub(super) native: usize,
    /// A target triple.
    pub(super) target: String,
}

/// Figures of a policy on a recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct CaseFigures {
    pub(super) recording: String,
    pub(super) instructions: Instructions,
    /// Linear memory in bytes.
    pub(super) memory: usize,
    /// What crosses the interface.
    pub(super) bytes: Bytes,
    pub(super) rounds: usize,
    pub(super) read: Vec<Family>,
    /// What is not the same every time.
    pub(super) not_deterministic: NotDeterministic,
}

/// Instructions of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Instructions {
    pub(super) total: u64,
    pub(super) instantiate: u64,
    pub(super) configure: u64,
    pub(super) evaluate: u64,
}

/// Bytes that cross the interface in one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Bytes {
    pub(super) settings: usize,
    pub(super) facts: usize,
    pub(super) answer: usize,
}

/// What is not the same every time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NotDeterministic {
    pub(super) microseconds: Time,
}

impl Figures {
    /// Figures that this program measured.
    pub(super) fn new(policies: Vec<PolicyFigures>) -> Self {
        Self { format: FORMAT, gatecheck: env!("CARGO_PKG_VERSION").to_owned(), policies }
    }

    /// Reads what was saved.
    pub(super) fn read(path: &Path) -> Result<Self, InputError> {
        let document = read_json(path)?;
        let error = match document.get("format") {
            Some(format) if *format != FORMAT => BenchError::Format { path: path.to_owned(), format: format.clone() },
            _ => match serde_json::from_value(document) {
                Ok(figures) => return Ok(figures),
                Err(error) => BenchError::NotFigures { path: path.to_owned(), reason: error.to_string() },
            },
        };
        Err(error.into())
    }

    /// Saves them.
    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        fs::write(path, text)
    }

    /// Those of a policy.
    pub(super) fn of(&self, policy: &str) -> Option<&PolicyFigures> {
        self.policies.iter().find(|figures| figures.policy == policy)
    }
}

impl PolicyFigures {
    /// Those on a recording.
    pub(super) fn on(&self, recording: &str) -> Option<&CaseFigures> {
        self.cases.iter().find(|figures| figures.recording == recording)
    }
}

impl From<Cost> for Instructions {
    fn from(cost: Cost) -> Self {
        let Cost { instantiate, configure, evaluate, .. } = cost;
        let total = instantiate.saturating_add(configure).saturating_add(evaluate);
        Self { total, instantiate, configure, evaluate }
    }
}

impl From<Cost> for Bytes {
    fn from(cost: Cost) -> Self {
        Self { settings: cost.settings, facts: cost.facts, answer: cost.answer }
    }
}
