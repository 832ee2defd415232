//! The sinks in force.

use std::collections::BTreeSet;

use gatecheck_core::Judged;
use gatecheck_core::facts::Family;
use gatecheck_core::sink::{SinkError, Undelivered};

use crate::endpoint::Endpoint;
use crate::filter::Filter;

/// The sinks in force, and those that should be.
#[derive(Debug, Default)]
pub struct SinkSet {
    pub(crate) sinks: Vec<Sink>,
    /// Sinks that are configured and cannot be told anything. What they should have been told must not get lost.
    pub(crate) broken: Vec<SinkError>,
}

/// A sink in force.
#[derive(Debug)]
pub struct Sink {
    /// Its name.
    pub name: String,
    /// The reports that it is for.
    pub filter: Filter,
    /// Where it is told of them.
    pub endpoint: Endpoint,
}

impl SinkSet {
    /// Adds a sink.
    pub fn add(&mut self, sink: Sink) {
        self.sinks.push(sink);
    }

    /// Adds a sink that cannot be told anything.
    pub fn add_broken(&mut self, name: &str, why: String) {
        self.broken.push(SinkError { sink: name.to_owned(), why });
    }

    /// The same sinks, told of everything, but for Security Hub: what is no finding would be open there for ever.
    #[must_use]
    pub fn for_a_test(self) -> Self {
        let sinks = self.sinks.into_iter().filter(|sink| !matches!(sink.endpoint, Endpoint::SecurityHub));
        let sinks = sinks.map(|sink| Sink { filter: Filter::all(), ..sink });
        Self { sinks: sinks.collect(), broken: Vec::new() }
    }

    /// The names of those that are in force.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sinks.iter().map(|sink| sink.name.as_str())
    }

    /// Those that are not in force, and why.
    pub fn broken(&self) -> &[SinkError] {
        &self.broken
    }

    /// The fact families that tell which sinks a task is for.
    pub fn reads(&self) -> BTreeSet<Family> {
        self.sinks.iter().flat_map(|sink| sink.filter.reads()).collect()
    }

    /// Whether a sink closes what was open of a task that has stopped.
    pub fn closes(&self) -> bool {
        self.sinks.iter().any(|sink| matches!(sink.endpoint, Endpoint::SecurityHub))
    }

    /// The tasks that a sink is for, with their positions.
    pub(crate) fn tasks_of<'a>(&self, sink: &Sink, judged: &'a [Judged]) -> Vec<(usize, &'a Judged)> {
        let is_for = |judged: &Judged| {
            let others = || self.sinks.iter().filter(|other| !other.filter.fallback && other.filter.is_narrow());
            sink.filter.is_for(judged) && !(sink.filter.fallback && others().any(|other| other.filter.is_for(judged)))
        };
        judged.iter().enumerate().filter(|(_, judged)| is_for(judged)).collect()
    }

    /// What the broken sinks are not told. What they are for cannot be known.
    pub(crate) fn not_in_force(&self, judged: &[Judged]) -> Vec<Undelivered> {
        let told = judged.iter().enumerate().filter(|(_, judged)| judged.report.is_to_be_told());
        let undelivered =
            |(position, _)| self.broken.iter().map(move |error| Undelivered { position, error: error.clone() });
        told.flat_map(undelivered).collect()
    }
}
