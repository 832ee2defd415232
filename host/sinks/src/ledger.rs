//! What sinks were told before. It ends with the process: told twice is better than never.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How much is remembered of each. Who forgets tells twice.
const CAPACITY: usize = 10_000;

/// A fault that was not seen for so long is news again.
const FORGOTTEN: Duration = Duration::from_hours(1);

/// What sinks were told before.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Told>);

/// Hashes: what falls together is told once less, and that takes billions of entries.
#[derive(Debug, Default)]
struct Told {
    /// Violations of events that come again because another sink did not take them.
    violations: HashSet<u64>,
    /// Faults, and when they were seen last.
    faults: HashMap<u64, Instant>,
}

/// One thing that is told to one sink.
pub fn key(sink: &str, what: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    (sink, what).hash(&mut hasher);
    hasher.finish()
}

impl Ledger {
    /// Whether the sink took this violation when its event came before.
    pub fn has_violation(&self, key: u64) -> bool {
        self.told().violations.contains(&key)
    }

    /// Remembers violations that were taken, of an event that comes again.
    pub fn keep_violations(&self, keys: impl IntoIterator<Item = u64>) {
        let mut told = self.told();
        for key in keys {
            if told.violations.len() >= CAPACITY {
                told.violations.clear();
            }
            told.violations.insert(key);
        }
    }

    /// Forgets violations of an event that does not come again.
    pub fn forget_violations(&self, keys: impl IntoIterator<Item = u64>) {
        let mut told = self.told();
        if !told.violations.is_empty() {
            keys.into_iter().for_each(|key| {
                told.violations.remove(&key);
            });
        }
    }

    /// Whether the sink was told of this fault, and it was there ever since.
    pub(crate) fn has_fault(&self, key: u64, now: Instant) -> bool {
        let mut told = self.told();
        let Some(seen) = told.faults.get_mut(&key) else { return false };
        let is_news = now.duration_since(*seen) > FORGOTTEN;
        *seen = now;
        !is_news
    }

    /// Remembers a fault that was told.
    pub(crate) fn keep_fault(&self, key: u64, now: Instant) {
        let mut told = self.told();
        if told.faults.len() >= CAPACITY {
            told.faults.clear();
        }
        told.faults.insert(key, now);
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn violations_are_known_while_their_event_comes_again() {
        let ledger = Ledger::default();
        let (chat, pager) = (key("chat", "1"), key("pager", "1"));
        ledger.keep_violations([chat]);
        assert!(ledger.has_violation(chat) && !ledger.has_violation(pager));
        ledger.forget_violations([chat, pager]);
        assert!(!ledger.has_violation(chat));
        ledger.keep_violations(0..=u64::try_from(CAPACITY).unwrap());
        assert_eq!(ledger.told().violations.len(), 1);
    }

    #[test]
    fn a_fault_is_news_once_and_again_after_it_was_away() {
        let ledger = Ledger::default();
        let start = Instant::now();
        assert!(!ledger.has_fault(1, start));
        ledger.keep_fault(1, start);
        let half = FORGOTTEN / 2;
        assert!(ledger.has_fault(1, start + half) && ledger.has_fault(1, start + half * 3));
        assert!(!ledger.has_fault(1, start + half * 6));
    }
}
