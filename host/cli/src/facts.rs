//! `gatecheck facts`: what a policy sees of a recorded task.

use std::io::Write;

use gatecheck_core::facts::{FactSource, Facts, Family, views};

use crate::args::FactsArgs;
use crate::exit::Exit;
use crate::input::InputError;
use crate::recorded::recorded;
use crate::render;
use crate::subject::no_task;

pub(crate) async fn facts(args: &FactsArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    let recording = recorded(&args.recording)?;
    let task = recording.facts.get(Family::Task).cloned().unwrap_or_else(no_task);
    let mut facts = Facts::from_iter([(Family::Task, task)]);
    let wanted = facts.missing(&Family::ALL.into_iter().collect());
    let gathered = recording.gather(&wanted, &facts).await;
    for (family, fact) in gathered.iter() {
        facts.set(family, fact.clone());
    }
    render::json(&views(&facts), out).map_err(InputError::Output)?;
    Ok(Exit::Clean)
}
