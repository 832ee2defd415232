//! Where messages of one sink are posted, and in which form.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;
use reqwest::Url;
use thiserror::Error;

use crate::alert::Alert;
use crate::document::{Channel, Reference};
use crate::http::{self, UrlError};
use crate::webhook::{self, Post, Secret, SecretError};
use crate::{discord, pagerduty, slack, slack_workflow, teams};

/// Where one sink takes messages.
#[derive(Debug)]
pub enum Endpoint {
    /// A webhook.
    Hook(Hook),
    /// The ARN of an SNS topic.
    Topic(String),
    /// The name or ARN of an event bus.
    Bus(String),
    /// Security Hub of the task's account and Region.
    SecurityHub,
}

/// A webhook. A secret: whoever knows it can post.
pub struct Hook {
    pub(crate) url: Url,
    form: Form,
}

enum Form {
    Slack,
    SlackWorkflow { key: String },
    Teams,
    Discord,
    PagerDuty { routing_key: String },
    Webhook { secrets: Vec<Secret>, cloud_events: bool },
}

/// Says nothing: all of it is secret.
impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook").finish_non_exhaustive()
    }
}

/// Why a sink cannot be told anything.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EndpointError {
    /// A parameter could not be read.
    #[error("the parameter `{name}` cannot be read: {why}")]
    Unreadable {
        /// Its name.
        name: String,
        /// What happened, and what to do.
        why: String,
    },
    /// What it holds is no place to post to.
    #[error("what the parameter `{name}` holds is {error}")]
    Url {
        /// Its name.
        name: String,
        /// What is wrong.
        error: UrlError,
    },
    /// What it holds is nothing to sign with.
    #[error("the parameter `{name}`: {error}")]
    Secret {
        /// Its name.
        name: String,
        /// What is wrong.
        error: SecretError,
    },
    /// The URL in the entry is none.
    #[error("`url` is {0}")]
    OwnUrl(UrlError),
}

impl Endpoint {
    /// The endpoint of a channel, with its secrets: the values of parameters, or why one cannot be read. `insecure` are the hosts
    /// that are asked without encryption.
    pub fn new(
        channel: &Channel,
        values: &BTreeMap<String, Result<String, String>>,
        insecure: &BTreeSet<String>,
    ) -> Result<Self, EndpointError> {
        let value = |Reference(name): &Reference| match values.get(name) {
            Some(Ok(value)) => Ok(value.trim()),
            Some(Err(why)) => Err(EndpointError::Unreadable { name: name.clone(), why: why.clone() }),
            None => Err(EndpointError::Unreadable { name: name.clone(), why: "it was not asked for".to_owned() }),
        };
        let url = |reference: &Reference| {
            let name = || reference.0.clone();
            http::url(value(reference)?, insecure).map_err(|error| EndpointError::Url { name: name(), error })
        };
        let secret = |reference: &Reference| {
            let name = || reference.0.clone();
            value(reference)?.parse().map_err(|error| EndpointError::Secret { name: name(), error })
        };
        let hook = |reference, form| Ok(Self::Hook(Hook { url: url(reference)?, form }));
        match channel {
            Channel::Slack(keys) => hook(&keys.url, Form::Slack),
            Channel::Teams(keys) => hook(&keys.url, Form::Teams),
            Channel::Discord(keys) => hook(&keys.url, Form::Discord),
            Channel::SlackWorkflow(keys) => hook(&keys.url, Form::SlackWorkflow { key: keys.key.clone() }),
            Channel::PagerDuty(keys) => {
                let url = http::url(&keys.url, insecure).map_err(EndpointError::OwnUrl)?;
                let routing_key = value(&keys.routing_key)?.to_owned();
                Ok(Self::Hook(Hook { url, form: Form::PagerDuty { routing_key } }))
            }
            Channel::Webhook(keys) => {
                let secrets = keys.secrets.iter().map(secret).collect::<Result<_, _>>()?;
                hook(&keys.url, Form::Webhook { secrets, cloud_events: keys.cloud_events })
            }
            Channel::Sns(keys) => Ok(Self::Topic(keys.topic.clone())),
            Channel::EventBridge(keys) => Ok(Self::Bus(keys.bus.clone())),
            Channel::SecurityHub => Ok(Self::SecurityHub),
        }
    }

    /// The webhook that users of the Python tool have in their environment.
    pub fn workflow(url: Url, key: String) -> Self {
        Self::Hook(Hook { url, form: Form::SlackWorkflow { key } })
    }
}

impl Hook {
    /// The message that tells of an alert.
    pub(crate) fn post(&self, alert: &Alert, now: Timestamp) -> Post {
        let body = match &self.form {
            Form::Slack => slack::body(alert),
            Form::SlackWorkflow { key } => slack_workflow::body(alert, key),
            Form::Teams => teams::body(alert),
            Form::Discord => discord::body(alert),
            Form::PagerDuty { routing_key } => pagerduty::body(alert, routing_key),
            Form::Webhook { secrets, cloud_events } => return webhook::post(alert, secrets, *cloud_events, now),
        };
        Post { headers: Vec::new(), body: body.to_string().into_bytes() }
    }
}
