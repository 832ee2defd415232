//! What is not on this machine, for the command line: with the logins of docker, and the profile and Region of the AWS CLI.

use std::env;
use std::sync::Arc;

use gatecheck_aws::{ParameterError, Texts};
use gatecheck_core::policy::{Location, PolicyDocument};
use gatecheck_store::fetch::{Remote, SourceOfLogins};
use gatecheck_store::read_all;

use crate::host::Documents;
use crate::input::InputError;
use crate::policies::name_of;
use crate::progress;

/// Buckets, registries, parameters and the web.
pub(crate) fn remote() -> Arc<Remote> {
    Arc::new(new())
}

/// `GATECHECK_INSECURE_HOSTS` may be asked without encryption.
pub(crate) fn insecure_hosts() -> Vec<String> {
    let hosts = env::var("GATECHECK_INSECURE_HOSTS").unwrap_or_default();
    hosts.split(',').map(|host| host.trim().to_owned()).collect()
}

fn new() -> Remote {
    Remote::new(insecure_hosts(), SourceOfLogins::Docker)
}

/// The same in another Region, if one is given.
pub(crate) async fn in_region(region: Option<&str>) -> Arc<Remote> {
    let here = new();
    let Some(region) = region else { return Arc::new(here) };
    let config = gatecheck_aws::in_region(here.aws().await, region);
    Arc::new(here.with_aws(config))
}

/// The documents of the policies at or below a parameter.
pub(crate) async fn policies_at(remote: &Remote, name: &str) -> Result<Documents, InputError> {
    let texts = progress::show("reading parameters", texts_at(remote, name)).await?;
    if texts.is_empty() {
        return Err(InputError::NoParameters { name: name.to_owned() });
    }
    let module_at = |parameter: &str| {
        let location = Location::Parameter(parameter.to_owned());
        (parameter.to_owned(), Ok(PolicyDocument::of_module(&name_of(&location), location, None)))
    };
    // A module may be in parts, which are numbered, and its bytes are in base64, which is no JSON.
    let is_part = |parameter: &str| parameter.rsplit('/').next().is_some_and(|last| last.parse::<usize>().is_ok());
    if !texts.contains_key(name) && texts.keys().all(|parameter| is_part(parameter)) {
        return Ok([module_at(name)].into());
    }
    let mut documents = read_all(&texts);
    let is_module = |text: &str| !text.trim_start().starts_with(['{', '[']);
    let modules = texts.iter().filter(|(_, text)| text.as_ref().is_ok_and(|text| is_module(text)));
    documents.extend(modules.map(|(parameter, _)| module_at(parameter)));
    Ok(documents)
}

async fn texts_at(remote: &Remote, name: &str) -> Result<Texts, ParameterError> {
    let parameters = remote.parameters().await;
    match parameters.get(name).await {
        Ok(text) => Ok(Texts::from([(name.to_owned(), Ok(text))])),
        // A path is the name of no parameter.
        Err(ParameterError::NotFound { .. }) => parameters.under(name).await,
        Err(error) => Err(error),
    }
}
