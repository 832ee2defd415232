//! The functions that a policy imports: each lends a view over a family, or ends the run to ask for it.
//!
//! A view is made once for a task and lent to every policy: what goes into a policy is copied once, into its memory.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, LinkerInstance, Lower};

use super::bindings::wit;
use super::sandbox::State;
use super::weight::Weigh;
use crate::facts::{self, Family, cluster, network, security_groups, service, subnet, task, task_definition};
use wit::types::Unavailable;

/// The policy read a family that has not been gathered. Ends the run; the host gathers and starts over.
#[derive(Debug)]
pub(super) struct Need(pub(super) Family);

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "needs {}", self.0)
    }
}

impl std::error::Error for Need {}

/// The policy read a fact outside `evaluate`.
#[derive(Debug)]
pub(super) struct TooEarly;

impl fmt::Display for TooEarly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it reads facts outside `evaluate`")
    }
}

impl std::error::Error for TooEarly {}

/// What a function returns: the fact or why it is unavailable, or the stop.
type Import<T> = wasmtime::Result<Result<Arc<T>, Unavailable>>;

/// Links every function of wit/policy.wit.
pub(super) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    let mut functions = interface(linker, "task")?;
    lend(&mut functions, "get", |state| {
        state.read(Family::Task, |document| task::Task::from_document(document).map(wit::task::Essentials::from))
    })?;
    lend(&mut functions, "containers", |state| {
        state.read(Family::Task, |document| task::containers(document).map(records::<_, wit::task::Container>))
    })?;
    lend(&mut functions, "attachments", |state| {
        state.read(Family::Task, |document| task::attachments(document).map(records::<_, wit::task::Attachment>))
    })?;
    lend(&mut functions, "document", |state| state.document(Family::Task))?;

    let mut functions = interface(linker, "task-details")?;
    lend(&mut functions, "tags", |state| state.read(Family::TaskDetails, task::tags))?;
    lend(&mut functions, "document", |state| state.document(Family::TaskDetails))?;

    let mut functions = interface(linker, "task-definition")?;
    lend(&mut functions, "get", |state| {
        state.read(Family::TaskDefinition, |document| {
            task_definition::TaskDefinition::from_document(document).map(wit::task_definition::Essentials::from)
        })
    })?;
    lend(&mut functions, "document", |state| state.document(Family::TaskDefinition))?;

    let mut functions = interface(linker, "network")?;
    lend(&mut functions, "interfaces", |state| {
        state.read(Family::Interfaces, |documents| {
            network::NetworkInterface::from_documents(documents).map(records::<_, wit::network::NetworkInterface>)
        })
    })?;
    lend(&mut functions, "interface-documents", |state| state.documents(Family::Interfaces))?;
    lend(&mut functions, "subnets", |state| {
        state.read(Family::Subnets, |documents| {
            subnet::Subnet::from_documents(documents).map(records::<_, wit::network::Subnet>)
        })
    })?;
    lend(&mut functions, "subnet-documents", |state| state.documents(Family::Subnets))?;
    lend(&mut functions, "exposed-addresses", exposed_addresses)?;

    let mut functions = interface(linker, "security-groups")?;
    lend(&mut functions, "rules", |state| {
        state.read(Family::SecurityGroups, |groups| {
            security_groups::rules(groups).map(records::<_, wit::security_groups::Rule>)
        })
    })?;
    lend(&mut functions, "documents", |state| state.documents(Family::SecurityGroups))?;

    let mut functions = interface(linker, "service")?;
    lend(&mut functions, "get", |state| {
        state.read(Family::Service, |document| {
            service::Service::from_document(document).map(wit::service::Essentials::from)
        })
    })?;
    lend(&mut functions, "document", |state| state.document(Family::Service))?;

    let mut functions = interface(linker, "cluster")?;
    lend(&mut functions, "get", |state| {
        state.read(Family::Cluster, |document| {
            cluster::Cluster::from_document(document).map(wit::cluster::Essentials::from)
        })
    })?;
    lend(&mut functions, "document", |state| state.document(Family::Cluster))
}

/// An interface of the version that wit/policy.wit has.
fn interface<'a>(linker: &'a mut Linker<State>, name: &str) -> wasmtime::Result<LinkerInstance<'a, State>> {
    linker.instance(&format!("gatecheck:policy/{name}@1.0.0"))
}

fn lend<T: Lower + Weigh + Send + Sync + 'static>(
    functions: &mut LinkerInstance<'_, State>,
    name: &str,
    read: fn(&mut State) -> Import<T>,
) -> wasmtime::Result<()> {
    functions.func_wrap(name, move |mut store: StoreContextMut<'_, State>, ()| {
        let state = store.data_mut();
        let fact = read(state)?;
        if let Some(given) = &mut state.given {
            *given += fact.weight();
        }
        Ok((fact,))
    })
}

impl State {
    fn read<T, F>(&mut self, family: Family, view: F) -> Import<T>
    where
        T: Send + Sync + 'static,
        F: FnOnce(&Value) -> Result<T, facts::Unavailable> + 'static,
    {
        if !self.evaluating {
            return Err(TooEarly.into());
        }
        let fact = self.facts.get(family).ok_or(Need(family))?;
        self.reads.insert(family);
        Ok(fact.view(|document| view(document).map(Arc::new)).map_err(Unavailable::from))
    }

    fn document(&mut self, family: Family) -> Import<String> {
        self.read(family, |document| Ok(document.to_string()))
    }

    fn documents(&mut self, family: Family) -> Import<Vec<String>> {
        self.read(family, |documents| Ok(facts::elements(documents)?.iter().map(Value::to_string).collect()))
    }
}

fn exposed_addresses(state: &mut State) -> Import<Vec<wit::network::ExposedAddress>> {
    let interfaces = match state.read(Family::Interfaces, network::NetworkInterface::from_documents)? {
        Ok(interfaces) => interfaces,
        Err(reason) => return Ok(Err(reason)),
    };
    let subnets = if network::exposure_needs_subnets(&interfaces) {
        state.read(Family::Subnets, subnet::Subnet::from_documents)?
    } else {
        Ok(Arc::default())
    };
    Ok(subnets.and_then(|subnets| {
        let exposed = network::exposed_addresses(&interfaces, &subnets)?;
        Ok(Arc::new(records(exposed)))
    }))
}

/// The records of views.
fn records<T, R: From<T>>(views: Vec<T>) -> Vec<R> {
    views.into_iter().map(R::from).collect()
}

#[cfg(all(test, feature = "compiler"))]
mod tests {
    use std::collections::BTreeSet;

    use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
    use wit_parser::{ManglingAndAbi, Resolve};

    use super::*;
    use crate::policy::{Engine, Module};

    #[test]
    fn a_policy_may_import_every_function_of_the_interface() {
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_path("../../wit").unwrap();
        let world = resolve.select_world(&[package], Some("policy")).unwrap();
        let mut module = dummy_module(&resolve, world, ManglingAndAbi::Standard32);
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
        let component = ComponentEncoder::default().module(&module).unwrap().encode().unwrap();

        let engine = Engine::new().unwrap();
        let module = Module::compile(&engine, &component).unwrap();
        assert_eq!(module.imports(&engine).families, BTreeSet::from(Family::ALL));
    }
}
