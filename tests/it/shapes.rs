//! The tables of attributes are those of the service models, of which botocore has a copy.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use gatecheck_core::facts::shape::{Kind, TASK_DEFINITION};
use gatecheck_tests::{python, workspace};
use serde_json::Value;

use crate::deploy::succeeds;

/// Prints the attributes of a task definition with their types, and the names of all attributes of all documents.
const MODELS: &str = r#"
import gzip, json, pathlib, botocore

def shapes(service):
    folder = sorted((pathlib.Path(botocore.__file__).parent / "data" / service).iterdir())[-1]
    return json.load(gzip.open(folder / "service-2.json.gz"))["shapes"]

def kind(shapes, name):
    shape = shapes[name]
    match shape["type"]:
        case "structure":
            return {key: kind(shapes, member["shape"]) for key, member in shape["members"].items()}
        case "list":
            return [kind(shapes, shape["member"]["shape"])]
        case "map":
            return "texts"
        case "integer" | "long":
            return "number"
        case other:
            return other

def names(kind):
    match kind:
        case dict():
            return set(kind) | set().union(*map(names, kind.values()))
        case list():
            return names(kind[0])
    return set()

ecs, ec2 = shapes("ecs"), shapes("ec2")
documents = [kind(ecs, name) for name in ["TaskDefinition", "Task", "Service", "Cluster"]]
documents += [kind(ec2, name) for name in ["NetworkInterface", "SecurityGroup", "Subnet", "RouteTable"]]
joined = ["Subnet", "RouteTable", "cluster", "networkInterfaces", "securityGroups", "service", "subnets", "taskDefinition"]
print(json.dumps({"definition": documents[0], "names": sorted(set(joined).union(*map(names, documents)))}))
"#;

fn models() -> Value {
    let printed = succeeds(Command::new(python::interpreter()).args(["-c", MODELS]));
    serde_json::from_str(&printed).unwrap()
}

/// A kind as the script prints it.
fn printed(kind: &Kind) -> Value {
    match kind {
        Kind::Text => "string".into(),
        Kind::Number => "number".into(),
        Kind::Switch => "boolean".into(),
        Kind::Time => "timestamp".into(),
        Kind::Texts => "texts".into(),
        Kind::List(element) => vec![printed(element)].into(),
        Kind::Object(attributes, _) => attributes
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), printed(kind)))
            .collect::<BTreeMap<_, _>>()
            .into_iter()
            .collect(),
    }
}

#[test]
fn a_task_definition_has_the_attributes_of_the_model() {
    let mut ours = printed(&TASK_DEFINITION);
    // Only RegisterTaskDefinition has them.
    ours.as_object_mut().unwrap().remove("tags").unwrap();
    let model = models()["definition"].take();
    assert_eq!(format!("{ours:#}"), format!("{model:#}"));
}

#[test]
fn the_allow_list_knows_the_names_of_all_attributes() {
    let ours = fs::read_to_string(workspace().join("plugins/allow-list/src/names.txt")).unwrap();
    let models = models();
    let names: Vec<_> = models["names"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(ours.lines().collect::<Vec<_>>(), names);
}
