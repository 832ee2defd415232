//! Objects in S3.

mod error;

use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::Config;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;

use crate::calls::client;
pub use error::ObjectError;
use error::{GET_OBJECT, PUT_OBJECT};

/// The buckets of one Region.
#[derive(Debug, Clone)]
pub struct Objects {
    client: Client,
}

impl Objects {
    /// The buckets that `config` leads to.
    pub fn new(config: &SdkConfig) -> Self {
        Self { client: client!(aws_sdk_s3, config) }
    }

    /// The bytes of an object (`s3:GetObject`), if there are at most `limit` of them. One that is larger is not received to
    /// its end.
    pub async fn get(&self, bucket: &str, key: &str, limit: u64) -> Result<Vec<u8>, ObjectError> {
        let object = uri(bucket, key);
        let answer = self.client.get_object().bucket(bucket).key(key).send().await;
        let answer = answer.map_err(|error| self.error(&object, GET_OBJECT, &error))?;
        let announced = answer.content_length().and_then(|length| u64::try_from(length).ok());
        if announced.is_some_and(|length| length > limit) {
            return Err(ObjectError::TooLarge { object, limit });
        }
        let (mut body, mut bytes, mut room) = (answer.body, Vec::new(), limit);
        while let Some(chunk) = body.try_next().await.map_err(|error| ObjectError::broken_off(&object, &error))? {
            let Some(left) = room.checked_sub(chunk.len() as u64) else {
                return Err(ObjectError::TooLarge { object, limit });
            };
            room = left;
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// Stores an object, whatever was there before (`s3:PutObject`).
    pub async fn put(&self, bucket: &str, key: &str, bytes: Vec<u8>, content_type: &str) -> Result<(), ObjectError> {
        // A module from a desk may take a while; the SDK gives up an upload that stands still.
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT).operation_timeout(ATTEMPT * 2);
        let patient = Config::builder().timeout_config(timeouts.build());
        let request = self.client.put_object().bucket(bucket).key(key).content_type(content_type);
        let answer = request.body(ByteStream::from(bytes)).customize().config_override(patient).send().await;
        answer.map(|_| ()).map_err(|error| self.error(&uri(bucket, key), PUT_OBJECT, &error))
    }

    fn error<E: ProvideErrorMetadata>(&self, object: &str, action: &str, error: &SdkError<E>) -> ObjectError {
        let here = self.client.config().region().map(AsRef::as_ref);
        ObjectError::new(object, action, here, error)
    }
}

/// How long one try to store an object may take.
const ATTEMPT: Duration = Duration::from_mins(5);

fn uri(bucket: &str, key: &str) -> String {
    format!("s3://{bucket}/{key}")
}
