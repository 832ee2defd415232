//! Recordings that come with the program: tasks to start from, complete in all fact families.

use std::io::{self, Write};

use gatecheck_core::recording::Recording;
use thiserror::Error;

use crate::render::{QUIET, STRONG};

/// Why there is no such base.
#[derive(Debug, Error)]
pub(crate) enum BaseError {
    #[error("no recording that comes with this program is called `{name}`")]
    NoSuchBase { name: String },
    #[error("the recording `{name}` of this program is broken: {reason}")]
    BrokenBase { name: &'static str, reason: String },
}

impl BaseError {
    /// What to do about it.
    pub(crate) fn remedy(&self) -> Option<String> {
        let Self::NoSuchBase { .. } = self else { return None };
        let names: Vec<_> = BASES.iter().map(|base| base.name).collect();
        Some(format!("take one of `{}`, or a file: its path has a dot or a slash", names.join("`, `")))
    }
}

/// A recording with a name.
#[derive(Debug)]
pub(crate) struct Base {
    name: &'static str,
    about: &'static str,
    /// The recording as JSON.
    pub(crate) text: &'static str,
}

const BASES: [Base; 4] = [
    Base {
        name: "fargate-public",
        about: "a Fargate task that runs in a public subnet, with a public address",
        text: include_str!("bases/fargate-public.json"),
    },
    Base {
        name: "fargate-private",
        about: "the same in a private subnet, behind a NAT gateway",
        text: include_str!("bases/fargate-private.json"),
    },
    Base {
        name: "fargate-provisioning",
        about: "the same in a private subnet, before its network interface is attached",
        text: include_str!("bases/fargate-provisioning.json"),
    },
    Base {
        name: "ec2-bridge",
        about: "a task in the bridge network of a container instance with a public address",
        text: include_str!("bases/ec2-bridge.json"),
    },
];

/// The base of this name.
pub(crate) fn find(name: &str) -> Result<&'static Base, BaseError> {
    BASES.iter().find(|base| base.name == name).ok_or_else(|| BaseError::NoSuchBase { name: name.to_owned() })
}

impl Base {
    /// Reads it.
    pub(crate) fn recording(&self) -> Result<Recording, BaseError> {
        let broken = |reason| BaseError::BrokenBase { name: self.name, reason };
        let document = serde_json::from_str(self.text).map_err(|error| broken(error.to_string()))?;
        Recording::parse(document).map_err(|error| broken(error.to_string()))
    }
}

/// The names of all of them.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    BASES.iter().map(|base| base.name)
}

/// One line for each.
pub(crate) fn list(out: &mut impl Write) -> io::Result<()> {
    for base in &BASES {
        writeln!(out, "{STRONG}{:<21}{STRONG:#} {QUIET}{}{QUIET:#}", base.name, base.about)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use gatecheck_core::facts::Family;

    use super::*;

    #[test]
    fn every_base_says_something_about_every_family() {
        for base in &BASES {
            let recording = base.recording().unwrap();
            let told: Vec<_> = recording.facts.iter().map(|(family, _)| family).collect();
            assert_eq!(told, Family::ALL, "{}", base.name);
        }
    }
}
