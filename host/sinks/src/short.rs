//! An alert as JSON that is not longer than its reader takes.

use serde_json::{Map, Value, json};

use crate::alert::{Alert, Content};
use crate::text::clip;

/// Characters that are left of each text, and elements of each list, from the first try to the last.
const TRIES: [(usize, usize); 4] = [(usize::MAX, usize::MAX), (2_000, 100), (500, 20), (100, 5)];

/// What policies may fill with any JSON.
const VALUES: [&str; 2] = ["found", "allowed"];

/// The alert as JSON of at most `most` bytes. `counts` says how many tasks and violations there are, however many are left.
pub(crate) fn shortened(alert: &Alert, most: usize) -> Value {
    let (name, count) = match &alert.content {
        Content::Violations(findings) => ("violations", findings.len()),
        Content::Troubles(troubles) => ("troubles", troubles.len()),
    };
    let Value::Object(mut whole) = json!(alert) else { return Value::Null };
    whole.insert("counts".to_owned(), json!({"tasks": alert.tasks.len(), name: count}));
    let told = whole.remove(name).unwrap_or_default();
    let told = told.as_array().map_or(&[][..], Vec::as_slice);
    let mut shortest = Map::new();
    for (text, items) in TRIES {
        shortest = fields(&whole, text, items);
        // With a comma between.
        let mut left = most.saturating_sub(json!(shortest).to_string().len() + name.len() + 6);
        let fits = |item: &Value| {
            let length = item.to_string().len() + 1;
            let fits = length <= left;
            left = left.saturating_sub(length);
            fits
        };
        let kept: Vec<_> = told.iter().map(|item| brief(item, text, items)).take_while(fits).collect();
        let is_whole = kept.len() == told.len();
        shortest.insert(name.to_owned(), kept.into());
        if is_whole {
            break;
        }
    }
    Value::Object(shortest)
}

/// The same with shorter texts and lists. The last of a list are the least bad.
fn brief(value: &Value, text: usize, items: usize) -> Value {
    match value {
        Value::String(long) => clip(long, text).into(),
        Value::Array(list) => list.iter().take(items).map(|item| brief(item, text, items)).collect(),
        Value::Object(object) => fields(object, text, items).into(),
        other => other.clone(),
    }
}

fn fields(object: &Map<String, Value>, text: usize, items: usize) -> Map<String, Value> {
    let field = |(name, value): (&String, &Value)| {
        let is_free = VALUES.contains(&&**name) && !value.is_string();
        let json = if is_free { value.to_string() } else { String::new() };
        let value = if json.len() > text { clip(&json, text).into() } else { brief(value, text, items) };
        (name.clone(), value)
    };
    object.iter().map(field).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{alert, huge_values, nasty, nasty_troubles, odd_ones};

    #[test]
    fn what_fits_is_whole() {
        let document = shortened(&alert(), 10_000);
        assert_eq!(document["violations"].as_array().unwrap().len(), 2);
        assert_eq!(document["violations"][0]["objects"], json!(["eni-0abc"]));
        assert_eq!(document["counts"], json!({"tasks": 1, "violations": 2}));
    }

    #[test]
    fn whatever_it_is_it_fits() {
        for alert in odd_ones() {
            let document = shortened(&alert, 15_000);
            assert!(document.to_string().len() <= 15_000, "{}", document.to_string().len());
        }
    }

    #[test]
    fn what_does_not_fit_is_cut_and_counted() {
        for most in [4_000, 19_000, 200_000] {
            let document = shortened(&nasty(), most);
            assert!(document.to_string().len() <= most, "{}", document.to_string().len());
            assert_eq!(document["counts"], json!({"tasks": 500, "violations": 50}));
            assert!(!document["violations"].as_array().unwrap().is_empty());
        }
        let document = shortened(&huge_values(), 4_000);
        assert!(document.to_string().len() <= 4_000);
        assert!(document["violations"][0]["found"].as_str().unwrap().starts_with(r#"{"key 0":0,"#), "{document}");
        let document = shortened(&nasty_troubles(), 4_000);
        assert!(document.to_string().len() <= 4_000);
        assert_eq!(document["counts"]["troubles"], 200);
    }
}
