//! What the function is told in Parameter Store: policies and sinks.

use std::time::Duration;

use gatecheck_aws::{DeployedFunction, ParameterError, Texts};
use gatecheck_core::facts::Unavailable;
use gatecheck_core::policy::{PolicyDocument, PolicySet};
use gatecheck_core::report::Fault;
use gatecheck_sinks::{SinkDocument, SinkSet, SinkSources, SinkStore};
use gatecheck_store::{Loaded, PolicySources, module_of, read_all};

use super::{Findings, lookup};
use crate::host::Host;
use crate::policies;
use crate::remote::insecure_hosts;

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
    /// The policies as the function has them.
    pub(super) policies: PolicySet,
    /// The sinks as the function has them.
    pub(super) in_force: SinkSet,
    texts: Result<Texts, ParameterError>,
    loaded: Loaded,
}

impl Contents {
    /// Reads what the function reads.
    pub(super) async fn of(function: &DeployedFunction, host: &Host) -> Self {
        let sources = PolicySources::from_lookup(lookup(function));
        let sink_path = SinkSources::path_from_lookup(lookup(function));
        let parameters = host.remote.parameters().await;
        let texts = sources.read(&parameters).await;
        let read = texts.as_ref().map(read_all).unwrap_or_default();
        let documents: Vec<_> = read.values().filter_map(|document| document.as_ref().ok()).cloned().collect();
        let loaded = host.load(&documents).await;
        let policies = PolicySet::load(read.into_values(), |document| module_of(&loaded, document));
        let entries = match &sink_path {
            Some(path) => parameters.under(path).await.unwrap_or_default(),
            None => Texts::new(),
        };
        let sinks =
            entries.iter().filter_map(|(name, text)| SinkDocument::read(name, text.as_ref().ok()?).ok()).collect();
        let insecure_hosts = insecure_hosts().into_iter().collect();
        let of_sinks = SinkSources { path: sink_path.clone(), webhook: None, insecure_hosts };
        let in_force = SinkStore::new(parameters, of_sinks, Duration::ZERO).now().await;
        Self { sources, sink_path, sinks, documents, policies, in_force, texts, loaded }
    }

    pub(super) fn has_policies(&self) -> bool {
        self.texts.as_ref().is_ok_and(|texts| !texts.is_empty())
    }

    pub(super) async fn look(&self, host: &Host, findings: &mut Findings) {
        self.look_at_policies(host, findings).await;
        self.look_at_sinks(findings);
    }

    async fn look_at_policies(&self, host: &Host, findings: &mut Findings) {
        const PART: &str = "policies";
        let texts = match &self.texts {
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

    fn look_at_sinks(&self, findings: &mut Findings) {
        const PART: &str = "sinks";
        for broken in self.in_force.broken() {
            let found = format!("`{}` is not in force: {}", broken.sink, broken.why);
            findings.bad(PART, found, "mend its entry, or the parameter with its secret");
        }
        let names: Vec<_> = self.in_force.names().map(|name| format!("`{name}`")).collect();
        let names = if names.is_empty() { "none: the log is the only one".to_owned() } else { names.join(", ") };
        findings.good_unless_bad(PART, names);
    }
}
