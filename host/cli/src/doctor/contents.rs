//! What the function is told in Parameter Store: policies and sinks.

use std::collections::BTreeMap;
use std::time::Duration;

use gatecheck_aws::{DeployedFunction, ParameterError};
use gatecheck_core::facts::Unavailable;
use gatecheck_core::policy::{PolicyDocument, PolicySet};
use gatecheck_core::report::Fault;
use gatecheck_sinks::{SinkDocument, SinkSources, SinkStore};
use gatecheck_store::{Loaded, PolicySources, module_of, read_all};

use super::{Findings, lookup};
use crate::host::Host;
use crate::policies;
use crate::remote::insecure_hosts;

/// The texts below a path, by parameter.
type Texts = Result<BTreeMap<String, String>, ParameterError>;

/// What is there.
pub(super) struct Contents {
    /// Where policies are.
    pub(super) sources: PolicySources,
    /// Where sinks are.
    pub(super) sink_path: Option<String>,
    /// The sinks whose entries can be read.
    pub(super) sinks: Vec<SinkDocument>,
    /// The policies whose entries can be read.
    pub(super) documents: Vec<PolicyDocument>,
    policies: Texts,
    loaded: Loaded,
}

impl Contents {
    /// Reads what the function reads.
    pub(super) async fn of(function: &DeployedFunction, host: &Host) -> Self {
        let sources = PolicySources::from_lookup(lookup(function));
        let sink_path = SinkSources::path_from_lookup(lookup(function));
        let parameters = host.remote.parameters().await;
        let policies = sources.read(&parameters).await;
        let read = policies.as_ref().map(read_all).unwrap_or_default();
        let documents: Vec<_> = read.into_values().filter_map(Result::ok).collect();
        let sinks = match &sink_path {
            Some(path) => parameters.under(path).await.unwrap_or_default(),
            None => BTreeMap::new(),
        };
        let sinks = sinks.iter().filter_map(|(name, text)| SinkDocument::read(name, text).ok()).collect();
        let loaded = host.load(&documents).await;
        Self { sources, sink_path, sinks, documents, policies, loaded }
    }

    pub(super) fn has_policies(&self) -> bool {
        self.policies.as_ref().is_ok_and(|texts| !texts.is_empty())
    }

    /// The policies as the function has them.
    pub(super) fn policy_set(&self) -> PolicySet {
        let read = self.policies.as_ref().map(read_all).unwrap_or_default();
        PolicySet::load(read.into_values(), |document| module_of(&self.loaded, document))
    }

    pub(super) async fn look(&self, host: &Host, findings: &mut Findings) {
        self.look_at_policies(host, findings).await;
        self.look_at_sinks(host, findings).await;
    }

    async fn look_at_policies(&self, host: &Host, findings: &mut Findings) {
        const PART: &str = "policies";
        let texts = match &self.policies {
            Ok(texts) => texts,
            Err(error) => return findings.unknown(PART, &Unavailable::Failed(error.to_string()), error.remedy()),
        };
        if texts.is_empty() {
            let path = self.sources.path.as_deref().unwrap_or_default();
            return findings.bad(PART, format!("there is none below `{path}`"), "store one with `gatecheck publish`");
        }
        for (parameter, document) in read_all(texts) {
            for Fault { detail, .. } in policies::faults(host, &self.loaded, document).await {
                findings.bad(
                    PART,
                    detail,
                    format!("mend `{parameter}`; `gatecheck check --policy FILE` tries an entry"),
                );
            }
        }
        let names: Vec<_> = self.documents.iter().map(|document| format!("`{}`", document.name)).collect();
        findings.good_unless_bad(PART, names.join(", "));
    }

    async fn look_at_sinks(&self, host: &Host, findings: &mut Findings) {
        const PART: &str = "sinks";
        let sources = SinkSources {
            path: self.sink_path.clone(),
            webhook: None,
            insecure_hosts: insecure_hosts().into_iter().collect(),
        };
        let sinks = SinkStore::new(host.remote.parameters().await, sources, Duration::ZERO).current().await;
        for broken in sinks.broken() {
            let found = format!("`{}` is not in force: {}", broken.sink, broken.why);
            findings.bad(PART, found, "mend its entry, or the parameter with its secret");
        }
        let names: Vec<_> = sinks.names().map(|name| format!("`{name}`")).collect();
        let names = if names.is_empty() { "none: the log is the only one".to_owned() } else { names.join(", ") };
        findings.good_unless_bad(PART, names);
    }
}
