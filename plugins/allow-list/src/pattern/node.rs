//! Pieces of a translated pattern.

/// A piece of the pattern in the syntax of the engine.
///
/// Everything but a repetition can take a quantifier as it is.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) regex: String,
    pub(super) kind: Kind,
    /// Fewest and most characters it matches, as Python computes them.
    pub(super) width: (u64, u64),
    /// Estimated size of the compiled piece, in characters to match.
    pub(super) weight: u64,
    /// Whether it contains a capturing group.
    pub(super) captures: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A position such as `^` or `\b`, which Python refuses to repeat.
    Position,
    Repetition,
    Other,
}

impl Node {
    pub(super) fn new(regex: impl Into<String>, width: (u64, u64), weight: u64) -> Self {
        Self { regex: regex.into(), kind: Kind::Other, width, weight, captures: false }
    }

    /// One character out of a set.
    pub(super) fn character(regex: impl Into<String>, weight: u64) -> Self {
        Self::new(regex, (1, 1), weight)
    }

    pub(super) fn position(regex: impl Into<String>, weight: u64) -> Self {
        Self { kind: Kind::Position, ..Self::new(regex, (0, 0), weight) }
    }

    pub(super) fn sequence(nodes: &[Self]) -> Self {
        let mut all = Self::new("", (0, 0), 1);
        for node in nodes {
            all.regex.push_str(&node.regex);
            all.width.0 = all.width.0.saturating_add(node.width.0);
            all.width.1 = all.width.1.saturating_add(node.width.1);
            all.weight = all.weight.saturating_add(node.weight);
            all.captures |= node.captures;
        }
        all
    }

    pub(super) fn or(mut self, other: &Self) -> Self {
        self.regex.push('|');
        self.regex.push_str(&other.regex);
        self.width = (self.width.0.min(other.width.0), self.width.1.max(other.width.1));
        self.weight = self.weight.saturating_add(other.weight);
        self.captures |= other.captures;
        self
    }

    /// The group that `open` begins.
    pub(super) fn grouped(self, open: &str) -> Self {
        Self { regex: format!("{open}{})", self.regex), ..self }
    }
}
