//! Delivery: each sink is told what it is for, until it has taken it or time is over.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use gatecheck_aws::{Findings, PublishError, Publisher, SdkConfig};
use gatecheck_core::Judged;
use gatecheck_core::report::{Violation, id_of};
use gatecheck_core::sink::{SinkError, Undelivered};
use jiff::Timestamp;
use tokio::time::{sleep, timeout};

use crate::alert::{Alert, Bundle, Content, Place, Trouble, bundle};
use crate::endpoint::Endpoint;
use crate::http::{Failure, Http};
use crate::ledger::{Ledger, key};
use crate::notification::{event, notification};
use crate::set::{Sink, SinkSet};

/// How often a message is posted again.
const RETRIES: u32 = 3;

/// The wait before the first of them; each is twice the one before.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// How long all messages of a run may take together: who waits for a sink pays for it.
const LONGEST: Duration = Duration::from_secs(10);

/// Delivers, and remembers what was taken, for as long as the process lives.
#[derive(Debug)]
pub struct Delivery {
    http: Http,
    publisher: Publisher,
    pub(crate) findings: Findings,
    pub(crate) ledger: Ledger,
}

/// A task, and its position among those that are told of.
pub(crate) type Task<'a> = (usize, &'a Judged);

/// What a sink was told: the position of the task, and the key in the ledger.
pub(crate) type Taken = Vec<(usize, u64)>;

impl Delivery {
    /// Delivery that publishes as the identity of `aws`.
    pub fn new(aws: &SdkConfig) -> Self {
        Self {
            http: Http::default(),
            publisher: Publisher::new(aws),
            findings: Findings::new(aws),
            ledger: Ledger::default(),
        }
    }

    /// Tells all sinks of the tasks, at the same time; until `deadline`.
    pub async fn deliver(&self, sinks: &SinkSet, judged: &[Judged], deadline: Option<Instant>) -> Vec<Undelivered> {
        let longest = Instant::now() + LONGEST;
        let deadline = deadline.map_or(longest, |deadline| deadline.min(longest));
        let told = sinks.sinks.iter().map(|sink| self.tell(sink, sinks.tasks_of(sink, judged), deadline));
        let (taken, undelivered): (Vec<Taken>, Vec<_>) = join_all(told).await.into_iter().unzip();
        let undelivered: Vec<_> = undelivered.into_iter().flatten().chain(sinks.not_in_force(judged)).collect();
        let failed: BTreeSet<_> = undelivered.iter().map(|undelivered| undelivered.position).collect();
        let (again, settled): (Taken, Taken) =
            taken.into_iter().flatten().partition(|(position, _)| failed.contains(position));
        self.ledger.keep_violations(again.into_iter().map(|(_, key)| key));
        self.ledger.forget_violations(settled.into_iter().map(|(_, key)| key));
        undelivered
    }

    /// Tells one sink, one message after the other.
    async fn tell(&self, sink: &Sink, tasks: Vec<Task<'_>>, deadline: Instant) -> (Taken, Vec<Undelivered>) {
        if matches!(sink.endpoint, Endpoint::SecurityHub) {
            return self.tell_hub(sink, &tasks, deadline).await;
        }
        let mut taken = Vec::new();
        let mut undelivered = Vec::new();
        let mut down: Option<String> = None;
        let violations = self.bundles(sink, &tasks, &mut taken);
        for Message { alert, positions, keys } in violations.into_iter().chain(self.news(sink, &tasks)) {
            // A sink that took nothing for so long is not asked for each message how it is now.
            let outcome = match &down {
                Some(why) => Err(Failure::Final(why.clone())),
                None => self.send(sink, &alert, deadline).await,
            };
            match (outcome, alert.content) {
                (Ok(()), Content::Violations(_)) => taken.extend(keys),
                (Ok(()), Content::Troubles(_)) => {
                    for (_, key) in keys {
                        self.ledger.keep_fault(key, Instant::now());
                    }
                }
                (Err(failure), _) => {
                    let why = match failure {
                        Failure::MayPass { why, .. } => down.insert(why).clone(),
                        Failure::Final(why) => why,
                    };
                    let error = SinkError { sink: sink.name.clone(), why };
                    undelivered
                        .extend(positions.into_iter().map(|position| Undelivered { position, error: error.clone() }));
                }
            }
        }
        (taken, undelivered)
    }

    /// Sends one message until it is taken, it never will be, or time is over.
    async fn send(&self, sink: &Sink, alert: &Alert, deadline: Instant) -> Result<(), Failure> {
        let left = || deadline.saturating_duration_since(Instant::now());
        let mut retries = 0;
        loop {
            if left().is_zero() {
                return Err(Failure::MayPass { why: "no time was left".to_owned(), after: None });
            }
            let Err(failure) = self.attempt(sink, alert, left()).await else { return Ok(()) };
            let Failure::MayPass { after, .. } = &failure else { return Err(failure) };
            let wait = after.unwrap_or_else(|| backoff(retries));
            if retries >= RETRIES || wait >= left() {
                return Err(failure);
            }
            sleep(wait).await;
            retries += 1;
        }
    }

    async fn attempt(&self, sink: &Sink, alert: &Alert, within: Duration) -> Result<(), Failure> {
        let published = match &sink.endpoint {
            Endpoint::Hook(hook) => {
                return self.http.post(hook.url.clone(), hook.post(alert, Timestamp::now()), within).await;
            }
            Endpoint::Topic(topic) => timeout(within, self.publisher.publish(topic, notification(alert))).await,
            Endpoint::Bus(bus) => timeout(within, self.publisher.put(bus, event(alert))).await,
            // It is told of tasks, not of alerts.
            Endpoint::SecurityHub => return Ok(()),
        };
        match published {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error @ PublishError::Denied(_))) => Err(Failure::Final(error.to_string())),
            Ok(Err(error)) => Err(Failure::MayPass { why: error.to_string(), after: None }),
            Err(_) => Err(Failure::MayPass { why: "no answer in time".to_owned(), after: None }),
        }
    }

    /// The violations that a sink is for and has not taken yet, in as few messages as possible. What it took when the events
    /// came before counts as taken.
    fn bundles(&self, sink: &Sink, tasks: &[Task<'_>], taken: &mut Taken) -> Vec<Message> {
        let mut fresh = Vec::new();
        for &(position, Judged { report, .. }) in tasks {
            let key = |violation: &Violation| key(&sink.name, violation.id(report.task.as_deref()));
            let violations = sink.filter.violations(report);
            let (old, new): (Vec<_>, Vec<_>) = violations.partition(|one| self.ledger.has_violation(key(one)));
            taken.extend(old.into_iter().map(|violation| (position, key(violation))));
            fresh.push((position, report, new));
        }
        let message = |Bundle { alert, members }| {
            let keys = members.iter().flat_map(|(position, ids): &(usize, Vec<String>)| {
                ids.iter().map(|id| (*position, key(&sink.name, id)))
            });
            Message { alert, keys: keys.collect(), positions: members.iter().map(|(position, _)| *position).collect() }
        };
        bundle(fresh).into_iter().map(message).collect()
    }

    /// The faults that a sink was not told of yet, in one message.
    fn news(&self, sink: &Sink, tasks: &[Task<'_>]) -> Option<Message> {
        if !sink.filter.faults {
            return None;
        }
        let now = Instant::now();
        let mut troubles: BTreeMap<_, (Trouble, BTreeSet<usize>)> = BTreeMap::new();
        for (position, judged) in tasks {
            for trouble in Trouble::all(&judged.report).filter(|trouble| sink.filter.names(&trouble.policy)) {
                let entry = troubles.entry(trouble.identity());
                entry.or_insert_with(|| (trouble, BTreeSet::new())).1.insert(*position);
            }
        }
        let mut fresh = Vec::new();
        let mut keys = Vec::new();
        let mut positions = BTreeSet::new();
        for (of, (trouble, at)) in troubles {
            let key = key(&sink.name, of);
            if !self.ledger.has_fault(key, now) {
                keys.extend(at.first().map(|first| (*first, key)));
                positions.extend(at);
                fresh.push(trouble);
            }
        }
        let told: Vec<_> = tasks.iter().filter(|(position, _)| positions.contains(position)).collect();
        let (_, first) = told.first()?;
        let alert = Alert {
            id: id_of(&fresh),
            place: Place::of(&first.report),
            tasks: told.iter().filter_map(|(_, judged)| judged.report.task.clone()).collect(),
            content: Content::Troubles(fresh),
        };
        Some(Message { alert, positions: positions.into_iter().collect(), keys })
    }
}

/// What a sink is told at once.
struct Message {
    alert: Alert,
    /// The tasks that it is about.
    positions: Vec<usize>,
    /// What is in the ledger once it is taken.
    keys: Taken,
}

/// Twice as long each time, and never the same for two that failed in the same moment.
fn backoff(retries: u32) -> Duration {
    let whole = FIRST_WAIT * 2_u32.saturating_pow(retries);
    // Without randomness all wait the longest.
    let random = getrandom::u32().map_or(1.0, |random| f64::from(random) / f64::from(u32::MAX));
    whole.mul_f64(0.5 + random / 2.0)
}
