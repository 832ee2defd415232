//! Projects of policies: started from a template, and built into `policy.wasm`, in every language that has an SDK.
//!
//! A project is a folder like this one, for a policy `images`:
//!
//! | file | what |
//! |---|---|
//! | `images.json` | the policy entry: its module is `policy.wasm`, with settings to try |
//! | `images.test.yaml` | cases for `gatecheck test` |
//! | `gatecheck/` | the SDK of the language, a copy that belongs to the project |
//! | sources, manifest, unit tests | what the language wants, where it wants it |
//! | `policy.wasm` | what [`build`] makes of them |
//!
//! [`new`](new()) writes all but the last. The SDKs are part of this program, so a project needs nothing but the registries
//! of its language, and is built by the same SDK until somebody changes it.

mod build;
mod files;
mod language;
mod new;
mod tool;

pub use build::{BuildError, MODULE, build};
pub use language::{Language, NotALanguage};
pub use new::{NewError, new, update};
pub use tool::Run;
