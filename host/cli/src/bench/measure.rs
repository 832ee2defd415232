//! Measures every policy on every recording.

use std::collections::BTreeMap;

use gatecheck_core::facts::{Facts, Family};
use gatecheck_core::measure::Trial;
use gatecheck_core::policy::PolicyDocument;
use gatecheck_core::recording::Recording;
use gatecheck_core::report::Fault;

use super::figures::{CaseFigures, NotDeterministic};
use super::results::{CaseResult, Measured, PolicyResult, Results};
use super::subject::{Subject, Subjects};
use super::time::{LATE, Time, is_late};
use crate::host::Host;
use crate::input::InputError;
use crate::progress;
use crate::recorded::task;

/// Measures all there is.
pub(super) async fn all(
    host: &Host,
    documents: Vec<Result<PolicyDocument, Fault>>,
    recordings: &[(String, Recording)],
) -> Result<Results, InputError> {
    let mut subjects = Subjects::new(host)?;
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for document in documents.iter().flatten() {
        *names.entry(document.name.clone()).or_default() += 1;
    }
    let mut results = Vec::new();
    for document in documents {
        let policy = match &document {
            Ok(document) if names.get(&document.name).is_some_and(|count| *count > 1) => {
                format!("{} ({})", document.name, document.source)
            }
            Ok(document) => document.name.clone(),
            Err(fault) => fault.policy.clone(),
        };
        let measured = match document {
            Ok(document) => measured(host, &mut subjects, document, recordings).await,
            Err(fault) => Err(fault),
        };
        results.push(PolicyResult { policy, measured });
    }
    Ok(Results(results))
}

async fn measured(
    host: &Host,
    subjects: &mut Subjects<'_>,
    document: PolicyDocument,
    recordings: &[(String, Recording)],
) -> Result<Measured, Fault> {
    let subject = subjects.get(&document).await?;
    let mut cases = Vec::new();
    for (name, recording) in recordings {
        let figures = case(host, subjects, &subject, &document, (name, recording)).await;
        cases.push(CaseResult { recording: name.clone(), figures });
    }
    Ok(Measured { sizes: subject.sizes.clone(), cases })
}

async fn case(
    host: &Host,
    subjects: &Subjects<'_>,
    subject: &Subject,
    document: &PolicyDocument,
    (name, recording): (&str, &Recording),
) -> Result<CaseFigures, Vec<Fault>> {
    let trial = prepared(host, subject, document, recording).await?;
    let (time, cost) = progress::block(&format!("measuring `{}` on `{name}`", document.name), || {
        let time = Time::of(&trial, &host.engine)?;
        Ok::<_, Vec<Fault>>((time, trial.meter(&subjects.meter, &subject.metered)?))
    })?;
    Ok(CaseFigures {
        recording: name.to_owned(),
        instructions: cost.into(),
        memory: cost.memory,
        bytes: cost.into(),
        rounds: trial.rounds(),
        read: trial.reads().iter().copied().collect(),
        not_deterministic: NotDeterministic { microseconds: time },
    })
}

/// A policy with all facts that it asks for. The task is what is known from the start; the recording answers the rest.
async fn prepared(
    host: &Host,
    subject: &Subject,
    document: &PolicyDocument,
    recording: &Recording,
) -> Result<Trial, Vec<Fault>> {
    let task = task(recording);
    let mut late = 0;
    loop {
        let facts = Facts::from_iter([(Family::Task, task.clone())]);
        match Trial::prepare(&host.engine, document.clone(), subject.module.clone(), facts, recording).await {
            Err(faults) if is_late(&faults) && late + 1 < LATE => late += 1,
            prepared => return prepared,
        }
    }
}
