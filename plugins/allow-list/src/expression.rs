//! JMESPath expressions over the task's document, joined by the documents of the families that the expression names.

use std::collections::BTreeSet;

use gatecheck_sdk::{Facts, Unavailable, Unknown};
use jmespath::ast::Ast;
use serde_json::{Map, Value};
use thiserror::Error;

/// Attributes of DescribeTasks that events do not carry, at any depth: naming one costs that call.
const ONLY_IN_DETAILS: [&str; 7] = [
    "tags",
    "healthStatus",
    "platformFamily",
    "fargateEphemeralStorage",
    "inferenceAccelerators",
    "inferenceAcceleratorOverrides",
    "lastStartedAt",
];

/// Attributes of DescribeTasks that events carry.
const IN_EVENTS: [&str; 31] = [
    "attachments",
    "attributes",
    "availabilityZone",
    "capacityProviderName",
    "clusterArn",
    "connectivity",
    "connectivityAt",
    "containerInstanceArn",
    "containers",
    "cpu",
    "createdAt",
    "desiredStatus",
    "enableExecuteCommand",
    "ephemeralStorage",
    "executionStoppedAt",
    "group",
    "lastStatus",
    "launchType",
    "memory",
    "overrides",
    "platformVersion",
    "pullStartedAt",
    "pullStoppedAt",
    "startedAt",
    "startedBy",
    "stopCode",
    "stoppedAt",
    "stoppedReason",
    "stoppingAt",
    "taskArn",
    "taskDefinitionArn",
];

type Document = fn(&Facts) -> Result<Value, Unknown>;

/// Documents beside the task's own, by the name under which an expression finds them.
const JOINED: [(&str, Document); 6] = [
    ("cluster", Facts::cluster_document),
    ("networkInterfaces", |facts| facts.interface_documents().map(Value::from)),
    ("securityGroups", |facts| facts.security_group_documents().map(Value::from)),
    ("service", Facts::service_document),
    ("subnets", |facts| facts.subnet_documents().map(Value::from)),
    ("taskDefinition", Facts::task_definition_document),
];

/// A compiled expression.
#[derive(Debug)]
pub(crate) struct Expression {
    compiled: jmespath::Expression<'static>,
    /// The keys that lead to the value, if it is no more than a path: found without converting any document.
    path: Option<Vec<String>>,
    /// Whether it reads the task, and not only what is joined to it.
    reads_task: bool,
    /// Whether it needs what only DescribeTasks knows.
    reads_details: bool,
    joined: Vec<(&'static str, Document)>,
}

/// Why an attribute is none.
#[derive(Debug, Error)]
pub(crate) enum ExpressionError {
    #[error("not an attribute, and not JMESPath: {reason} at position {offset}")]
    Syntax { reason: String, offset: usize },
    #[error("no task has an attribute `{0}`")]
    Unknown(String),
}

impl Expression {
    pub(crate) fn parse(expression: &str) -> Result<Self, ExpressionError> {
        let compiled = jmespath::compile(expression)
            .map_err(|error| ExpressionError::Syntax { reason: error.reason.to_string(), offset: error.offset })?;
        let mut names = Names::default();
        names.collect(compiled.as_ast(), true);
        let joined: Vec<_> = JOINED.into_iter().filter(|(name, _)| names.roots.contains(name)).collect();
        let own: Vec<_> = names.roots.iter().filter(|root| !joined.iter().any(|(name, _)| name == *root)).collect();
        if let Some(unknown) =
            own.iter().find(|root| !IN_EVENTS.contains(root) && !ONLY_IN_DETAILS.contains(root) && ***root != "version")
        {
            return Err(ExpressionError::Unknown((**unknown).to_owned()));
        }
        Ok(Self {
            path: path(compiled.as_ast()),
            reads_task: joined.is_empty() || !own.is_empty() || names.whole,
            reads_details: names.all.iter().any(|name| ONLY_IN_DETAILS.contains(name))
                && (joined.is_empty() || !own.is_empty()),
            joined,
            compiled,
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        self.compiled.as_str()
    }

    /// The values it finds: those of a list one by one, none if there is nothing.
    pub(crate) fn find(&self, facts: &Facts) -> Result<Vec<Value>, Unknown> {
        let document = self.document(facts)?;
        let found = match &self.path {
            Some(path) => path.iter().try_fold(&document, |value, key| value.get(key)).cloned().unwrap_or(Value::Null),
            None => self.search(&document)?,
        };
        Ok(match found {
            Value::Array(values) => values.into_iter().filter(|value| !value.is_null()).collect(),
            Value::Null => Vec::new(),
            value => vec![value],
        })
    }

    fn document(&self, facts: &Facts) -> Result<Value, Unknown> {
        let mut document = match (self.reads_task, self.reads_details) {
            (_, true) => facts.task_details_document()?,
            (true, false) => facts.task_document()?,
            (false, false) => Value::Object(Map::new()),
        };
        for (name, read) in &self.joined {
            if let Value::Object(document) = &mut document {
                document.insert((*name).to_owned(), read(facts)?);
            }
        }
        Ok(document)
    }

    fn search(&self, document: &Value) -> Result<Value, Unknown> {
        let failed = |why: String| Unknown { family: "task", reason: Unavailable::Other(why) };
        let found = self.compiled.search(document).map_err(|error| failed(error.reason.to_string()))?;
        serde_json::to_value(&*found).map_err(|error| failed(error.to_string()))
    }
}

/// The keys of an expression that is a path and nothing else.
fn path(ast: &Ast) -> Option<Vec<String>> {
    match ast {
        Ast::Field { name, .. } => Some(vec![name.clone()]),
        Ast::Subexpr { lhs, rhs, .. } => {
            let mut keys = path(lhs)?;
            keys.extend(path(rhs)?);
            Some(keys)
        }
        _ => None,
    }
}

/// The fields that an expression names.
#[derive(Default)]
struct Names<'a> {
    /// Of the document itself.
    roots: BTreeSet<&'a str>,
    /// Anywhere.
    all: BTreeSet<&'a str>,
    /// It takes the document as a whole.
    whole: bool,
}

impl<'a> Names<'a> {
    /// `root`: whether `ast` is applied to the document itself.
    fn collect(&mut self, ast: &'a Ast, root: bool) {
        match ast {
            Ast::Field { name, .. } => {
                self.all.insert(name);
                if root {
                    self.roots.insert(name);
                }
            }
            Ast::Identity { .. } => self.whole |= root,
            Ast::Index { .. } | Ast::Slice { .. } | Ast::Literal { .. } => {}
            Ast::Subexpr { lhs, rhs, .. } | Ast::Projection { lhs, rhs, .. } => {
                self.collect(lhs, root);
                // What follows the document taken as a whole still is about the document.
                self.collect(rhs, root && matches!(**lhs, Ast::Identity { .. }));
            }
            Ast::Comparison { lhs, rhs, .. } | Ast::And { lhs, rhs, .. } | Ast::Or { lhs, rhs, .. } => {
                self.collect(lhs, root);
                self.collect(rhs, root);
            }
            Ast::Condition { predicate, then, .. } => {
                self.collect(predicate, root);
                self.collect(then, root);
            }
            Ast::Flatten { node, .. } | Ast::Not { node, .. } | Ast::ObjectValues { node, .. } => {
                self.collect(node, root);
            }
            Ast::Expref { ast, .. } => self.collect(ast, false),
            Ast::Function { args, .. } => args.iter().for_each(|arg| self.collect(arg, root)),
            Ast::MultiList { elements, .. } => elements.iter().for_each(|element| self.collect(element, root)),
            Ast::MultiHash { elements, .. } => elements.iter().for_each(|pair| self.collect(&pair.value, root)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn families(expression: &str) -> (bool, bool, Vec<&'static str>) {
        let expression = Expression::parse(expression).unwrap();
        (expression.reads_task, expression.reads_details, expression.joined.iter().map(|(name, _)| *name).collect())
    }

    #[test]
    fn an_expression_reads_only_what_it_names() {
        assert_eq!(families("cpu"), (true, false, vec![]));
        assert_eq!(families("overrides.taskRoleArn"), (true, false, vec![]));
        assert_eq!(families("containers[].name"), (true, false, vec![]));
        assert_eq!(families("containers[?image=='tags'].name | [0]"), (true, false, vec![]));
        assert_eq!(families("taskDefinition.networkMode"), (false, false, vec!["taskDefinition"]));
        assert_eq!(families("taskDefinition.tags"), (false, false, vec!["taskDefinition"]));
        assert_eq!(families("tags[?key=='team'].value"), (true, true, vec![]));
        assert_eq!(families("containers[].healthStatus"), (true, true, vec![]));
        assert_eq!(families("[cpu, taskDefinition.cpu]"), (true, false, vec!["taskDefinition"]));
        assert_eq!(families("@.service.status"), (true, false, vec!["service"]));
        assert_eq!(families("length(containers)"), (true, false, vec![]));
    }

    #[test]
    fn what_no_task_has_is_refused() {
        assert!(
            matches!(Expression::parse("enableExecCommand"), Err(ExpressionError::Unknown(name)) if name == "enableExecCommand")
        );
        assert!(matches!(Expression::parse("launch-type"), Err(ExpressionError::Syntax { .. })));
        assert!(matches!(Expression::parse("containers["), Err(ExpressionError::Syntax { .. })));
        assert!(matches!(Expression::parse(""), Err(ExpressionError::Syntax { .. })));
    }
}
