//! Where Gatecheck meets AWS: the only crate that names AWS crates.

mod cache;
mod config;
mod ec2;
mod ecs;
mod failure;
mod parameters;
mod source;

pub use aws_config::SdkConfig;
pub use config::load_config;
pub use parameters::{ParameterError, Parameters};
pub use source::AwsSource;
