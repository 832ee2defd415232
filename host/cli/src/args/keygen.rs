//! What `gatecheck keygen` takes.

use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "\
Examples:
  gatecheck keygen
  gatecheck keygen --public gatecheck-key.pem

A function loads what is compiled ahead only if a key signed it that the function was deployed to trust: the environment
variable GATECHECK_PUBLIC_KEY holds the public half, or several with commas between while keys change.";

/// Which key.
#[derive(Debug, clap::Args)]
pub struct KeygenArgs {
    /// The file of the private key; one that is there is not overwritten
    #[arg(short, long, value_name = "FILE", default_value = "gatecheck-key.pem")]
    pub output: PathBuf,

    /// Make no key; print the public half of the one in this file
    #[arg(long, value_name = "FILE", conflicts_with = "output")]
    pub public: Option<PathBuf>,

    /// Make no key; print the public half of one in AWS KMS
    #[cfg(feature = "network")]
    #[arg(long, value_name = "KEY", conflicts_with_all = ["output", "public"])]
    pub kms_key: Option<String>,
}
