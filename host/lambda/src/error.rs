//! Why an invocation fails. Lambda retries it then, and in the end keeps the event where failed ones go.

use gatecheck_core::event::EventError;
use gatecheck_core::sink::SinkError;
use gatecheck_store::PolicyError;
use lambda_runtime::Diagnostic;
use thiserror::Error;

/// Why an invocation fails.
#[derive(Debug, Error)]
pub enum HandlerError {
    /// The event cannot be understood.
    #[error("the event is refused: {0}")]
    Event(#[from] EventError),
    /// There is no policy to judge by.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The report did not reach everyone.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Delivery(Vec<SinkError>),
}

impl From<HandlerError> for Diagnostic {
    fn from(error: HandlerError) -> Self {
        let error_type = match error {
            HandlerError::Event(_) => "Gatecheck.Event",
            HandlerError::Policy(_) => "Gatecheck.Policy",
            HandlerError::Delivery(_) => "Gatecheck.Delivery",
        };
        Self { error_type: error_type.to_owned(), error_message: error.to_string() }
    }
}
