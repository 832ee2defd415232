//! Ends runs that are over their time. It sleeps until the next deadline, and not at all while nothing runs: neither a run
//! that ends in time nor an idle process wakes it.

use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

/// Watches over the deadlines of an engine.
pub(super) struct Watchdog {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Of what runs now. The number tells deadlines apart that are the same instant.
    deadlines: BTreeSet<(Instant, u64)>,
    numbered: u64,
    /// When the watchdog wakes up by itself, if it does.
    wakes: Option<Instant>,
    closed: bool,
}

impl Watchdog {
    /// Starts the thread. `bark` makes every run look at its own deadline.
    pub(super) fn start(bark: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let watching = Arc::clone(&shared);
        thread::Builder::new().name("policy-watchdog".to_owned()).spawn(move || watching.watch(bark))?;
        Ok(Self { shared })
    }

    /// Watches over a run until the guard is dropped.
    pub(super) fn until(&self, deadline: Instant) -> Watched<'_> {
        let mut state = self.shared.lock();
        state.numbered += 1;
        let watched = (deadline, state.numbered);
        state.deadlines.insert(watched);
        // Most runs end long before it, and the next one has a later deadline: nobody has to wake up for either.
        let wakes_too_late = state.wakes.is_none_or(|wakes| wakes > deadline);
        drop(state);
        if wakes_too_late {
            self.shared.changed.notify_one();
        }
        Watched { watchdog: self, watched }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_one();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self, bark: impl Fn()) {
        let mut state = self.lock();
        while !state.closed {
            let now = Instant::now();
            while let Some(over) = state.deadlines.first().copied().filter(|(deadline, _)| *deadline <= now) {
                state.deadlines.remove(&over);
                bark();
            }
            state.wakes = state.deadlines.first().map(|(deadline, _)| *deadline);
            state = match state.wakes {
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(wakes) => {
                    let left = wakes.saturating_duration_since(now);
                    self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}

/// A run with a deadline.
pub(super) struct Watched<'a> {
    watchdog: &'a Watchdog,
    watched: (Instant, u64),
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        self.watchdog.shared.lock().deadlines.remove(&self.watched);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[test]
    fn it_barks_at_each_deadline_and_at_nothing_else() {
        let (sender, barks) = mpsc::channel();
        let watchdog = Watchdog::start(move || sender.send(Instant::now()).unwrap()).unwrap();
        let now = Instant::now();
        let (sooner, later) = (now + Duration::from_millis(20), now + Duration::from_millis(40));
        drop(watchdog.until(now + Duration::from_hours(1)));
        let watched = [watchdog.until(later), watchdog.until(sooner)];
        assert!(barks.recv().unwrap() >= sooner);
        assert!(barks.recv().unwrap() >= later);
        drop(watched);
        drop(watchdog);
        // The thread has ended and nothing barked for the run that ended in time.
        assert!(barks.recv().is_err());
    }
}
