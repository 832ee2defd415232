//! Times of things that are compared: in turns, in batches, and of many batches a low quantile, since what disturbs a machine
//! only ever adds.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

use crate::progress::Progress;

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Batches of each.
    pub batches: usize,
    /// How long one takes, unless its calls take longer.
    pub batch: Duration,
    /// Calls in a batch, at least. With one, what is slow is timed as it finds the caches after all the others.
    pub calls: u32,
}

/// One of those that are compared.
pub struct Contender<'a> {
    name: String,
    /// Does it so many times, and says how long that took.
    batch: Box<dyn FnMut(u32) -> Result<Duration> + 'a>,
}

impl<'a> Contender<'a> {
    /// Work that says how many violations it finds. Every single call must find as many as are expected.
    pub fn new(name: impl Into<String>, expected: usize, mut work: impl FnMut() -> Result<usize> + 'a) -> Self {
        let name = name.into();
        let who = name.clone();
        let batch = move |times| {
            let started = Instant::now();
            for _ in 0..times {
                let found = work()?;
                if found != expected {
                    bail!("{who}: {found} violations instead of {expected}");
                }
            }
            Ok(started.elapsed())
        };
        Self { name, batch: Box::new(batch) }
    }

    /// What times itself.
    pub fn external(name: impl Into<String>, batch: impl FnMut(u32) -> Result<Duration> + 'a) -> Self {
        Self { name: name.into(), batch: Box::new(batch) }
    }

    /// How many calls take as long as a batch should. Warms up on the way.
    fn calls(&mut self, effort: Effort) -> Result<u32> {
        let mut calls = 1;
        loop {
            let spent = (self.batch)(calls)?;
            if spent >= effort.batch / 2 || calls >= 1 << 24 {
                let scale = effort.batch.as_secs_f64() / spent.as_secs_f64().max(1e-9);
                return Ok((f64::from(calls) * scale).clamp(f64::from(effort.calls), 1e8) as u32);
            }
            calls *= 2;
        }
    }
}

/// How long one call takes, in seconds.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// A tenth of the batches are faster: what it takes undisturbed.
    pub low: f64,
    /// Half of the batches are faster.
    pub median: f64,
}

impl Timing {
    /// Of times in seconds.
    pub fn of(mut times: Vec<f64>) -> Result<Self> {
        ensure!(!times.is_empty(), "nothing was timed");
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or_default();
        Ok(Self { low: at(0.1), median: at(0.5) })
    }
}

/// Times all of them in turns.
pub fn in_turns(mut contenders: Vec<Contender<'_>>, effort: Effort, progress: &Progress) -> Result<Vec<Timing>> {
    let mut calls = Vec::new();
    for contender in &mut contenders {
        progress.say(&format!("warming up: {}", contender.name));
        calls.push(contender.calls(effort)?);
    }
    let mut times = vec![Vec::with_capacity(effort.batches); contenders.len()];
    for round in 0..effort.batches {
        progress.say(&format!("timing {} in turns: round {} of {}", contenders.len(), round + 1, effort.batches));
        for position in 0..contenders.len() {
            // Another one begins each round, so that nobody always follows the same one.
            let position = (position + round) % contenders.len();
            let spent = (contenders[position].batch)(calls[position])?;
            times[position].push(spent.as_secs_f64() / f64::from(calls[position]));
        }
    }
    times.into_iter().map(Timing::of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_disturbs_only_adds() {
        let timing = Timing::of((1..=100).rev().map(f64::from).collect()).unwrap();
        assert!((timing.low - 11.0).abs() < 0.1 && (timing.median - 51.0).abs() < 0.1, "{timing:?}");
        assert!(Timing::of(Vec::new()).is_err());
    }

    #[test]
    fn a_wrong_number_of_violations_is_no_time() {
        let effort = Effort { batches: 3, batch: Duration::from_micros(10), calls: 1 };
        let contender = |found| Contender::new("peer", 2, move || Ok(found));
        assert_eq!(in_turns(vec![contender(2), contender(2)], effort, &Progress::hidden()).unwrap().len(), 2);
        let error = in_turns(vec![contender(2), contender(0)], effort, &Progress::hidden()).unwrap_err();
        assert_eq!(error.to_string(), "peer: 0 violations instead of 2");
    }
}
