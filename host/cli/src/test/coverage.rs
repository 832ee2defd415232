//! What tests have seen of a policy.
//!
//! A verdict names the rules that are broken or undecided; of one that passes it says nothing. So this knows only the rules
//! that some case saw broken or undecided, and of those, whether another case saw them pass.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use gatecheck_core::facts::Family;
use gatecheck_core::policy::Reads;
use gatecheck_core::report::Report;
use serde::Serialize;

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
    /// A rule that is not named has passed.
    is_whole: bool,
    read: BTreeSet<Family>,
    readable: BTreeSet<Family>,
}

impl Seen {
    /// What a report and the reads of its policies show.
    pub(super) fn of<'a>(report: &Report, reads: impl Iterator<Item = Reads<'a>>, own_settings: bool) -> Self {
        let mut seen = Self {
            broken: report.violations.iter().map(|violation| violation.rule.clone()).collect(),
            undecided: report.undecided.iter().map(|undecided| undecided.rule.clone()).collect(),
            ..Self::default()
        };
        for reads in reads {
            seen.read.extend(reads.read);
            seen.readable.extend(reads.readable);
        }
        // Other settings may have other rules, a fault hides what would have been said, an event leaves out what an earlier
        // one told, and a policy that read nothing may not be for this task.
        let said = !seen.broken.is_empty() || !seen.undecided.is_empty() || !seen.read.is_empty();
        seen.is_whole = said && !own_settings && report.faults.is_empty() && report.told_earlier == 0;
        seen
    }
}

/// What is known of a policy.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct PolicyCoverage<'a> {
    pub(super) policy: &'a str,
    pub(super) cases: usize,
    /// Rules that some case saw broken.
    pub(super) broken: BTreeSet<&'a str>,
    /// Rules that some case saw undecided.
    pub(super) undecided: BTreeSet<&'a str>,
    /// Rules that were undecided whenever they were named.
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
            let broken = rules(|seen| &seen.broken);
            let undecided = rules(|seen| &seen.undecided);
            let passed = |rule: &str| {
                cases.iter().any(|seen| seen.is_whole && !seen.broken.contains(rule) && !seen.undecided.contains(rule))
            };
            let read: BTreeSet<_> = cases.iter().flat_map(|seen| &seen.read).copied().collect();
            let readable: BTreeSet<_> = cases.iter().flat_map(|seen| &seen.readable).copied().collect();
            PolicyCoverage {
                policy,
                cases: cases.len(),
                never_broken: undecided.difference(&broken).copied().collect(),
                never_passing: broken.union(&undecided).copied().filter(|rule| !passed(rule)).collect(),
                never_read: readable.difference(&read).copied().collect(),
                broken,
                undecided,
                read,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(broken: &[&str], undecided: &[&str], is_whole: bool) -> Seen {
        let rules = |rules: &[&str]| rules.iter().map(|rule| (*rule).to_owned()).collect();
        Seen { broken: rules(broken), undecided: rules(undecided), is_whole, ..Seen::default() }
    }

    #[test]
    fn a_rule_has_passed_where_a_whole_verdict_does_not_name_it() {
        let mut coverage = Coverage::default();
        for case in [seen(&["a", "b"], &[], true), seen(&["b"], &["c"], true), seen(&[], &[], false)] {
            coverage.add(Path::new("p.json"), case);
        }
        let policies: Vec<_> = coverage.policies().collect();
        let [policy] = policies.as_slice() else { panic!("{policies:?}") };
        assert_eq!(policy.broken, BTreeSet::from(["a", "b"]));
        assert_eq!(policy.never_broken, BTreeSet::from(["c"]));
        assert_eq!(policy.never_passing, BTreeSet::from(["b"]));
    }
}
