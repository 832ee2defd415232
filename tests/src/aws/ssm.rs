//! SSM: parameters that are read and written.

use serde_json::{Value, json};

use super::{Refusal, State};

/// What is stored under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Decrypted.
    pub value: String,
    /// `String` or `SecureString`.
    pub kind: String,
    /// `Standard` or `Advanced`.
    pub tier: String,
    /// Nobody may use its key.
    pub is_locked: bool,
}

impl Parameter {
    /// A plain one.
    pub(super) fn new(value: &str) -> Self {
        Self { value: value.to_owned(), kind: "String".to_owned(), tier: "Standard".to_owned(), is_locked: false }
    }

    /// A secret that cannot be decrypted.
    pub(super) fn locked() -> Self {
        Self { kind: "SecureString".to_owned(), is_locked: true, ..Self::new("AQICAHg=") }
    }

    fn document(&self, name: &str) -> Value {
        json!({"Name": name, "Type": self.kind, "Value": self.value, "Version": 1})
    }

    fn read(&self, input: &Value) -> Result<(), Refusal> {
        if self.is_locked && input.get("WithDecryption") == Some(&Value::Bool(true)) {
            return Err(Refusal::new("AccessDeniedException", "not authorized to perform: kms:Decrypt"));
        }
        Ok(())
    }
}

pub(super) fn answer(aws: &mut State, action: &str, input: &Value) -> Result<String, Refusal> {
    let answer = match action {
        "ssm:GetParameter" => get(aws, input)?,
        "ssm:GetParametersByPath" => by_path(aws, input)?,
        "ssm:PutParameter" => put(aws, input)?,
        "ssm:DeleteParameters" => delete(aws, input)?,
        _ => return Err(Refusal::new("UnknownOperationException", action)),
    };
    Ok(answer.to_string())
}

fn get(aws: &State, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "Name");
    let parameter = aws.parameters.get(name).ok_or_else(|| Refusal::new("ParameterNotFound", ""))?;
    parameter.read(input)?;
    Ok(json!({"Parameter": parameter.document(name)}))
}

/// Pages of two, after a first one that is empty.
fn by_path(aws: &State, input: &Value) -> Result<Value, Refusal> {
    let path = text(input, "Path");
    let below =
        aws.parameters.iter().filter(|(name, _)| name.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')));
    // One that cannot be decrypted makes the whole call fail.
    let below = below.map(|(name, parameter)| parameter.read(input).map(|()| parameter.document(name)));
    let below: Vec<_> = below.collect::<Result<_, _>>()?;
    let start = input.get("NextToken").and_then(Value::as_str).and_then(|token| token.parse::<usize>().ok());
    let (page, next) = match start {
        None => (Vec::new(), 0),
        Some(start) => (below.iter().skip(start).take(2).cloned().collect(), start + 2),
    };
    let mut answer = json!({"Parameters": page});
    if next < below.len() || start.is_none() {
        answer["NextToken"] = next.to_string().into();
    }
    Ok(answer)
}

fn put(aws: &mut State, input: &Value) -> Result<Value, Refusal> {
    let (name, value, tier) = (text(input, "Name"), text(input, "Value"), text(input, "Tier"));
    let capacity = if tier == "Advanced" { 8192 } else { 4096 };
    if value.is_empty() || value.len() > capacity {
        let message = format!("{tier} tier parameters support a maximum parameter value of {capacity} characters.");
        return Err(Refusal::new("ValidationException", message));
    }
    if aws.parameters.contains_key(name) && input.get("Overwrite") != Some(&Value::Bool(true)) {
        return Err(Refusal::new("ParameterAlreadyExists", "The parameter already exists."));
    }
    let parameter = Parameter {
        value: value.to_owned(),
        kind: text(input, "Type").to_owned(),
        tier: tier.to_owned(),
        is_locked: false,
    };
    aws.parameters.insert(name.to_owned(), parameter);
    Ok(json!({"Version": 1, "Tier": tier}))
}

fn delete(aws: &mut State, input: &Value) -> Result<Value, Refusal> {
    let names = input.get("Names").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let names: Vec<_> = names.collect();
    if !(1..=10).contains(&names.len()) {
        return Err(Refusal::new("ValidationException", "Member must have length between 1 and 10"));
    }
    let (gone, unknown): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| aws.parameters.remove(*name).is_some());
    Ok(json!({"DeletedParameters": gone, "InvalidParameters": unknown}))
}

fn text<'a>(input: &'a Value, key: &str) -> &'a str {
    input.get(key).and_then(Value::as_str).unwrap_or_default()
}
