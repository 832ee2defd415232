//! Write a Gatecheck policy in Rust.
//!
//! A policy is one function over typed facts and a settings struct:
//!
//! ```
//! use gatecheck_sdk::{Facts, Verdict, Violation, policy};
//!
//! #[derive(serde::Deserialize, schemars::JsonSchema)]
//! #[serde(deny_unknown_fields)]
//! struct Settings {
//!     /// Groups that may open a shell in their tasks.
//!     except: Vec<String>,
//! }
//!
//! fn evaluate(settings: &Settings, facts: &Facts, verdict: &mut Verdict) {
//!     verdict.rule("no-shell", |rule| {
//!         let task = facts.task()?;
//!         if task.execute_command && !settings.except.iter().any(|group| Some(group) == task.group.as_ref()) {
//!             rule.violated(Violation::new("task", "enableExecuteCommand", "anyone with access can open a shell"));
//!         }
//!         Ok(())
//!     });
//! }
//!
//! policy!(evaluate);
//! # fn main() {}
//! ```
//!
//! `?` on a fact that is not available makes the rule undecided, with the reason; a fact that does not apply to the task
//! ends the rule without a word. Name, version and summary of the policy come from `Cargo.toml`, the schema of its
//! settings from the struct, and mistakes in the settings are reported with their JSON pointers.
//!
//! # Build
//!
//! The crate is a `cdylib` and an `rlib`, built for `wasm32-unknown-unknown` and wrapped as a component. It imports the
//! functions of the facts that it reads, and nothing else.
//!
//! # Test
//!
//! The same function runs natively, on facts that the test makes up:
//!
//! ```
//! # use gatecheck_sdk::{Facts, Verdict, Violation};
//! # #[derive(serde::Deserialize, schemars::JsonSchema)]
//! # struct Settings {}
//! # fn evaluate(_: &Settings, facts: &Facts, verdict: &mut Verdict) {
//! #     verdict.rule("no-shell", |rule| {
//! #         if facts.task()?.execute_command {
//! #             rule.violated(Violation::new("task", "enableExecuteCommand", "a shell"));
//! #         }
//! #         Ok(())
//! #     });
//! # }
//! use gatecheck_sdk::testing::{self, judge};
//!
//! let mut task = testing::task("web");
//! task.execute_command = true;
//! let verdict = judge(evaluate, "{}", &Facts::given().with_task(Ok(task))).unwrap();
//! assert_eq!(verdict.violations[0].rule, "no-shell");
//! ```

#[doc(hidden)]
pub mod bindings;
mod facts;
pub mod guest;
mod settings;
pub mod testing;
mod verdict;

pub use bindings::gatecheck::policy::{
    cluster::Essentials as Cluster,
    network::{Address, AddressScope, ExposedAddress, NetworkInterface, Subnet, SubnetClass},
    security_groups::Rule as SecurityGroupRule,
    service::Essentials as Service,
    task::{Attachment, Container, Essentials as Task},
    task_definition::{Container as ContainerDefinition, Essentials as TaskDefinition, Mount as MountPoint, Volume},
    types::{Missing, Problem, Severity, Unavailable, Undecided},
};
pub use facts::{Facts, Unknown};
pub use settings::Settings;
pub use verdict::{Rule, Verdict, Violation};

/// The policy in the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// Makes a policy of a function `fn(&Settings, &Facts, &mut Verdict)`.
///
/// Its settings are any type that implements [`Settings`]: every struct that derives `serde::Deserialize` and
/// `schemars::JsonSchema` does. Put it once in the crate that becomes the component.
#[macro_export]
macro_rules! policy {
    ($evaluate:expr) => {
        #[doc(hidden)]
        pub struct GatecheckPolicy;

        impl $crate::guest::Guest for GatecheckPolicy {
            fn describe() -> $crate::guest::Description {
                $crate::guest::describe(
                    $evaluate,
                    env!("CARGO_PKG_NAME"),
                    env!("CARGO_PKG_VERSION"),
                    env!("CARGO_PKG_DESCRIPTION"),
                )
            }

            fn configure(settings: String) -> $crate::guest::Configured {
                $crate::guest::configure($evaluate, &settings)
            }

            fn evaluate() -> ::std::result::Result<$crate::guest::Answer, String> {
                $crate::guest::evaluate()
            }
        }

        #[cfg(target_family = "wasm")]
        $crate::guest::export_component!(GatecheckPolicy with_types_in $crate::bindings);
    };
}
