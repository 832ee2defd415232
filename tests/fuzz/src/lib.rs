//! What holds for whatever comes in. Each target takes bytes, makes of them what its part of Gatecheck reads, and panics if a
//! property of that part does not hold. README.md beside this crate says how they are run.

pub mod artifact;
pub mod component;
pub mod event;
pub mod facts;
pub mod mutate;
pub mod pattern;
pub mod policy_entry;
pub mod random;
pub mod redaction;
pub mod settings;

use random::Random;

/// A target.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, which is that of its folders in `corpus` and `regressions`.
    pub name: &'static str,
    /// Checks its properties for an input.
    pub run: fn(&[u8]),
    /// An input that is like another one.
    pub mutate: fn(&[u8], &mut Random) -> Vec<u8>,
}

/// All of them.
pub const TARGETS: [Target; 8] = [
    Target { name: "artifact", run: artifact::run, mutate: artifact::mutate },
    Target { name: "component", run: component::run, mutate: component::mutate },
    Target { name: "event", run: event::run, mutate: event::mutate },
    Target { name: "facts", run: facts::run, mutate: facts::mutate },
    Target { name: "pattern", run: pattern::run, mutate: pattern::mutate },
    Target { name: "policy-entry", run: policy_entry::run, mutate: policy_entry::mutate },
    Target { name: "redaction", run: redaction::run, mutate: redaction::mutate },
    Target { name: "settings", run: settings::run, mutate: settings::mutate },
];

#[cfg(feature = "libfuzzer")]
pub use libfuzzer_sys;

/// The program of a target, for libFuzzer. Every other mutation is its own, which knows what was compared.
#[cfg(feature = "libfuzzer")]
#[macro_export]
macro_rules! fuzz {
    ($target:ident) => {
        $crate::libfuzzer_sys::fuzz_target!(|data: &[u8]| $crate::$target::run(data));

        $crate::libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            if seed % 2 == 0 {
                return $crate::libfuzzer_sys::fuzzer_mutate(data, size, max_size);
            }
            let mutated = $crate::$target::mutate(&data[..size], &mut $crate::random::Random::new(seed.into()));
            let size = mutated.len().min(max_size).min(data.len());
            data[..size].copy_from_slice(&mutated[..size]);
            size
        });
    };
}
