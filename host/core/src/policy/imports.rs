//! What a module can ever read: its imports are the upper bound, what it reads of a task is the truth.

use std::collections::BTreeSet;

use wasmtime::component::types::ComponentItem;

use super::engine::Engine;
use super::module::Module;
use crate::facts::Family;

/// What a module imports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imports {
    /// The version of `gatecheck:policy` that it was built for.
    pub interface_version: Option<String>,
    /// The families behind the functions that it imports.
    pub families: BTreeSet<Family>,
}

impl Imports {
    /// The IAM actions that its families may need, in their order.
    pub fn iam_actions(&self) -> BTreeSet<&'static str> {
        self.families.iter().flat_map(|family| family.iam_actions()).copied().collect()
    }
}

impl Module {
    /// What the module imports.
    pub fn imports(&self, engine: &Engine) -> Imports {
        let mut imports = Imports::default();
        let component = self.pre.instance_pre().component().component_type();
        for (name, item) in component.imports(&engine.wasmtime) {
            let ComponentItem::ComponentInstance(instance) = item.ty else { continue };
            let (interface, version) = name.split_once('@').unwrap_or((name, ""));
            imports.interface_version = Some(version.to_owned());
            let interface = interface.rsplit('/').next().unwrap_or_default();
            for (function, item) in instance.exports(&engine.wasmtime) {
                if matches!(item.ty, ComponentItem::ComponentFunc(_)) {
                    imports.families.extend(families(interface, function));
                }
            }
        }
        imports
    }
}

/// The families that a function of an interface reads.
fn families(interface: &str, function: &str) -> &'static [Family] {
    match (interface, function) {
        ("task", _) => &[Family::Task],
        ("task-details", _) => &[Family::TaskDetails],
        ("task-definition", _) => &[Family::TaskDefinition],
        ("network", "interfaces" | "interface-documents") => &[Family::Interfaces],
        ("network", "subnets" | "subnet-documents") => &[Family::Subnets],
        ("network", _) => &[Family::Interfaces, Family::Subnets],
        ("security-groups", _) => &[Family::SecurityGroups],
        ("service", _) => &[Family::Service],
        ("cluster", _) => &[Family::Cluster],
        _ => &[],
    }
}
