//! What a statement looks at: four attributes with a meaning of their own, or a JMESPath expression.

use std::fmt;

use gatecheck_sdk::{AddressScope, NetworkInterface, Subnet, SubnetClass, Unavailable, Unknown};
use serde_json::Value;

use crate::check::Check;
use crate::expression::{Expression, ExpressionError};
use crate::known::Known;

/// An attribute of a task.
#[derive(Debug)]
pub(crate) enum Attribute {
    /// The image of each container.
    Image,
    /// `public`, `private`, `carrier` or `inspected`, for each subnet. `subnet` is its name in older documents.
    SubnetType {
        /// As it is written in the document.
        name: &'static str,
    },
    /// The id of each subnet.
    SubnetId,
    /// `public` or `private`, for each interface.
    Ip,
    /// Whatever a JMESPath expression finds.
    Expression(Expression),
}

/// A value of an attribute, and the object that has it.
pub(crate) struct Found {
    pub(crate) object: String,
    pub(crate) value: Result<Value, Unknown>,
}

impl Found {
    fn new(object: &str, value: impl Into<Value>) -> Self {
        Self { object: object.to_owned(), value: Ok(value.into()) }
    }
}

impl Attribute {
    pub(crate) fn parse(name: &str) -> Result<Self, ExpressionError> {
        Ok(match name {
            "image" => Self::Image,
            "subnet-type" => Self::SubnetType { name: "subnet-type" },
            "subnet" => Self::SubnetType { name: "subnet" },
            "subnet-id" => Self::SubnetId,
            "ip" => Self::Ip,
            _ => Self::Expression(Expression::parse(name)?),
        })
    }

    /// Has only the values `public` and `private`, as far as most statements care.
    pub(crate) fn is_public_or_private(&self) -> bool {
        matches!(self, Self::SubnetType { .. } | Self::Ip)
    }

    /// The keys of the task's document that it reads, unless it takes the document as a whole.
    pub(crate) fn roots(&self) -> Option<&[String]> {
        match self {
            Self::Expression(expression) => expression.roots(),
            _ => Some(&[]),
        }
    }

    /// Looks at the tags of the task.
    pub(crate) fn reads_tags(&self) -> bool {
        self.roots().is_some_and(|roots| roots.iter().any(|root| root == "tags"))
    }

    /// A switch that is off, or missing: the record cannot tell. Where both are allowed, nothing else has to tell.
    pub(crate) fn is_off(&self, known: &Known) -> bool {
        matches!(self, Self::Expression(expression) if expression.is_off(known))
    }

    /// The elements of a list that lack the attribute where others have it.
    pub(crate) fn lacking(&self, known: &Known) -> Result<Vec<String>, Unknown> {
        match self {
            Self::Expression(expression) => expression.lacking(known),
            _ => Ok(Vec::new()),
        }
    }

    /// All values that the task has for it; none if it lacks the attribute.
    pub(crate) fn find(&self, known: &Known) -> Result<Vec<Found>, Unknown> {
        match self {
            Self::Image => images(known),
            Self::SubnetType { .. } => subnet_types(known),
            Self::SubnetId => subnet_ids(known),
            Self::Ip => ips(known),
            Self::Expression(expression) => {
                let values = expression.find(known)?;
                Ok(values.into_iter().map(|value| Found::new("task", value)).collect())
            }
        }
    }
}

impl Attribute {
    /// A value as its author wrote it. ECS appends a digest to an image that the task definition names by tag alone, in all tasks of
    /// a service but the first ones ("container image resolution"). The task definition is read only where the digest decides.
    pub(crate) fn as_written(
        &self,
        object: &str,
        value: Value,
        check: &Check,
        known: &Known,
    ) -> Result<Value, Unknown> {
        let (Self::Image, Some((written, _))) = (self, value.as_str().and_then(|image| image.split_once('@'))) else {
            return Ok(value);
        };
        let written = Value::from(written);
        if check.allows(&value)? == check.allows(&written)? {
            return Ok(value);
        }
        let container = known.definition()?.containers.iter().find(|container| container.name == object);
        let image = container.and_then(|container| container.image.as_ref());
        Ok(if image.is_some_and(|image| !image.contains('@')) { written } else { value })
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Image => "image",
            Self::SubnetType { name } => name,
            Self::SubnetId => "subnet-id",
            Self::Ip => "ip",
            Self::Expression(expression) => expression.as_str(),
        })
    }
}

/// A container that AWS injected has no image, and nothing that its owner could change.
fn images(known: &Known) -> Result<Vec<Found>, Unknown> {
    let found = |name: &str, image: &Option<String>| Some(Found::new(name, image.as_deref()?));
    match known.task() {
        Ok(_) => {
            Ok(known.containers()?.iter().filter_map(|container| found(&container.name, &container.image)).collect())
        }
        // Before there is a task, its definition says what it will run.
        Err(no_task) => {
            let definition = known.definition().map_err(|definition| match definition.reason {
                // Nobody gave one, so what is missing is the task.
                Unavailable::NotYet(_) => no_task,
                _ => definition,
            })?;
            Ok(definition.containers.iter().filter_map(|container| found(&container.name, &container.image)).collect())
        }
    }
}

fn subnet_types(known: &Known) -> Result<Vec<Found>, Unknown> {
    let found = |subnet: &Subnet| {
        let class = match subnet.class {
            SubnetClass::Public => "public",
            SubnetClass::Private | SubnetClass::Isolated => "private",
            SubnetClass::Carrier => "carrier",
            SubnetClass::Inspected => "inspected",
            SubnetClass::Unknown => {
                let reason =
                    Unavailable::Other(format!("what subnet `{}` is cannot be known: {}", subnet.id, subnet.why));
                return Found { object: subnet.id.clone(), value: Err(Unknown { family: "subnets", reason }) };
            }
        };
        Found::new(&subnet.id, class)
    };
    Ok(known.subnets()?.iter().map(found).collect())
}

/// The event knows the subnets of a task's own interfaces; only others must be asked for.
fn subnet_ids(known: &Known) -> Result<Vec<Found>, Unknown> {
    let ids: Vec<&str> = match known.attachments() {
        Ok(attachments) => attachments.iter().filter_map(|attachment| attachment.subnet_id.as_deref()).collect(),
        Err(Unknown { reason: Unavailable::NotApplicable(_), .. }) => {
            let interfaces = known.interfaces()?.iter();
            let mut ids: Vec<_> = interfaces.filter_map(|interface| interface.subnet_id.as_deref()).collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        }
        Err(unknown) => return Err(unknown),
    };
    Ok(ids.into_iter().map(|id| Found::new(id, id)).collect())
}

/// Every interface counts, and every address of it. Only a global IPv6 address needs a look at the subnet.
fn ips(known: &Known) -> Result<Vec<Found>, Unknown> {
    let found = |interface: &NetworkInterface| {
        let has = |scope| interface.addresses.iter().any(|address| address.scope == scope);
        let value = if has(AddressScope::Public) || has(AddressScope::Carrier) {
            Ok("public".into())
        } else if has(AddressScope::GlobalIpv6) {
            known.facts.exposed_addresses().map(|exposed| {
                let reachable = exposed.iter().any(|address| address.interface_id == interface.id);
                if reachable { "public".into() } else { "private".into() }
            })
        } else {
            Ok("private".into())
        };
        Found { object: interface.id.clone(), value }
    };
    Ok(known.interfaces()?.iter().map(found).collect())
}
