//! Task definitions as people have them: what the AWS CLI prints or takes, alone or several, as JSON or YAML. What cannot be read as one
//! is refused with its place: a policy would take what it does not find for what is not there.

use std::path::Path;

use gatecheck_core::facts::shape::{Misfit, misfits};
use serde_json::{Map, Value};

use crate::document::read_document;
use crate::input::InputError;

/// Something else than a task definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Other {
    /// What it is.
    pub(crate) what: &'static str,
    /// What to do.
    pub(crate) remedy: &'static str,
}

const TEMPLATE: Other = Other {
    what: "a CloudFormation template",
    remedy: "give the task definition that it makes: `aws ecs describe-task-definition` prints it once the stack is there",
};
const COMPOSE: Other = Other {
    what: "a compose file",
    remedy: "give the task definition that is made of it, as `aws ecs describe-task-definition` prints it",
};
const CONTAINERS: Other = Other {
    what: "a list of container definitions",
    remedy: "put it into a task definition: {\"containerDefinitions\": [...]}",
};
const TEXT: Other = Other {
    what: "a text that holds JSON",
    remedy: "take the document out of the text, for instance with `jq fromjson`",
};

/// Keys that other programs put beside those of a task definition: editors, Elastic Beanstalk.
const OF_OTHERS: [&str; 2] = ["$schema", "AWSEBDockerrunVersion"];

/// The task definitions in a file: one, a list of them, under `taskDefinition` or `taskDefinitions`.
pub(crate) fn read_definitions(path: &Path) -> Result<Vec<Value>, InputError> {
    let document = read_document(path)?;
    let definitions = definitions(document).map_err(|other| InputError::OtherKind { path: path.to_owned(), other })?;
    for definition in &definitions {
        let misfits = misfits(definition);
        if !misfits.is_empty() {
            return Err(InputError::Misshapen { path: path.to_owned(), misfits });
        }
    }
    if definitions.is_empty() {
        let misfits = vec![Misfit { pointer: String::new(), what: "holds no task definition".to_owned() }];
        return Err(InputError::Misshapen { path: path.to_owned(), misfits });
    }
    Ok(definitions)
}

fn definitions(document: Value) -> Result<Vec<Value>, Other> {
    match document {
        Value::Array(elements) => {
            let is_container =
                |element: &Value| element.get("image").is_some() && element.get("containerDefinitions").is_none();
            if elements.iter().any(is_container) { Err(CONTAINERS) } else { Ok(elements) }
        }
        Value::Object(mut document) => {
            if let Some(other) = other(&document) {
                return Err(other);
            }
            for of_others in OF_OTHERS {
                document.remove(of_others);
            }
            match document.remove("taskDefinitions") {
                Some(Value::Array(definitions)) => Ok(definitions),
                Some(other) => Ok(vec![other]),
                None => Ok(vec![document.remove("taskDefinition").unwrap_or(Value::Object(document))]),
            }
        }
        Value::String(text) if text.trim_start().starts_with(['{', '[']) => Err(TEXT),
        other => Ok(vec![other]),
    }
}

fn other(document: &Map<String, Value>) -> Option<Other> {
    let has = |key| document.get(key).is_some_and(Value::is_object);
    if document.contains_key("containerDefinitions") {
        None
    } else if document.contains_key("AWSTemplateFormatVersion") || has("Resources") {
        Some(TEMPLATE)
    } else {
        has("services").then_some(COMPOSE)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_or_several_are_found_wherever_they_are() {
        let one = json!({"family": "web"});
        for document in [one.clone(), json!({"taskDefinition": one}), json!([one]), json!({"taskDefinitions": [one]})] {
            assert_eq!(definitions(document).unwrap(), std::slice::from_ref(&one));
        }
        assert_eq!(definitions(json!([one, one])).unwrap().len(), 2);
    }

    #[test]
    fn what_else_it_is_is_said() {
        let other = |document| definitions(document).unwrap_err();
        assert_eq!(other(json!({"Resources": {}})), TEMPLATE);
        assert_eq!(other(json!({"services": {"web": {}}})), COMPOSE);
        assert_eq!(other(json!([{"name": "web", "image": "nginx"}])), CONTAINERS);
        assert_eq!(other(json!("{\"family\": 1}")), TEXT);
    }
}
