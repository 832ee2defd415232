//! A function that takes facts as its own.

use gatecheck_sdk::{Facts, Verdict, policy};

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Settings {}

policy!(evaluate);

fn evaluate(_: &Settings, _: Facts, _: &mut Verdict) {}

fn main() {}
