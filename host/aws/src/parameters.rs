//! SSM Parameter Store.

mod error;
mod storing;

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_sdk_ssm::Client;
use aws_sdk_ssm::error::SdkError;
use aws_sdk_ssm::operation::get_parameter::GetParameterError;
use aws_sdk_ssm::types::{Parameter, ParameterType};
use futures_util::future::join_all;

use crate::calls::client;
pub use error::ParameterError;
use error::{GET_PARAMETER, GET_PARAMETERS_BY_PATH};
pub use storing::Tier;

/// The texts of parameters by name, or why one cannot be read.
pub type Texts = BTreeMap<String, Result<String, ParameterError>>;

/// The parameters of one account and Region.
#[derive(Debug, Clone)]
pub struct Parameters {
    client: Client,
}

impl Parameters {
    /// The parameters that `config` leads to.
    pub fn new(config: &SdkConfig) -> Self {
        Self { client: client!(aws_sdk_ssm, config) }
    }

    /// The value of a parameter, decrypted if it is a `SecureString` (`ssm:GetParameter`).
    ///
    /// A name may lack the slash in front of its path: if there is no parameter of the very name, the one with the slash is
    /// meant.
    pub async fn get(&self, name: &str) -> Result<String, ParameterError> {
        let answer = match self.value_of(name).await {
            Err(error) if lacks_slash(name, &error) => self.value_of(&format!("/{name}")).await,
            answer => answer,
        };
        answer.map_err(|error| ParameterError::of_get(name, &error))?.ok_or_else(|| ParameterError::Failed {
            name: name.to_owned(),
            why: format!("{GET_PARAMETER}: the answer holds no value"),
        })
    }

    /// Name and value of every parameter below a path, at any depth, by name; nothing if there is none
    /// (`ssm:GetParametersByPath`).
    ///
    /// One that cannot be decrypted makes that call fail as a whole. The others are read without decryption then, and each
    /// `SecureString` by itself (`ssm:GetParameter`): only what cannot be read is an error.
    pub async fn under(&self, path: &str) -> Result<Texts, ParameterError> {
        let error = match self.page_through(path, true).await {
            Ok(parameters) => {
                let read = |parameter: Parameter| Some((parameter.name?, Ok(parameter.value?)));
                return Ok(parameters.into_iter().filter_map(read).collect());
            }
            Err(error @ ParameterError::Denied { .. }) => error,
            Err(error) => return Err(error),
        };
        let Ok(parameters) = self.page_through(path, false).await else { return Err(error) };
        let read = async |parameter: Parameter| {
            let name = parameter.name?;
            let is_secret = parameter.r#type == Some(ParameterType::SecureString);
            let value = if is_secret { self.get(&name).await } else { Ok(parameter.value?) };
            Some((name, value))
        };
        Ok(join_all(parameters.into_iter().map(read)).await.into_iter().flatten().collect())
    }

    async fn page_through(&self, path: &str, decrypt: bool) -> Result<Vec<Parameter>, ParameterError> {
        let request = self.client.get_parameters_by_path().path(path).recursive(true).with_decryption(decrypt);
        let mut pages = request.into_paginator().send();
        let mut parameters = Vec::new();
        // A page may be empty and still have a next one.
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| ParameterError::new(path, GET_PARAMETERS_BY_PATH, &error))?;
            parameters.extend(page.parameters.unwrap_or_default());
        }
        Ok(parameters)
    }

    async fn value_of(&self, name: &str) -> Result<Option<String>, SdkError<GetParameterError>> {
        let answer = self.client.get_parameter().name(name).with_decryption(true).send().await?;
        Ok(answer.parameter.and_then(|parameter| parameter.value))
    }
}

/// Whether a slash in front could make the name a good one. `a` may name a parameter that does not exist; `a/b` cannot name
/// any, and is refused as invalid.
fn lacks_slash(name: &str, error: &SdkError<GetParameterError>) -> bool {
    let bad_name = error
        .as_service_error()
        .is_some_and(|error| error.is_parameter_not_found() || error.meta().code() == Some("ValidationException"));
    bad_name && !name.starts_with('/') && !name.starts_with("arn:")
}
