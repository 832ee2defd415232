//! Settings: which rules are on, how severe they are, and their parameters. A mistake leaves the rest in force.

use gatecheck_sdk::{Problem, Settings, Severity};
use serde_json::{Map, Value};
use strsim::osa_distance;

use crate::catalogue::PROFILES;
use crate::rule::{Kind, Parameter, Rule};
use crate::rules;
use crate::table;

/// The rules that are on.
#[derive(Debug)]
pub struct Baseline {
    pub(crate) rules: Vec<Active>,
}

/// A rule that is on, as it is set.
#[derive(Debug)]
pub(crate) struct Active {
    pub(crate) rule: &'static Rule,
    pub(crate) severity: Severity,
    /// What is set; the others have their defaults.
    set: Vec<(&'static str, Vec<String>)>,
}

impl Active {
    /// The values of a parameter.
    pub(crate) fn texts(&self, name: &str) -> Vec<&str> {
        if let Some((_, texts)) = self.set.iter().find(|(set, _)| *set == name) {
            return texts.iter().map(String::as_str).collect();
        }
        let parameter = self.rule.parameters.iter().find(|parameter| parameter.name == name);
        match parameter.map(|parameter| parameter.kind) {
            Some(Kind::Texts(texts)) => texts.to_vec(),
            Some(Kind::Text(text)) => vec![text],
            Some(Kind::Required) | None => Vec::new(),
        }
    }

    fn lacks(&self) -> Option<&'static Parameter> {
        let is_set = |name| self.set.iter().any(|(set, _)| *set == name);
        self.rule
            .parameters
            .iter()
            .find(|parameter| matches!(parameter.kind, Kind::Required) && !is_set(parameter.name))
    }
}

pub(crate) const SEVERITIES: [(&str, Severity); 5] = [
    ("info", Severity::Info),
    ("low", Severity::Low),
    ("medium", Severity::Medium),
    ("high", Severity::High),
    ("critical", Severity::Critical),
];

impl Settings for Baseline {
    fn schema() -> Value {
        table::schema()
    }

    fn read(settings: Value) -> Result<(Self, Vec<Problem>), Vec<Problem>> {
        let mut problems = Vec::new();
        let settings = match settings {
            Value::Null => Map::new(),
            Value::Object(settings) => settings,
            other => {
                let message = format!("`{other}` is not an object");
                return Err(vec![problem("", message, "write `{}`, or leave out `settings`")]);
            }
        };
        let mut profile = &PROFILES[0].1;
        let mut of_rules = Map::new();
        for (key, value) in settings {
            match (key.as_str(), value) {
                (_, Value::Null) if ["profile", "rules"].contains(&key.as_str()) => {}
                ("profile", value) => {
                    if let Some(named) = one_of(&value, "/profile", &PROFILES, &mut problems) {
                        profile = named;
                    }
                }
                ("rules", Value::Object(rules)) => of_rules = rules,
                ("rules", _) => {
                    let remedy = "write an object of rules: {\"container-logging\": false}";
                    problems.push(problem("/rules", "not an object".to_owned(), remedy));
                }
                _ => problems.push(unknown(&pointer("", &key), "key", &key, &["profile", "rules"])),
            }
        }
        let names: Vec<_> = rules::all().map(|rule| rule.id).collect();
        for key in of_rules.keys().filter(|key| !names.contains(&key.as_str())) {
            problems.push(unknown_rule(key, &names));
        }
        let mut active = Vec::new();
        for rule in rules::all() {
            active.extend(read_rule(rule, profile.has(rule), of_rules.remove(rule.id), &mut problems));
        }
        Ok((Self { rules: active }, problems))
    }
}

/// The rule as it is set, if it is on.
fn read_rule(rule: &'static Rule, in_profile: bool, set: Option<Value>, problems: &mut Vec<Problem>) -> Option<Active> {
    let mut active = Active { rule, severity: rule.severity, set: Vec::new() };
    let place = format!("/rules/{}", rule.id);
    let before = problems.len();
    let mut is_on = in_profile;
    // Whoever only takes it out of a profile does not have to give what it needs.
    let mut is_named = false;
    match set {
        None | Some(Value::Null) => {}
        Some(Value::Bool(on)) => (is_on, is_named) = (on, on),
        Some(Value::Object(keys)) => {
            (is_on, is_named) = (true, true);
            for (key, value) in keys {
                let place = pointer(&place, &key);
                match (key.as_str(), value) {
                    ("enabled", Value::Bool(on)) => (is_on, is_named) = (on, on),
                    ("enabled", _) => problems.push(problem(&place, "not a boolean".to_owned(), "write true or false")),
                    ("severity", value) => {
                        if let Some(severity) = one_of(&value, &place, &SEVERITIES, problems) {
                            active.severity = *severity;
                        }
                    }
                    (name, value) => {
                        if let Some(parameter) = rule.parameters.iter().find(|parameter| parameter.name == name) {
                            active.set.extend(read_parameter(parameter, value, &place, problems));
                        } else {
                            let mut known = vec!["enabled", "severity"];
                            known.extend(rule.parameters.iter().map(|parameter| parameter.name));
                            problems.push(unknown(&place, "key", name, &known));
                        }
                    }
                }
            }
        }
        Some(_) => {
            let remedy = "write true, false, or an object such as {\"severity\": \"low\"}";
            problems.push(problem(&place, "neither a boolean nor an object".to_owned(), remedy));
        }
    }
    if let Some(lacking) = active.lacks() {
        if is_on && is_named && problems.len() == before {
            let message = format!("`{}` needs `{}`", rule.id, lacking.name);
            problems.push(problem(&place, message, &format!("add `{}`: {}", lacking.name, lacking.description)));
        }
        return None;
    }
    is_on.then_some(active)
}

fn read_parameter(
    parameter: &Parameter,
    value: Value,
    place: &str,
    problems: &mut Vec<Problem>,
) -> Option<(&'static str, Vec<String>)> {
    let texts = match (parameter.kind, value) {
        (Kind::Text(_), Value::String(text)) => vec![text],
        (Kind::Text(default), _) => {
            problems.push(problem(place, "not a text".to_owned(), &format!("write a text such as \"{default}\"")));
            return None;
        }
        (_, Value::Array(items)) => {
            let mut texts = Vec::new();
            for (position, item) in items.into_iter().enumerate() {
                match item {
                    Value::String(text) if !text.is_empty() => texts.push(text),
                    other => {
                        let message = format!("`{other}` is not a text, or is empty");
                        problems.push(problem(&format!("{place}/{position}"), message, "write a text"));
                        return None;
                    }
                }
            }
            if texts.is_empty() && matches!(parameter.kind, Kind::Required) {
                problems.push(problem(place, "the list is empty".to_owned(), "add an element, or turn the rule off"));
                return None;
            }
            texts
        }
        _ => {
            problems.push(problem(place, "not a list of texts".to_owned(), "write a list such as [\"team\"]"));
            return None;
        }
    };
    Some((parameter.name, texts))
}

fn one_of<'a, T>(
    value: &Value,
    place: &str,
    choices: &'a [(&'static str, T)],
    problems: &mut Vec<Problem>,
) -> Option<&'a T> {
    let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
    let Some(text) = value.as_str() else {
        problems.push(problem(place, "not a text".to_owned(), &format!("write one of {}", quoted(&names))));
        return None;
    };
    let choice = choices.iter().find(|(name, _)| *name == text);
    if choice.is_none() {
        problems.push(unknown(place, "value", text, &names));
    }
    choice.map(|(_, choice)| choice)
}

/// A name that is not known, with the one that may be meant.
fn unknown(place: &str, what: &str, name: &str, known: &[&str]) -> Problem {
    let remedy = match nearest(name, known) {
        Some(meant) => format!("did you mean `{meant}`? known are {}", quoted(known)),
        None => format!("known are {}", quoted(known)),
    };
    problem(place, format!("unknown {what} `{name}`"), &remedy)
}

/// A rule may also be given by its name in a catalogue, or by a part of its own.
fn unknown_rule(name: &str, known: &[&str]) -> Problem {
    let of_catalogue = |control: &&str| {
        let id = control.split_once(':').map_or(*control, |(_, id)| id);
        control.eq_ignore_ascii_case(name) || id.eq_ignore_ascii_case(name)
    };
    let by_control = || rules::all().find(|rule| rule.controls.iter().any(of_catalogue)).map(|rule| rule.id);
    let by_part = || known.iter().copied().find(|id| name.len() > 3 && id.contains(name));
    let remedy = match by_control().or_else(|| nearest(name, known)).or_else(by_part) {
        Some(meant) => format!("did you mean `{meant}`? `gatecheck inspect ecs-baseline` lists the rules"),
        None => "`gatecheck inspect ecs-baseline` lists the rules".to_owned(),
    };
    problem(&pointer("/rules", name), format!("unknown rule `{name}`"), &remedy)
}

fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let distance = |known: &&'a str| (osa_distance(&name.to_lowercase(), &known.to_lowercase()), *known);
    let most = 1 + name.chars().take(64).count() / 5;
    if name.len() > 64 {
        return None;
    }
    known.iter().map(distance).min().filter(|(distance, _)| *distance <= most).map(|(_, meant)| meant)
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn problem(pointer: &str, message: String, remedy: &str) -> Problem {
    Problem { pointer: pointer.to_owned(), message, remedy: Some(remedy.to_owned()) }
}

/// A pointer to a key below a place.
fn pointer(place: &str, key: &str) -> String {
    format!("{place}/{}", key.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn on(settings: Value) -> Vec<&'static str> {
        let (baseline, problems) = Baseline::read(settings).unwrap();
        assert!(problems.is_empty(), "{problems:?}");
        baseline.rules.into_iter().map(|active| active.rule.id).collect()
    }

    /// Pointer, message and remedy of each mistake.
    fn mistakes(settings: Value) -> Vec<(String, String)> {
        let problems = Baseline::read(settings).map_or_else(|problems| problems, |(_, problems)| problems);
        problems.into_iter().map(|it| (it.pointer, format!("{}; {}", it.message, it.remedy.unwrap()))).collect()
    }

    fn mistake(settings: Value, pointer: &str, said: &str) {
        let mistakes = mistakes(settings);
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        assert_eq!(mistakes[0].0, pointer);
        assert!(mistakes[0].1.contains(said), "{}", mistakes[0].1);
    }

    #[test]
    fn no_settings_are_the_recommended_profile() {
        let recommended = on(json!({}));
        assert_eq!(on(Value::Null), recommended);
        assert_eq!(on(json!({"profile": "recommended", "rules": null})), recommended);
        assert!(recommended.contains(&"container-privileged") && !recommended.contains(&"container-read-only-root"));
    }

    #[test]
    fn a_profile_has_the_rules_of_its_catalogue() {
        let strict = on(json!({"profile": "strict"}));
        let needing = |rule: &&Rule| rule.parameters.iter().any(|it| matches!(it.kind, Kind::Required));
        let all: Vec<_> = rules::all().filter(|rule| !needing(rule)).map(|rule| rule.id).collect();
        assert_eq!(strict, all);
        let security_hub = on(json!({"profile": "security-hub"}));
        assert!(
            security_hub.contains(&"container-read-only-root") && !security_hub.contains(&"container-capabilities")
        );
        let trivy = on(json!({"profile": "trivy"}));
        assert_eq!(trivy, ["volume-efs-encryption", "cluster-container-insights"]);
    }

    #[test]
    fn rules_are_turned_on_and_off() {
        let rules = json!({"container-privileged": false, "image-digest": true, "task-exec": {"severity": "high"}, "task-host-pid": {"enabled": false}});
        let on = on(json!({"rules": rules}));
        assert!(!on.contains(&"container-privileged") && !on.contains(&"task-host-pid"));
        assert!(on.contains(&"image-digest") && on.contains(&"task-exec"));
    }

    #[test]
    fn severity_and_parameters_are_those_that_are_set() {
        let settings = json!({"rules": {"task-tags": {"severity": "high", "requiredTagKeys": ["team"]}}});
        let (baseline, _) = Baseline::read(settings).unwrap();
        let active = baseline.rules.iter().find(|active| active.rule.id == "task-tags").unwrap();
        assert_eq!((active.severity, active.texts("requiredTagKeys")), (Severity::High, vec!["team"]));
        let platform = baseline.rules.iter().find(|active| active.rule.id == "fargate-platform-version").unwrap();
        assert_eq!(platform.texts("latestLinuxVersion"), ["1.4.0"]);
    }

    #[test]
    fn a_mistake_has_its_place_and_what_is_meant() {
        mistake(json!([]), "", "not an object");
        mistake(json!({"profil": "strict"}), "/profil", "did you mean `profile`?");
        mistake(json!({"profile": "strickt"}), "/profile", "did you mean `strict`?");
        mistake(json!({"profile": 1}), "/profile", "not a text");
        mistake(json!({"rules": []}), "/rules", "not an object");
        mistake(
            json!({"rules": {"container-priviledged": true}}),
            "/rules/container-priviledged",
            "did you mean `container-privileged`?",
        );
        mistake(json!({"rules": {"ECS.5": true}}), "/rules/ECS.5", "did you mean `container-read-only-root`?");
        mistake(
            json!({"rules": {"checkov:CKV_AWS_97": true}}),
            "/rules/checkov:CKV_AWS_97",
            "did you mean `volume-efs-encryption`?",
        );
        mistake(json!({"rules": {"insights": true}}), "/rules/insights", "did you mean `cluster-container-insights`?");
        mistake(json!({"rules": {"a/b~c": true}}), "/rules/a~1b~0c", "unknown rule");
        mistake(json!({"rules": {"task-exec": "on"}}), "/rules/task-exec", "neither");
        mistake(json!({"rules": {"task-exec": {"enabled": "yes"}}}), "/rules/task-exec/enabled", "not a boolean");
        mistake(
            json!({"rules": {"task-exec": {"severity": "hihg"}}}),
            "/rules/task-exec/severity",
            "did you mean `high`?",
        );
        let keys = "/rules/task-tags/requiredTagKey";
        mistake(json!({"rules": {"task-tags": {"requiredTagKey": []}}}), keys, "did you mean `requiredTagKeys`?");
        let keys = "/rules/task-tags/requiredTagKeys";
        mistake(json!({"rules": {"task-tags": {"requiredTagKeys": "team"}}}), keys, "not a list of texts");
        mistake(json!({"rules": {"task-tags": {"requiredTagKeys": ["team", 1]}}}), &format!("{keys}/1"), "not a text");
        mistake(json!({"rules": {"image-registry": true}}), "/rules/image-registry", "needs `trustedRegistries`");
        mistake(
            json!({"rules": {"image-registry": {"trustedRegistries": []}}}),
            "/rules/image-registry/trustedRegistries",
            "empty",
        );
    }

    #[test]
    fn what_is_sound_is_in_force() {
        let (baseline, problems) =
            Baseline::read(json!({"profile": "x", "rules": {"nothing": true, "task-exec": {"severity": "x"}}}))
                .unwrap();
        assert_eq!(problems.len(), 3);
        assert!(baseline.rules.iter().any(|active| active.rule.id == "task-exec"));
        assert!(baseline.rules.iter().any(|active| active.rule.id == "container-privileged"));
    }
}
