//! JMESPath expressions over the task's document, joined by the documents of the families that the expression names.

use std::slice;
use std::sync::LazyLock;

use gatecheck_sdk::{Facts, Unavailable, Unknown};
use jmespath::ast::Ast;
use jmespath::{Context, Rcvar, Runtime, Variable, interpret};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::known::Known;
use crate::record;
use crate::slips::{bare_literal, misspelt, misspelt_name};

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

/// The longest expression, in bytes. Each of them can nest a level deeper, and what nests too deep for the stack takes the
/// other statements with it.
const LONGEST: usize = 1000;

type Document = fn(&Facts) -> Result<Value, Unknown>;

/// Documents beside the task's own, by the name under which an expression finds them.
pub(crate) const JOINED: [(&str, Document); 6] = [
    ("cluster", Facts::cluster_document),
    ("networkInterfaces", |facts| facts.interface_documents().map(Value::from)),
    ("securityGroups", |facts| facts.security_group_documents().map(Value::from)),
    ("service", Facts::service_document),
    ("subnets", |facts| facts.subnet_documents().map(Value::from)),
    ("taskDefinition", Facts::task_definition_document),
];

/// An expression, ready to be applied.
#[derive(Debug)]
pub(crate) struct Expression {
    text: String,
    form: Form,
    /// The keys of the document that it reads, unless it takes the document as a whole.
    roots: Option<Vec<String>>,
    /// Whether it reads the task, and not only what is joined to it.
    reads_task: bool,
    /// Whether it needs what only DescribeTasks knows.
    reads_details: bool,
    /// Places in [`JOINED`].
    joined: Vec<usize>,
}

/// What is common is found without JMESPath's own values, and most of it without any document.
#[derive(Debug)]
enum Form {
    /// The keys that lead to a value.
    Path(Vec<String>),
    /// `containers[].KEY`
    Containers(String),
    /// Whatever else JMESPath has.
    Search { ast: Ast, calls: bool },
}

/// Why an attribute is none.
#[derive(Debug, Error)]
pub(crate) enum ExpressionError {
    #[error("not an attribute, and not JMESPath: {reason} at position {offset}")]
    Syntax { reason: String, offset: usize },
    #[error("longer than {LONGEST} bytes")]
    TooLong,
    #[error("no task has an attribute `{0}`")]
    Unknown(String),
    #[error("`{found}` after a comparison is taken for the name of an attribute; write {meant}")]
    NotALiteral { found: String, meant: String },
    #[error("no document has an attribute `{found}`; did you mean `{meant}`?")]
    Misspelt { found: String, meant: &'static str },
    #[error("`!` binds closer than `.`, so that `.{0}` after it never finds anything")]
    Negated(String),
}

impl Expression {
    pub(crate) fn parse(text: &str) -> Result<Self, ExpressionError> {
        if text.len() > LONGEST {
            return Err(ExpressionError::TooLong);
        }
        if let Some((found, meant)) = bare_literal(text) {
            return Err(ExpressionError::NotALiteral { found, meant });
        }
        let form = Form::parse(text)?;
        let mut names = Names::default();
        match &form {
            Form::Path(keys) => {
                names.roots.extend(keys.first().map(String::as_str));
                names.all.extend(keys.iter().map(String::as_str));
            }
            Form::Containers(key) => {
                names.roots.push("containers");
                names.all.push(key);
            }
            Form::Search { ast, .. } => names.collect(ast, true),
        }
        if let Some(field) = names.negated {
            return Err(ExpressionError::Negated(field.to_owned()));
        }
        let is_joined = |root: &str| JOINED.iter().any(|(name, _)| *name == root);
        let joined: Vec<_> = (0..).zip(JOINED).filter(|(_, (name, _))| names.roots.contains(name)).collect();
        let own: Vec<_> = names.roots.iter().filter(|root| !is_joined(root)).collect();
        if let Some(unknown) =
            own.iter().find(|root| !IN_EVENTS.contains(root) && !ONLY_IN_DETAILS.contains(root) && ***root != "version")
        {
            return Err(ExpressionError::Unknown((**unknown).to_owned()));
        }
        let slip = match &form {
            Form::Search { ast, .. } => misspelt(ast),
            Form::Path(keys) => misspelt_name(keys),
            Form::Containers(key) => misspelt_name([key]),
        };
        if let Some((found, meant)) = slip {
            return Err(ExpressionError::Misspelt { found, meant });
        }
        Ok(Self {
            text: text.to_owned(),
            reads_task: joined.is_empty() || !own.is_empty() || names.whole,
            reads_details: names.all.iter().any(|name| ONLY_IN_DETAILS.contains(name))
                && (joined.is_empty() || !own.is_empty()),
            joined: joined.into_iter().map(|(index, _)| index).collect(),
            roots: (!names.whole).then(|| names.roots.iter().copied().map(str::to_owned).collect()),
            form,
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The keys of the document that it reads, unless it takes the document as a whole.
    pub(crate) fn roots(&self) -> Option<&[String]> {
        self.roots.as_deref()
    }

    /// The values it finds: those of a list one by one, none if there is nothing.
    pub(crate) fn find(&self, known: &Known) -> Result<Vec<Value>, Unknown> {
        let found = match &self.form {
            Form::Path(keys) => match (self.in_record(keys, known), Self::in_definition(keys, known)) {
                (Some(value), _) => value,
                (None, Some(value)) => value?,
                (None, None) => self.follow(keys, known)?,
            },
            Form::Containers(key) => {
                if let Some(values) = known.containers().ok().and_then(|containers| record::each(containers, key)) {
                    return Ok(values);
                }
                each(known.document(self.reads_details)?.get("containers"), key)
            }
            Form::Search { ast, calls } => self.search(ast, *calls, known)?,
        };
        Ok(match found {
            Value::Array(values) => values.into_iter().filter(|value| !value.is_null()).collect(),
            Value::Null => Vec::new(),
            value => vec![value],
        })
    }

    /// The elements that lack what follows a list: of `containers[].user`, the names of the containers without `user`. What a filter
    /// leaves out lacks nothing.
    pub(crate) fn lacking(&self, known: &Known) -> Result<Vec<String>, Unknown> {
        let (elements, last) = match &self.form {
            Form::Containers(_) => {
                (known.document(self.reads_details)?.get("containers").cloned().unwrap_or_default(), None)
            }
            Form::Search { ast, calls } => {
                let (mut ast, mut data) = (ast, self.data(known)?);
                while let Ast::Subexpr { lhs, rhs, .. } = ast {
                    (ast, data) = (rhs, self.apply(lhs, *calls, data)?);
                }
                match ast {
                    Ast::Projection { lhs, rhs, .. } if !matches!(**rhs, Ast::Condition { .. }) => {
                        (self.apply(lhs, *calls, data)?, Some((rhs, *calls)))
                    }
                    _ => return Ok(Vec::new()),
                }
            }
            Form::Path(_) => return Ok(Vec::new()),
        };
        // AWS injects containers without an image into tasks, and their owners can change nothing of them.
        let is_injected = |element: &Value| element.get("containerArn").is_some() && element.get("image").is_none();
        let mut lacking = Vec::new();
        let elements = elements.as_array().map(Vec::as_slice).unwrap_or_default();
        for (position, element) in elements.iter().enumerate().filter(|(_, element)| !is_injected(element)) {
            let has = match (&self.form, last) {
                (Form::Containers(key), _) => element.get(key).is_some_and(|value| !value.is_null()),
                (_, Some((last, calls))) => !self.apply(last, calls, element.clone())?.is_null(),
                _ => true,
            };
            if !has {
                let name = element.get("name").and_then(Value::as_str).map(str::to_owned);
                lacking.push(name.unwrap_or_else(|| format!("[{position}]")));
            }
        }
        Ok(lacking)
    }

    /// Whether it is a switch of the task that is off or missing.
    pub(crate) fn is_off(&self, known: &Known) -> bool {
        let Form::Path(keys) = &self.form else { return false };
        let [key] = keys.as_slice() else { return false };
        record::switch(key).is_some_and(|is_on| known.task().is_ok_and(|task| !is_on(task)))
    }

    /// The size of a task that does not exist yet is that of its definition; only overrides can change it.
    fn in_definition(keys: &[String], known: &Known) -> Option<Result<Value, Unknown>> {
        let [key] = keys else { return None };
        let is_planned = || matches!(known.task(), Err(Unknown { reason: Unavailable::NotYet(_), .. }));
        if !matches!(key.as_str(), "cpu" | "memory") || !is_planned() {
            return None;
        }
        match known.facts.task_definition() {
            Ok(definition) => {
                let size = if key == "cpu" { definition.cpu } else { definition.memory };
                Some(Ok(size.map_or(Value::Null, Value::String)))
            }
            // Nobody gave one, so what is missing is the task.
            Err(Unknown { reason: Unavailable::NotYet(_), .. }) => None,
            Err(definition) => Some(Err(definition)),
        }
    }

    fn in_record(&self, keys: &[String], known: &Known) -> Option<Value> {
        match keys {
            [key] if self.joined.is_empty() && !self.reads_details => record::value(known.task().ok()?, key),
            _ => None,
        }
    }

    fn follow(&self, keys: &[String], known: &Known) -> Result<Value, Unknown> {
        let (document, keys) = match (self.joined.first(), keys) {
            (Some(joined), [_, keys @ ..]) => (known.joined(*joined)?, keys),
            _ => (known.document(self.reads_details)?, keys),
        };
        Ok(keys.iter().try_fold(document, |value, key| value.get(key)).cloned().unwrap_or(Value::Null))
    }

    fn search(&self, ast: &Ast, calls: bool, known: &Known) -> Result<Value, Unknown> {
        self.apply(ast, calls, self.data(known)?)
    }

    fn apply(&self, ast: &Ast, calls: bool, data: Value) -> Result<Value, Unknown> {
        static WITHOUT_FUNCTIONS: LazyLock<Runtime> = LazyLock::new(Runtime::new);
        static WITH_FUNCTIONS: LazyLock<Runtime> = LazyLock::new(|| {
            let mut runtime = Runtime::new();
            runtime.register_builtin_functions();
            runtime
        });
        let failed = |why: String| Unknown { family: "task", reason: Unavailable::Other(why) };
        let runtime = if calls { &WITH_FUNCTIONS } else { &WITHOUT_FUNCTIONS };
        let found = Variable::try_from(data)
            .and_then(|data| interpret(&Rcvar::new(data), ast, &mut Context::new(&self.text, runtime)))
            .map_err(|error| failed(error.reason.to_string()))?;
        serde_json::to_value(&*found).map_err(|error| failed(error.to_string()))
    }

    /// What it reads of the document.
    fn data(&self, known: &Known) -> Result<Value, Unknown> {
        let mut data = Map::new();
        if self.reads_task
            && let Value::Object(document) = known.document(self.reads_details)?
        {
            let read = document.iter().filter(|(key, _)| self.roots().is_none_or(|roots| roots.contains(key)));
            data.extend(read.map(|(key, value)| (key.clone(), value.clone())));
        }
        for index in &self.joined {
            if let Some((name, _)) = JOINED.get(*index) {
                data.insert((*name).to_owned(), known.joined(*index)?.clone());
            }
        }
        Ok(Value::Object(data))
    }
}

impl Form {
    fn parse(text: &str) -> Result<Self, ExpressionError> {
        let is_plain = |key: &str| {
            key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                && key.bytes().next().is_some_and(|byte| !byte.is_ascii_digit())
        };
        if text.split('.').all(is_plain) {
            return Ok(Self::Path(text.split('.').map(str::to_owned).collect()));
        }
        if let Some(key) = text.strip_prefix("containers[].").filter(|key| is_plain(key)) {
            return Ok(Self::Containers(key.to_owned()));
        }
        let ast = jmespath::parse(text)
            .map_err(|error| ExpressionError::Syntax { reason: error.reason.to_string(), offset: error.offset })?;
        Ok(match path(&ast) {
            Some(keys) => Self::Path(keys),
            // A bracket opens the arguments of every function, and looking for one costs less than looking for a call.
            None => Self::Search { ast, calls: text.contains('(') },
        })
    }
}

/// `key` of each element of a list, and of the elements of those that are lists themselves.
fn each(list: Option<&Value>, key: &str) -> Value {
    let Some(Value::Array(list)) = list else { return Value::Null };
    let elements = list.iter().flat_map(|element| element.as_array().map_or(slice::from_ref(element), Vec::as_slice));
    elements.filter_map(|element| element.get(key).cloned()).collect()
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
    roots: Vec<&'a str>,
    /// Anywhere.
    all: Vec<&'a str>,
    /// It takes the document as a whole.
    whole: bool,
    /// Of what `!` makes, which has no fields.
    negated: Option<&'a str>,
}

impl<'a> Names<'a> {
    /// `root`: whether `ast` is applied to the document itself.
    fn collect(&mut self, ast: &'a Ast, root: bool) {
        match ast {
            Ast::Field { name, .. } => {
                self.all.push(name);
                if root {
                    self.roots.push(name);
                }
            }
            Ast::Identity { .. } => self.whole |= root,
            Ast::Index { .. } | Ast::Slice { .. } | Ast::Literal { .. } => {}
            Ast::Subexpr { lhs, rhs, .. } | Ast::Projection { lhs, rhs, .. } => {
                if let (Ast::Not { .. }, Ast::Field { name, .. }) = (&**lhs, &**rhs) {
                    self.negated = Some(name);
                }
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
        (
            expression.reads_task,
            expression.reads_details,
            expression.joined.iter().map(|index| JOINED[*index].0).collect(),
        )
    }

    #[test]
    fn an_expression_reads_only_what_it_names() {
        assert_eq!(families("cpu"), (true, false, vec![]));
        assert_eq!(families("overrides.taskRoleArn"), (true, false, vec![]));
        assert_eq!(families("containers[].name"), (true, false, vec![]));
        assert_eq!(families("containers[*].name"), (true, false, vec![]));
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
    fn what_could_nest_too_deep_is_refused() {
        let nested = |depth: usize| format!("{}cpu{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Expression::parse(&nested(50)).is_ok());
        assert!(matches!(Expression::parse(&nested(10_000)), Err(ExpressionError::TooLong)));
    }

    #[test]
    fn a_field_of_a_negation_is_refused() {
        let told = |expression: &str| Expression::parse(expression).unwrap_err().to_string();
        assert_eq!(
            told("containers[?!networkInterfaces.attachmentId].name"),
            "`!` binds closer than `.`, so that `.attachmentId` after it never finds anything"
        );
        assert!(told("!overrides.cpu.x || cpu").contains("`.cpu`"));
        for sound in ["containers[?!(overrides.cpu)].name", "containers[?!image].name", "!cpu || overrides.cpu"] {
            assert!(Expression::parse(sound).is_ok(), "{sound}");
        }
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
