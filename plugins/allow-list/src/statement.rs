//! Statements as they are written, and what they mean. A mistake in one leaves the others in force.

use gatecheck_sdk::{Problem, Settings, Severity};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::attribute::Attribute;
use crate::check::{Check, Matcher, number};
use crate::expression::ExpressionError;
use crate::pattern::Pattern;

/// The statements in force.
#[derive(Debug)]
pub struct Statements(pub(crate) Vec<Statement>);

/// A statement in force.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) rule: String,
    pub(crate) attribute: Attribute,
    pub(crate) check: Check,
    pub(crate) allowed_values: Vec<Value>,
    pub(crate) required: bool,
    pub(crate) severity: Severity,
    pub(crate) message: Option<String>,
    pub(crate) remediation: Option<String>,
}

/// The settings as they are written.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used: statements are read one by one")]
struct Document {
    /// What the attributes of a task may be.
    task: Vec<Written>,
}

/// A statement as it is written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a statement with `attribute` and `allowed_values`")]
struct Written {
    /// `image`, `subnet-type`, `subnet-id`, `ip`, the name of an attribute of DescribeTasks, or a JMESPath expression.
    attribute: String,
    /// What it may be.
    allowed_values: Vec<Value>,
    /// How the two are compared.
    #[serde(rename = "type", default)]
    check: CheckType,
    /// What happens with a violation.
    #[serde(default)]
    #[expect(dead_code, reason = "there is one action; another one is refused")]
    action: Action,
    /// A task without the attribute is a violation.
    #[serde(default)]
    required: bool,
    /// How bad a violation is.
    #[serde(default)]
    severity: Level,
    /// The name of the rule in reports; the attribute if it is not given.
    rule: Option<String>,
    /// What a violation says instead of the standard sentence.
    message: Option<String>,
    /// What to do about a violation.
    remediation: Option<String>,
    /// For whoever reads the document.
    #[serde(rename = "description")]
    _description: Option<String>,
}

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

#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum CheckType {
    #[default]
    Exact,
    Pattern,
    Range,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Action {
    #[default]
    Alert,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Level {
    Info,
    Low,
    #[default]
    Medium,
    High,
    Critical,
}

impl Settings for Statements {
    fn schema() -> Value {
        schemars::schema_for!(Document).to_value()
    }

    fn read(settings: Value) -> Result<(Self, Vec<Problem>), Vec<Problem>> {
        let nothing = |pointer: &str, message: String, remedy: &str| {
            Err(vec![Problem { pointer: pointer.to_owned(), message, remedy: Some(remedy.to_owned()) }])
        };
        let Value::Object(settings) = settings else {
            return nothing("", format!("`{settings}` is not an object"), "write `{\"task\": [...]}`");
        };
        let statements = match settings.get("task") {
            Some(Value::Array(statements)) if statements.is_empty() => {
                return nothing("/task", "there are no statements".to_owned(), "add one, or remove the policy");
            }
            Some(Value::Array(statements)) => statements,
            Some(_) => return nothing("/task", "not a list".to_owned(), "write a list of statements"),
            None => return nothing("", "there is no `task`".to_owned(), "write `{\"task\": [...]}`"),
        };
        let mut problems: Vec<_> = settings
            .keys()
            .filter(|key| *key != "task")
            .map(|key| problem(&pointer(&["", key]), format!("unknown key `{key}`"), Some("the only key is `task`")))
            .collect();
        let mut sound: Vec<Statement> = Vec::new();
        for (position, statement) in statements.iter().enumerate() {
            let place = format!("/task/{position}");
            if let Some(mut statement) = read_statement(&place, statement, &mut problems) {
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
fn read_statement(place: &str, statement: &Value, problems: &mut Vec<Problem>) -> Option<Statement> {
    let mut statement = statement.clone();
    if let Value::Object(entries) = &mut statement {
        // An unknown key is most likely a known one misspelt. The rest is judged all the same.
        entries.retain(|key, _| {
            let known = KEYS.contains(&key.as_str());
            if !known {
                let remedy = format!("the keys are `{}`", KEYS.join("`, `"));
                problems.push(problem(&pointer(&[place, key]), format!("unknown key `{key}`"), Some(&remedy)));
            }
            known
        });
    }
    let written = match Written::read(statement) {
        Ok((written, _)) => written,
        Err(mistakes) => {
            problems.extend(
                mistakes
                    .into_iter()
                    .map(|mistake| Problem { pointer: format!("{place}{}", mistake.pointer), ..mistake }),
            );
            return None;
        }
    };
    let attribute = Attribute::parse(&written.attribute).map_err(|error| {
        let remedy = match error {
            ExpressionError::Syntax { .. } => "quote names that are not plain words: \"a-b\".c",
            ExpressionError::Unknown(_) => {
                "take the name of an attribute of DescribeTasks, `image`, `subnet-type`, `subnet-id`, `ip`, or join \
                 `taskDefinition`, `service`, `cluster`, `networkInterfaces`, `subnets`, `securityGroups`"
            }
        };
        problems.push(problem(
            &format!("{place}/attribute"),
            format!("`{}`: {error}", written.attribute),
            Some(remedy),
        ));
    });
    let check = read_check(&format!("{place}/allowed_values"), written.check, &written.allowed_values, problems);
    Some(Statement {
        rule: written.rule.unwrap_or(written.attribute),
        attribute: attribute.ok()?,
        check: check?,
        allowed_values: written.allowed_values,
        required: written.required,
        severity: match written.severity {
            Level::Info => Severity::Info,
            Level::Low => Severity::Low,
            Level::Medium => Severity::Medium,
            Level::High => Severity::High,
            Level::Critical => Severity::Critical,
        },
        message: written.message,
        remediation: written.remediation,
    })
}

fn read_check(place: &str, check: CheckType, allowed: &[Value], problems: &mut Vec<Problem>) -> Option<Check> {
    let before = problems.len();
    let mut mistaken = |position: usize, message: String, remedy: Option<&str>| {
        problems.push(problem(&format!("{place}/{position}"), message, remedy));
    };
    let check = match check {
        CheckType::Exact => Check::Exact(allowed.to_vec()),
        CheckType::Pattern => {
            let mut matchers = Vec::new();
            for (position, value) in allowed.iter().enumerate() {
                match value {
                    Value::String(pattern) => match Pattern::new(pattern) {
                        Ok(pattern) => matchers.push(Matcher::Search(pattern)),
                        Err(error) => mistaken(position, format!("`{pattern}` is not a pattern: {error}"), None),
                    },
                    Value::Number(_) | Value::Bool(_) => matchers.push(Matcher::Equal(value.clone())),
                    _ => mistaken(position, format!("`{value}` is not a pattern"), Some("write a regular expression")),
                }
            }
            Check::Pattern(matchers)
        }
        CheckType::Range => {
            let mut bounds = Vec::new();
            for (position, value) in allowed.iter().enumerate() {
                match number(value) {
                    Some(bound) => bounds.push(bound),
                    None => mistaken(position, format!("`{value}` is not a number"), Some("write a bound such as 256")),
                }
            }
            if allowed.is_empty() {
                problems.push(problem(place, "a range has no bounds".to_owned(), Some("write `[LOWEST, HIGHEST]`")));
            }
            Check::Range {
                low: bounds.iter().copied().fold(f64::INFINITY, f64::min),
                high: bounds.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            }
        }
    };
    // A pattern or bound that is missing would change what the statement allows.
    (problems.len() == before).then_some(check)
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

/// A pointer and a key below it.
fn pointer(parts: &[&str; 2]) -> String {
    let [place, key] = parts;
    format!("{place}/{}", key.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_and_the_known_keys_agree() {
        let schema = schemars::schema_for!(Written).to_value();
        let mut keys: Vec<_> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let mut known = KEYS;
        keys.sort_unstable();
        known.sort_unstable();
        assert_eq!(keys, known);
    }
}
