//! Settings without a schema.

use gatecheck_sdk::{Facts, Verdict, policy};

#[derive(serde::Deserialize)]
struct Settings {}

policy!(evaluate);

fn evaluate(_: &Settings, _: &Facts, _: &mut Verdict) {}

fn main() {}
