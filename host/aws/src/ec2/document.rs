//! From what the SDK understood to what the AWS CLI prints: the names of the API, and only what is set.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::Value;

pub(super) trait Document {
    fn document(&self) -> Value;
}

/// A structure: its fields, each with the name that the API gives it.
macro_rules! structure {
    ($type:ty { $($field:ident: $name:literal),* $(,)? }) => {
        impl Document for $type {
            fn document(&self) -> serde_json::Value {
                let mut object = serde_json::Map::new();
                $(
                    if let Some(value) = &self.$field {
                        object.insert($name.to_owned(), value.document());
                    }
                )*
                serde_json::Value::Object(object)
            }
        }
    };
}
pub(super) use structure;

/// Enumerations, whose values are text.
macro_rules! enumerations {
    ($($type:ty),* $(,)?) => {
        $(
            impl Document for $type {
                fn document(&self) -> serde_json::Value {
                    self.as_str().into()
                }
            }
        )*
    };
}
pub(super) use enumerations;

impl Document for String {
    fn document(&self) -> Value {
        self.as_str().into()
    }
}

impl Document for bool {
    fn document(&self) -> Value {
        (*self).into()
    }
}

impl Document for i32 {
    fn document(&self) -> Value {
        (*self).into()
    }
}

impl Document for DateTime {
    fn document(&self) -> Value {
        // Years before 1 and after 9999 have no text.
        self.fmt(Format::DateTime).map_or(Value::Null, Value::String)
    }
}

impl<D: Document> Document for Vec<D> {
    fn document(&self) -> Value {
        self.iter().map(Document::document).collect()
    }
}
