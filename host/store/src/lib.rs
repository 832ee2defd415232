//! Where Gatecheck's policies come from: their documents from SSM Parameter Store, their modules from wherever the documents
//! say.
//!
//! A [`ModuleStore`] turns references into modules: bundled ones, files, and with the feature `network` those in Parameter
//! Store, in buckets, in registries and on the web. It loads native code only if the program was built with it, if the
//! operator's key signed it, or if this machine made it.

mod compile;
mod counts;
mod disk;
pub mod fetch;
mod modules;
#[cfg(feature = "network")]
mod policies;

pub use compile::{CompileError, CompileLimits, Compiler, serve_child};
pub use counts::{Counted, Counts};
pub use disk::{Disk, KeepError, new_key};
pub use modules::{Kept, LoadError, Loaded, ModuleStore, module_of};
#[cfg(feature = "network")]
pub use policies::{POLICY_PATH, PolicyError, PolicySources, PolicyStore, read_all};
