//! An alert as JSON that is not longer than its reader takes.

use serde_json::{Value, json};

use crate::alert::{Alert, Content};
use crate::text::clip;

/// Characters that are left of each text, and elements of each list, from the first try to the last.
const TRIES: [(usize, usize); 4] = [(usize::MAX, usize::MAX), (2_000, 100), (500, 20), (100, 5)];

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
    let with = |(text, items), told: &[Value]| {
        let Value::Object(mut document) = brief(&Value::Object(whole.clone()), text, items) else { return Value::Null };
        document.insert(name.to_owned(), told.iter().map(|one| brief(one, text, items)).collect());
        Value::Object(document)
    };
    let shortest = TRIES.last().copied().unwrap_or_default();
    let all = TRIES.into_iter().map(|size| with(size, told));
    // The last ones are the least bad; one is left in any case.
    let fewer = (1..told.len()).rev().map(|left| with(shortest, told.get(..left).unwrap_or_default()));
    let mut last = Value::Null;
    for document in all.chain(fewer) {
        last = document;
        if last.to_string().len() <= most {
            break;
        }
    }
    last
}

/// The same with shorter texts and lists.
fn brief(value: &Value, text: usize, items: usize) -> Value {
    match value {
        Value::String(long) => clip(long, text).into(),
        Value::Array(list) => list.iter().take(items).map(|item| brief(item, text, items)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), brief(field, text, items))).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{alert, nasty, nasty_troubles};

    #[test]
    fn what_fits_is_whole() {
        let document = shortened(&alert(), 10_000);
        assert_eq!(document["violations"].as_array().unwrap().len(), 2);
        assert_eq!(document["violations"][0]["objects"], json!(["eni-0abc"]));
        assert_eq!(document["counts"], json!({"tasks": 1, "violations": 2}));
    }

    #[test]
    fn what_does_not_fit_is_cut_and_counted() {
        for most in [4_000, 19_000, 200_000] {
            let document = shortened(&nasty(), most);
            assert!(document.to_string().len() <= most, "{}", document.to_string().len());
            assert_eq!(document["counts"], json!({"tasks": 500, "violations": 50}));
            assert!(!document["violations"].as_array().unwrap().is_empty());
        }
        let document = shortened(&nasty_troubles(), 4_000);
        assert!(document.to_string().len() <= 4_000);
        assert_eq!(document["counts"]["troubles"], 200);
    }
}
