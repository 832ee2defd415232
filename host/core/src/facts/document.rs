//! A document with what was worked out of it: many policies ask the same of one document, and pay for it once.

use std::any::{Any, TypeId};
use std::ops::Deref;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// The document of a family, or the list of its documents. It never changes.
#[derive(Debug, Default)]
pub struct Document {
    value: Value,
    views: Mutex<Vec<(TypeId, Box<dyn Any + Send + Sync>)>>,
}

impl Document {
    /// What `read` makes of the document. The same function is called once, and its answer cloned from then on.
    pub(crate) fn view<T, F>(&self, read: F) -> T
    where
        T: Clone + Send + Sync + 'static,
        F: FnOnce(&Value) -> T + 'static,
    {
        // Each function has a type of its own, and takes nothing along that could make a difference.
        let key = const {
            assert!(size_of::<F>() == 0, "a view is made of the document alone");
            TypeId::of::<F>()
        };
        let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = views.iter().find(|(other, _)| *other == key);
        if let Some(seen) = seen.and_then(|(_, view)| view.downcast_ref::<T>()) {
            return seen.clone();
        }
        let view = read(&self.value);
        views.push((key, Box::new(view.clone())));
        view
    }

    /// The value itself.
    pub fn into_value(self) -> Value {
        self.value
    }
}

impl From<Value> for Document {
    fn from(value: Value) -> Self {
        Self { value, views: Mutex::default() }
    }
}

impl Deref for Document {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.value
    }
}

impl Clone for Document {
    fn clone(&self) -> Self {
        self.value.clone().into()
    }
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use serde_json::json;

    use super::*;

    #[test]
    fn a_view_is_made_once_and_each_function_has_its_own() {
        static CALLS: AtomicU32 = AtomicU32::new(0);
        fn cpu(document: &Value) -> Option<String> {
            CALLS.fetch_add(1, Ordering::Relaxed);
            document.get("cpu")?.as_str().map(str::to_owned)
        }
        let document = Document::from(json!({"cpu": "256", "memory": "512"}));
        assert_eq!(document.view(cpu).as_deref(), Some("256"));
        assert_eq!(document.view(cpu).as_deref(), Some("256"));
        assert_eq!(CALLS.load(Ordering::Relaxed), 1);
        // Of the same type, and another one.
        assert_eq!(document.view(|document| Some(document["memory"].to_string())).as_deref(), Some("\"512\""));
        assert_eq!(document.clone(), document);
    }
}
