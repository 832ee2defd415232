//! Which interface a module was built for, read from its imports before it is compiled: a mismatch gets a message that says
//! which side is too old, instead of a linker's.

use thiserror::Error;
use wasmparser::{BinaryReaderError, ComponentTypeRef, Encoding, Parser, Payload};

use super::shape::{Shape, ShapeError};

/// The package that policies import from.
const PACKAGE: &str = "gatecheck:policy";

/// The newest version of it that this host offers.
const OFFERED: Version = (1, 0, 0);

/// The fact families of [`OFFERED`], as interfaces.
const INTERFACES: [&str; 8] =
    ["types", "task", "task-details", "task-definition", "network", "security-groups", "service", "cluster"];

type Version = (u64, u64, u64);

/// Why a module is not a policy for this host.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum InterfaceError {
    #[error("is not WebAssembly: {0}")]
    NotWebAssembly(String),
    #[error("is a core WebAssembly module, not a component")]
    CoreModule,
    #[error("imports `{0}`, which is no fact family")]
    Foreign(String),
    #[error("imports `{0}`, whose version cannot be read")]
    Unversioned(String),
    #[error("is built for {PACKAGE} {found}, this host offers {offered}")]
    HostTooOld { found: String, offered: String },
    #[error("is built for {PACKAGE} {found}, this host offers {offered}")]
    ModuleTooOld { found: String, offered: String },
    #[error(transparent)]
    TooLarge(#[from] ShapeError),
}

impl InterfaceError {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NotWebAssembly(_) => "give the `.wasm` file that the toolchain wrote",
            Self::CoreModule => "run `gatecheck seal MODULE`: it makes a component of it",
            Self::Foreign(import) if import.starts_with("wasi:") => {
                "run `gatecheck seal MODULE`: it puts stand-ins in the place of WASI, which policies do not get"
            }
            Self::Foreign(_) => "policies get facts and nothing else from outside: build it without",
            Self::Unversioned(_) => "build it against wit/policy.wit",
            Self::HostTooOld { .. } => "update Gatecheck, or build the policy for the older interface",
            Self::ModuleTooOld { .. } => "build the policy for the newer interface",
            Self::TooLarge(_) => "split it into several policies, or leave out what it does not need",
        }
    }
}

/// Checks that a component imports fact families of an offered version and nothing else, and that it is not too large.
pub fn check(wasm: &[u8]) -> Result<(), InterfaceError> {
    if !wasm.starts_with(b"\0asm") {
        return Err(InterfaceError::NotWebAssembly("it does not begin as WebAssembly does".to_owned()));
    }
    let not_webassembly = |error: BinaryReaderError| InterfaceError::NotWebAssembly(error.message().to_owned());
    let mut shape = Shape::default();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.map_err(not_webassembly)?;
        shape.count(&payload).map_err(not_webassembly)??;
        match payload {
            Payload::Version { encoding: Encoding::Module, .. } if shape.is_outermost() => {
                return Err(InterfaceError::CoreModule);
            }
            // Imports of nested components are satisfied inside.
            Payload::ComponentImportSection(imports) if shape.is_outermost() => {
                for import in imports {
                    let import = import.map_err(not_webassembly)?;
                    // A type that the world names is no access to anything.
                    if !matches!(import.ty, ComponentTypeRef::Type(_)) {
                        check_import(import.name.name)?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn check_import(import: &str) -> Result<(), InterfaceError> {
    let foreign = || InterfaceError::Foreign(import.to_owned());
    let (interface, version) = import.split_once('@').unwrap_or((import, ""));
    let interface = interface.strip_prefix(PACKAGE).and_then(|rest| rest.strip_prefix('/')).ok_or_else(foreign)?;
    let (major, minor, _) = parse(version).ok_or_else(|| InterfaceError::Unversioned(import.to_owned()))?;

    let found = version.to_owned();
    let offered = format!("{}.{}.{}", OFFERED.0, OFFERED.1, OFFERED.2);
    if major < OFFERED.0 {
        return Err(InterfaceError::ModuleTooOld { found, offered });
    }
    // A newer minor version is fine as long as only what is known here is used.
    if major > OFFERED.0 || (minor > OFFERED.1 && !INTERFACES.contains(&interface)) {
        return Err(InterfaceError::HostTooOld { found, offered });
    }
    if INTERFACES.contains(&interface) { Ok(()) } else { Err(foreign()) }
}

fn parse(version: &str) -> Option<Version> {
    let mut parts = version.split('.').map(|part| part.parse().ok());
    let version = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_tell_which_side_is_too_old() {
        assert_eq!(check_import("gatecheck:policy/task@1.0.0"), Ok(()));
        assert_eq!(check_import("gatecheck:policy/task@1.3.1"), Ok(()));
        assert!(matches!(check_import("gatecheck:policy/images@1.1.0"), Err(InterfaceError::HostTooOld { .. })));
        assert!(matches!(check_import("gatecheck:policy/task@2.0.0"), Err(InterfaceError::HostTooOld { .. })));
        assert!(matches!(check_import("gatecheck:policy/task@0.9.0"), Err(InterfaceError::ModuleTooOld { .. })));
        assert!(matches!(check_import("gatecheck:policy/task@1.0.0-rc.1"), Err(InterfaceError::Unversioned(_))));
        assert!(matches!(check_import("gatecheck:policy/secrets@1.0.0"), Err(InterfaceError::Foreign(_))));
        assert!(matches!(check_import("wasi:cli/environment@0.2.6"), Err(InterfaceError::Foreign(_))));
    }

    #[test]
    fn what_can_be_sealed_is_said_to_be() {
        let remedy = |import| check_import(import).unwrap_err().remedy();
        assert!(remedy("wasi:cli/environment@0.2.6").contains("gatecheck seal"));
        assert!(!remedy("acme:secrets/store@1.0.0").contains("gatecheck seal"));
    }

    #[test]
    fn what_is_no_component_is_named() {
        assert!(matches!(check(b"hello"), Err(InterfaceError::NotWebAssembly(_))));
        assert_eq!(check(b"\0asm\x01\0\0\0"), Err(InterfaceError::CoreModule));
    }
}
