//! What a failed call means.

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use gatecheck_core::facts::Unavailable;

/// The codes with which services refuse: ECS and SSM, IAM, SNS, EC2, and what some of them said in the past.
const REFUSALS: [&str; 5] =
    ["AccessDeniedException", "AccessDenied", "AuthorizationError", "UnauthorizedOperation", "UnauthorizedAccess"];

/// A service's message is for people; it is cut where it would flood a log.
const LONGEST_MESSAGE: usize = 300;

/// What a failed call of `action` (`ecs:DescribeTasks`) means for the fact it was to bring.
pub(crate) fn unavailable<E: ProvideErrorMetadata, R>(action: &str, error: &SdkError<E, R>) -> Unavailable {
    Failure::of(error).unavailable(action)
}

/// Why a call failed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The identity that asked is not allowed to.
    Denied,
    /// Anything else, in one line.
    Other(String),
}

impl Failure {
    pub(crate) fn of<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Self {
        match error {
            SdkError::ServiceError(error) => Self::of_service(error.err()),
            SdkError::TimeoutError(_) => Self::Other("timed out".to_owned()),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => Self::Other("timed out".to_owned()),
            SdkError::DispatchFailure(failure) if failure.is_io() => Self::Other("could not be reached".to_owned()),
            // Before the request leaves, the SDK looks for an endpoint and signs.
            SdkError::DispatchFailure(_) | SdkError::ConstructionFailure(_) => Self::not_asked(),
            SdkError::ResponseError(_) => Self::not_read(),
            _ => Self::Other("failed".to_owned()),
        }
    }

    fn of_service(error: &impl ProvideErrorMetadata) -> Self {
        Self::of_code(error.code().unwrap_or("an error without a code"), error.message().map(one_line))
    }

    /// What it means for the fact that a call of `action` was to bring.
    pub(crate) fn unavailable(self, action: &str) -> Unavailable {
        match self {
            Self::Denied => Unavailable::Denied(action.to_owned()),
            Self::Other(why) => Unavailable::Failed(format!("{action}: {why}")),
        }
    }

    /// The request could not even be made.
    pub(crate) fn not_asked() -> Self {
        Self::Other("could not be asked; are a Region and credentials configured?".to_owned())
    }

    /// There is an answer, but not one that makes sense.
    pub(crate) fn not_read() -> Self {
        Self::Other("the answer could not be read".to_owned())
    }

    /// What the code of an error means, and its message on one line.
    pub(crate) fn of_code(code: &str, message: Option<String>) -> Self {
        if REFUSALS.contains(&code) {
            return Self::Denied;
        }
        let message = message.filter(|message| !message.is_empty());
        Self::Other(message.map_or_else(|| code.to_owned(), |message| format!("{code}: {message}")))
    }
}

/// A message on one line, and not too long.
pub(crate) fn one_line(message: &str) -> String {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(LONGEST_MESSAGE).collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::operation::describe_tasks::DescribeTasksError;
    use aws_smithy_runtime_api::client::result::ConnectorError;
    use aws_smithy_types::error::ErrorMetadata;

    use super::*;

    type Error = SdkError<DescribeTasksError, ()>;

    fn of_code(code: &str, message: &str) -> Unavailable {
        let error = ErrorMetadata::builder().code(code).message(message).build();
        unavailable("ecs:DescribeTasks", &Error::service_error(DescribeTasksError::generic(error), ()))
    }

    #[test]
    fn a_refusal_names_the_action() {
        for code in REFUSALS {
            let reason = of_code(code, "You are not authorized. Encoded authorization failure message: 4bGXx");
            assert_eq!(reason, Unavailable::Denied("ecs:DescribeTasks".into()));
        }
    }

    #[test]
    fn a_failure_is_told_in_one_line() {
        let reason = of_code("RequestLimitExceeded", "Request limit\n exceeded.");
        let expected = "ecs:DescribeTasks: RequestLimitExceeded: Request limit exceeded.";
        assert_eq!(reason, Unavailable::Failed(expected.into()));
        assert_eq!(of_code("InternalError", ""), Unavailable::Failed("ecs:DescribeTasks: InternalError".into()));
    }

    #[test]
    fn the_way_there_can_fail_too() {
        let told = |error: &Error| unavailable("a:B", error).to_string();
        assert_eq!(told(&Error::timeout_error("t")), "failed: a:B: timed out");
        let timeout = Error::dispatch_failure(ConnectorError::timeout("t".into()));
        assert_eq!(told(&timeout), "failed: a:B: timed out");
        let io = Error::dispatch_failure(ConnectorError::io("t".into()));
        assert_eq!(told(&io), "failed: a:B: could not be reached");
        let unsigned = Error::dispatch_failure(ConnectorError::other("t".into(), None));
        assert_eq!(told(&unsigned), "failed: a:B: could not be asked; are a Region and credentials configured?");
        assert_eq!(told(&Error::response_error("t", ())), "failed: a:B: the answer could not be read");
    }
}
