//! The binary `bootstrap` that Lambda starts.

// The futures of the AWS SDK nest deep, and here they are all one type.
#![recursion_limit = "256"]

use std::process::ExitCode;

use gatecheck_lambda::{Config, Function, HandlerError, LogFormat, log};
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
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
        function.handle(&event.payload).await.inspect_err(|error: &HandlerError| tracing::error!("{error}"))
    }))
    .await
}
