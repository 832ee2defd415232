//! Write a [Gatecheck](https://github.com/gatecheck/gatecheck) policy in Rust: one function over facts about an ECS task.
//!
//! `gatecheck new --lang rust images` makes a project with all that is said here in place.
//!
//! # The policy
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
//! policy!(evaluate);
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
//! # fn main() {}
//! ```
//!
//! [`policy!`] makes a WebAssembly component of the function. Name, version and summary of the policy are those of the package in
//! `Cargo.toml`. One instance judges one task, so nothing that a policy keeps reaches the next one.
//!
//! # Settings
//!
//! What the policy entry has under `settings`. Any type that derives `serde::Deserialize` and `schemars::JsonSchema` will do, with
//! all that the two can do: defaults, enums, other crates' types. Doc comments become part of the schema, which
//! `gatecheck inspect` shows. A mistake is told with its place before any task is judged; `deny_unknown_fields` makes one of a
//! misspelled key. A policy that can go on without the bad part of its settings implements [`Settings`] itself.
//!
//! # Facts
//!
//! Every fact is a method of [`Facts`]: the essentials as a typed record ([`Task`], [`TaskDefinition`], [`Subnet`], ...), and each AWS
//! document whole, as the AWS CLI prints it, as JSON. Reading one for the first time may cost the host a call to AWS, so read what
//! the rule at hand needs and nothing ahead of it; reading it again costs nothing. Where a document is read for a few keys,
//! [`Facts::task_document_keys`] and its like skip the rest of it.
//!
//! A fact may be [`Unknown`], with the reason. `?` in a rule does the right thing then: the rule is *undecided*, which is told
//! like a failure, except that a fact which is not there *yet* is left to a later event of the task, and one that does not apply
//! to the task (a service of a standalone task) ends the rule without a word. Nothing passes because it could not be read. Where
//! a rule can go on without a fact, it says so:
//!
//! ```
//! # use gatecheck_sdk::{Facts, Unavailable, Unknown, Verdict, Violation};
//! fn evaluate(_: &(), facts: &Facts, verdict: &mut Verdict) {
//!     verdict.rule("logged-shell", |rule| {
//!         if !facts.task()?.execute_command {
//!             return Ok(());
//!         }
//!         let logging = match facts.cluster() {
//!             Ok(cluster) => cluster.execute_command_logging,
//!             // Who may not read clusters is to hear of the shell all the same.
//!             Err(Unknown { reason: Unavailable::Denied(_), .. }) => None,
//!             Err(unknown) => return Err(unknown),
//!         };
//!         if logging.as_deref() != Some("OVERRIDE") {
//!             rule.violated(Violation::new("task", "enableExecuteCommand", "nobody sees what is typed there"));
//!         }
//!         Ok(())
//!     });
//! }
//! ```
//!
//! # Violations
//!
//! A [`Violation`] names the object that broke the rule (a container's name, the id of an interface or subnet, or `task`), the
//! attribute, and says in one sentence what is wrong. The rest is optional, and what people act on:
//!
//! ```
//! # use gatecheck_sdk::{Severity, Violation};
//! Violation::new("web", "user", "the container runs as root")
//!     .severity(Severity::High)
//!     .found("root")
//!     .allowed(["app"])
//!     .remediation("set `user` in the task definition");
//! ```
//!
//! Rule, object, attribute and what was found make a violation the one that it is: keep the names of rules as they are.
//!
//! # Test
//!
//! The same function runs natively, in `cargo test`, on facts of a recording or on made-up ones; see [`testing`]:
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
//!
//! # Build
//!
//! `gatecheck build` builds the crate, a `cdylib`, for `wasm32-unknown-unknown`, and wraps it as `policy.wasm`. The component imports
//! the functions of the facts that the policy reads, and nothing else: there are no files, network, clock, environment or
//! randomness, and what needs them panics. A panic is a fault of the policy, and hides no other one.

#[doc(hidden)]
pub mod bindings;
mod facts;
pub mod guest;
mod keys;
mod settings;
#[cfg(not(target_family = "wasm"))]
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

/// Makes a policy of a function `fn(&Settings, &Facts, &mut Verdict)`.
///
/// Its settings are any type that implements [`Settings`]: every struct that derives `serde::Deserialize` and
/// `schemars::JsonSchema` does, and a struct that derives only one of them does not:
///
/// ```compile_fail
/// use gatecheck_sdk::{Facts, Verdict, policy};
///
/// #[derive(serde::Deserialize)]
/// struct Settings {}
///
/// policy!(evaluate);
///
/// fn evaluate(_: &Settings, _: &Facts, _: &mut Verdict) {}
/// # fn main() {}
/// ```
///
/// Put it once in the crate that becomes the component.
#[macro_export]
macro_rules! policy {
    ($evaluate:expr) => {
        #[doc(hidden)]
        pub struct GatecheckPolicy;

        impl GatecheckPolicy {
            fn policy() -> impl $crate::guest::Policy {
                $crate::guest::policy($evaluate)
            }
        }

        impl $crate::guest::Guest for GatecheckPolicy {
            fn describe() -> $crate::guest::Description {
                $crate::guest::Policy::describe(
                    &Self::policy(),
                    env!("CARGO_PKG_NAME"),
                    env!("CARGO_PKG_VERSION"),
                    env!("CARGO_PKG_DESCRIPTION"),
                )
            }

            fn configure(settings: String) -> $crate::guest::Problems {
                $crate::guest::Policy::configure(Self::policy(), settings)
            }

            fn evaluate() -> ::std::result::Result<$crate::guest::Answer, String> {
                $crate::guest::evaluate()
            }
        }

        #[cfg(target_family = "wasm")]
        $crate::guest::export_component!(GatecheckPolicy with_types_in $crate::bindings);
    };
}
