//! How long runs take: the one thing that is not the same every time.

use std::time::{Duration, Instant};

use gatecheck_core::measure::Trial;
use gatecheck_core::policy::Engine;
use gatecheck_core::report::{Fault, FaultReason};
use serde::{Deserialize, Serialize};

/// How many runs are timed at least and at most, and how long it may take to have more than the least.
const RUNS: (usize, usize) = (5, 30);
const PATIENCE: Duration = Duration::from_millis(200);

/// How often a run may be ended by its time limit. On a machine that is busy with something else it happens to any policy.
pub(super) const LATE: usize = 3;

/// How long one run takes, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Time {
    pub(super) median: u64,
    /// A quarter of the runs take less.
    pub(super) lower_quartile: u64,
    /// A quarter of the runs take more.
    pub(super) upper_quartile: u64,
    pub(super) runs: usize,
}

impl Time {
    /// Times some runs, each in a fresh instance.
    pub(super) fn of(trial: &Trial, engine: &Engine) -> Result<Self, Vec<Fault>> {
        let begun = Instant::now();
        let mut spent = Vec::new();
        let mut late = 0;
        while spent.len() < RUNS.0 || (spent.len() < RUNS.1 && begun.elapsed() < PATIENCE) {
            let started = Instant::now();
            let run = trial.run(engine);
            let elapsed = started.elapsed();
            match run {
                Ok(()) => spent.push(elapsed),
                Err(faults) => {
                    late += 1;
                    if !is_late(&faults) || (late == LATE && spent.is_empty()) {
                        return Err(faults);
                    }
                    if late >= LATE {
                        break;
                    }
                }
            }
        }
        Ok(Self::among(spent))
    }

    fn among(mut spent: Vec<Duration>) -> Self {
        spent.sort_unstable();
        let last = spent.len().saturating_sub(1);
        let at = |position: usize| {
            let micros = spent.get(position).map_or(0, Duration::as_micros);
            u64::try_from(micros).unwrap_or(u64::MAX)
        };
        Self {
            median: at(last / 2),
            lower_quartile: at(last / 4),
            upper_quartile: at(last.saturating_mul(3).div_ceil(4)),
            runs: spent.len(),
        }
    }
}

/// Time was up, and nothing else is wrong.
pub(super) fn is_late(faults: &[Fault]) -> bool {
    faults.iter().all(|fault| fault.reason == FaultReason::TimeLimit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_runs_are_between_the_quartiles() {
        let time = |micros: &[u64]| {
            let time = Time::among(micros.iter().copied().map(Duration::from_micros).collect());
            (time.lower_quartile, time.median, time.upper_quartile, time.runs)
        };
        assert_eq!(time(&[5, 1, 4, 2, 3]), (2, 3, 4, 5));
        assert_eq!(time(&[9]), (9, 9, 9, 1));
        // One that was disturbed moves nothing.
        assert_eq!(time(&[10, 10, 10, 10, 10, 10, 10, 9_000]), (10, 10, 10, 8));
        assert_eq!(time(&[]), (0, 0, 0, 0));
    }
}
