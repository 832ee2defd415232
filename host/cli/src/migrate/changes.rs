//! The behaviours that changed since the Python tool, and what each of them means for one policy.

mod rewriting;
mod table;
mod touching;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::deployment::Deployment;
use super::document::Document;
use super::statement::{Statement, Touch};
use table::BEHAVIOURS;

/// A behaviour that is not what it was.
pub(super) struct Behaviour {
    /// Its name, for programs.
    pub(super) id: &'static str,
    /// What it is about.
    pub(super) what: &'static str,
    pub(super) before: &'static str,
    pub(super) now: &'static str,
    /// What its user may want to do.
    pub(super) to_do: Option<&'static str>,
    pub(super) effect: Effect,
    touches: Touches,
}

/// What becomes of a statement that a behaviour touches.
#[derive(Clone, Copy)]
pub(super) enum Effect {
    /// It is not brought over.
    LeftOut,
    /// It is written in another way.
    Rewritten(fn(&Statement, &mut Map<String, Value>)),
    /// It is as it was, and means something else for some tasks.
    Judged,
    /// It is as it was and means what it did, which may surprise.
    Doubtful,
}

impl Effect {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::LeftOut => "left out",
            Self::Rewritten(_) => "rewritten",
            Self::Judged => "judged differently",
            Self::Doubtful => "worth a look",
        }
    }
}

/// What a behaviour is about.
enum Touches {
    /// The deployment, whatever its statements.
    Deployment(fn(&Deployment) -> bool),
    /// Keys of the document, or the document itself.
    Document(fn(&Document, &Deployment) -> Vec<Touch>),
    Statement(fn(&Statement) -> Vec<Touch>),
}

/// A behaviour that touches this policy, and where.
pub(super) struct Change {
    pub(super) behaviour: &'static Behaviour,
    /// None if it is about all statements.
    pub(super) touched: Vec<Touch>,
}

/// What the allow-list refuses: keys with reasons, by the place of the statement in the old document.
pub(super) type Refused = BTreeMap<usize, BTreeMap<String, String>>;

/// A document as it is brought over.
pub(super) struct Brought {
    /// What is left of the statements, each with its place in the old document.
    pub(super) statements: Vec<(usize, Value)>,
    pub(super) changes: Vec<Change>,
}

/// All behaviours.
#[cfg(test)]
pub(super) fn behaviours() -> &'static [Behaviour] {
    &BEHAVIOURS
}

/// Goes through the behaviours, one by one.
pub(super) fn bring(document: &Document, deployment: &Deployment, refused: &Refused) -> Brought {
    let (nothing, none) = (Map::new(), BTreeMap::new());
    let statements: Vec<_> = document
        .statements
        .iter()
        .enumerate()
        .map(|(place, value)| Statement {
            place,
            is_object: value.is_object(),
            entries: value.as_object().unwrap_or(&nothing),
            refused: refused.get(&place).unwrap_or(&none),
        })
        .collect();
    let mut brought: BTreeMap<usize, Map<String, Value>> =
        statements.iter().map(|statement| (statement.place, statement.entries.clone())).collect();
    let changes = BEHAVIOURS.iter().filter_map(|behaviour| {
        let touched = match behaviour.touches {
            Touches::Deployment(touches) => touches(deployment).then(Vec::new),
            Touches::Document(touches) => found(touches(document, deployment)),
            Touches::Statement(touches) => found(touch(behaviour.effect, touches, &statements, &mut brought)),
        };
        touched.map(|touched| Change { behaviour, touched })
    });
    let changes = changes.collect();
    let statements = brought.into_iter().map(|(place, entries)| (place, Value::Object(entries))).collect();
    Brought { statements, changes }
}

fn found(touched: Vec<Touch>) -> Option<Vec<Touch>> {
    Some(touched).filter(|touched| !touched.is_empty())
}

/// What a behaviour touches of the statements that are still to be brought over, and its effect on them.
fn touch(
    effect: Effect,
    touches: fn(&Statement) -> Vec<Touch>,
    statements: &[Statement],
    brought: &mut BTreeMap<usize, Map<String, Value>>,
) -> Vec<Touch> {
    let mut places = Vec::new();
    for statement in statements {
        // Whatever else is wrong with a statement that is left out does not matter.
        let Some(entries) = brought.get_mut(&statement.place) else { continue };
        let found = touches(statement);
        match effect {
            _ if found.is_empty() => {}
            Effect::LeftOut => drop(brought.remove(&statement.place)),
            Effect::Rewritten(rewrite) => rewrite(statement, entries),
            Effect::Judged | Effect::Doubtful => {}
        }
        places.extend(found);
    }
    places
}
