//! How a value is compared with what is allowed: as Python's `==`, `re.search`, or between two bounds.

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

use gatecheck_sdk::{Unavailable, Unknown};
use serde_json::Value;

use crate::pattern::Pattern;

/// A check, ready to be applied.
#[derive(Debug)]
pub(crate) enum Check {
    /// Equal to one of the values.
    Exact(Rc<Vec<Value>>),
    /// Found by one of the patterns.
    Pattern(Vec<Matcher>),
    /// Between the smallest and the largest bound.
    Range {
        /// The smallest.
        low: f64,
        /// The largest.
        high: f64,
    },
}

/// One allowed value of a pattern check.
#[derive(Debug)]
pub(crate) enum Matcher {
    /// A pattern.
    Search(Pattern),
    /// A number or boolean, which is no pattern: equal to it.
    Equal(Value),
}

impl Check {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Exact(_) => "exact",
            Self::Pattern(_) => "pattern",
            Self::Range { .. } => "range",
        }
    }

    /// Whether `value` is allowed; unknown if a pattern gave up on it.
    pub(crate) fn allows(&self, value: &Value) -> Result<bool, Unknown> {
        match self {
            Self::Exact(allowed) => Ok(allowed.iter().any(|allowed| equal(value, allowed))),
            Self::Pattern(matchers) => any_matches(matchers, value),
            Self::Range { low, high } => Ok(number(value).is_some_and(|number| *low <= number && number <= *high)),
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(_) => f.write_str("which is none of the allowed values"),
            Self::Pattern(_) => f.write_str("which none of the allowed patterns finds"),
            Self::Range { low, high } => write!(f, "which is not between {low} and {high}"),
        }
    }
}

fn any_matches(matchers: &[Matcher], value: &Value) -> Result<bool, Unknown> {
    let texts = texts(value);
    let mut gave_up = None;
    for matcher in matchers {
        match matcher {
            Matcher::Equal(allowed) if equal(value, allowed) => return Ok(true),
            Matcher::Equal(_) => {}
            Matcher::Search(pattern) => {
                for text in texts.iter().flatten() {
                    match pattern.is_match(text) {
                        Ok(true) => return Ok(true),
                        Ok(false) => {}
                        Err(error) => gave_up = Some(Unavailable::Other(format!("on `{text}`, {error}"))),
                    }
                }
            }
        }
    }
    gave_up.map_or(Ok(false), |reason| Err(Unknown { family: "task", reason }))
}

/// The texts of a value: booleans as JSON and as Python spell them.
fn texts(value: &Value) -> [Option<Cow<'_, str>>; 2] {
    match value {
        Value::String(text) => [Some(text.into()), None],
        Value::Number(number) => [Some(number.to_string().into()), None],
        Value::Bool(true) => [Some("true".into()), Some("True".into())],
        Value::Bool(false) => [Some("false".into()), Some("False".into())],
        _ => [None, None],
    }
}

/// Python's `==`, and in addition a number equals its text: ECS writes `cpu` and `memory` as text.
fn equal(value: &Value, allowed: &Value) -> bool {
    match (value, allowed) {
        (Value::String(text), Value::Number(_)) => number_of(text) == number(allowed),
        (Value::Number(_), Value::String(text)) => number(value) == number_of(text),
        _ => python_equal(value, allowed),
    }
}

fn python_equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Bool(_) | Value::Number(_), Value::Bool(_) | Value::Number(_)) => {
            // Whole numbers beyond 2^53 are told apart, as in Python.
            match (integer(left), integer(right)) {
                (Some(left), Some(right)) => left == right,
                _ => number(left) == number(right),
            }
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| python_equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, left)| right.get(key).is_some_and(|right| python_equal(left, right)))
        }
        _ => left == right,
    }
}

fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::Bool(boolean) => Some((*boolean).into()),
        Value::Number(number) => number.as_i64().map(Into::into).or_else(|| number.as_u64().map(Into::into)),
        _ => None,
    }
}

/// The number that a value is or spells.
pub(crate) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Bool(boolean) => Some(if *boolean { 1.0 } else { 0.0 }),
        Value::Number(number) => number.as_f64(),
        Value::String(text) => number_of(text),
        _ => None,
    }
}

/// The number that a text spells, also with the units in which ECS takes processors and memory: `1 vCPU` is 1024, `2 GB` is 2048.
fn number_of(text: &str) -> Option<f64> {
    let plain = |text: &str| text.trim().parse().ok().filter(|number: &f64| !number.is_nan());
    plain(text).or_else(|| {
        let text = text.trim().to_ascii_lowercase();
        let number = text.strip_suffix("vcpu").or_else(|| text.strip_suffix("gb"))?;
        plain(number).map(|number| number * 1024.0)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equality_is_that_of_python_and_numbers_equal_their_text() {
        for (value, allowed) in [
            (json!(true), json!(1)),
            (json!(0), json!(false)),
            (json!(1), json!(1.0)),
            (json!("256"), json!(256)),
            (json!(256), json!("256")),
            (json!([true, {"a": 1}]), json!([1, {"a": 1.0}])),
            (json!(null), json!(null)),
        ] {
            assert!(equal(&value, &allowed), "{value} == {allowed}");
        }
        for (value, allowed) in [
            (json!("true"), json!(true)),
            (json!("256 "), json!("256")),
            (json!("256"), json!("256.0")),
            (json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_992_i64)),
            (json!(["256"]), json!([256])),
            (json!("abc"), json!(0)),
            (json!(null), json!(false)),
        ] {
            assert!(!equal(&value, &allowed), "{value} != {allowed}");
        }
    }

    #[test]
    fn patterns_look_at_text_numbers_and_booleans() {
        let check = |pattern: &str| Check::Pattern(vec![Matcher::Search(Pattern::new(pattern).unwrap())]);
        assert_eq!(check("^25").allows(&json!(256)), Ok(true));
        assert_eq!(check("^false$").allows(&json!(false)), Ok(true));
        assert_eq!(check("^False$").allows(&json!(false)), Ok(true));
        assert_eq!(check("^True$").allows(&json!(false)), Ok(false));
        assert_eq!(check(".").allows(&json!({"a": "b"})), Ok(false));
        assert_eq!(Check::Pattern(vec![Matcher::Equal(json!(false))]).allows(&json!(false)), Ok(true));
    }

    #[test]
    fn a_range_compares_numbers_however_they_are_written() {
        let check = Check::Range { low: 256.0, high: 1024.0 };
        for (value, allowed) in [
            (json!("512"), true),
            (json!(512), true),
            (json!("2048"), false),
            (json!("abc"), false),
            (json!("1 vCPU"), true),
            (json!(".5 vcpu"), true),
            (json!("1GB"), true),
            (json!("2 GB"), false),
            (json!("vCPU"), false),
        ] {
            assert_eq!(check.allows(&value), Ok(allowed), "{value}");
        }
    }
}
