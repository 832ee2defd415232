//! Sinks from SSM Parameter Store, kept for a while, and kept on when they cannot be read again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use gatecheck_aws::{ParameterError, Parameters, Texts};
use gatecheck_core::entry;
use gatecheck_core::report::Severity;
use reqwest::Url;

use crate::document::SinkDocument;
use crate::endpoint::Endpoint;
use crate::filter::Filter;
use crate::set::{Sink, SinkSet};

/// Where sinks are configured.
#[derive(Clone, Default)]
pub struct SinkSources {
    /// Every parameter below it is a sink (`GATECHECK_SINK_PATH`).
    pub path: Option<String>,
    /// URL and key of the one in the environment (`ALERT_WEBHOOK`, `ALERT_KEY`), and from which severity on it is alerted
    /// (`ALERT_SEVERITY`).
    pub webhook: Option<(Url, String, Severity)>,
    /// Hosts that are asked without encryption.
    pub insecure_hosts: BTreeSet<String>,
}

/// Where sinks are by default.
const SINK_PATH: &str = "/gatecheck/sinks";

impl SinkSources {
    /// The path that `GATECHECK_SINK_PATH` says.
    pub fn path_from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Option<String> {
        entry::path(lookup, "GATECHECK_SINK_PATH", SINK_PATH)
    }
}

/// Reads sinks and remembers them.
#[derive(Debug)]
pub struct SinkStore {
    parameters: Parameters,
    sources: SinkSources,
    refresh: Duration,
    in_force: Mutex<Option<InForce>>,
}

/// What was read last.
#[derive(Clone)]
struct InForce {
    sinks: Arc<SinkSet>,
    read: Read,
    /// The last good entry of each parameter.
    good: Good,
    checked: Instant,
}

/// Texts of entries and of the secrets that they refer to, by the names of their parameters.
#[derive(Clone, Default, PartialEq)]
struct Read {
    texts: Texts,
    secrets: Arc<Secrets>,
}

type Secrets = BTreeMap<String, Result<String, String>>;

/// Texts of entries, each with the secrets that were there when it was read.
type Good = BTreeMap<String, (String, Arc<Secrets>)>;

/// Says nothing: secrets are in it.
impl std::fmt::Debug for InForce {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InForce").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for SinkSources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A URL is a secret.
        f.debug_struct("SinkSources").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Name of the sink in the environment.
const WEBHOOK: &str = "ALERT_WEBHOOK";

impl SinkStore {
    /// Sinks from these places.
    pub fn new(parameters: Parameters, sources: SinkSources, refresh: Duration) -> Self {
        Self { parameters, sources, refresh, in_force: Mutex::default() }
    }

    /// The sinks in force. One that is no good is told as broken, and so are all if they cannot be read: what they should be told
    /// has to come again.
    pub async fn current(&self) -> Arc<SinkSet> {
        let last = self.in_force.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(last) = &last
            && last.checked.elapsed() < self.refresh
        {
            return Arc::clone(&last.sinks);
        }
        let current = match (self.read().await, last) {
            (Ok(read), Some(last)) if last.read == read => InForce { checked: Instant::now(), ..last },
            (Ok(read), last) => {
                let (sinks, good) = self.load(&read, last.map(|last| last.good).unwrap_or_default());
                InForce { sinks: Arc::new(sinks), read, good, checked: Instant::now() }
            }
            (Err(error), Some(last)) => {
                tracing::error!("sinks could not be refreshed, the last ones stay in force: {error}");
                InForce { checked: Instant::now(), ..last }
            }
            (Err(error), None) => {
                // Not kept: the next event asks again.
                return Arc::new(self.unreadable(&error));
            }
        };
        let sinks = Arc::clone(&current.sinks);
        *self.in_force.lock().unwrap_or_else(PoisonError::into_inner) = Some(current);
        sinks
    }

    /// The sinks that are there now, whatever was there before.
    pub async fn now(&self) -> SinkSet {
        match self.read().await {
            Ok(read) => self.load(&read, Good::new()).0,
            Err(error) => self.unreadable(&error),
        }
    }

    /// Where entries cannot be read: all of them count as one that is broken.
    fn unreadable(&self, error: &ParameterError) -> SinkSet {
        let (mut sinks, _) = self.load(&Read::default(), Good::new());
        let path = self.sources.path.as_deref().unwrap_or_default();
        sinks.add_broken(path, format!("sinks cannot be read: {error}; {}", error.remedy()));
        sinks
    }

    async fn read(&self) -> Result<Read, ParameterError> {
        let Some(path) = &self.sources.path else { return Ok(Read::default()) };
        let texts = self.parameters.under(path).await?;
        let documents = texts.iter().filter_map(|(name, text)| SinkDocument::read(name, text.as_ref().ok()?).ok());
        let names = documents.flat_map(|document| {
            let references = document.channel.references().into_iter();
            references.map(|reference| reference.0.clone()).collect::<Vec<_>>()
        });
        let names: BTreeSet<_> = names.collect();
        let secret = async |name: String| {
            let value = self.parameters.get(&name).await;
            (name, value.map_err(|error| format!("{error}; {}", error.remedy())))
        };
        let secrets: Secrets = join_all(names.into_iter().map(secret)).await.into_iter().collect();
        Ok(Read { texts, secrets: Arc::new(secrets) })
    }

    /// The sinks that were read. In the place of one that is no good stands the last good one of its parameter.
    fn load(&self, read: &Read, mut last_good: Good) -> (SinkSet, Good) {
        let mut sinks = SinkSet::default();
        if let Some((url, key, min_severity)) = self.sources.webhook.clone() {
            let endpoint = Endpoint::workflow(url, key);
            let filter = Filter { min_severity, ..Filter::all() };
            sinks.add(Sink { name: WEBHOOK.to_owned(), filter, endpoint });
        }
        let mut good = Good::new();
        for (parameter, text) in &read.texts {
            let entry = text.as_ref().map(|text| (text.clone(), Arc::clone(&read.secrets)));
            let entry = entry.map_err(|error| format!("{error}; {}", error.remedy()));
            let why = match entry.and_then(|entry| Ok((self.sink(parameter, &entry)?, entry))) {
                Ok((sink, entry)) => {
                    sinks.add(sink);
                    good.insert(parameter.clone(), entry);
                    continue;
                }
                Err(why) => why,
            };
            let last = last_good.remove(parameter);
            let stays = last.and_then(|last| Some((self.sink(parameter, &last).ok()?, last)));
            if let Some((sink, last)) = stays {
                tracing::error!("a sink is no good any more, the last good one stays in force: {why}");
                sinks.add(sink);
                good.insert(parameter.clone(), last);
            } else {
                tracing::error!("a sink is not in force: {why}");
                sinks.add_broken(name_of(parameter), why);
            }
        }
        (sinks, good)
    }

    fn sink(&self, parameter: &str, (text, secrets): &(String, Arc<Secrets>)) -> Result<Sink, String> {
        let document = SinkDocument::read(parameter, text).map_err(|error| error.to_string())?;
        let endpoint = Endpoint::new(&document.channel, secrets, &self.sources.insecure_hosts);
        let endpoint = endpoint.map_err(|error| format!("{parameter}: {error}"))?;
        Ok(Sink { name: document.name, filter: document.filter, endpoint })
    }
}

/// The last part of a parameter's name.
fn name_of(parameter: &str) -> &str {
    parameter.rsplit('/').next().unwrap_or(parameter)
}
