//! A function that takes no settings.

use gatecheck_sdk::{Facts, Verdict, policy};

policy!(evaluate);

fn evaluate(_: &Facts, _: &mut Verdict) {}

fn main() {}
