//! The policies in force: read from SSM Parameter Store, kept for a while, and kept on when they cannot be read again or
//! what is read is no good any more.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use gatecheck_aws::{ParameterError, Parameters};
use gatecheck_core::policy::{Engine, Module, ModuleError, ModuleReference, Modules, PolicyDocument, PolicySet};
use gatecheck_core::report::{Fault, FaultReason};
use thiserror::Error;

use crate::config::PolicySources;

/// Reads policies and remembers them.
#[derive(Debug)]
pub struct PolicyStore {
    engine: Arc<Engine>,
    parameters: Parameters,
    sources: PolicySources,
    refresh: Duration,
    in_force: Mutex<Option<Arc<InForce>>>,
}

/// What was read last.
#[derive(Debug, Clone)]
struct InForce {
    policies: Arc<PolicySet>,
    /// The values of the parameters, by name.
    texts: BTreeMap<String, String>,
    /// The last good document of each parameter.
    documents: BTreeMap<String, PolicyDocument>,
    modules: Modules,
    checked: Instant,
}

impl InForce {
    /// The same, good for another while.
    fn checked_now(&self) -> Self {
        Self { checked: Instant::now(), ..self.clone() }
    }
}

/// Why there is no policy to judge by. An event that meets one is tried again: it must not pass unjudged.
#[derive(Debug, Error)]
pub enum PolicyError {
    /// They cannot be read.
    #[error("no policy is in force: {0}; {remedy}", remedy = .0.remedy())]
    Parameter(#[from] ParameterError),
    /// There is none.
    #[error(
        "no policy is in force: there is no parameter below `{path}`; store a policy there, or set `TASK_POLICY_SSM`"
    )]
    Nothing {
        /// Where they should be.
        path: String,
    },
    /// None of them is a policy.
    #[error("no policy is in force: {}", .0.iter().map(|fault| fault.detail.as_str()).collect::<Vec<_>>().join("; "))]
    Faults(Vec<Fault>),
}

impl PolicyStore {
    /// Policies from these places.
    pub fn new(engine: Arc<Engine>, parameters: Parameters, sources: PolicySources, refresh: Duration) -> Self {
        Self { engine, parameters, sources, refresh, in_force: Mutex::default() }
    }

    /// The policies in force.
    pub async fn current(&self) -> Result<Arc<PolicySet>, PolicyError> {
        let last = self.in_force.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(last) = &last
            && last.checked.elapsed() < self.refresh
        {
            return Ok(Arc::clone(&last.policies));
        }
        let current = match (self.read().await, last) {
            (Ok(texts), Some(last)) if last.texts == texts => last.checked_now(),
            (Ok(texts), last) => self.load(texts, last.as_deref())?,
            (Err(error), Some(last)) => {
                tracing::error!("policies could not be refreshed, the last good ones stay in force: {error}");
                last.checked_now()
            }
            (Err(error), None) => return Err(error.into()),
        };
        let policies = Arc::clone(&current.policies);
        *self.in_force.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(current));
        Ok(policies)
    }

    async fn read(&self) -> Result<BTreeMap<String, String>, ParameterError> {
        let mut texts = match &self.sources.path {
            Some(path) => self.parameters.under(path).await?,
            None => BTreeMap::new(),
        };
        if let Some(parameter) = &self.sources.parameter {
            texts.insert(parameter.clone(), self.parameters.get(parameter).await?);
        }
        Ok(texts)
    }

    /// Loads what was read. A document that is no good is a fault, and the last good one of its parameter stays.
    fn load(&self, texts: BTreeMap<String, String>, last: Option<&InForce>) -> Result<InForce, PolicyError> {
        let mut modules = last.map(|last| last.modules.clone()).unwrap_or_default();
        let mut documents: BTreeMap<String, PolicyDocument> = BTreeMap::new();
        let mut faults = Vec::new();
        for (parameter, text) in &texts {
            let name = parameter.rsplit('/').next().unwrap_or(parameter);
            let document = PolicyDocument::read(name, parameter, text).and_then(|document| {
                let taken = documents.values().find(|other| other.name == name).map(|other| &other.source);
                let module = modules.get(&document.module, |reference| self.module(reference));
                match (taken, module) {
                    (Some(other), _) => {
                        Err(fault(name, &format!("{parameter}: `{other}` has the same last part; rename one")))
                    }
                    (None, Err(error)) => Err(document.without_module(&error)),
                    (None, Ok(_)) => Ok(document),
                }
            });
            match (document, last.and_then(|last| last.documents.get(parameter))) {
                (Ok(document), _) => {
                    documents.insert(parameter.clone(), document);
                }
                (Err(fault), Some(last_good)) => {
                    tracing::error!("a policy is no good any more, the last good one stays in force: {}", fault.detail);
                    documents.insert(parameter.clone(), last_good.clone());
                    faults.push(fault);
                }
                (Err(fault), None) => faults.push(fault),
            }
        }
        if documents.is_empty() {
            return Err(match &self.sources.path {
                Some(path) if faults.is_empty() => PolicyError::Nothing { path: path.clone() },
                _ => PolicyError::Faults(faults),
            });
        }
        let all = faults.into_iter().map(Err).chain(documents.values().cloned().map(Ok));
        let policies = PolicySet::load(all, |reference| modules.get(reference, |reference| self.module(reference)));
        Ok(InForce { policies: Arc::new(policies), texts, documents, modules, checked: Instant::now() })
    }

    fn module(&self, reference: &ModuleReference) -> Result<Module, ModuleError> {
        match reference {
            ModuleReference::Bundled(name) => gatecheck_bundled::module(&self.engine, name),
            ModuleReference::Elsewhere { reference, .. } => {
                Err(ModuleError::Unsupported { reference: reference.clone() })
            }
        }
    }
}

fn fault(name: &str, detail: &str) -> Fault {
    Fault { policy: name.to_owned(), reason: FaultReason::Document, detail: detail.to_owned() }
}
