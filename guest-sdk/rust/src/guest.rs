//! What [`policy!`](crate::policy) expands to. Not for direct use.
#![expect(missing_docs, reason = "not for direct use")]

use std::cell::RefCell;

pub use crate::bindings::gatecheck::policy::types::{Description, Problem, Verdict as Answer};
pub use crate::bindings::{Guest, export_component};
use crate::facts::Facts;
use crate::settings::{Settings, from_text};
use crate::verdict::Verdict;

/// `ok`: what is wrong in settings that can be judged without it. `err`: what is wrong in settings that cannot.
pub type Problems = Result<Vec<Problem>, Vec<Problem>>;

pub type Evaluate<S> = fn(&S, &Facts, &mut Verdict);

/// The function with its settings.
struct Configured {
    /// As they were given, unless there is something wrong in them.
    sound: Option<String>,
    judge: Box<dyn Fn(&Facts) -> Verdict>,
}

thread_local! {
    /// One instance is configured once.
    static CONFIGURED: RefCell<Option<Configured>> = const { RefCell::new(None) };
}

/// What the function of a policy is to the macro, which does not know the type of its settings.
pub trait Policy {
    fn describe(&self, name: &str, version: &str, summary: &str) -> Description;
    fn configure(self, settings: String) -> Problems;
}

pub fn policy<S: Settings + 'static>(evaluate: Evaluate<S>) -> impl Policy {
    evaluate
}

impl<S: Settings + 'static> Policy for Evaluate<S> {
    fn describe(&self, name: &str, version: &str, summary: &str) -> Description {
        Description {
            name: name.to_owned(),
            version: version.to_owned(),
            summary: summary.to_owned(),
            documentation: None,
            settings_schema: S::schema().to_string(),
        }
    }

    fn configure(self, settings: String) -> Problems {
        // Read already where `gatecheck build --settings` was given the same.
        let is_read = |known: &Configured| known.sound.as_ref() == Some(&settings);
        if CONFIGURED.with_borrow(|configured| configured.as_ref().is_some_and(is_read)) {
            return Ok(Vec::new());
        }
        let (read, problems) = from_text::<S>(&settings)?;
        let judge = Box::new(move |facts: &Facts| {
            let mut verdict = Verdict::default();
            self(&read, facts, &mut verdict);
            verdict
        });
        CONFIGURED.set(Some(Configured { sound: problems.is_empty().then_some(settings), judge }));
        Ok(problems)
    }
}

pub fn evaluate() -> Result<Answer, String> {
    CONFIGURED.with_borrow(|configured| match configured {
        Some(policy) => Ok((policy.judge)(&Facts::from_host()).into()),
        None => Err("`evaluate` was called before `configure`".to_owned()),
    })
}
