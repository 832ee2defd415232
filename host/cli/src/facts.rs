//! `gatecheck facts`: what a policy sees of a recorded task.

use std::io::Write;

use gatecheck_core::facts::{FactSource, Facts, Family, views};

use crate::args::FactsArgs;
use crate::exit::Exit;
use crate::input::InputError;
use crate::recorded::{recorded, task};
use crate::render;

pub(crate) async fn facts(args: &FactsArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    let recording = recorded(&args.recording)?;
    let mut facts = Facts::from_iter([(Family::Task, task(&recording))]);
    let wanted = facts.missing(&Family::ALL.into_iter().collect());
    let gathered = recording.gather(&wanted, &facts).await;
    facts.extend(gathered);
    render::json(&views(&facts), out).map_err(InputError::Output)?;
    Ok(Exit::Clean)
}
