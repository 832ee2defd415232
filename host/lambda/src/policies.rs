//! The policies in force: read from SSM Parameter Store, kept for a while, and kept on when they cannot be read again.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use gatecheck_aws::{ParameterError, Parameters};
use gatecheck_core::policy::{Engine, ModuleError, ModuleReference, PolicyDocument, PolicySet};
use thiserror::Error;

/// Reads policies and remembers them.
#[derive(Debug)]
pub struct PolicyStore {
    engine: Arc<Engine>,
    parameters: Parameters,
    parameter: String,
    refresh: Duration,
    last_good: Mutex<Option<LastGood>>,
}

#[derive(Debug, Clone)]
struct LastGood {
    policies: Arc<PolicySet>,
    text: String,
    checked: Instant,
}

/// Why there is no policy to judge by. An event that meets one is tried again: it must not pass unjudged.
#[derive(Debug, Error)]
pub enum PolicyError {
    /// It cannot be read.
    #[error("no policy is in force: {0}; {remedy}", remedy = .0.remedy())]
    Parameter(#[from] ParameterError),
    /// It is not JSON.
    #[error("no policy is in force: parameter `{name}` is not JSON: {source}; write `{{\"task\": [...]}}`")]
    NotJson {
        /// The parameter.
        name: String,
        /// Where and why.
        source: serde_json::Error,
    },
    /// It is no policy.
    #[error("no policy is in force: {0}")]
    NotAPolicy(String),
}

impl PolicyStore {
    /// Policies from the parameter of this name.
    pub fn new(engine: Arc<Engine>, parameters: Parameters, parameter: String, refresh: Duration) -> Self {
        Self { engine, parameters, parameter, refresh, last_good: Mutex::default() }
    }

    /// The policies in force. When they cannot be read again, or are no good any more, the last good ones stay.
    pub async fn current(&self) -> Result<Arc<PolicySet>, PolicyError> {
        let last_good = self.last_good.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(last_good) = &last_good
            && last_good.checked.elapsed() < self.refresh
        {
            return Ok(Arc::clone(&last_good.policies));
        }
        let current = match (self.read(last_good.as_ref()).await, last_good) {
            (Ok(current), _) => current,
            (Err(error), Some(last_good)) => {
                tracing::error!("the policy could not be refreshed, the last good one stays in force: {error}");
                LastGood { checked: Instant::now(), ..last_good }
            }
            (Err(error), None) => return Err(error),
        };
        let policies = Arc::clone(&current.policies);
        *self.last_good.lock().unwrap_or_else(PoisonError::into_inner) = Some(current);
        Ok(policies)
    }

    async fn read(&self, last_good: Option<&LastGood>) -> Result<LastGood, PolicyError> {
        let text = self.parameters.get(&self.parameter).await?;
        let policies = match last_good {
            Some(last_good) if last_good.text == text => Arc::clone(&last_good.policies),
            _ => Arc::new(self.load(&text)?),
        };
        Ok(LastGood { policies, text, checked: Instant::now() })
    }

    fn load(&self, text: &str) -> Result<PolicySet, PolicyError> {
        let name = &self.parameter;
        let document =
            serde_json::from_str(text).map_err(|source| PolicyError::NotJson { name: name.clone(), source })?;
        let short = name.rsplit('/').next().unwrap_or(name);
        let document = PolicyDocument::parse(short, name, document);
        let policies = PolicySet::load([document], |reference| match reference {
            ModuleReference::Bundled(name) => gatecheck_bundled::module(&self.engine, name).map(Arc::new),
            ModuleReference::Elsewhere { reference, .. } => {
                Err(ModuleError::Unsupported { reference: reference.clone() })
            }
        });
        match policies.faults() {
            [fault, ..] if policies.is_empty() => Err(PolicyError::NotAPolicy(fault.detail.clone())),
            _ => Ok(policies),
        }
    }
}
