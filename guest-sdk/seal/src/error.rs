//! Why something cannot be sealed, and what to do about it.

use thiserror::Error;

/// Why there is no policy.
#[derive(Debug, Error)]
pub enum SealError {
    /// These bytes are something else.
    #[error("is not WebAssembly: {0}")]
    NotWebAssembly(String),
    /// It wants something that is neither a fact nor WASI.
    #[error("imports `{0}`, which is neither a fact family nor WASI 0.1 or 0.2")]
    Foreign(String),
    /// The module does not fit the interface of policies.
    #[error("does not become a policy: {0}")]
    Misfit(String),
    /// No stand-in can be made for what it imports.
    #[error("imports WASI in a way that cannot be closed: {0}")]
    Unclosable(String),
    /// It traps, does not end, or asks for a fact while its run-time library starts.
    #[error("fails when it starts: {0}")]
    NotStarted(String),
    /// It does not take the settings.
    #[error("does not take the settings: {}", .0.join("; "))]
    Settings(Vec<String>),
    /// It is put together in a way that does not allow it.
    #[error("cannot be started ahead: {0}")]
    Unstartable(String),
}

impl SealError {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NotWebAssembly(_) => "give the `.wasm` file that the toolchain wrote",
            Self::Foreign(_) => "policies get facts and nothing else from outside: build it without",
            Self::Misfit(_) => {
                "export `describe`, `configure` and `evaluate` as wit-bindgen makes them of wit/policy.wit, and build a \
                 library (a reactor), not a program"
            }
            Self::NotStarted(_) => {
                "read no fact in what runs before `evaluate`, nor what is random in what reads settings, and see that it \
                 comes to an end"
            }
            Self::Settings(_) => "mend them, or build it without `--settings`",
            Self::Unstartable(_) => "only what is made of one core module, or of modules that share a memory, can be",
            Self::Unclosable(_) => "build it for `wasm32-wasip1`, or without WASI for `wasm32-unknown-unknown`",
        }
    }
}
