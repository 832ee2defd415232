//! What a Lambda function in Rust with Gatecheck's AWS clients takes before it does anything: it answers every event with null.

use std::hint::black_box;

use aws_config::BehaviorVersion;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let clients = (
        aws_sdk_ecr::Client::new(&config),
        aws_sdk_ecs::Client::new(&config),
        aws_sdk_eventbridge::Client::new(&config),
        aws_sdk_kms::Client::new(&config),
        aws_sdk_s3::Client::new(&config),
        aws_sdk_sns::Client::new(&config),
        aws_sdk_ssm::Client::new(&config),
    );
    let clients = &clients;
    run(service_fn(async |event: LambdaEvent<Value>| {
        // The calls that Gatecheck makes, so that their code is in the program. There is no such event.
        if event.payload == "call" {
            let (ecr, ecs, events, kms, s3, sns, ssm) = black_box(clients);
            ecr.get_authorization_token().send().await?;
            ecs.describe_tasks().send().await?;
            ecs.describe_task_definition().send().await?;
            ecs.describe_services().send().await?;
            ecs.describe_clusters().send().await?;
            ecs.describe_container_instances().send().await?;
            events.put_events().send().await?;
            kms.sign().send().await?;
            s3.get_object().send().await?;
            sns.publish().send().await?;
            ssm.get_parameter().send().await?;
            ssm.get_parameters_by_path().send().await?;
        }
        Ok::<_, Error>(Value::Null)
    }))
    .await
}
