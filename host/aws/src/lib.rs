//! Where Gatecheck meets AWS: the only crate that names AWS crates.

mod batch;
mod cache;
mod calls;
mod config;
mod deployment;
mod ec2;
mod ecs;
mod failure;
mod findings;
mod objects;
mod parameters;
mod publisher;
mod registry;
mod reported;
mod signed;
mod signing;
mod source;

pub use aws_config::SdkConfig;
pub use calls::Calls;
pub use config::{in_region, load_config};
pub use deployment::{DeployedFunction, Deployment, Mapping, Queue, Rule};
pub use findings::{Finding, Findings, OpenFinding, Refused};
pub use objects::{ObjectError, Objects};
pub use parameters::{ParameterError, Parameters, Texts, Tier};
pub use publisher::{Event, Notification, PublishError, Publisher};
pub use registry::{EcrLogins, Login, RegistryError};
pub use reported::{ReportedTable, ReportedTableError};
pub use signing::{SigningError, SigningKeys};
pub use source::AwsSource;
