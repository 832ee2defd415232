//! Statements as they are written, and what they mean. A mistake in one leaves the others in force.

use std::rc::Rc;

use gatecheck_sdk::{Problem, Settings, Severity};
use serde_json::Value;

use crate::attribute::Attribute;
use crate::check::{Check, Matcher, number};
use crate::expression::ExpressionError;
use crate::pattern::Pattern;
use crate::status::Status;

/// The statements in force.
#[derive(Debug)]
pub struct Statements(pub(crate) Vec<Statement>);

/// A statement in force.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) rule: String,
    pub(crate) attribute: Attribute,
    pub(crate) check: Check,
    pub(crate) allowed_values: Rc<Vec<Value>>,
    pub(crate) required: Option<Status>,
    pub(crate) severity: Severity,
    pub(crate) message: Option<String>,
    pub(crate) remediation: Option<String>,
}

/// JSON Schema of the settings. Written by hand, since what derives it is larger than all the rest of the policy.
const SCHEMA: &str = include_str!("schema.json");

const KEYS: [&str; 10] = [
    "attribute",
    "allowed_values",
    "type",
    "action",
    "required",
    "severity",
    "rule",
    "message",
    "remediation",
    "description",
];

/// Since when a task must have the attribute, as it is written.
#[derive(Clone, Copy)]
enum Required {
    /// `true`: as early as every task can have it.
    Always,
    /// The task has this status, or a later one.
    From(Status),
}

#[derive(Clone, Copy)]
enum CheckType {
    Exact,
    Pattern,
    Range,
}

const CHECK_TYPES: [(&str, CheckType); 3] =
    [("exact", CheckType::Exact), ("pattern", CheckType::Pattern), ("range", CheckType::Range)];

/// There is one action; another one is refused.
const ACTIONS: [(&str, ()); 1] = [("alert", ())];

const STATUSES: [(&str, Status); 3] =
    [("PROVISIONING", Status::Provisioning), ("PENDING", Status::Pending), ("RUNNING", Status::Running)];

const SEVERITIES: [(&str, Severity); 5] = [
    ("info", Severity::Info),
    ("low", Severity::Low),
    ("medium", Severity::Medium),
    ("high", Severity::High),
    ("critical", Severity::Critical),
];

impl Settings for Statements {
    fn schema() -> Value {
        serde_json::from_str(SCHEMA).unwrap_or_default()
    }

    fn read(settings: Value) -> Result<(Self, Vec<Problem>), Vec<Problem>> {
        let nothing = |pointer: &str, message: String, remedy: &str| Err(vec![problem(pointer, message, Some(remedy))]);
        let Value::Object(mut settings) = settings else {
            return nothing("", format!("`{settings}` is not an object"), "write `{\"task\": [...]}`");
        };
        let statements = match settings.remove("task") {
            Some(Value::Array(statements)) if statements.is_empty() => {
                return nothing("/task", "there are no statements".to_owned(), "add one, or remove the policy");
            }
            Some(Value::Array(statements)) => statements,
            Some(_) => return nothing("/task", "not a list".to_owned(), "write a list of statements"),
            None => return nothing("", "there is no `task`".to_owned(), "write `{\"task\": [...]}`"),
        };
        let mut problems: Vec<_> = settings
            .keys()
            .map(|key| problem(&pointer("", key), format!("unknown key `{key}`"), Some("the only key is `task`")))
            .collect();
        let mut sound: Vec<Statement> = Vec::new();
        for (position, statement) in statements.into_iter().enumerate() {
            if let Some(mut statement) = read_statement(position, statement, &mut problems) {
                statement.rule = unique(statement.rule, &sound);
                sound.push(statement);
            }
        }
        Ok((Self(sound), problems))
    }
}

impl Statement {
    /// `public` and `private` are both allowed: whoever writes that wants no check, and no AWS calls for it.
    pub(crate) fn allows_everything(&self) -> bool {
        let allows =
            |text: &str| matches!(&self.check, Check::Exact(values) if values.iter().any(|value| value == text));
        self.attribute.is_public_or_private() && allows("public") && allows("private")
    }
}

/// A statement, unless a mistake leaves nothing of it; every mistake becomes a problem.
fn read_statement(position: usize, statement: Value, problems: &mut Vec<Problem>) -> Option<Statement> {
    let Value::Object(entries) = statement else {
        let message = unexpected(&statement, "a statement with `attribute` and `allowed_values`");
        problems.push(problem(&format!("/task/{position}"), message, None));
        return None;
    };
    let mut mistakes = Mistakes { position, problems, is_sound: true };
    for key in ["attribute", "allowed_values"] {
        if entries.get(key).is_none_or(Value::is_null) {
            mistakes.missing(key);
        }
    }
    let mut written = Written::default();
    for (key, value) in entries {
        written.take(&key, value, &mut mistakes);
    }
    if !mistakes.is_sound {
        return None;
    }
    let (name, allowed_values) = (written.attribute?, Rc::new(written.allowed_values?));
    let attribute = Attribute::parse(&name).map_err(|error| {
        let remedy = match error {
            ExpressionError::Syntax { .. } => "quote names that are not plain words: \"a-b\".c",
            ExpressionError::Negated(_) => "put all that is negated in brackets: !(a.b)",
            ExpressionError::NotALiteral { .. } => {
                "texts are in single quotes, and numbers, `true`, `false` and `null` in backticks"
            }
            ExpressionError::Misspelt { .. } => {
                "correct the name; an attribute that is newer than this version needs a newer one"
            }
            ExpressionError::TooLong => "write several statements, or a policy in code",
            ExpressionError::Unknown(_) => {
                "take the name of an attribute of DescribeTasks, `image`, `subnet-type`, `subnet-id`, `ip`, or join \
                 `taskDefinition`, `service`, `cluster`, `networkInterfaces`, `subnets`, `securityGroups`"
            }
        };
        mistakes.add("attribute", format!("`{name}`: {error}"), Some(remedy));
    });
    let check = read_check(written.check.unwrap_or(CheckType::Exact), &allowed_values, &mut mistakes);
    let attribute = attribute.ok()?;
    Some(Statement {
        rule: written.rule.unwrap_or(name),
        check: check?,
        allowed_values,
        required: written.required.map(|required| match required {
            Required::From(status) => status,
            // ECS announces no tag, and many are set seconds after the start.
            Required::Always if attribute.reads_tags() => Status::Running,
            Required::Always => Status::Provisioning,
        }),
        attribute,
        severity: written.severity.unwrap_or(Severity::Medium),
        message: written.message,
        remediation: written.remediation,
    })
}

/// The entries of a statement. `null` is an entry that is not there.
#[derive(Default)]
struct Written {
    attribute: Option<String>,
    allowed_values: Option<Vec<Value>>,
    check: Option<CheckType>,
    required: Option<Required>,
    severity: Option<Severity>,
    rule: Option<String>,
    message: Option<String>,
    remediation: Option<String>,
}

impl Written {
    fn take(&mut self, key: &str, value: Value, mistakes: &mut Mistakes) {
        match key {
            _ if value.is_null() && KEYS.contains(&key) => {}
            "attribute" => self.attribute = mistakes.text(key, value),
            "allowed_values" => match value {
                Value::Array(values) => self.allowed_values = Some(values),
                other => mistakes.mistaken(key, unexpected(&other, "a sequence")),
            },
            "type" => self.check = mistakes.one_of(key, value, &CHECK_TYPES),
            "action" => drop(mistakes.one_of(key, value, &ACTIONS)),
            "required" => match value {
                Value::Bool(true) => self.required = Some(Required::Always),
                Value::Bool(false) => {}
                Value::String(_) => self.required = mistakes.one_of(key, value, &STATUSES).map(Required::From),
                other => mistakes.mistaken(key, unexpected(&other, "a boolean or a status")),
            },
            "severity" => self.severity = mistakes.one_of(key, value, &SEVERITIES),
            "rule" => self.rule = mistakes.text(key, value),
            "message" => self.message = mistakes.text(key, value),
            "remediation" => self.remediation = mistakes.text(key, value),
            "description" => drop(mistakes.text(key, value)),
            // An unknown key is most likely a known one misspelt. The rest is judged all the same.
            _ => {
                let remedy = format!("the keys are `{}`", KEYS.join("`, `"));
                mistakes.add(key, format!("unknown key `{key}`"), Some(&remedy));
            }
        }
    }
}

/// What is wrong with a statement.
struct Mistakes<'a> {
    position: usize,
    problems: &'a mut Vec<Problem>,
    is_sound: bool,
}

impl Mistakes<'_> {
    /// The statement's own.
    fn place(&self) -> String {
        format!("/task/{}", self.position)
    }

    fn add(&mut self, key: &str, message: String, remedy: Option<&str>) {
        self.problems.push(problem(&pointer(&self.place(), key), message, remedy));
    }

    /// One that leaves nothing of the statement.
    fn mistaken(&mut self, key: &str, message: String) {
        self.is_sound = false;
        self.add(key, message, None);
    }

    fn missing(&mut self, key: &str) {
        self.is_sound = false;
        self.problems.push(problem(&self.place(), format!("missing field `{key}`"), None));
    }

    fn text(&mut self, key: &str, value: Value) -> Option<String> {
        match value {
            Value::String(text) => Some(text),
            other => {
                self.mistaken(key, unexpected(&other, "a string"));
                None
            }
        }
    }

    fn one_of<T: Copy>(&mut self, key: &str, value: Value, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(key, value)?;
        if let Some((_, choice)) = choices.iter().find(|(name, _)| *name == text) {
            return Some(*choice);
        }
        let names = choices.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let names = if choices.len() > 1 { format!("one of {names}") } else { names };
        self.mistaken(key, format!("unknown variant `{text}`, expected {names}"));
        None
    }
}

fn unexpected(value: &Value, expected: &str) -> String {
    let found = match value {
        Value::Null => "null".to_owned(),
        Value::Bool(boolean) => format!("boolean `{boolean}`"),
        Value::Number(number) if number.is_f64() => format!("floating point `{number}`"),
        Value::Number(number) => format!("integer `{number}`"),
        Value::String(_) => format!("string {value}"),
        Value::Array(_) => "sequence".to_owned(),
        Value::Object(_) => "map".to_owned(),
    };
    format!("invalid type: {found}, expected {expected}")
}

fn read_check(check: CheckType, allowed: &Rc<Vec<Value>>, mistakes: &mut Mistakes) -> Option<Check> {
    let before = mistakes.problems.len();
    let mut refuse = |position: usize, message: String, remedy: Option<&str>| {
        let place = format!("{}/allowed_values/{position}", mistakes.place());
        mistakes.problems.push(problem(&place, message, remedy));
    };
    let check = match check {
        CheckType::Exact => Check::Exact(Rc::clone(allowed)),
        CheckType::Pattern => {
            let mut matchers = Vec::new();
            for (position, value) in allowed.iter().enumerate() {
                match value {
                    Value::String(pattern) => match Pattern::new(pattern) {
                        Ok(pattern) => matchers.push(Matcher::Search(pattern)),
                        Err(error) => refuse(position, format!("`{pattern}` is not a pattern: {error}"), None),
                    },
                    Value::Number(_) | Value::Bool(_) => matchers.push(Matcher::Equal(value.clone())),
                    _ => refuse(position, format!("`{value}` is not a pattern"), Some("write a regular expression")),
                }
            }
            Check::Pattern(matchers)
        }
        CheckType::Range => {
            let mut bounds = Vec::new();
            for (position, value) in allowed.iter().enumerate() {
                match number(value) {
                    Some(bound) => bounds.push(bound),
                    None => refuse(position, format!("`{value}` is not a number"), Some("write a bound such as 256")),
                }
            }
            if allowed.len() != 2 && bounds.len() == allowed.len() {
                let message = format!("a range has two bounds, not {}", allowed.len());
                mistakes.add("allowed_values", message, Some("write `[LOWEST, HIGHEST]`"));
            }
            Check::Range {
                low: bounds.iter().copied().fold(f64::INFINITY, f64::min),
                high: bounds.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            }
        }
    };
    // A pattern or bound that is missing would change what the statement allows.
    (mistakes.problems.len() == before).then_some(check)
}

/// Rules of one policy have names of their own.
fn unique(rule: String, taken: &[Statement]) -> String {
    let is_free = |name: &str| taken.iter().all(|statement| statement.rule != name);
    if is_free(&rule) {
        return rule;
    }
    (2..=taken.len() + 2).map(|number| format!("{rule}-{number}")).find(|name| is_free(name)).unwrap_or(rule)
}

fn problem(pointer: &str, message: String, remedy: Option<&str>) -> Problem {
    Problem { pointer: pointer.to_owned(), message, remedy: remedy.map(str::to_owned) }
}

/// A pointer to a key below a place.
fn pointer(place: &str, key: &str) -> String {
    format!("{place}/{}", key.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names<T>(choices: &[(&'static str, T)]) -> Vec<&'static str> {
        choices.iter().map(|(name, _)| *name).collect()
    }

    #[test]
    fn the_schema_is_that_of_what_is_read() {
        let schema = Statements::schema();
        let statement = &schema["properties"]["task"]["items"];
        let mut keys: Vec<_> = statement["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let mut known = KEYS;
        keys.sort_unstable();
        known.sort_unstable();
        assert_eq!(keys, known);

        for (key, names) in
            [("type", names(&CHECK_TYPES)), ("action", names(&ACTIONS)), ("severity", names(&SEVERITIES))]
        {
            assert_eq!(statement["properties"][key]["enum"], Value::from(names), "{key}");
        }
        let required = &statement["properties"]["required"]["enum"];
        let statuses = names(&STATUSES).into_iter().map(Value::from);
        assert_eq!(*required, [Value::from(true), Value::from(false)].into_iter().chain(statuses).collect::<Value>());
        for key in statement["required"].as_array().unwrap() {
            let mut written = serde_json::json!({"attribute": "cpu", "allowed_values": []});
            written.as_object_mut().unwrap().remove(key.as_str().unwrap());
            let (statements, problems) = Statements::read(serde_json::json!({"task": [written]})).unwrap();
            assert!(statements.0.is_empty() && problems.len() == 1, "{key}");
        }
    }
}
