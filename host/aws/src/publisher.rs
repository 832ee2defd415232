//! SNS topics and event buses.

use aws_config::SdkConfig;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_sdk_sns::types::MessageAttributeValue;
use thiserror::Error;

use crate::calls::client;
use crate::config::in_region;
use crate::failure::Failure;

const PUBLISH: &str = "sns:Publish";
const PUT_EVENTS: &str = "events:PutEvents";

/// What events say about where they come from.
const SOURCE: &str = "gatecheck";

/// Publishes to topics and buses.
#[derive(Debug, Clone)]
pub struct Publisher {
    config: SdkConfig,
}

/// A message for the subscribers of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// A topic that keeps an order takes each once.
    pub id: String,
    /// One line of ASCII, at most 100 characters.
    pub subject: String,
    /// What people read.
    pub text: String,
    /// Name and value: what subscriptions filter by.
    pub attributes: Vec<(&'static str, String)>,
    /// Name and JSON array of strings: the same for what has several values.
    pub lists: Vec<(&'static str, String)>,
}

/// An event for a bus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What rules match first.
    pub detail_type: &'static str,
    /// A JSON object.
    pub detail: String,
    /// ARNs of what it is about.
    pub resources: Vec<String>,
}

/// Why something was not published.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PublishError {
    /// The role may not.
    #[error("AWS refused; allow `{0}`")]
    Denied(&'static str),
    /// Anything else: it may go well another time.
    #[error("{action}: {why}")]
    Failed {
        /// The call.
        action: &'static str,
        /// What happened.
        why: String,
    },
}

impl Publisher {
    /// Publishes as the identity of `config`.
    pub fn new(config: &SdkConfig) -> Self {
        Self { config: config.clone() }
    }

    /// Publishes to the topic of this ARN, wherever it is (`sns:Publish`).
    pub async fn publish(&self, topic: &str, notification: Notification) -> Result<(), PublishError> {
        let client = client!(aws_sdk_sns, &self.config_for(topic));
        let Notification { id, subject, text, attributes, lists } = notification;
        let mut request = client.publish().topic_arn(topic).subject(subject).message(text);
        let attributes = attributes.into_iter().map(|(name, value)| (name, "String", value));
        let lists = lists.into_iter().map(|(name, value)| (name, "String.Array", value));
        for (name, kind, value) in attributes.chain(lists) {
            // Only a missing type is an error.
            if let Ok(value) = MessageAttributeValue::builder().data_type(kind).string_value(value).build() {
                request = request.message_attributes(name, value);
            }
        }
        if topic.rsplit_once('.').is_some_and(|(_, kind)| kind == "fifo") {
            request = request.message_deduplication_id(&id).message_group_id(id);
        }
        let answer = request.send().await;
        answer.map(drop).map_err(|error| PublishError::new(PUBLISH, Failure::of(&error)))
    }

    /// Puts an event on the bus of this name or ARN (`events:PutEvents`).
    pub async fn put(&self, bus: &str, event: Event) -> Result<(), PublishError> {
        let client = client!(aws_sdk_eventbridge, &self.config_for(bus));
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(bus)
            .source(SOURCE)
            .detail_type(event.detail_type)
            .detail(event.detail)
            .set_resources(Some(event.resources))
            .build();
        let answer = client.put_events().entries(entry).send().await;
        let answer = answer.map_err(|error| PublishError::new(PUT_EVENTS, Failure::of(&error)))?;
        // A call can go well, and the one event in it not.
        match answer.entries().iter().find_map(|entry| entry.error_code()) {
            Some(code) => Err(PublishError::Failed { action: PUT_EVENTS, why: code.to_owned() }),
            None => Ok(()),
        }
    }

    /// The Region of an ARN; a name is in our own.
    fn config_for(&self, arn: &str) -> SdkConfig {
        let region = arn.strip_prefix("arn:").and_then(|arn| arn.split(':').nth(2)).filter(|region| !region.is_empty());
        match region {
            Some(region) if self.config.region().is_none_or(|own| own.as_ref() != region) => {
                in_region(&self.config, region)
            }
            _ => self.config.clone(),
        }
    }
}

impl PublishError {
    pub(crate) fn new(action: &'static str, failure: Failure) -> Self {
        match failure {
            Failure::Denied => Self::Denied(action),
            Failure::Other(why) => Self::Failed { action, why },
        }
    }
}
