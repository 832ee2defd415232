//! What a policy says: rules, each with its violations, or undecided.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::bindings::gatecheck::policy::types;
use crate::facts::Unknown;
use crate::{Missing, Severity, Unavailable, Undecided};

/// What a policy says about a task.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Verdict {
    /// Rules that were broken.
    pub violations: Vec<types::Violation>,
    /// Rules that could not be judged.
    pub undecided: Vec<Undecided>,
    /// Rules that were judged and found nothing wrong.
    pub passed: Vec<String>,
}

impl Verdict {
    /// Judges one rule. `judge` reports violations, and returns early with `?` when a fact is not available: the rule is
    /// undecided then, unless the fact does not apply to this task. What it found before that stays.
    pub fn rule(&mut self, name: &str, judge: impl FnOnce(&mut Rule) -> Result<(), Unknown>) {
        let before = self.violations.len();
        match judge(&mut Rule { name, violations: &mut self.violations }) {
            Ok(()) if self.violations.len() == before => self.passed.push(name.to_owned()),
            Ok(()) | Err(Unknown { reason: Unavailable::NotApplicable(_), .. }) => {}
            Err(Unknown { family, reason }) => self.undecided.push(Undecided {
                rule: name.to_owned(),
                unavailable: vec![Missing { family: family.to_owned(), reason }],
            }),
        }
    }
}

impl From<Verdict> for types::Verdict {
    fn from(verdict: Verdict) -> Self {
        Self { violations: summed_up(verdict.violations), undecided: verdict.undecided, passed: verdict.passed }
    }
}

/// The most violations of one rule in an answer.
const MOST_OF_RULE: usize = 100;

/// The most bytes of text in the violations of an answer, of which the host takes 1 MiB unless its operator says otherwise.
const MOST_BYTES: usize = 512 << 10;

/// The most characters of a message whose violation alone is more than its rule may take.
const LONGEST_MESSAGE: usize = 1 << 10;

/// Keeps the worst violations of each rule, and counts the others. The owner of a task decides how often a rule is violated, and with
/// which texts; an answer beyond the limits of the host would lose the violations of the other rules too.
fn summed_up(violations: Vec<types::Violation>) -> Vec<types::Violation> {
    let mut by_rule: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for violation in &violations {
        let (count, bytes) = by_rule.entry(&violation.rule).or_default();
        *count += 1;
        *bytes += size(violation);
    }
    let rules = by_rule.len();
    let bytes: usize = by_rule.values().map(|(_, bytes)| bytes).sum();
    if bytes <= MOST_BYTES && by_rule.values().all(|(count, _)| *count <= MOST_OF_RULE) {
        return violations;
    }
    let mut by_rule: BTreeMap<String, Vec<types::Violation>> = BTreeMap::new();
    for violation in violations {
        by_rule.entry(violation.rule.clone()).or_default().push(violation);
    }
    let share = MOST_BYTES / rules.max(1);
    by_rule.into_values().flat_map(|of_rule| worst(of_rule, share)).collect()
}

/// The worst violations of one rule, as far as they fit into `share` bytes, and how many there are beside them.
fn worst(mut violations: Vec<types::Violation>, share: usize) -> Vec<types::Violation> {
    violations.sort_by_key(|violation| Reverse(violation.severity));
    let (mut kept, mut bytes, mut others) = (Vec::new(), 0, 0_usize);
    let mut next = None;
    for mut violation in violations {
        if kept.is_empty() && size(&violation) > share {
            violation.found = None;
            violation.message = violation.message.chars().take(LONGEST_MESSAGE).collect();
        } else if kept.len() >= MOST_OF_RULE || bytes + size(&violation) > share {
            others += 1;
            next.get_or_insert(violation);
            continue;
        }
        bytes += size(&violation);
        kept.push(violation);
    }
    kept.extend(next.map(|next| {
        let message = format!("{others} more violations of this rule are not listed");
        let Violation(summary) = Violation::new("task", next.attribute, message).severity(next.severity);
        types::Violation { rule: next.rule, remediation: next.remediation, ..summary }
    }));
    kept
}

/// The bytes of all texts of a violation.
fn size(violation: &types::Violation) -> usize {
    let types::Violation { rule, object, attribute, found, allowed, check, message, remediation, .. } = violation;
    let optional = [found, allowed, check, remediation].into_iter().flatten();
    [rule, object, attribute, message].into_iter().chain(optional).map(String::len).sum()
}

/// A rule while it is judged.
#[derive(Debug)]
pub struct Rule<'a> {
    name: &'a str,
    violations: &'a mut Vec<types::Violation>,
}

impl Rule<'_> {
    /// Reports that the rule is broken.
    pub fn violated(&mut self, violation: Violation) {
        self.violations.push(types::Violation { rule: self.name.to_owned(), ..violation.0 });
    }
}

/// A violation in the making.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation(types::Violation);

impl Violation {
    /// `object` (a container's name, the id of an interface or subnet, or `task`) broke the rule with its `attribute`.
    /// `message` is one sentence for the person who reads it. The severity is medium.
    pub fn new(object: impl Into<String>, attribute: impl Into<String>, message: impl Into<String>) -> Self {
        Self(types::Violation {
            rule: String::new(),
            severity: Severity::Medium,
            object: object.into(),
            attribute: attribute.into(),
            found: None,
            allowed: None,
            check: None,
            message: message.into(),
            remediation: None,
        })
    }

    /// What was found.
    #[must_use]
    pub fn found(mut self, found: impl Serialize) -> Self {
        self.0.found = serde_json::to_string(&found).ok();
        self
    }

    /// What is allowed.
    #[must_use]
    pub fn allowed(mut self, allowed: impl Serialize) -> Self {
        self.0.allowed = serde_json::to_string(&allowed).ok();
        self
    }

    /// How found and allowed were compared.
    #[must_use]
    pub fn check(mut self, check: impl Into<String>) -> Self {
        self.0.check = Some(check.into());
        self
    }

    /// How bad it is.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.0.severity = severity;
        self
    }

    /// What to do about it.
    #[must_use]
    pub fn remediation(mut self, remediation: impl Into<String>) -> Self {
        self.0.remediation = Some(remediation.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(rules: &[(&str, Severity, usize, usize)]) -> types::Verdict {
        let mut verdict = Verdict::default();
        for (name, severity, count, length) in rules {
            verdict.rule(name, |rule| {
                for number in 0..*count {
                    let text = "x".repeat(*length);
                    rule.violated(
                        Violation::new(number.to_string(), "a", text.clone()).found(text).severity(*severity),
                    );
                }
                Ok(())
            });
        }
        verdict.into()
    }

    fn of(answer: &types::Verdict, rule: &str) -> Vec<(String, String)> {
        let of_rule = answer.violations.iter().filter(|violation| violation.rule == rule);
        of_rule.map(|violation| (violation.object.clone(), violation.message.clone())).collect()
    }

    #[test]
    fn few_violations_stay_as_they_are() {
        let answer = answer(&[("b", Severity::Low, 100, 10), ("a", Severity::High, 1, 10)]);
        assert_eq!(answer.violations.len(), 101);
        assert_eq!(answer.violations[100].rule, "a");
    }

    #[test]
    fn many_violations_of_a_rule_are_counted() {
        let answer = answer(&[
            ("names", Severity::Low, 2_090, 20),
            ("names", Severity::High, 1, 20),
            ("image", Severity::Critical, 1, 20),
        ]);
        let names = of(&answer, "names");
        assert_eq!(names.len(), MOST_OF_RULE + 1);
        assert_eq!(answer.violations.iter().filter(|one| one.severity == Severity::High).count(), 1);
        assert_eq!(
            names[MOST_OF_RULE],
            ("task".to_owned(), "1991 more violations of this rule are not listed".to_owned())
        );
        assert_eq!(of(&answer, "image").len(), 1);
    }

    #[test]
    fn long_texts_leave_room_for_other_rules() {
        let answer = answer(&[
            ("long", Severity::Low, 2, 600_000),
            ("wide", Severity::Low, 90, 10_000),
            ("image", Severity::Critical, 1, 20),
        ]);
        assert!(answer.violations.iter().map(size).sum::<usize>() < MOST_BYTES + 10_000);
        assert_eq!(of(&answer, "image").len(), 1);
        let long = of(&answer, "long");
        assert_eq!((long.len(), long[0].1.len()), (2, LONGEST_MESSAGE));
        assert!(of(&answer, "wide").last().unwrap().1.ends_with("more violations of this rule are not listed"));
    }
}
