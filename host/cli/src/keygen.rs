//! `gatecheck keygen`: the key that vouches for compiled modules.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use gatecheck_core::policy::{PrivateKey, PublicKey};
use gatecheck_store::new_key;

use crate::args::KeygenArgs;
use crate::exit::Exit;
use crate::input::{InputError, read};
use crate::render::{QUIET, STRONG};

#[cfg_attr(not(feature = "network"), expect(clippy::unused_async, reason = "only the network is waited for"))]
pub(crate) async fn keygen(args: &KeygenArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    #[cfg(feature = "network")]
    if let Some(id) = &args.kms_key {
        let keys = gatecheck_aws::SigningKeys::new(crate::remote::remote().aws().await);
        let public = crate::publish::public_key(&keys, id).await?;
        writeln!(out, "{public}").map_err(InputError::Output)?;
        return Ok(Exit::Clean);
    }
    if let Some(file) = &args.public {
        writeln!(out, "{}", read_key(file)?.public()).map_err(InputError::Output)?;
        return Ok(Exit::Clean);
    }
    let public = make(&args.output)?;
    print(&args.output, &public, out).map_err(InputError::Output)?;
    Ok(Exit::Clean)
}

/// The private key in a file.
pub(crate) fn read_key(path: &Path) -> Result<PrivateKey, InputError> {
    PrivateKey::from_pem(&read(path)?).map_err(|source| InputError::NotAKey { path: path.to_owned(), source })
}

fn make(path: &Path) -> Result<PublicKey, InputError> {
    let unwritable = |source| InputError::Unwritable { path: path.to_owned(), source };
    let key = new_key().map_err(InputError::Random)?;
    let pem = key.to_pem().map_err(|error| unwritable(io::Error::other(error)))?;
    // A key that artifacts are signed with must not be lost to a slip of the hand.
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(pem.as_bytes())).map_err(unwritable)?;
    Ok(key.public())
}

fn print(path: &Path, public: &PublicKey, out: &mut impl Write) -> io::Result<()> {
    let path = path.display();
    writeln!(out, "{STRONG}{path}{STRONG:#} holds the private key: keep it where only you can read it\n")?;
    writeln!(out, "  {QUIET}sign with it{QUIET:#}  gatecheck publish POLICY --key {path}")?;
    writeln!(
        out,
        "  {QUIET}trust it{QUIET:#}      deploy the function with GATECHECK_PUBLIC_KEY set to the public half:\n"
    )?;
    writeln!(out, "{public}")
}
