//! The counter of instructions that a processor has, where the kernel lets a process read it.

use anyhow::{Result, ensure};

/// Calls that are counted together.
const CALLS: u64 = 2_000;

/// An open counter.
#[derive(Debug)]
pub struct Counter(#[cfg(target_os = "linux")] perf_event::Counter);

/// Opens it, or says why not.
#[cfg(target_os = "linux")]
pub fn open() -> Result<Counter, String> {
    let opened = perf_event::Builder::new(perf_event::events::Hardware::INSTRUCTIONS).build();
    opened.map(Counter).map_err(|error| {
        format!("perf_event_open: {error}; a virtual machine often has no counters, or see kernel.perf_event_paranoid")
    })
}

/// There is none.
#[cfg(not(target_os = "linux"))]
pub fn open() -> Result<Counter, String> {
    Err("only Linux has perf_event_open".to_owned())
}

impl Counter {
    /// Instructions of one call in user mode, after a first few that are not counted.
    pub fn per_call(&mut self, expected: usize, mut work: impl FnMut() -> Result<usize>) -> Result<u64> {
        let mut work = |calls: u64| -> Result<()> {
            for _ in 0..calls {
                let found = work()?;
                ensure!(found == expected, "{found} violations instead of {expected}");
            }
            Ok(())
        };
        work(CALLS / 10)?;
        self.count(|| work(CALLS)).map(|count| count / CALLS)
    }

    #[cfg(target_os = "linux")]
    fn count(&mut self, work: impl FnOnce() -> Result<()>) -> Result<u64> {
        self.0.reset()?;
        self.0.enable()?;
        work()?;
        self.0.disable()?;
        Ok(self.0.read()?)
    }

    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unused_self, reason = "there is no counter")]
    fn count(&mut self, _: impl FnOnce() -> Result<()>) -> Result<u64> {
        anyhow::bail!("no counter")
    }
}
