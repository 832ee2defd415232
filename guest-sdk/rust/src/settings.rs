//! Settings of a policy: from JSON text to a type, with every mistake at its JSON pointer.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use crate::Problem;

/// Settings of a policy. Every type that derives `serde::Deserialize` and `schemars::JsonSchema` is one; implement it by
/// hand to judge what is sound in settings that have mistakes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the settings of a policy",
    note = "derive `serde::Deserialize` and `schemars::JsonSchema` for it"
)]
pub trait Settings: Sized {
    /// JSON Schema of the settings.
    fn schema() -> Value;

    /// Reads the settings. `Ok`: with the problems of what was left out. `Err`: nothing can be judged.
    fn read(settings: Value) -> Result<(Self, Vec<Problem>), Vec<Problem>>;
}

impl<T: DeserializeOwned + JsonSchema> Settings for T {
    fn schema() -> Value {
        schemars::schema_for!(T).to_value()
    }

    fn read(settings: Value) -> Result<(Self, Vec<Problem>), Vec<Problem>> {
        match serde_path_to_error::deserialize(settings) {
            Ok(settings) => Ok((settings, Vec::new())),
            Err(error) => {
                let pointer = pointer(error.path());
                Err(vec![Problem { pointer, message: error.into_inner().to_string(), remedy: None }])
            }
        }
    }
}

/// Reads settings from JSON text.
pub(crate) fn from_text<S: Settings>(settings: &str) -> Result<(S, Vec<Problem>), Vec<Problem>> {
    match serde_json::from_str(settings) {
        Ok(settings) => S::read(settings),
        Err(error) => {
            Err(vec![Problem { pointer: String::new(), message: format!("not JSON: {error}"), remedy: None }])
        }
    }
}

/// The JSON pointer of a path (RFC 6901).
fn pointer(path: &Path) -> String {
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Example {
        limits: Vec<Limit>,
    }

    #[derive(Debug, PartialEq, serde::Deserialize, JsonSchema)]
    struct Limit {
        max: u32,
    }

    #[test]
    fn a_mistake_has_its_pointer() {
        let problems = from_text::<Example>(r#"{"limits": [{"max": 1}, {"max": "2"}]}"#).unwrap_err();
        assert_eq!(problems[0].pointer, "/limits/1/max");
        assert_eq!(problems[0].message, "invalid type: string \"2\", expected u32");
        let problems = from_text::<Example>(r#"{"limits": [], "limit": []}"#).unwrap_err();
        assert!(problems[0].message.starts_with("unknown field `limit`"), "{problems:?}");
        assert!(from_text::<Example>("[").is_err());
    }

    #[test]
    fn the_schema_is_that_of_the_type() {
        assert_eq!(Example::schema()["properties"]["limits"]["type"], "array");
    }
}
