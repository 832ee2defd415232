//! Reading AWS documents: every field may be missing, and a field of the wrong type counts as missing.

use serde_json::Value;

pub(super) fn string(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::to_owned)
}

pub(super) fn boolean(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

pub(super) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

pub(super) fn strings(value: &Value, key: &str) -> Vec<String> {
    list(value, key).iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

/// The values of `name_key` in a list of objects.
pub(super) fn names(value: &Value, key: &str, name_key: &str) -> Vec<String> {
    list(value, key).iter().filter_map(|item| string(item, name_key)).collect()
}

/// A text that AWS always gives; empty if it did not.
pub(super) fn text(value: &Value, key: &str) -> String {
    string(value, key).unwrap_or_default()
}

pub(super) fn number<N: TryFrom<i64>>(value: &Value, key: &str) -> Option<N> {
    value.get(key)?.as_i64().and_then(|number| N::try_from(number).ok())
}
