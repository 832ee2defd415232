//! What AWS said before and will say again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Answers by identifier, at most `capacity` of them, each at most `lifetime` old.
#[derive(Debug)]
pub(crate) struct Cache<V> {
    capacity: usize,
    lifetime: Option<Duration>,
    entries: Mutex<HashMap<String, Entry<V>>>,
}

#[derive(Debug)]
struct Entry<V> {
    stored: Instant,
    value: V,
}

impl<V: Clone> Cache<V> {
    /// For answers that never change.
    pub(crate) fn for_ever(capacity: usize) -> Self {
        Self { capacity, lifetime: None, entries: Mutex::default() }
    }

    /// For answers that change rarely.
    pub(crate) fn for_a_time(capacity: usize, lifetime: Duration) -> Self {
        Self { lifetime: Some(lifetime), ..Self::for_ever(capacity) }
    }

    pub(crate) fn get(&self, key: &str) -> Option<V> {
        let entries = self.entries();
        entries.get(key).filter(|entry| self.is_fresh(entry)).map(|entry| entry.value.clone())
    }

    /// Stores an answer; the oldest one makes room.
    pub(crate) fn put(&self, key: String, value: V) {
        let mut entries = self.entries();
        if entries.len() >= self.capacity && !entries.contains_key(&key) {
            entries.retain(|_, entry| self.is_fresh(entry));
        }
        while entries.len() >= self.capacity && !entries.contains_key(&key) {
            let oldest = entries.iter().min_by_key(|(_, entry)| entry.stored).map(|(key, _)| key.clone());
            let Some(oldest) = oldest else { return };
            entries.remove(&oldest);
        }
        entries.insert(key, Entry { stored: Instant::now(), value });
    }

    fn is_fresh(&self, entry: &Entry<V>) -> bool {
        self.lifetime.is_none_or(|lifetime| entry.stored.elapsed() < lifetime)
    }

    /// No invariant spans two entries, so what a panicking thread left behind is as good as before.
    fn entries(&self) -> MutexGuard<'_, HashMap<String, Entry<V>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_makes_room() {
        let cache = Cache::for_ever(2);
        for key in ["a", "b", "b", "c"] {
            cache.put(key.to_owned(), key);
        }
        assert_eq!((cache.get("a"), cache.get("b"), cache.get("c")), (None, Some("b"), Some("c")));
    }

    #[test]
    fn answers_grow_old() {
        let cache = Cache::for_a_time(2, Duration::ZERO);
        cache.put("a".to_owned(), 1);
        assert_eq!(cache.get("a"), None);
    }

    #[test]
    fn nothing_is_kept_without_room() {
        let cache = Cache::for_ever(0);
        cache.put("a".to_owned(), 1);
        assert_eq!(cache.get("a"), None);
    }
}
