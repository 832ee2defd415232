//! What changed since figures were saved, and whether it is too much.

use std::path::Path;

use super::figures::{CaseFigures, Figures, PolicyFigures};
use super::results::Results;

/// Saved figures beside those of now.
pub(super) struct Comparison<'a> {
    pub(super) path: &'a Path,
    pub(super) before: &'a Figures,
    pub(super) threshold: f64,
    /// The cases that are on both sides, in their order.
    pub(super) changes: Vec<Change<'a>>,
    /// Those that were not saved.
    pub(super) new: Vec<(&'a str, &'a str)>,
    /// Those that were saved and are not measured any more.
    pub(super) gone: Vec<(&'a str, &'a str)>,
}

/// A case before and now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change<'a> {
    pub(super) policy: &'a str,
    pub(super) recording: &'a str,
    /// Instructions.
    pub(super) before: u64,
    pub(super) now: u64,
    pub(super) outcome: Outcome,
}

/// What a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Less,
    Same,
    /// More, but less than what fails.
    More,
    TooMuch,
}

impl Outcome {
    pub(super) fn of(before: u64, now: u64, threshold: f64) -> Self {
        match now.checked_sub(before) {
            None => Self::Less,
            Some(0) => Self::Same,
            Some(rise) if reaches(rise, before, threshold) => Self::TooMuch,
            Some(_) => Self::More,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Less => "less",
            Self::Same => "same",
            Self::More => "more",
            Self::TooMuch => "too-much",
        }
    }
}

/// Whether a rise from `before` is as much as `threshold` percent.
#[expect(clippy::cast_precision_loss, reason = "2^53 instructions take weeks")]
fn reaches(rise: u64, before: u64, threshold: f64) -> bool {
    rise as f64 * 100.0 >= before as f64 * threshold
}

impl<'a> Comparison<'a> {
    /// Compares what was measured with what is in the file at `path`.
    pub(super) fn new(path: &'a Path, before: &'a Figures, results: &'a Results, threshold: f64) -> Self {
        let mut comparison = Self { path, before, threshold, changes: Vec::new(), new: Vec::new(), gone: Vec::new() };
        for (policy, case) in results.cases() {
            let Ok(now) = &case.figures else { continue };
            let recording = case.recording.as_str();
            match comparison.case(policy, recording) {
                None => comparison.new.push((policy, recording)),
                Some(CaseFigures { instructions: before, .. }) => {
                    let (before, now) = (before.total, now.instructions.total);
                    let outcome = Outcome::of(before, now, threshold);
                    comparison.changes.push(Change { policy, recording, before, now, outcome });
                }
            }
        }
        // A policy that faults is not gone.
        let is_tried = |policy: &str, recording: &str| {
            let without_module = results.0.iter().any(|result| result.policy == policy && result.measured.is_err());
            without_module || results.cases().any(|(name, case)| name == policy && case.recording == recording)
        };
        let saved = before.policies.iter().flat_map(|PolicyFigures { policy, cases, .. }| {
            cases.iter().map(|case| (policy.as_str(), case.recording.as_str()))
        });
        comparison.gone = saved.filter(|(policy, recording)| !is_tried(policy, recording)).collect();
        comparison
    }

    /// A case as it was saved.
    pub(super) fn case(&self, policy: &str, recording: &str) -> Option<&'a CaseFigures> {
        self.before.of(policy)?.on(recording)
    }

    /// The cases that fail.
    pub(super) fn too_much(&self) -> impl Iterator<Item = &Change<'a>> {
        self.with(Outcome::TooMuch)
    }

    /// The cases of one kind.
    pub(super) fn with(&self, outcome: Outcome) -> impl Iterator<Item = &Change<'a>> {
        self.changes.iter().filter(move |change| change.outcome == outcome)
    }
}

/// A change in percent with one decimal, such as `+5.1 %`; nothing where nothing changed.
pub(super) fn percent(before: u64, now: u64) -> Option<String> {
    if before == now {
        return None;
    }
    let sign = if now > before { '+' } else { '-' };
    if before == 0 {
        return Some(sign.to_string());
    }
    let tenths = u128::from(now.abs_diff(before)) * 1000 / u128::from(before);
    Some(match tenths {
        0 => format!("{sign}<0.1 %"),
        tenths => format!("{sign}{}.{} %", tenths / 10, tenths % 10),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reaches_the_threshold_is_too_much() {
        for (before, now, threshold, outcome) in [
            (1_000, 1_049, 5.0, Outcome::More),
            (1_000, 1_050, 5.0, Outcome::TooMuch),
            (700, 735, 5.0, Outcome::TooMuch),
            (1_000_000_000_000, 1_049_999_999_999, 5.0, Outcome::More),
            (1_000, 1_000, 0.0, Outcome::Same),
            (1_000, 1_001, 0.0, Outcome::TooMuch),
            (1_000, 1_004, 0.5, Outcome::More),
            (1_000, 1_005, 0.5, Outcome::TooMuch),
            (1_000, 10, 0.0, Outcome::Less),
            (0, 0, 5.0, Outcome::Same),
            (0, 1, 5.0, Outcome::TooMuch),
            (1_000, 2_000, 100.0, Outcome::TooMuch),
            (u64::MAX - 1, u64::MAX, 5.0, Outcome::More),
        ] {
            assert_eq!(Outcome::of(before, now, threshold), outcome, "{before} to {now}, {threshold} %");
        }
    }

    #[test]
    fn changes_are_told_in_percent() {
        let told = |before, now| percent(before, now).unwrap_or_default();
        assert_eq!(told(1_000, 1_000), "");
        assert_eq!(told(1_000, 1_050), "+5.0 %");
        // Never more than it is: what does not fail does not look as if it did.
        assert_eq!(told(100_000, 104_999), "+4.9 %");
        assert_eq!(told(1_000, 900), "-10.0 %");
        assert_eq!(told(1_000_000, 1_000_001), "+<0.1 %");
        assert_eq!(told(0, 7), "+");
        assert_eq!(told(100, 1_100), "+1000.0 %");
    }
}
