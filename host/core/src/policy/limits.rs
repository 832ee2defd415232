//! What a policy may use. The operator sets it for all policies, upwards too; the entry of a policy only takes from that.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use crate::entry::understand;

/// Elements of all tables of a policy together. Engines keep 16 bytes for each.
pub(super) const TABLE_ELEMENTS: usize = 1 << 20;

/// Instances, memories and tables of a component, of each so many: the engine keeps more for each than is counted as memory.
pub(super) const INSTANCES: usize = 100;

/// Stack of WebAssembly code in bytes. A recursion without end hits it in less than a millisecond.
pub(super) const STACK: usize = 512 * 1024;

/// What one policy may use to judge one task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    time_ms: u64,
    memory_mib: u64,
    answer_kib: u64,
    entries: u64,
}

/// One of [`Limits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// Time of all evaluations of a task together, configuration included.
    Time,
    /// Linear memory.
    Memory,
    /// What an answer takes once it is copied out of the policy's memory.
    Answer,
    /// Violations, undecided and passed rules of a verdict; or mistakes in the settings.
    Entries,
}

impl Limit {
    const ALL: [Self; 4] = [Self::Time, Self::Memory, Self::Answer, Self::Entries];

    /// Its key in the entry of a policy.
    fn key(self) -> &'static str {
        match self {
            Self::Time => "time_ms",
            Self::Memory => "memory_mib",
            Self::Answer => "answer_kib",
            Self::Entries => "entries",
        }
    }

    /// The environment variable by which the operator sets it.
    fn variable(self) -> &'static str {
        match self {
            Self::Time => "GATECHECK_POLICY_TIME_MS",
            Self::Memory => "GATECHECK_POLICY_MEMORY_MIB",
            Self::Answer => "GATECHECK_POLICY_ANSWER_KIB",
            Self::Entries => "GATECHECK_POLICY_ENTRIES",
        }
    }

    /// The largest value that makes sense.
    fn largest(self) -> u64 {
        match self {
            // The longest life of an invocation.
            Self::Time => 15 * 60 * 1000,
            // All that 32 bits can address.
            Self::Memory => 4096,
            Self::Answer => 1024 * 1024,
            Self::Entries => 1_000_000,
        }
    }
}

/// A Rust policy needs 0.1 ms, one in Python 2 ms, and the smallest Lambda function has a fourteenth of a processor.
impl Default for Limits {
    fn default() -> Self {
        Self { time_ms: 500, memory_mib: 64, answer_kib: 1024, entries: 1000 }
    }
}

/// A variable makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the environment variable `{name}` is not a whole number from 1 to {largest}")]
pub struct LimitsError {
    name: &'static str,
    largest: u64,
}

impl Limits {
    /// The operator's limits: environment variables, and the default where one is not set or empty.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, LimitsError> {
        let mut limits = Self::default();
        for limit in Limit::ALL {
            let (name, largest) = (limit.variable(), limit.largest());
            if let Some(value) = lookup(name).filter(|value| !value.trim().is_empty()) {
                let value = value.trim().parse().ok().filter(|value| (1..=largest).contains(value));
                *limits.of_mut(limit) = value.ok_or(LimitsError { name, largest })?;
            }
        }
        Ok(limits)
    }

    /// Time for one task.
    pub fn time(&self) -> Duration {
        Duration::from_millis(self.time_ms)
    }

    /// Linear memory in bytes.
    pub fn memory(&self) -> usize {
        usize::try_from(self.memory_mib << 20).unwrap_or(usize::MAX)
    }

    /// An answer in bytes.
    pub fn answer(&self) -> usize {
        usize::try_from(self.answer_kib << 10).unwrap_or(usize::MAX)
    }

    pub(crate) fn entries(&self) -> usize {
        usize::try_from(self.entries).unwrap_or(usize::MAX)
    }

    fn of(&self, limit: Limit) -> u64 {
        match limit {
            Limit::Time => self.time_ms,
            Limit::Memory => self.memory_mib,
            Limit::Answer => self.answer_kib,
            Limit::Entries => self.entries,
        }
    }

    fn of_mut(&mut self, limit: Limit) -> &mut u64 {
        match limit {
            Limit::Time => &mut self.time_ms,
            Limit::Memory => &mut self.memory_mib,
            Limit::Answer => &mut self.answer_kib,
            Limit::Entries => &mut self.entries,
        }
    }
}

/// What the entry of a policy takes from the operator's limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EntryLimits {
    time_ms: Option<u64>,
    memory_mib: Option<u64>,
    answer_kib: Option<u64>,
    entries: Option<u64>,
}

impl EntryLimits {
    /// Reads the value of the key `limits`. An error is a JSON pointer into it, and what is wrong there.
    pub(super) fn read(limits: Value) -> Result<Self, (String, String)> {
        let read: Self = understand(limits)?;
        match Limit::ALL.into_iter().find(|limit| read.of(*limit) == Some(0)) {
            Some(limit) => Err((format!("/{}", limit.key()), "nothing can be done with 0".to_owned())),
            None => Ok(read),
        }
    }

    fn of(&self, limit: Limit) -> Option<u64> {
        match limit {
            Limit::Time => self.time_ms,
            Limit::Memory => self.memory_mib,
            Limit::Answer => self.answer_kib,
            Limit::Entries => self.entries,
        }
    }

    /// What remains of the operator's limits.
    pub(crate) fn within(self, operator: &Limits) -> Allowance {
        let mut limits = *operator;
        for limit in Limit::ALL {
            let most = limits.of_mut(limit);
            *most = self.of(limit).map_or(*most, |wanted| wanted.min(*most));
        }
        Allowance { limits, entry: self, operator: *operator }
    }
}

/// What one policy is allowed, and who decided that.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowance {
    pub(crate) limits: Limits,
    entry: EntryLimits,
    operator: Limits,
}

impl Allowance {
    /// What the entry asks for above what the operator gives: JSON pointers into its `limits`, and what is wrong there.
    pub(crate) fn excesses(&self) -> impl Iterator<Item = (String, String)> + '_ {
        Limit::ALL.into_iter().filter_map(|limit| {
            let (wanted, most) = (self.entry.of(limit)?, self.operator.of(limit));
            let problem = || format!("the operator allows {most}; ask for less, or set `{}`", limit.variable());
            (wanted > most).then(|| (format!("/{}", limit.key()), problem()))
        })
    }

    /// How a policy gets more of something.
    pub(crate) fn how_to_raise(&self, limit: Limit) -> String {
        let (wanted, most) = (self.entry.of(limit), self.operator.of(limit));
        match wanted {
            Some(wanted) if wanted < most => {
                format!("raise `{}` in the `limits` of its entry, up to {most}", limit.key())
            }
            _ => format!("set `{}`", limit.variable()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn operator(variables: &[(&str, &str)]) -> Result<Limits, String> {
        let find = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Limits::from_lookup(find).map_err(|error| error.to_string())
    }

    #[test]
    fn the_operator_sets_limits_in_both_directions() {
        assert_eq!(operator(&[]), Ok(Limits::default()));
        let set = operator(&[("GATECHECK_POLICY_TIME_MS", " 2000 "), ("GATECHECK_POLICY_ENTRIES", "")]).unwrap();
        assert_eq!(set, Limits { time_ms: 2000, ..Limits::default() });
        assert_eq!(
            operator(&[("GATECHECK_POLICY_MEMORY_MIB", "5000")]).unwrap_err(),
            "the environment variable `GATECHECK_POLICY_MEMORY_MIB` is not a whole number from 1 to 4096"
        );
        for nonsense in ["0", "-1", "1.5", "64 MiB"] {
            assert!(operator(&[("GATECHECK_POLICY_TIME_MS", nonsense)]).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn an_entry_only_takes_from_them() {
        let entry = EntryLimits::read(json!({"time_ms": 100, "memory_mib": 1000})).unwrap();
        let allowance = entry.within(&Limits::default());
        assert_eq!(allowance.limits, Limits { time_ms: 100, ..Limits::default() });
        let excesses: Vec<_> = allowance.excesses().collect();
        let problem = "the operator allows 64; ask for less, or set `GATECHECK_POLICY_MEMORY_MIB`";
        assert_eq!(excesses, [("/memory_mib".to_owned(), problem.to_owned())]);
        assert_eq!(allowance.how_to_raise(Limit::Time), "raise `time_ms` in the `limits` of its entry, up to 500");
        assert_eq!(allowance.how_to_raise(Limit::Memory), "set `GATECHECK_POLICY_MEMORY_MIB`");
    }

    #[test]
    fn mistakes_in_an_entry_are_named_with_their_place() {
        let error = |limits| EntryLimits::read(limits).unwrap_err();
        assert_eq!(error(json!([1])), (String::new(), "not an object".to_owned()));
        assert_eq!(error(json!({"time_ms": 0})), ("/time_ms".to_owned(), "nothing can be done with 0".to_owned()));
        assert_eq!(error(json!({"time_ms": "1 s"})).0, "/time_ms");
        assert_eq!(error(json!({"a/b": 1})).0, "/a~1b");
        let (place, problem) = error(json!({"time": 1}));
        assert_eq!(place, "/time");
        assert!(problem.starts_with("unknown field `time`, expected one of `time_ms`"), "{problem}");
    }
}
