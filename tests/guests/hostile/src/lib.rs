//! A policy that misbehaves as its settings say.

use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering};

use gatecheck_sdk::{Facts, Verdict, Violation, policy};

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(rename = "do")]
    what: What,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum What {
    /// Never end.
    Loop,
    /// Take memory until there is none.
    HogMemory,
    /// Call itself without end.
    Recurse,
    /// Answer with so many megabytes.
    Answer(usize),
    /// Do so many steps of work, and end well.
    Work(u32),
    /// Crash.
    Panic,
    /// Tell how many tasks this instance has judged before.
    Remember,
}

policy!(evaluate);

fn evaluate(settings: &Settings, _: &Facts, verdict: &mut Verdict) {
    verdict.rule("hostile", |rule| {
        match settings.what {
            What::Loop => loop {
                black_box(());
            },
            What::HogMemory => {
                let mut hoard = Vec::new();
                loop {
                    hoard.push(black_box(vec![1_u8; 1 << 20]));
                }
            }
            What::Recurse => {
                black_box(recurse(black_box(0)));
            }
            What::Answer(megabytes) => {
                // What the owner of a task can make long is cut by the SDK.
                rule.violated(Violation::new("task", "size", "large").remediation("x".repeat(megabytes << 20)));
            }
            What::Work(steps) => {
                for step in 0..steps {
                    black_box(step);
                }
            }
            What::Panic => panic!("as the settings say"),
            What::Remember => {
                static TASKS: AtomicU32 = AtomicU32::new(0);
                let before = TASKS.fetch_add(1, Ordering::Relaxed);
                rule.violated(Violation::new("task", "judged before", "this instance counts tasks").found(before));
            }
        }
        Ok(())
    });
}

#[expect(unconditional_recursion, reason = "that is the point")]
fn recurse(depth: u64) -> u64 {
    recurse(black_box(depth + 1)) + depth
}
