//! Figures as rows, for people: the same rows in the same order for every case, so that two of them stand side by side.

use super::figures::{CaseFigures, Sizes};

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) label: String,
    pub(super) value: u64,
    pub(super) unit: &'static str,
    pub(super) kind: Kind,
}

/// What a change of a figure means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A rise may be too much.
    Judged,
    /// A rise is told.
    Told,
    /// Nothing: it differs from run to run.
    Noisy,
}

impl Row {
    fn new(label: impl Into<String>, value: u64, unit: &'static str) -> Self {
        Self { label: label.into(), value, unit, kind: Kind::Told }
    }

    fn bytes(label: impl Into<String>, bytes: usize) -> Self {
        Self::new(label, u64::try_from(bytes).unwrap_or(u64::MAX), "bytes")
    }
}

/// Sizes of a module.
pub(super) fn sizes(sizes: &Sizes) -> Vec<Row> {
    let Sizes { module, gzipped, base64, native, target } = sizes;
    let processor = target.split('-').next().unwrap_or_default();
    vec![
        Row::bytes("module", *module),
        Row::bytes("  gzipped", *gzipped),
        Row { unit: "characters", ..Row::bytes("  in base64", *base64) },
        Row::bytes(format!("  native, {processor}"), *native),
    ]
}

/// Figures of a case.
pub(super) fn case(case: &CaseFigures) -> Vec<Row> {
    let (instructions, bytes, time) = (case.instructions, case.bytes, case.not_deterministic.microseconds);
    vec![
        Row { kind: Kind::Judged, ..Row::new("instructions", instructions.total, "") },
        Row::new("  instantiate", instructions.instantiate, ""),
        Row::new("  configure", instructions.configure, ""),
        Row::new("  evaluate", instructions.evaluate, ""),
        Row::bytes("memory", case.memory),
        Row::bytes("settings", bytes.settings),
        Row::bytes("facts", bytes.facts),
        Row::bytes("answer", bytes.answer),
        Row::new("rounds", u64::try_from(case.rounds).unwrap_or(u64::MAX), ""),
        Row { kind: Kind::Noisy, ..Row::new("time ~", time.median, "µs") },
    ]
}

/// A number with its thousands apart.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_apart() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345, "12,345"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
