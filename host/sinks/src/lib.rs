//! Where reports go: chat, pagers, webhooks.
//!
//! ```text
//! reports ──► filter ──► alerts ──► post ──► webhook
//! ```
//!
//! A [`SinkStore`] reads which sinks there are, a [`Delivery`] tells them: one [`Alert`] for all tasks that break the same rules in
//! the same way, again until it is taken, and never twice what was taken.

mod alert;
mod delivery;
mod discord;
mod document;
mod endpoint;
#[cfg(test)]
mod example;
mod filter;
mod http;
mod hub;
pub mod ledger;
mod notification;
mod outline;
mod pagerduty;
mod set;
mod short;
mod slack;
mod slack_workflow;
mod store;
mod teams;
mod text;
mod webhook;

pub use alert::{Alert, Bundle, Content, Finding, Place, Trouble, bundle, counted};
pub use delivery::Delivery;
pub use document::{Channel, DocumentError, Reference, SinkDocument};
pub use endpoint::{Endpoint, EndpointError};
pub use filter::Filter;
pub use set::{Sink, SinkSet};
pub use store::{SinkSources, SinkStore};
