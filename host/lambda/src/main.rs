//! The binary `bootstrap` that Lambda starts.

// The futures of the AWS SDK nest deep, and here they are all one type.
#![recursion_limit = "256"]

use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};

use gatecheck_lambda::{Config, Function, HandlerError, LogFormat, log};
use lambda_runtime::{Context, LambdaEvent, service_fn};
use serde_json::Value;

/// Lambda lets no invocation run longer.
const LONGEST_INVOCATION: Duration = Duration::from_mins(15);

fn main() -> ExitCode {
    // A module without an artifact is compiled by this very program, as its own child.
    gatecheck_store::serve_child().unwrap_or_else(start)
}

#[tokio::main(flavor = "current_thread")]
async fn start() -> ExitCode {
    log::install(LogFormat::from_env());
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("Gatecheck cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), lambda_runtime::Error> {
    let function = Function::new(Config::from_env()?, &gatecheck_aws::load_config().await)?;
    let function = &function;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        log::set_request_id(&event.context.request_id);
        function
            .handle(event.payload, deadline(&event.context), &event.context.invoked_function_arn)
            .await
            .inspect_err(|error: &HandlerError| tracing::error!("{error}"))
    }))
    .await
}

/// When Lambda ends the invocation, by the clock that no adjustment moves.
fn deadline(context: &Context) -> Instant {
    let left = context.deadline().duration_since(SystemTime::now());
    // Some local runtimes send no point in time.
    Instant::now() + left.ok().filter(|left| !left.is_zero()).unwrap_or(LONGEST_INVOCATION).min(LONGEST_INVOCATION)
}
