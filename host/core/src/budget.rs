//! The time that the policies of all tasks of a run have together.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What is left of the time is shared evenly among the evaluations that are still to come, so that no policy and no task takes
/// what others need.
#[derive(Debug)]
pub(crate) struct Budget {
    deadline: Option<Instant>,
    /// Tasks that are not judged yet.
    tasks: AtomicUsize,
}

impl Budget {
    /// Time until `deadline` for so many tasks.
    pub(crate) fn new(deadline: Option<Instant>, tasks: usize) -> Self {
        Self { deadline, tasks: AtomicUsize::new(tasks) }
    }

    /// Each policy has as much as its own limit allows.
    pub(crate) fn unlimited() -> Self {
        Self::new(None, 1)
    }

    /// The time for one of the evaluations of a task, if so many of them are still to come.
    pub(crate) fn share(&self, evaluations: usize) -> Option<Duration> {
        let left = self.deadline?.saturating_duration_since(Instant::now());
        let among = evaluations.max(1).saturating_mul(self.tasks.load(Ordering::Relaxed).max(1));
        Some(left / u32::try_from(among).unwrap_or(u32::MAX))
    }

    /// A task is judged: its time goes to the others.
    pub(crate) fn done(&self) {
        self.tasks.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_shared_among_all_that_is_to_come() {
        let budget = Budget::new(Some(Instant::now() + Duration::from_secs(1000)), 5);
        let about = |evaluations| (budget.share(evaluations).unwrap() + Duration::from_millis(500)).as_secs();
        assert_eq!((about(2), about(0)), (100, 200));
        (0..4).for_each(|_| budget.done());
        assert_eq!(about(2), 500);
        budget.done();
        assert_eq!(about(1), 1000, "whoever is left has all of it");
        assert_eq!(Budget::unlimited().share(1), None);
        assert_eq!(Budget::new(Some(Instant::now()), 1).share(1), Some(Duration::ZERO));
    }
}
