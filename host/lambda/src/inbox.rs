//! What an invocation brings: one event of `EventBridge`, or a batch of messages of an SQS queue with an event in each.

use gatecheck_core::Outcome;
use gatecheck_core::event::{EventError, Skip, unwrapped};
use gatecheck_core::probe::Probed;
use serde_json::{Value, json};

use crate::error::HandlerError;

/// The events of an invocation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Inbox {
    /// The events that can be read.
    pub(crate) events: Vec<Value>,
    /// Without it, the event came alone.
    queue: Option<Queue>,
}

/// The messages that events came in.
#[derive(Debug, Clone, PartialEq, Default)]
struct Queue {
    /// The message of each event.
    messages: Vec<String>,
    /// Messages that hold none.
    unreadable: Vec<String>,
}

impl Inbox {
    /// Takes in what the function was invoked with.
    pub(crate) fn open(payload: Value) -> Self {
        let Some(records) = records(&payload) else { return Self { events: vec![payload], queue: None } };
        let mut queue = Queue::default();
        let mut events = Vec::with_capacity(records.len());
        for record in records {
            let id = record.get("messageId").and_then(Value::as_str).unwrap_or_default().to_owned();
            match record.get("body").and_then(Value::as_str).map(serde_json::from_str) {
                Some(Ok(event)) => {
                    // A topic between the rule and the queue puts it into an envelope of its own.
                    events.push(unwrapped(event));
                    queue.messages.push(id);
                }
                _ => queue.unreadable.push(id),
            }
        }
        Self { events, queue: Some(queue) }
    }

    /// What the invocation is answered with.
    ///
    /// The answer to a batch names the messages that stay in the queue (`ReportBatchItemFailures`). Whoever sent an event alone gets
    /// the report, or the reason for which the event has to come again.
    pub(crate) fn answer(self, outcomes: Vec<Result<Outcome, EventError>>) -> Result<Value, HandlerError> {
        let mut outcomes = outcomes.into_iter().map(settled);
        let Some(queue) = self.queue else {
            return outcomes.next().unwrap_or(Ok(Outcome::Repeated(Vec::new()))).map(answer);
        };
        let failed = |(message, outcome): (String, Result<Outcome, HandlerError>)| {
            let error = outcome.err()?;
            tracing::error!(message_id = message, "{error}");
            Some(message)
        };
        let unreadable = queue.unreadable.into_iter().inspect(|message| {
            tracing::error!(message_id = message, "the event is refused: the message is not JSON");
        });
        let failed = unreadable.chain(queue.messages.into_iter().zip(outcomes).filter_map(failed));
        let failed: Vec<_> = failed.map(|message| json!({"itemIdentifier": message})).collect();
        Ok(json!({"batchItemFailures": failed}))
    }
}

/// An outcome that need not come again, or why it has to.
fn settled(outcome: Result<Outcome, EventError>) -> Result<Outcome, HandlerError> {
    match outcome? {
        Outcome::Judged(_, failures) | Outcome::Repeated(failures) | Outcome::Closed(failures)
            if !failures.is_empty() =>
        {
            Err(HandlerError::Delivery(failures))
        }
        outcome => Ok(outcome),
    }
}

/// What is said of an event that was judged before.
pub(crate) const REPEATED: &str = "this event was judged before";

/// Bytes of an answer. Lambda takes none above 6 MB, and would call the invocation failed.
const LONGEST_ANSWER: usize = 5_000_000;

fn answer(outcome: Outcome) -> Value {
    let report = match outcome {
        Outcome::Skipped(reason) => return json!({"skipped": reason.to_string()}),
        Outcome::Repeated(_) => return json!({"skipped": REPEATED}),
        Outcome::Closed(_) => return json!({"skipped": Skip::Gone(Box::default()).to_string()}),
        Outcome::Judged(report, _) | Outcome::Probed(Probed { report, .. }) => report,
    };
    let answer = json!(report);
    if answer.to_string().len() <= LONGEST_ANSWER {
        return answer;
    }
    json!({
        "task": report.task,
        "too_large": {
            "violations": report.violations.len(),
            "faults": report.faults.len(),
            "undecided": report.undecided.len(),
        },
    })
}

/// The messages of an SQS batch.
fn records(payload: &Value) -> Option<&Vec<Value>> {
    let records = payload.get("Records")?.as_array()?;
    let is_message = |record: &Value| record.get("eventSource").and_then(Value::as_str) == Some("aws:sqs");
    records.iter().all(is_message).then_some(records)
}

#[cfg(test)]
mod tests {
    use gatecheck_core::report::Report;
    use gatecheck_core::sink::SinkError;

    use super::*;

    fn message(id: &str, body: &str) -> Value {
        json!({"messageId": id, "body": body, "eventSource": "aws:sqs"})
    }

    #[test]
    fn an_event_comes_alone_or_in_messages_of_a_queue() {
        let event = json!({"source": "aws.ecs"});
        let alone = Inbox::open(event.clone());
        assert_eq!(alone.events, std::slice::from_ref(&event));
        let batch = json!({"Records": [message("1", &event.to_string()), message("2", "no event"), message("3", "7")]});
        let batch = Inbox::open(batch);
        assert_eq!(batch.events, [event, json!(7)]);
        assert!(Inbox::open(json!({"Records": []})).events.is_empty());
        let of_another_service = json!({"Records": [{"eventSource": "aws:s3"}]});
        assert_eq!(Inbox::open(of_another_service.clone()).events, [of_another_service]);
    }

    #[test]
    fn only_what_failed_stays_in_the_queue() {
        let batch = Inbox::open(
            json!({"Records": [message("1", "1"), message("2", "x"), message("3", "3"), message("4", "4")]}),
        );
        let unreached = SinkError { sink: "chat".to_owned(), why: "it answered 500".to_owned() };
        let outcomes = [
            Ok(Outcome::Skipped(Skip::Stopping("STOPPED".to_owned()))),
            Err(EventError::Missing("/source")),
            Ok(Outcome::Repeated(vec![unreached])),
        ];
        let answer = batch.answer(outcomes.into()).unwrap();
        let failed = ["2", "3", "4"].map(|message| json!({"itemIdentifier": message}));
        assert_eq!(answer, json!({"batchItemFailures": failed}));
    }

    #[test]
    fn an_event_alone_is_answered_with_its_report() {
        let answer = |outcome| Inbox::open(json!({})).answer(vec![outcome]);
        let report = Report { task: Some("arn:t".to_owned()), ..Report::default() };
        let judged = answer(Ok(Outcome::Judged(report, vec![]))).unwrap();
        assert_eq!(judged, json!({"task": "arn:t", "violations": [], "faults": [], "undecided": []}));
        let unreached = SinkError { sink: "chat".to_owned(), why: "it answered 500".to_owned() };
        let error = answer(Ok(Outcome::Judged(Report::default(), vec![unreached]))).unwrap_err();
        assert_eq!(error.to_string(), "the sink `chat` did not take the report: it answered 500");
    }
}
