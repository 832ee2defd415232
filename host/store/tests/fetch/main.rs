//! Fetching from servers: good ones, broken ones and hostile ones.

#![cfg(feature = "network")]
#![expect(
    clippy::unwrap_used,
    reason = "this is how tests fail; clippy recognises only test functions as tests, not what they share"
)]

mod login;
mod registry;
mod server;
mod web;

use gatecheck_store::fetch::Guard;
use wiremock::MockServer;

/// Lets these servers be asked, which are on loopback and without TLS.
fn guard(servers: &[&MockServer]) -> Guard {
    let hosts: Vec<_> = servers.iter().map(|server| server.address().to_string()).collect();
    Guard::new(&hosts).unwrap()
}
