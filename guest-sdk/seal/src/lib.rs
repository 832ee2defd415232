//! Turns what a toolchain built against WASI into a policy that imports fact families and nothing else.
//!
//! A policy has no clock, randomness, files or environment, but the run-time library of Go, TinyGo, .NET, Swift or Zig
//! imports them all the same. [`seal`] puts stand-ins inside the component, and nothing is left to import:
//!
//! | WASI | what a policy gets |
//! |---|---|
//! | clocks | 2020-01-01T00:00:00Z, always; waiting is over at once |
//! | random numbers | the same bytes at every call |
//! | arguments, environment, open folders | none |
//! | standard input | is at its end |
//! | standard output and error | take everything, keep nothing |
//! | exit | a trap, so a fault of the policy |
//! | anything else | an error if the function can return one, an empty list or nothing if it can return that; a trap otherwise |
//!
//! A core module is wrapped as a component with an adapter for `wasi_snapshot_preview1` (`preview1.wat`). A
//! component is put beside a stub made for it (`stub.rs`), which exports what it imports of `wasi:*` (`close.rs`).
//!
//! Core modules that were linked apart and share a memory become one (`meld.rs`): an instance of a policy in Python is there in
//! a tenth of the time. [`start`] starts the run-time library of such a policy ahead, has it read its settings where they are
//! known, and leaves out what filled its memory before (`prune.rs`).

mod close;
mod error;
mod meld;
mod prune;
mod sections;
mod start;
mod stub;
#[cfg(test)]
mod tests;
mod wrap;

use wasmparser::Parser;

pub use error::SealError;
pub use start::start;

/// A policy, and what it no longer imports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The component.
    pub component: Vec<u8>,
    /// The functions of WASI 0.1 and interfaces of WASI 0.2 that have a stand-in now, in the order of their imports.
    pub stubbed: Vec<String>,
}

/// Makes a policy of a core module or a component. One that imports no WASI stays as it is, except that a core module
/// becomes a component, and modules that share a memory one.
pub fn seal(wasm: &[u8]) -> Result<Sealed, SealError> {
    if !wasm.starts_with(b"\0asm") {
        return Err(SealError::NotWebAssembly("it does not begin as WebAssembly does".to_owned()));
    }
    let mut stubbed = Vec::new();
    let mut component = wasm.to_vec();
    if Parser::is_core_wasm(wasm) {
        stubbed = wrap::preview1_imports(wasm)?;
        component = wrap::wrap(wasm, &wrap::policy_world()?)?;
    }
    component = meld::meld(component);
    // What wit-bindgen wrote into a core module can import WASI 0.2 as well.
    let interfaces = close::wasi_imports(&component)?;
    if !interfaces.is_empty() {
        component = close::close(&component, &interfaces)?;
        stubbed.extend(interfaces);
    }
    Ok(Sealed { component, stubbed })
}
