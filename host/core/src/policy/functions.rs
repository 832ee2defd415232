//! The functions that a policy imports: each lends a view over a family, or ends the run to ask for it.
//!
//! A view is made once for a task and lent to every policy: what goes into a policy is copied once, into its memory.

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
#[derive(Debug, thiserror::Error)]
#[error("needs {0}")]
pub(super) struct Need(pub(super) Family);

/// The policy read a fact outside `evaluate`.
#[derive(Debug, thiserror::Error)]
#[error("it reads facts outside `evaluate`")]
pub(super) struct TooEarly;

/// What a function returns: the fact or why it is unavailable, or the stop.
type Import<T> = wasmtime::Result<Result<Arc<T>, Unavailable>>;

/// Links every function of wit/policy.wit.
pub(super) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    let mut of = interface(linker, "task")?;
    view(&mut of, "get", Family::Task, |task| task::Task::from_document(task).map(wit::task::Essentials::from))?;
    view(&mut of, "containers", Family::Task, |task| task::containers(task).map(records::<_, wit::task::Container>))?;
    view(&mut of, "attachments", Family::Task, |task| {
        task::attachments(task).map(records::<_, wit::task::Attachment>)
    })?;
    view(&mut of, "document", Family::Task, document)?;

    let mut of = interface(linker, "task-details")?;
    view(&mut of, "tags", Family::TaskDetails, task::tags)?;
    view(&mut of, "document", Family::TaskDetails, document)?;

    let mut of = interface(linker, "task-definition")?;
    view(&mut of, "get", Family::TaskDefinition, |definition| {
        task_definition::TaskDefinition::from_document(definition).map(wit::task_definition::Essentials::from)
    })?;
    view(&mut of, "document", Family::TaskDefinition, document)?;

    let mut of = interface(linker, "network")?;
    view(&mut of, "interfaces", Family::Interfaces, |interfaces| {
        network::NetworkInterface::from_documents(interfaces).map(records::<_, wit::network::NetworkInterface>)
    })?;
    view(&mut of, "interface-documents", Family::Interfaces, documents)?;
    view(&mut of, "subnets", Family::Subnets, |subnets| {
        subnet::Subnet::from_documents(subnets).map(records::<_, wit::network::Subnet>)
    })?;
    view(&mut of, "subnet-documents", Family::Subnets, documents)?;
    lend(&mut of, "exposed-addresses", exposed_addresses)?;

    let mut of = interface(linker, "security-groups")?;
    view(&mut of, "rules", Family::SecurityGroups, |groups| {
        security_groups::rules(groups).map(records::<_, wit::security_groups::Rule>)
    })?;
    view(&mut of, "documents", Family::SecurityGroups, documents)?;

    let mut of = interface(linker, "service")?;
    view(&mut of, "get", Family::Service, |service| {
        service::Service::from_document(service).map(wit::service::Essentials::from)
    })?;
    view(&mut of, "document", Family::Service, document)?;

    let mut of = interface(linker, "cluster")?;
    view(&mut of, "get", Family::Cluster, |cluster| {
        cluster::Cluster::from_document(cluster).map(wit::cluster::Essentials::from)
    })?;
    view(&mut of, "document", Family::Cluster, document)
}

/// An interface of the version that wit/policy.wit has.
fn interface<'a>(linker: &'a mut Linker<State>, name: &str) -> wasmtime::Result<LinkerInstance<'a, State>> {
    linker.instance(&format!("gatecheck:policy/{name}@1.0.0"))
}

/// Links a function that is a view over one family.
fn view<T: Lower + Weigh + Send + Sync + 'static>(
    interface: &mut LinkerInstance<'_, State>,
    name: &str,
    family: Family,
    view: impl Fn(&Value) -> Result<T, facts::Unavailable> + Copy + Send + Sync + 'static,
) -> wasmtime::Result<()> {
    lend(interface, name, move |state| state.read(family, view))
}

/// Links a function.
fn lend<T: Lower + Weigh + Send + Sync + 'static>(
    interface: &mut LinkerInstance<'_, State>,
    name: &str,
    read: impl Fn(&mut State) -> Import<T> + Send + Sync + 'static,
) -> wasmtime::Result<()> {
    interface.func_wrap(name, move |mut store: StoreContextMut<'_, State>, ()| {
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
}

#[expect(clippy::unnecessary_wraps, reason = "a view may fail")]
fn document(document: &Value) -> Result<String, facts::Unavailable> {
    Ok(document.to_string())
}

fn documents(documents: &Value) -> Result<Vec<String>, facts::Unavailable> {
    Ok(facts::elements(documents)?.iter().map(Value::to_string).collect())
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
