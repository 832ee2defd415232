//! Gatecheck as an AWS Lambda function: a thin shell over `gatecheck-core` and `gatecheck-store`.

mod config;
mod decision;
mod error;
mod function;
mod inbox;
pub mod log;
mod metrics;
mod reported;
pub mod sink;

pub use config::{Config, ConfigError, ModulesConfig};
pub use decision::Decisions;
pub use error::HandlerError;
pub use function::Function;
pub use log::LogFormat;
