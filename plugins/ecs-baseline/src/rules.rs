//! All rules, by topic. A rule is one entry of the list in the file of its topic, with the function that evaluates it.

mod access;
mod cluster;
mod containers;
mod environment;
mod exposure;
mod images;
mod logging;
mod namespaces;
mod roles;
mod run_task;
mod service;
mod size;
mod tags;
mod users;
mod volumes;

use crate::rule::Rule;

/// In the order of reports and documentation.
const TOPICS: [&[Rule]; 15] = [
    containers::RULES,
    users::RULES,
    namespaces::RULES,
    images::RULES,
    environment::RULES,
    logging::RULES,
    volumes::RULES,
    roles::RULES,
    run_task::RULES,
    access::RULES,
    exposure::RULES,
    service::RULES,
    cluster::RULES,
    size::RULES,
    tags::RULES,
];

/// All rules.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    TOPICS.into_iter().flatten()
}
