//! Where a module is: the references that a policy document can hold.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

/// Where a module is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Location {
    /// A path. Only the command line has files.
    File(PathBuf),
    /// `ssm:/NAME`: in SSM Parameter Store.
    Parameter(String),
    /// `s3://BUCKET/KEY`.
    Object {
        /// The bucket.
        bucket: String,
        /// The key in it.
        key: String,
    },
    /// `oci://REGISTRY/REPOSITORY[:TAG][@sha256:...]`.
    Image(Image),
    /// `https://...`, and `http://...` where whoever fetches allows it.
    Web(String),
}

/// An artifact in a registry.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Image {
    /// Host, and port if it has one.
    pub registry: String,
    /// Name in the registry.
    pub repository: String,
    /// Tag, or digest of the manifest with its `sha256:`.
    pub version: String,
}

/// Why a reference leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LocationError {
    /// Nothing here knows it.
    #[error("unknown kind of reference")]
    Scheme,
    /// It lacks a part.
    #[error("incomplete reference")]
    Incomplete {
        /// What it should look like.
        shape: &'static str,
    },
}

impl LocationError {
    /// What to do about it.
    pub fn remedy(self) -> String {
        match self {
            Self::Scheme => "a module is at `ssm:/NAME`, `s3://BUCKET/KEY`, `oci://REGISTRY/REPOSITORY:TAG` or \
                             `https://HOST/PATH`, or it is the name of a bundled policy"
                .to_owned(),
            Self::Incomplete { shape } => format!("write `{shape}`"),
        }
    }
}

impl Location {
    /// Understands a reference. What has no scheme is a path.
    pub fn parse(reference: &str) -> Result<Self, LocationError> {
        // A scheme has more than one letter; the drive of a path has one.
        let Some((scheme, rest)) = reference.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) else {
            return Ok(Self::File(reference.into()));
        };
        let incomplete = |shape| LocationError::Incomplete { shape };
        match (scheme, rest.strip_prefix("//")) {
            ("ssm", _) => match rest.strip_prefix('/') {
                Some(name) if !name.is_empty() && !name.ends_with('/') => Ok(Self::Parameter(rest.to_owned())),
                _ => Err(incomplete("ssm:/NAME")),
            },
            ("s3", rest) => match rest.and_then(|rest| rest.split_once('/')) {
                Some((bucket, key)) if !bucket.is_empty() && !key.is_empty() => {
                    Ok(Self::Object { bucket: bucket.to_owned(), key: key.to_owned() })
                }
                _ => Err(incomplete("s3://BUCKET/KEY")),
            },
            ("oci", rest) => {
                let image = rest.and_then(Image::parse).ok_or(incomplete("oci://REGISTRY/REPOSITORY:TAG"))?;
                Ok(Self::Image(image))
            }
            ("https" | "http", Some(rest)) if !rest.is_empty() && !rest.starts_with('/') => {
                Ok(Self::Web(reference.to_owned()))
            }
            ("https" | "http", _) => Err(incomplete("https://HOST/PATH")),
            _ => Err(LocationError::Scheme),
        }
    }

    /// The location as it can be told to anyone.
    pub fn shown(&self) -> Shown<'_> {
        Shown(self)
    }

    /// Where the artifact called `name` is that was made of the module here: beside it.
    #[must_use]
    pub fn beside(&self, name: &str) -> Self {
        match self {
            Self::File(path) => {
                let mut path = path.clone().into_os_string();
                path.push(format!(".{name}"));
                Self::File(path.into())
            }
            Self::Parameter(parameter) => Self::Parameter(format!("{parameter}.{name}")),
            Self::Object { bucket, key } => Self::Object { bucket: bucket.clone(), key: format!("{key}.{name}") },
            Self::Image(image) => Self::Image(Image { version: name.to_owned(), ..image.clone() }),
            Self::Web(url) => {
                let end = url.find(['?', '#']).unwrap_or(url.len());
                let (path, query) = url.split_at_checked(end).unwrap_or((url, ""));
                Self::Web(format!("{path}.{name}{query}"))
            }
        }
    }
}

/// A location as it can be told to anyone: what follows the path of a URL may be a secret.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a>(&'a Location);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Location::Web(url) => f.write_str(url.split(['?', '#']).next().unwrap_or_default()),
            other => write!(f, "{other}"),
        }
    }
}

fn is_scheme(text: &str) -> bool {
    text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

impl Image {
    /// Without a version it is the tag `latest`.
    fn parse(text: &str) -> Option<Self> {
        let (registry, rest) = text.split_once('/')?;
        let (repository, version) = match (rest.split_once('@'), rest.rsplit_once(':')) {
            // The digest decides, whatever the tag says.
            (Some((name, digest)), _) => (name.split_once(':').map_or(name, |(name, _)| name), digest),
            (None, Some((name, tag))) => (name, tag),
            (None, None) => (rest, "latest"),
        };
        let part = |text: &str| !text.is_empty() && !text.contains(['@', ' ', '?', '#', '\\']) && !text.contains("..");
        let version_is_good = !version.contains('/') && (!version.contains(':') || version.starts_with("sha256:"));
        (part(registry) && part(repository) && !repository.contains(':') && part(version) && version_is_good).then(
            || Self { registry: registry.to_owned(), repository: repository.to_owned(), version: version.to_owned() },
        )
    }

    /// The version is the digest of the manifest.
    pub fn is_pinned(&self) -> bool {
        self.version.contains(':')
    }
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { registry, repository, version } = self;
        let separator = if self.is_pinned() { '@' } else { ':' };
        write!(f, "{registry}/{repository}{separator}{version}")
    }
}

/// As it is written in a policy document.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Parameter(name) => write!(f, "ssm:{name}"),
            Self::Object { bucket, key } => write!(f, "s3://{bucket}/{key}"),
            Self::Image(image) => write!(f, "oci://{image}"),
            Self::Web(url) => write!(f, "{url}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_is_understood_and_printed_again() {
        let pinned = format!("oci://ghcr.io/acme/policy@sha256:{}", "0".repeat(64));
        for reference in [
            "policy.wasm",
            "../a/policy.wasm",
            "C:\\policies\\policy.wasm",
            "ssm:/gatecheck/modules/images",
            "s3://bucket/a/b.wasm",
            "oci://127.0.0.1:5000/acme/policy:1.0.0",
            &pinned,
            "https://example.com/policy.wasm?x=1",
        ] {
            assert_eq!(Location::parse(reference).unwrap().to_string(), reference);
        }
        let image = |text| Location::parse(text).unwrap().to_string();
        assert_eq!(image("oci://ghcr.io/acme/policy"), "oci://ghcr.io/acme/policy:latest");
        assert_eq!(image(&pinned.replace('@', ":1.0@")), pinned);
    }

    #[test]
    fn what_leads_nowhere_is_told_with_its_shape() {
        let incomplete = |reference: &str| match Location::parse(reference) {
            Err(LocationError::Incomplete { shape }) => shape,
            other => panic!("{reference}: {other:?}"),
        };
        assert_eq!(incomplete("ssm:name"), "ssm:/NAME");
        assert_eq!(incomplete("ssm:/"), "ssm:/NAME");
        assert_eq!(incomplete("s3://bucket"), "s3://BUCKET/KEY");
        assert_eq!(incomplete("s3:/bucket/key"), "s3://BUCKET/KEY");
        for reference in ["oci://registry", "oci:registry/name", "oci://r/n:a:b", "oci://r/../n:1"] {
            assert_eq!(incomplete(reference), "oci://REGISTRY/REPOSITORY:TAG");
        }
        assert_eq!(incomplete("https:///path"), "https://HOST/PATH");
        assert_eq!(Location::parse("ftp://example.com/x"), Err(LocationError::Scheme));
    }

    #[test]
    fn what_may_be_a_secret_is_not_shown() {
        let shown = |reference| Location::parse(reference).unwrap().shown().to_string();
        assert_eq!(shown("https://h/p.wasm?signature=1#x"), "https://h/p.wasm");
        assert_eq!(shown("s3://b/p.wasm"), "s3://b/p.wasm");
    }

    #[test]
    fn an_artifact_is_beside_its_module() {
        let beside = |reference| Location::parse(reference).unwrap().beside("1f.cwasm").to_string();
        assert_eq!(beside("a/p.wasm"), "a/p.wasm.1f.cwasm");
        assert_eq!(beside("ssm:/m/p"), "ssm:/m/p.1f.cwasm");
        assert_eq!(beside("s3://b/p.wasm"), "s3://b/p.wasm.1f.cwasm");
        assert_eq!(beside("oci://r/n:1"), "oci://r/n:1f.cwasm");
        assert_eq!(beside("https://h/p.wasm?v=1"), "https://h/p.wasm.1f.cwasm?v=1");
    }
}
