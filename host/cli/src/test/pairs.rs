//! Which expectation stands for which finding.

use std::collections::{BTreeMap, BTreeSet};

/// As many as possible of what is expected and what came, each with one of the other that it fits.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pairing<'a, E, A> {
    pub(super) pairs: Vec<(&'a E, &'a A)>,
    /// What is expected and did not come.
    pub(super) missing: Vec<&'a E>,
    /// What came and is not expected.
    pub(super) extra: Vec<&'a A>,
}

/// Pairs what is expected with what came.
///
/// An expectation that says little fits many findings, so the first that fits need not be the right one: what is taken
/// moves on where it can (Kuhn's algorithm).
pub(super) fn pair<'a, E, A>(expected: &'a [E], actual: &'a [A], fits: impl Fn(&E, &A) -> bool) -> Pairing<'a, E, A> {
    let candidates = |wanted: &E| {
        let fitting = actual.iter().enumerate().filter(|(_, found)| fits(wanted, found));
        fitting.map(|(position, _)| position).collect::<Vec<_>>()
    };
    let candidates: Vec<_> = expected.iter().map(candidates).collect();
    let mut taken = BTreeMap::new();
    let mut missing = Vec::new();
    for (position, wanted) in expected.iter().enumerate() {
        if !place(position, &candidates, &mut BTreeSet::new(), &mut taken) {
            missing.push(wanted);
        }
    }
    let extra = actual.iter().enumerate().filter(|(position, _)| !taken.contains_key(position));
    let pairs = taken.iter().filter_map(|(finding, wanted)| Some((expected.get(*wanted)?, actual.get(*finding)?)));
    Pairing { pairs: pairs.collect(), missing, extra: extra.map(|(_, found)| found).collect() }
}

/// Finds a place for an expectation. `taken` has the expectation of each finding, `seen` the findings that were tried.
fn place(
    wanted: usize,
    candidates: &[Vec<usize>],
    seen: &mut BTreeSet<usize>,
    taken: &mut BTreeMap<usize, usize>,
) -> bool {
    for &finding in candidates.get(wanted).into_iter().flatten() {
        if !seen.insert(finding) {
            continue;
        }
        let free = match taken.get(&finding).copied() {
            None => true,
            Some(other) => place(other, candidates, seen, taken),
        };
        if free {
            taken.insert(finding, wanted);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_much_makes_room_for_what_fits_one() {
        let left = |expected: &[&'static str], actual: &[&'static str]| {
            let pairing = pair(expected, actual, |expected, actual| expected.is_empty() || expected == actual);
            let (missing, extra) = (pairing.missing.len(), pairing.extra.len());
            assert_eq!((pairing.pairs.len() + missing, pairing.pairs.len() + extra), (expected.len(), actual.len()));
            (missing, extra)
        };
        assert_eq!(left(&["", "b"], &["b", "a"]), (0, 0));
        assert_eq!(left(&["", "", "b"], &["b", "a"]), (1, 0));
        assert_eq!(left(&["c"], &["b", "b"]), (1, 2));
        assert_eq!(left(&["b", "b"], &["b"]), (1, 0));
        assert_eq!(left(&[], &[]), (0, 0));
    }
}
