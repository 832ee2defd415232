//! The SAM template of the Python tool.

use std::fmt;
use std::path::Path;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value, json};
use serde_saphyr::Tagged;

use super::environment::Environment;
use super::error::MigrateError;
use crate::input::{InputError, read, yaml_reason};

/// What a property or variable is set to.
#[derive(PartialEq)]
pub(super) enum Setting {
    Text(String),
    /// By an intrinsic function, when the stack is deployed.
    Computed,
}

/// A template: that of the tool's function, and what belongs to it.
pub(super) struct Template<'a> {
    document: Value,
    function: Value,
    environment: &'a Environment,
}

impl<'a> Template<'a> {
    pub(super) fn read(path: &Path, environment: &'a Environment) -> Result<Self, InputError> {
        let document = serde_saphyr::from_str(&read(path)?)
            .map(|Node(document)| document)
            .map_err(|error| InputError::NotYaml { path: path.to_owned(), reason: yaml_reason(&error.to_string()) })?;
        let mut functions: Vec<_> =
            resources(&document, &["AWS::Serverless::Function", "AWS::Lambda::Function"]).collect();
        let globals = document.pointer("/Globals/Function");
        if !globals.is_some_and(has_policy) {
            functions.retain(|function| has_policy(function));
        }
        let function = match functions.as_slice() {
            [function] => (*function).clone(),
            [] => return Err(MigrateError::NoFunction { path: path.to_owned() }.into()),
            several => {
                let count = several.len();
                return Err(MigrateError::SeveralFunctions { path: path.to_owned(), count }.into());
            }
        };
        Ok(Self { document, function, environment })
    }

    /// A variable of the function, unless it is empty or waits for prereq.py.
    pub(super) fn variable(&self, name: &str) -> Option<Setting> {
        self.setting(&format!("/Environment/Variables/{name}"))
    }

    /// The property at a JSON pointer, of the function or of all functions.
    pub(super) fn setting(&self, pointer: &str) -> Option<Setting> {
        let globals = self.document.pointer("/Globals/Function");
        match self.function.pointer(pointer).or_else(|| globals?.pointer(pointer))? {
            Value::String(text) => {
                let placeholder = text.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
                let text = placeholder.map_or(Some(text.as_str()), |name| self.environment.get(name));
                text.filter(|text| !text.is_empty()).map(|text| Setting::Text(text.to_owned()))
            }
            Value::Number(number) => Some(Setting::Text(number.to_string())),
            Value::Null => None,
            _ => Some(Setting::Computed),
        }
    }

    /// The patterns of the rules that start the function, or that are beside it.
    pub(super) fn patterns(&self) -> Vec<&Value> {
        let events = self.function.get("Events").and_then(Value::as_object).into_iter().flatten();
        let own = events.filter_map(|(_, event)| event.pointer("/Properties/Pattern"));
        let beside = resources(&self.document, &["AWS::Events::Rule"]).filter_map(|rule| rule.get("EventPattern"));
        let is_of_ecs = |pattern: &&Value| {
            let sources = pattern.get("source").and_then(Value::as_array);
            sources.is_some_and(|sources| sources.iter().any(|source| source == "aws.ecs"))
        };
        own.chain(beside).filter(is_of_ecs).collect()
    }
}

/// The properties of the resources of some types.
fn resources<'a>(document: &'a Value, types: &'a [&str]) -> impl Iterator<Item = &'a Value> {
    let resources = document.get("Resources").and_then(Value::as_object).into_iter().flatten();
    resources.filter_map(|(_, resource)| {
        let is_wanted = resource.get("Type").and_then(Value::as_str).is_some_and(|name| types.contains(&name));
        is_wanted.then(|| resource.get("Properties"))?
    })
}

fn has_policy(function: &Value) -> bool {
    function.pointer("/Environment/Variables/TASK_POLICY_SSM").is_some()
}

/// YAML in which the short form of an intrinsic function has become its long one: `!Ref X` is `{"Ref": "X"}`.
struct Node(Value);

struct Untagged(Value);

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Tagged(Untagged(value), tag) = Tagged::deserialize(deserializer)?;
        // Tags of YAML itself, such as `!!str`, have had their effect.
        Ok(Self(match tag.as_deref().and_then(|tag| tag.strip_prefix('!')) {
            Some(name @ ("Ref" | "Condition")) => json!({name: value}),
            Some(name) => json!({format!("Fn::{name}"): value}),
            None => value,
        }))
    }
}

impl<'de> Deserialize<'de> for Untagged {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("YAML")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Node(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((Untagged(key), Node(value))) = entries.next_entry()? {
            // A key can be anything in YAML.
            let key = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
            map.insert(key, value);
        }
        Ok(map.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_of_functions_become_long_ones() {
        let text = "a: !Ref X\nb: [!Sub \"${Y}\", plain]\nc: !GetAtt\n  - F\n  - Arn\nd: !!str 5\ne: !If [P, !Ref X, 5]\n\
                    f: {1: one, null: none}\ng: !Condition P\n";
        let Node(document) = serde_saphyr::from_str(text).unwrap();
        assert_eq!(
            document,
            json!({
                "a": {"Ref": "X"},
                "b": [{"Fn::Sub": "${Y}"}, "plain"],
                "c": {"Fn::GetAtt": ["F", "Arn"]},
                "d": "5",
                "e": {"Fn::If": ["P", {"Ref": "X"}, 5]},
                "f": {"1": "one", "null": "none"},
                "g": {"Condition": "P"},
            })
        );
    }
}
