//! Gatecheck as an AWS Lambda function: a thin shell over `gatecheck-core`.

mod config;
mod error;
mod function;
pub mod log;
mod policies;
pub mod sink;

pub use config::{Config, ConfigError, PolicySources};
pub use error::HandlerError;
pub use function::Function;
pub use log::LogFormat;
pub use policies::{PolicyError, PolicyStore};
