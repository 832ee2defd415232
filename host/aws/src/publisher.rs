//! SNS topics and event buses.

use std::sync::OnceLock;

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
#[derive(Debug)]
pub struct Publisher {
    config: SdkConfig,
    /// Made for the first message. Each has connections of its own, so that those of our own Region are kept.
    sns: OnceLock<aws_sdk_sns::Client>,
    events: OnceLock<aws_sdk_eventbridge::Client>,
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
        Self { config: config.clone(), sns: OnceLock::new(), events: OnceLock::new() }
    }

    /// Publishes to the topic of this ARN, wherever it is (`sns:Publish`).
    pub async fn publish(&self, topic: &str, notification: Notification) -> Result<(), PublishError> {
        let client = match self.elsewhere(topic) {
            Some(config) => &client!(aws_sdk_sns, &config),
            None => self.sns.get_or_init(|| client!(aws_sdk_sns, &self.config)),
        };
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
        let client = match self.elsewhere(bus) {
            Some(config) => &client!(aws_sdk_eventbridge, &config),
            None => self.events.get_or_init(|| client!(aws_sdk_eventbridge, &self.config)),
        };
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

    /// What leads to the Region of an ARN, if that is not our own. A name is in our own.
    fn elsewhere(&self, arn: &str) -> Option<SdkConfig> {
        let region = arn.strip_prefix("arn:")?.split(':').nth(2).filter(|region| !region.is_empty())?;
        let is_own = self.config.region().is_some_and(|own| own.as_ref() == region);
        (!is_own).then(|| in_region(&self.config, region))
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
