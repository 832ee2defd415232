//! The policies in force: read from SSM Parameter Store, kept for a while, and kept on when they cannot be read again or
//! what is read is no good any more.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use gatecheck_aws::{ParameterError, Parameters, Texts};
use gatecheck_core::entry;
use gatecheck_core::policy::{PolicyDocument, PolicySet};
use gatecheck_core::report::{Fault, FaultReason};
use thiserror::Error;

use crate::modules::{ModuleStore, module_of};

/// Where policies are in SSM Parameter Store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicySources {
    /// One parameter that holds a policy.
    pub parameter: Option<String>,
    /// Every parameter below it is a policy.
    pub path: Option<String>,
}

/// Where policies are by default.
pub const POLICY_PATH: &str = "/gatecheck/policies";

impl PolicySources {
    /// What `TASK_POLICY_SSM` and `GATECHECK_POLICY_PATH` say; an empty variable counts as not set.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let parameter = lookup("TASK_POLICY_SSM").filter(|name| !name.trim().is_empty());
        Self { parameter, path: entry::path(lookup, "GATECHECK_POLICY_PATH", POLICY_PATH) }
    }

    /// What is there: texts by the names of their parameters. A parameter that cannot be read hides no other.
    pub async fn read(&self, parameters: &Parameters) -> Result<Texts, ParameterError> {
        let mut texts = match &self.path {
            Some(path) => parameters.under(path).await?,
            None => BTreeMap::new(),
        };
        if let Some(parameter) = &self.parameter {
            match parameters.get(parameter).await {
                // Nothing else is there to go by.
                Err(error) if texts.is_empty() => return Err(error),
                text => drop(texts.insert(parameter.clone(), text)),
            }
        }
        Ok(texts)
    }
}

/// Reads policies and remembers them.
#[derive(Debug)]
pub struct PolicyStore {
    modules: ModuleStore,
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
    texts: Texts,
    /// The last good document of each parameter.
    documents: BTreeMap<String, PolicyDocument>,
    /// A module could not be had, and may be another time.
    incomplete: bool,
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
    pub fn new(modules: ModuleStore, parameters: Parameters, sources: PolicySources, refresh: Duration) -> Self {
        Self { modules, parameters, sources, refresh, in_force: Mutex::default() }
    }

    /// Where their modules come from.
    pub fn modules(&self) -> &ModuleStore {
        &self.modules
    }

    /// The policies in force. What has to be loaded for that is loaded until `deadline`, or is a fault.
    pub async fn current(&self, deadline: Instant) -> Result<Arc<PolicySet>, PolicyError> {
        let last = self.in_force.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(last) = &last
            && last.checked.elapsed() < self.refresh
        {
            return Ok(Arc::clone(&last.policies));
        }
        let current = match (self.sources.read(&self.parameters).await, last) {
            (Ok(texts), Some(last)) if last.texts == texts && !last.incomplete => last.checked_now(),
            (Ok(texts), last) => self.load(texts, last.as_deref(), deadline).await?,
            (Err(error), Some(last)) => {
                self.modules.counts.add(|counts| &mut counts.refreshes_failed);
                tracing::error!("policies could not be refreshed, the last good ones stay in force: {error}");
                last.checked_now()
            }
            (Err(error), None) => return Err(error.into()),
        };
        let policies = Arc::clone(&current.policies);
        *self.in_force.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(current));
        Ok(policies)
    }

    /// Loads what was read. A document that is no good is a fault, and the last good one of its parameter stays.
    async fn load(&self, texts: Texts, last: Option<&InForce>, deadline: Instant) -> Result<InForce, PolicyError> {
        let read = read_all(&texts);
        let last_good = |parameter: &str| last.and_then(|last| last.documents.get(parameter));
        let in_use = texts.keys().filter_map(|parameter| last_good(parameter));
        let references = read.values().filter_map(|read| read.as_ref().ok()).chain(in_use);
        let loaded = self.modules.load(references.map(|document| &document.module), deadline).await;
        let incomplete = loaded.values().any(|module| module.as_ref().is_err_and(|error| error.may_pass()));

        let mut documents: BTreeMap<String, PolicyDocument> = BTreeMap::new();
        let mut faults = Vec::new();
        for (parameter, document) in read {
            let good = document.and_then(|document| module_of(&loaded, &document).map(|_| document));
            match (good, last_good(&parameter)) {
                (Ok(document), _) => {
                    documents.insert(parameter, document);
                }
                (Err(fault), stays) => {
                    self.modules.counts.add(|counts| &mut counts.policies_refused);
                    if let Some(last_good) = stays {
                        tracing::error!(
                            "a policy is no good any more, the last good one stays in force: {}",
                            fault.detail
                        );
                        documents.insert(parameter, last_good.clone());
                    }
                    faults.push(fault);
                }
            }
        }
        if documents.is_empty() {
            return Err(match &self.sources.path {
                Some(path) if faults.is_empty() => PolicyError::Nothing { path: path.clone() },
                _ => PolicyError::Faults(faults),
            });
        }
        let all = faults.into_iter().map(Err).chain(documents.values().cloned().map(Ok));
        let policies = Arc::new(PolicySet::load(all, |document| module_of(&loaded, document)));
        for warning in policies.warnings() {
            tracing::warn!("{warning}");
        }
        Ok(InForce { policies, texts, documents, incomplete, checked: Instant::now() })
    }
}

/// The documents of parameters, or what is wrong with them. The last part of a parameter's name is that of its policy.
pub fn read_all(texts: &Texts) -> BTreeMap<String, Result<PolicyDocument, Fault>> {
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    let mut documents = BTreeMap::new();
    for (parameter, text) in texts {
        let name = parameter.rsplit('/').next().unwrap_or(parameter);
        let unreadable = |error: &ParameterError| Fault {
            policy: name.to_owned(),
            reason: FaultReason::Document,
            detail: format!("{error}; {}", error.remedy()),
        };
        let document = match names.get(name) {
            Some(other) => Err(Fault {
                policy: name.to_owned(),
                reason: FaultReason::Document,
                detail: format!("{parameter}: `{other}` has the same last part; rename one"),
            }),
            None => text.as_ref().map_err(unreadable).and_then(|text| PolicyDocument::read(name, parameter, text)),
        };
        // What is no good takes no name.
        if document.is_ok() {
            names.insert(name, parameter);
        }
        documents.insert(parameter.clone(), document);
    }
    documents
}
