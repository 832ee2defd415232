//! Logins at registries, from docker's configuration.

use std::path::PathBuf;
use std::{env, fmt, fs, io};

use docker_credential::{CredentialRetrievalError, DockerCredential, get_credential_from_reader};
use gatecheck_aws::Login;
use serde_json::{Value, json};
use thiserror::Error;

use super::web::one_line;

/// Docker Hub is logged in to under this name only.
const DOCKER_HUB: &str = "https://index.docker.io/v1/";

/// With it, every credential helper says that it has nothing.
const NOTHING_FOUND: &str = "credentials not found";

/// Where logins are.
#[derive(Clone, Default)]
pub enum Logins {
    /// There are none.
    #[default]
    None,
    /// In the text of docker's `config.json`, below `auths`. Credential helpers are not asked: what comes from elsewhere starts no
    /// program here.
    Text(String),
    /// Where `docker login` puts them, with the help of its credential helpers.
    OfUser,
}

impl fmt::Debug for Logins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Text(_) => "Text(..)",
            Self::OfUser => "OfUser",
        })
    }
}

impl Logins {
    /// The login at a registry (`ghcr.io`, `127.0.0.1:5000`).
    ///
    /// A credential helper is waited for.
    pub fn find(&self, registry: &str) -> Result<Option<Login>, LoginError> {
        let configuration = match self {
            Self::None => None,
            Self::Text(text) => Some(logins_in(text)?),
            Self::OfUser => configuration_of_user()?,
        };
        let Some(configuration) = configuration else { return Ok(None) };
        let is_docker_hub = matches!(registry, "docker.io" | "index.docker.io" | "registry-1.docker.io");
        let servers = is_docker_hub.then_some(DOCKER_HUB).into_iter().chain([registry]);
        for server in servers {
            let failed = |why: &str| LoginError::Failed { registry: registry.to_owned(), why: one_line(why) };
            match get_credential_from_reader(configuration.as_bytes(), server) {
                Ok(DockerCredential::UsernamePassword(user, password)) => return Ok(Some(Login { user, password })),
                Ok(DockerCredential::IdentityToken(_)) => {
                    return Err(LoginError::Token { registry: registry.to_owned() });
                }
                Err(CredentialRetrievalError::NoCredentialConfigured) => {}
                Err(CredentialRetrievalError::HelperFailure { stdout, .. }) if stdout.contains(NOTHING_FOUND) => {}
                Err(CredentialRetrievalError::ConfigReadError) => return Err(LoginError::Malformed),
                Err(CredentialRetrievalError::HelperFailure { helper, stdout, .. }) => {
                    return Err(failed(&format!("`{helper}`: {stdout}")));
                }
                Err(error) => return Err(failed(&error.to_string())),
            }
        }
        Ok(None)
    }
}

fn logins_in(text: &str) -> Result<String, LoginError> {
    let configuration: Value = serde_json::from_str(text).map_err(|_| LoginError::Malformed)?;
    let auths = configuration.get("auths").ok_or(LoginError::Malformed)?;
    Ok(json!({ "auths": auths }).to_string())
}

fn configuration_of_user() -> Result<Option<String>, LoginError> {
    let folder = env::var_os("DOCKER_CONFIG").map(PathBuf::from);
    let Some(folder) = folder.or_else(|| env::home_dir().map(|home| home.join(".docker"))) else { return Ok(None) };
    match fs::read_to_string(folder.join("config.json")) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(_) => Err(LoginError::Malformed),
    }
}

/// Why it is unknown whether there is a login.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LoginError {
    /// There is a configuration, but not docker's.
    #[error("the configuration with the logins of registries is not that of docker")]
    Malformed,
    /// It can only be exchanged for another.
    #[error("the login at `{registry}` is an identity token")]
    Token {
        /// Host, and port if it has one.
        registry: String,
    },
    /// A credential helper failed, or what is configured is no login.
    #[error("the login at `{registry}` could not be read: {why}")]
    Failed {
        /// Host, and port if it has one.
        registry: String,
        /// What happened, in one line.
        why: String,
    },
}

impl LoginError {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Malformed => "write what `docker login` writes to `config.json`: an object with `auths`",
            Self::Token { .. } => "log in with a user name and a password or access token: `docker login -u USER`",
            Self::Failed { .. } => "log in again with `docker login`; make sure that docker's credential helper works",
        }
    }
}
