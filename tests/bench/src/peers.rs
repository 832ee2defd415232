//! What others take for the same six checks, on the same facts as JSON. All that a peer can do ahead is done ahead, and only
//! evaluating is timed.

pub mod cedar;
pub mod guard;
pub mod python;
pub mod rego;
