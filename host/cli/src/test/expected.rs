//! How many findings are expected, or which.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

use super::difference::{Difference, Finding, Kind};
use super::pairs::pair;

/// How many, or which.
#[derive(Debug)]
pub(super) enum Expected<T> {
    Count(usize),
    Each(Vec<T>),
}

impl<T> Default for Expected<T> {
    fn default() -> Self {
        Self::Each(Vec::new())
    }
}

impl<T> Expected<T> {
    /// What is in a list fits one finding each; findings beyond are differences if they are `told`.
    pub(super) fn differences<F>(&self, name: &str, actual: &[F], told: impl Fn(&F) -> bool) -> Vec<Difference>
    where
        T: Fits<F>,
        F: Finding,
    {
        match self {
            Self::Count(count) if *count == actual.len() => Vec::new(),
            Self::Count(count) => vec![Difference {
                kind: Kind::Count,
                what: format!("{name}: {count} expected, {} came", actual.len()),
                more: actual.iter().map(Finding::shown).collect(),
            }],
            Self::Each(expected) => {
                let pairing = pair(expected, actual, Fits::fits);
                let missing = pairing.missing.into_iter().map(|expected| Difference::missing(expected.shown()));
                let extra = pairing.extra.into_iter().filter(|finding| told(finding)).map(Difference::unexpected);
                missing.chain(extra).collect()
            }
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Expected<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrList<T>(PhantomData<T>);

        // Not an untagged enum, which would say neither what is wrong nor where.
        impl<'de, T: Deserialize<'de>> Visitor<'de> for NumberOrList<T> {
            type Value = Expected<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a list")
            }

            fn visit_u64<E: Error>(self, count: u64) -> Result<Self::Value, E> {
                usize::try_from(count).map(Expected::Count).map_err(E::custom)
            }

            fn visit_i64<E: Error>(self, count: i64) -> Result<Self::Value, E> {
                usize::try_from(count).map(Expected::Count).map_err(E::custom)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(Expected::Each)
            }
        }

        deserializer.deserialize_any(NumberOrList(PhantomData))
    }
}

/// An expectation of one finding.
pub(super) trait Fits<F> {
    fn fits(&self, finding: &F) -> bool;
    /// As it stands in the suite.
    fn shown(&self) -> String;
}
