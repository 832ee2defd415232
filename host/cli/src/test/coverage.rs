//! What tests have seen of a policy: which of its rules they saw broken and saw pass, and which facts it read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use gatecheck_core::facts::Family;
use gatecheck_core::policy::Reads;
use gatecheck_core::report::Report;
use serde::Serialize;

use super::difference::{Difference, Kind};

/// What all cases have seen, for each policy of a suite.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    seen: BTreeMap<String, Vec<Seen>>,
}

/// What one case has seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    broken: BTreeSet<String>,
    undecided: BTreeSet<String>,
    passed: BTreeSet<String>,
    read: BTreeSet<Family>,
    readable: BTreeSet<Family>,
}

impl Seen {
    /// What a report and the reads of its policies show.
    pub(super) fn of<'a>(report: &Report, reads: impl Iterator<Item = Reads<'a>>) -> Self {
        let mut seen = Self {
            broken: report.violations.iter().map(|violation| violation.rule.clone()).collect(),
            undecided: report.undecided.iter().map(|undecided| undecided.rule.clone()).collect(),
            passed: report.passed.iter().map(|passed| passed.rule.clone()).collect(),
            ..Self::default()
        };
        for reads in reads {
            seen.read.extend(reads.read);
            seen.readable.extend(reads.readable);
        }
        seen
    }
}

/// What is known of a policy.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct PolicyCoverage<'a> {
    pub(super) policy: &'a str,
    pub(super) cases: usize,
    /// Rules that some case saw, however they came out.
    pub(super) rules: BTreeSet<&'a str>,
    /// Rules that some case saw broken.
    pub(super) broken: BTreeSet<&'a str>,
    /// Rules that some case saw undecided.
    pub(super) undecided: BTreeSet<&'a str>,
    /// Rules that no case saw broken.
    pub(super) never_broken: BTreeSet<&'a str>,
    /// Rules that no case saw pass.
    pub(super) never_passing: BTreeSet<&'a str>,
    /// Fact families that it read.
    pub(super) read: BTreeSet<Family>,
    /// Fact families that its module could read, and no case made it read.
    pub(super) never_read: BTreeSet<Family>,
}

impl Coverage {
    pub(super) fn add(&mut self, policy: &Path, seen: Seen) {
        self.seen.entry(policy.display().to_string()).or_default().push(seen);
    }

    /// One for each policy, by name.
    pub(super) fn policies(&self) -> impl Iterator<Item = PolicyCoverage<'_>> {
        self.seen.iter().map(|(policy, cases)| {
            let rules = |of: fn(&Seen) -> &BTreeSet<String>| -> BTreeSet<&str> {
                cases.iter().flat_map(of).map(String::as_str).collect()
            };
            let (broken, undecided, passed) =
                (rules(|seen| &seen.broken), rules(|seen| &seen.undecided), rules(|seen| &seen.passed));
            let all: BTreeSet<_> = broken.iter().chain(&undecided).chain(&passed).copied().collect();
            let read: BTreeSet<_> = cases.iter().flat_map(|seen| &seen.read).copied().collect();
            let readable: BTreeSet<_> = cases.iter().flat_map(|seen| &seen.readable).copied().collect();
            PolicyCoverage {
                policy,
                cases: cases.len(),
                never_broken: all.difference(&broken).copied().collect(),
                never_passing: all.difference(&passed).copied().collect(),
                never_read: readable.difference(&read).copied().collect(),
                rules: all,
                broken,
                undecided,
                read,
            }
        })
    }
}

impl PolicyCoverage<'_> {
    /// How many of its rules some case saw broken and some case saw pass.
    pub(super) fn covered(&self) -> usize {
        let is_covered = |rule: &&&str| !self.never_broken.contains(*rule) && !self.never_passing.contains(*rule);
        self.rules.iter().filter(is_covered).count()
    }

    /// The difference to so many percent of covered rules. What the imports of a module let it read says nothing of what its
    /// settings make it read, so facts have no part in it.
    pub(super) fn falls_short(&self, percent: u8) -> Option<Difference> {
        let (covered, all) = (self.covered(), self.rules.len());
        if all > 0 && covered * 100 >= all * usize::from(percent) {
            return None;
        }
        let rules = |rules: &BTreeSet<&str>| rules.iter().copied().collect::<Vec<_>>().join(", ");
        let never = [("never broken", &self.never_broken), ("never passing", &self.never_passing)];
        Some(Difference {
            kind: Kind::Count,
            what: format!("{covered} of {all} rules are seen both broken and passing, {percent} % are expected"),
            more: never
                .iter()
                .filter(|(_, never)| !never.is_empty())
                .map(|(name, never)| format!("{name}: {}", rules(never)))
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(broken: &[&str], undecided: &[&str], passed: &[&str]) -> Seen {
        let rules = |rules: &[&str]| rules.iter().map(|rule| (*rule).to_owned()).collect();
        Seen { broken: rules(broken), undecided: rules(undecided), passed: rules(passed), ..Seen::default() }
    }

    #[test]
    fn a_rule_is_covered_that_is_seen_broken_and_seen_passing() {
        let mut coverage = Coverage::default();
        for case in [seen(&["a", "b"], &[], &["d"]), seen(&["b"], &["c"], &["a"]), seen(&[], &[], &[])] {
            coverage.add(Path::new("p.json"), case);
        }
        let policies: Vec<_> = coverage.policies().collect();
        let [policy] = policies.as_slice() else { panic!("{policies:?}") };
        assert_eq!(policy.broken, BTreeSet::from(["a", "b"]));
        assert_eq!(policy.never_broken, BTreeSet::from(["c", "d"]));
        assert_eq!(policy.never_passing, BTreeSet::from(["b", "c"]));
        assert_eq!((policy.covered(), policy.rules.len()), (1, 4));
        assert_eq!(policy.falls_short(25), None);
        let difference = policy.falls_short(26).unwrap();
        assert_eq!(difference.what, "1 of 4 rules are seen both broken and passing, 26 % are expected");
        assert_eq!(difference.more, ["never broken: c, d", "never passing: b, c"]);
    }

    #[test]
    fn a_policy_that_has_shown_no_rule_is_not_covered() {
        let mut coverage = Coverage::default();
        coverage.add(Path::new("p.json"), seen(&[], &[], &[]));
        assert!(coverage.policies().next().unwrap().falls_short(1).is_some());
    }
}
