//! Reading AWS documents: every field may be missing, and one of another type than AWS gives it makes the view unavailable.
//! What cannot be read is not what is not there.

use serde_json::Value;

use super::Unavailable;

pub(super) type Read<T> = Result<T, Unavailable>;

/// What stands under a key; nothing if that is `null`.
fn field<'a>(value: &'a Value, key: &str) -> Read<Option<&'a Value>> {
    match value {
        Value::Object(fields) => Ok(fields.get(key).filter(|field| !field.is_null())),
        Value::Null => Ok(None),
        _ => Err(unreadable(&format!("what should have `{key}`"), "an object")),
    }
}

pub(super) fn unreadable(what: &str, expected: &str) -> Unavailable {
    Unavailable::Other(format!("the document cannot be read: {what} is not {expected}"))
}

fn typed<'a, T>(value: &'a Value, key: &str, expected: &str, read: fn(&'a Value) -> Option<T>) -> Read<Option<T>> {
    let typed = |field| read(field).ok_or_else(|| unreadable(&format!("`{key}`"), expected));
    field(value, key)?.map(typed).transpose()
}

pub(super) fn string(value: &Value, key: &str) -> Read<Option<String>> {
    Ok(str(value, key)?.map(str::to_owned))
}

pub(super) fn str<'a>(value: &'a Value, key: &str) -> Read<Option<&'a str>> {
    typed(value, key, "a text", Value::as_str)
}

pub(super) fn boolean(value: &Value, key: &str) -> Read<Option<bool>> {
    typed(value, key, "true or false", Value::as_bool)
}

/// `null` if there is none, which lacks every field.
pub(super) fn object<'a>(value: &'a Value, key: &str) -> Read<&'a Value> {
    let object = typed(value, key, "an object", |field| field.is_object().then_some(field))?;
    Ok(object.unwrap_or(&Value::Null))
}

pub(super) fn list<'a>(value: &'a Value, key: &str) -> Read<&'a [Value]> {
    Ok(typed(value, key, "a list", items)?.unwrap_or_default())
}

/// AWS has no `null` among them.
fn items(list: &Value) -> Option<&[Value]> {
    list.as_array().map(Vec::as_slice).filter(|items| !items.iter().any(Value::is_null))
}

pub(super) fn strings(value: &Value, key: &str) -> Read<Vec<String>> {
    let string = |item: &Value| item.as_str().map(str::to_owned);
    list(value, key)?.iter().map(|item| string(item).ok_or_else(|| unreadable(&format!("`{key}`"), "texts"))).collect()
}

/// The values of `name_key` in a list of objects.
pub(super) fn names(value: &Value, key: &str, name_key: &str) -> Read<Vec<String>> {
    list(value, key)?.iter().filter_map(|item| string(item, name_key).transpose()).collect()
}

/// A text that AWS always gives; empty if it did not.
pub(super) fn text(value: &Value, key: &str) -> Read<String> {
    Ok(string(value, key)?.unwrap_or_default())
}

pub(super) fn number<N: TryFrom<i64>>(value: &Value, key: &str) -> Read<Option<N>> {
    typed(value, key, "a number that AWS could mean", |field| {
        field.as_i64().and_then(|number| N::try_from(number).ok())
    })
}

/// The documents of a family that has a list of them.
pub(crate) fn elements(documents: &Value) -> Read<&[Value]> {
    items(documents).ok_or_else(|| unreadable("the family", "a list"))
}

/// Their views.
pub(crate) fn each<T>(documents: &Value, view: fn(&Value) -> Read<T>) -> Read<Vec<T>> {
    elements(documents)?.iter().map(view).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_cannot_be_read_is_not_what_is_not_there() {
        let document =
            json!({"name": "web", "none": null, "count": 1.5, "names": [{"name": "a"}, {}], "texts": ["a", 1]});
        assert_eq!(string(&document, "name"), Ok(Some("web".to_owned())));
        for absent in ["none", "other"] {
            assert_eq!((string(&document, absent), boolean(&document, absent)), (Ok(None), Ok(None)));
            assert_eq!((text(&document, absent), strings(&document, absent)), (Ok(String::new()), Ok(vec![])));
            assert_eq!(string(object(&document, absent).unwrap(), "name"), Ok(None));
        }
        assert_eq!(names(&document, "names", "name"), Ok(vec!["a".to_owned()]));
        let error = text(&document, "count").unwrap_err().to_string();
        assert_eq!(error, "unavailable: the document cannot be read: `count` is not a text");
        assert!(boolean(&document, "name").is_err() && number::<u32>(&document, "count").is_err());
        assert!(object(&document, "name").is_err() && list(&document, "name").is_err());
        assert!(strings(&document, "texts").is_err() && names(&document, "texts", "name").is_err());
        assert!(list(&json!({"list": [null]}), "list").is_err() && elements(&json!([null])).is_err());
        assert!(elements(&document).is_err() && string(&json!("web"), "name").is_err());
    }
}
