//! What every message to people says, in its order: the title, where, which tasks, and each finding; cut to what a screen holds.

use gatecheck_core::report::Severity;

use crate::alert::{Alert, Content, Finding, Trouble};
use crate::text::{clip, list, shown, value};

/// Tasks and objects that are named.
const NAMED: usize = 3;

/// A message, as plain text in parts. What others said is shown, and no part is longer than a paragraph.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outline {
    /// `2 violations in service web in cluster prod`.
    pub(crate) title: String,
    /// Name and value: account, Region, task definition, tasks.
    pub(crate) place: Vec<(&'static str, String)>,
    /// What is told, the worst first.
    pub(crate) items: Vec<Item>,
}

/// One finding, or one fault.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
    /// `high: image of web`.
    pub(crate) title: String,
    pub(crate) severity: Severity,
    /// Name and value: what was found, what is allowed.
    pub(crate) facts: Vec<(&'static str, String)>,
}

impl Outline {
    /// The outline of an alert. No value has more than `most` characters.
    pub(crate) fn of(alert: &Alert, most: usize) -> Self {
        let place = &alert.place;
        let definition = place.task_definition.as_deref().and_then(|arn| arn.rsplit('/').next());
        let tasks: Vec<_> = alert.tasks.iter().map(|arn| arn.rsplit('/').next().unwrap_or(arn)).collect();
        let tasks = named(tasks, most);
        let parts = [
            ("Account", place.account.as_deref()),
            ("Region", place.region.as_deref()),
            ("Task definition", definition),
            (if alert.tasks.len() == 1 { "Task" } else { "Tasks" }, (!tasks.is_empty()).then_some(&*tasks)),
        ];
        Self {
            title: shown(&alert.title(), most),
            place: parts.into_iter().filter_map(|(name, part)| Some((name, shown(part?, most)))).collect(),
            items: match &alert.content {
                Content::Violations(findings) => findings.iter().map(|finding| Item::finding(finding, most)).collect(),
                Content::Troubles(troubles) => troubles.iter().map(|trouble| Item::trouble(trouble, most)).collect(),
            },
        }
    }
}

impl Item {
    fn finding(Finding { violation, objects }: &Finding, most: usize) -> Self {
        let title = format!(
            "{}: {} of {}",
            violation.severity,
            violation.attribute,
            named(objects.iter().map(|object| &**object).collect(), most)
        );
        let facts = [
            ("Found", Some(value(violation.found.as_ref()))),
            ("Allowed", violation.allowed.as_ref().map(|allowed| value(Some(allowed)))),
            ("Policy", Some(format!("{}, rule {}", violation.policy, violation.rule).into())),
            ("Message", Some(violation.message.as_str().into())),
            ("Remedy", violation.remediation.as_deref().map(Into::into)),
        ];
        let facts = facts.into_iter().filter_map(|(name, fact)| Some((name, shown(&fact?, most))));
        Self { title: shown(&title, most), severity: violation.severity, facts: facts.collect() }
    }

    fn trouble(trouble: &Trouble, most: usize) -> Self {
        Self {
            title: shown(&format!("{}: {}", trouble.policy, trouble.subject), most),
            severity: Severity::High,
            facts: vec![("Detail", shown(&trouble.detail, most))],
        }
    }
}

/// Names and values, each pair on a line.
pub(crate) fn lines(facts: &[(&str, String)]) -> String {
    facts.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n")
}

/// The first of many, each short enough that their number is not cut off.
fn named(items: Vec<&str>, most: usize) -> String {
    let room = most.saturating_sub(" and 1000000 more".len()) / NAMED;
    let items: Vec<_> = items.into_iter().map(|item| clip(item, room.saturating_sub(2))).collect();
    list(&items, NAMED)
}

/// How many are not told: `and 3 more in the log`.
pub(crate) fn more(left: usize) -> Option<String> {
    (left > 0).then(|| format!("and {left} more in the log"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{alert, nasty, odd_ones, trouble};

    #[test]
    fn it_says_what_people_ask() {
        let outline = Outline::of(&alert(), 200);
        assert_eq!(outline.title, "2 violations in service web in cluster prod");
        assert_eq!(
            outline.place[2..],
            [("Task definition", "web:3".to_owned()), ("Task", "0123456789abcdef".to_owned()),]
        );
        let facts = [
            ("Found", "public"),
            ("Allowed", r#"["private"]"#),
            ("Policy", "baseline, rule ip"),
            ("Message", "ip of eni-0abc is not allowed"),
            ("Remedy", "Use another one."),
        ];
        assert_eq!(outline.items[0].title, "high: ip of eni-0abc");
        assert_eq!(outline.items[0].facts, facts.map(|(name, fact)| (name, fact.to_owned())));
        let fault = &Outline::of(&trouble("trap"), 200).items[0];
        assert_eq!((&*fault.title, &*fault.facts[0].1), ("baseline: trap", "it took too long"));
    }

    #[test]
    fn many_tasks_are_a_few_and_a_number() {
        let place = Outline::of(&nasty(), 100).place;
        assert!(place.iter().any(|(_, value)| value.ends_with(" and 497 more")), "{place:?}");
    }

    #[test]
    fn nothing_is_long_and_everything_is_plain() {
        for alert in odd_ones() {
            let Outline { title, place, items } = Outline::of(&alert, 100);
            let facts = items.into_iter().flat_map(|item| item.facts.into_iter().chain([("", item.title)]));
            for (_, text) in place.into_iter().chain(facts).chain([("", title)]) {
                assert!(text.chars().count() <= 100 && text.chars().all(gatecheck_core::report::is_plain), "{text:?}");
            }
        }
    }
}
