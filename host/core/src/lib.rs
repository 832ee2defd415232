//! Gatecheck's library: an event comes in, facts about its task are gathered, policies judge them, a report goes out.
//!
//! ```text
//! event ──► facts ──► policies ──► report ──► sinks
//! parse     gather     evaluate     combine    deliver
//! pure      I/O        pure         pure       I/O
//! ```
//!
//! [`run`] is the way through; [`event`], [`facts`], [`policy`], [`report`] and [`sink`] are its stations. Where facts come from is
//! a [`facts::FactSource`]: AWS in the Lambda function, a [`recording`] on a laptop. Nothing here knows AWS, a clock or a
//! network. What a policy costs is measured beside that, by the same run.

pub mod arn;
mod budget;
pub mod entry;
mod evaluate;
pub mod event;
mod explain;
pub mod facts;
pub mod glob;
mod judge;
#[cfg(feature = "compiler")]
pub mod measure;
mod pipeline;
pub mod policy;
pub mod probe;
pub mod recording;
pub mod report;
mod reported;
pub mod secret;
pub mod sink;

pub use explain::{Explanation, explain};
pub use judge::judge;
pub use pipeline::{Host, Judged, Outcome, run};
pub use reported::{Memory, NotShared, Reported, ReportedId, SharedMemory};
