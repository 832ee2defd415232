//! A statement as the Python tool read it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What a value of an attribute is, in the answer of DescribeTasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Image,
    SubnetType,
    SubnetId,
    Ip,
    Text,
    /// A number that ECS writes as text.
    NumberText,
    Number,
    Boolean,
    Date,
    List,
    Object,
    /// Nothing that the tool could find: more than the name of an attribute.
    Expression,
}

/// How it compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    Exact,
    Pattern,
    Range,
    /// Not at all: everything passed.
    Unknown,
}

/// A place in the old document that a behaviour touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Touch {
    pub(super) pointer: String,
    pub(super) attribute: Option<String>,
    pub(super) detail: Option<String>,
}

/// A statement. What is no object has no entries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Statement<'a> {
    pub(super) place: usize,
    pub(super) is_object: bool,
    pub(super) entries: &'a Map<String, Value>,
    /// The keys that the allow-list does not take, each with its reason.
    pub(super) refused: &'a BTreeMap<String, String>,
}

impl Statement<'_> {
    /// Itself, if so.
    pub(super) fn is(&self, touched: bool) -> Vec<Touch> {
        if touched { vec![self.touch("", None)] } else { Vec::new() }
    }

    /// Itself, if there is a reason.
    pub(super) fn because(&self, reason: Option<String>) -> Vec<Touch> {
        reason.into_iter().map(|reason| self.touch("", Some(reason))).collect()
    }

    /// What is below it.
    pub(super) fn touch(&self, pointer: &str, detail: Option<String>) -> Touch {
        let attribute = self.attribute().map(str::to_owned);
        Touch { pointer: format!("/task/{}{pointer}", self.place), attribute, detail }
    }

    pub(super) fn attribute(&self) -> Option<&str> {
        self.entries.get("attribute").and_then(Value::as_str)
    }

    pub(super) fn kind(&self) -> Kind {
        let is_word = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        match self.attribute().unwrap_or_default() {
            "image" => Kind::Image,
            "subnet-type" | "subnet" => Kind::SubnetType,
            "subnet-id" => Kind::SubnetId,
            "ip" => Kind::Ip,
            "cpu" | "memory" => Kind::NumberText,
            "version" => Kind::Number,
            "enableExecuteCommand" => Kind::Boolean,
            "connectivityAt" | "createdAt" | "executionStoppedAt" | "pullStartedAt" | "pullStoppedAt" | "startedAt"
            | "stoppedAt" | "stoppingAt" => Kind::Date,
            "attachments" | "attributes" | "containers" | "inferenceAccelerators" | "tags" => Kind::List,
            "ephemeralStorage" | "fargateEphemeralStorage" | "overrides" => Kind::Object,
            "taskDefinition" | "service" | "cluster" | "networkInterfaces" | "subnets" | "securityGroups" => {
                Kind::Expression
            }
            name if is_word(name) => Kind::Text,
            _ => Kind::Expression,
        }
    }

    /// `subnet-type` and `ip` were compared exactly, whatever the statement says.
    pub(super) fn ignored_type(&self) -> bool {
        matches!(self.kind(), Kind::SubnetType | Kind::Ip)
    }

    pub(super) fn check(&self) -> Check {
        match self.entries.get("type").map(Value::as_str) {
            None | Some(Some("exact")) => Check::Exact,
            Some(Some("pattern")) => Check::Pattern,
            Some(Some("range")) => Check::Range,
            Some(_) => Check::Unknown,
        }
    }

    pub(super) fn allowed(&self) -> Option<&Value> {
        self.entries.get("allowed_values")
    }

    /// The allowed values, if they are a list.
    pub(super) fn values(&self) -> &[Value] {
        self.allowed().and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    /// Where `public` and `private` were both allowed, nothing was judged.
    pub(super) fn allows_both(&self) -> bool {
        let allows = |word: &str| match self.allowed() {
            Some(Value::Array(values)) => values.iter().any(|value| value == word),
            Some(Value::String(text)) => text.contains(word),
            Some(Value::Object(keys)) => keys.contains_key(word),
            _ => false,
        };
        self.ignored_type() && allows("public") && allows("private")
    }

    pub(super) fn judges_subnets(&self) -> bool {
        self.kind() == Kind::SubnetType && !self.allows_both()
    }

    pub(super) fn judges_addresses(&self) -> bool {
        self.kind() == Kind::Ip && !self.allows_both()
    }

    /// What made the tool crash, where the allow-list would take no better to it.
    pub(super) fn crash(&self) -> Option<String> {
        let name = self.attribute().unwrap_or_default();
        if self.kind() == Kind::Expression {
            return None;
        }
        match self.allowed() {
            Some(Value::Null | Value::Bool(_) | Value::Number(_)) => {
                return Some("`allowed_values` is no list".to_owned());
            }
            _ if self.ignored_type() => return None,
            _ => {}
        }
        match self.check() {
            Check::Range => {
                if matches!(self.kind(), Kind::NumberText | Kind::Number | Kind::Boolean) {
                    let bad = self.values().iter().find(|bound| number(bound).is_none());
                    let none = self.allowed().is_none_or(|allowed| *allowed == Value::Array(Vec::new()));
                    none.then(|| "a range without bounds".to_owned())
                        .or_else(|| bad.map(|bound| format!("the bound `{bound}` is no number")))
                } else {
                    Some(format!("`{name}` is no number, and `type` is `range`"))
                }
            }
            Check::Pattern if matches!(self.kind(), Kind::List | Kind::Object) => {
                Some(format!("`{name}` is no text, and `type` is `pattern`"))
            }
            Check::Pattern => {
                let bad = self.values().iter().find(|value| value.is_null() || value.is_array() || value.is_object());
                bad.map(|value| format!("`{value}` is no pattern"))
            }
            Check::Exact | Check::Unknown => None,
        }
    }

    /// Bounds as text were compared as text: other bounds than the numbers have, or none where only some are text.
    pub(super) fn misread_bounds(&self) -> bool {
        let texts: Vec<_> = self.values().iter().filter_map(Value::as_str).collect();
        if self.check() != Check::Range || self.ignored_type() || texts.is_empty() {
            return false;
        }
        let numbers = || self.values().iter().filter_map(number);
        let (low, high) = (numbers().fold(f64::INFINITY, f64::min), numbers().fold(f64::NEG_INFINITY, f64::max));
        let is = |text: Option<&&str>, bound: f64| {
            text.and_then(|text| number(&Value::from(*text))).is_some_and(|number| number.total_cmp(&bound).is_eq())
        };
        texts.len() < self.values().len() || !is(texts.iter().min(), low) || !is(texts.iter().max(), high)
    }

    /// A number and a text that spell the same were not equal.
    pub(super) fn compares_number_with_text(&self) -> bool {
        let any = |is: fn(&Value) -> bool| self.check() == Check::Exact && self.values().iter().any(is);
        match self.kind() {
            Kind::Image | Kind::SubnetId | Kind::Text | Kind::NumberText => any(Value::is_number),
            Kind::Number => any(|value| value.is_string() && number(value).is_some()),
            _ => false,
        }
    }

    /// A pattern that is no text, or was to be found in what is none.
    pub(super) fn searches_no_text(&self) -> bool {
        self.check() == Check::Pattern
            && !self.ignored_type()
            && (matches!(self.kind(), Kind::Boolean | Kind::Number | Kind::Date)
                || self.values().iter().any(|value| value.is_number() || value.is_boolean()))
    }

    /// Keys that the tool did not look at and the allow-list takes.
    pub(super) fn new_keys(&self) -> impl Iterator<Item = &str> {
        let new = ["required", "severity", "rule", "message", "remediation"];
        let is_new = move |key: &&str| new.contains(key) && !self.refused.contains_key(*key);
        self.entries.keys().map(String::as_str).filter(is_new)
    }
}

/// The number that a bound is or spells.
fn number(bound: &Value) -> Option<f64> {
    match bound {
        Value::Bool(boolean) => Some(f64::from(u8::from(*boolean))),
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| !number.is_nan()),
        _ => None,
    }
}
