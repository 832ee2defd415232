//! The typed views of AWS documents: what cannot be read is unavailable, never a default that looks like an answer.

use std::collections::BTreeMap;

use gatecheck_core::facts::{Fact, Facts, Family, views};
use gatecheck_core::recording::Recording;
use serde_json::{Value, json};

use crate::mutate::json;
use crate::random::Random;

type Views = BTreeMap<&'static str, Fact>;

const WORDS: [&str; 60] = [
    "known",
    "unavailable",
    "task",
    "task-details",
    "task-definition",
    "interfaces",
    "subnets",
    "security-groups",
    "service",
    "cluster",
    "Subnet",
    "SubnetId",
    "RouteTable",
    "Routes",
    "State",
    "active",
    "blackhole",
    "GatewayId",
    "igw-1",
    "local",
    "vpce-1",
    "NatGatewayId",
    "NetworkInterfaceId",
    "CarrierGatewayId",
    "DestinationCidrBlock",
    "0.0.0.0/0",
    "DestinationIpv6CidrBlock",
    "::/0",
    "DestinationPrefixListId",
    "BlockPublicAccessStates",
    "InternetGatewayBlockMode",
    "block-ingress",
    "off",
    "PrivateIpAddress",
    "PrivateIpAddresses",
    "Association",
    "PublicIp",
    "CarrierIp",
    "CustomerOwnedIp",
    "Ipv6Addresses",
    "Ipv6Address",
    "2600:1f14::5",
    "fd00::5",
    "10.0.0.5",
    "DenyAllIgwTraffic",
    "attachments",
    "details",
    "eni",
    "status",
    "DELETED",
    "networkInterfaceId",
    "subnetId",
    "containerInstanceArn",
    "launchType",
    "EXTERNAL",
    "containers",
    "image",
    "privileged",
    "group",
    "service:web",
];

/// Checks what holds for all documents.
pub fn run(data: &[u8]) {
    let Ok(document) = serde_json::from_slice::<Value>(data) else { return };
    let Ok(recording) = Recording::parse(document) else { return };
    let before = views(&recording.facts);
    assert_eq!(before, views(&recording.facts), "not the same every time");
    subnets_are_understood(&recording.facts, &before);
    let mut random = Random::of(data);
    for _ in 0..4 {
        let (place, spoiled) = spoiled(&recording.facts, &mut random);
        nothing_looks_like_an_answer(&place, &before, &views(&spoiled));
    }
}

/// The facts with one value that is of no type that AWS knows for it, and the place of that value.
fn spoiled(facts: &Facts, random: &mut Random) -> (String, Facts) {
    let mut facts = facts.clone();
    let family = random.pick(&Family::ALL);
    let Some(Fact::Known(document)) = facts.get(family) else { return (String::new(), facts) };
    let mut document = Value::clone(document);
    let place = random.pick(&json::places(&document));
    if let Some(value) = document.pointer_mut(&place) {
        *value = match value {
            Value::Null => Value::Null,
            Value::Array(_) => "unreadable".into(),
            _ => json!([7]),
        };
    }
    facts.set(family, Fact::known(document));
    (format!("{family}{place}"), facts)
}

/// A view does not read what was spoiled, or it is unavailable, and not in a way that is passed over in silence.
fn nothing_looks_like_an_answer(place: &str, before: &Views, after: &Views) {
    // Whole documents are handed on as they are.
    for (name, view) in after.iter().filter(|(name, _)| !name.contains("document")) {
        // What cannot be read may become readable.
        let was @ Fact::Known(_) = &before[name] else { continue };
        let is_told = match view {
            Fact::Known(view) => *name == "subnets" && are_unknown(was, view),
            Fact::Unavailable(reason) => !reason.is_expected(),
        };
        assert!(view == was || is_told, "`{place}` cannot be read, and `{name}` is {view:?} after {was:?}");
    }
}

/// Subnets have a class for what their routes do not tell, and one route to the internet is enough to be public.
fn are_unknown(before: &Fact, after: &Value) -> bool {
    let (Fact::Known(before), Some(after)) = (before, after.as_array()) else { return false };
    let pairs = before.as_array().into_iter().flatten().zip(after);
    after.len() == before.as_array().map_or(0, Vec::len)
        && pairs.into_iter().all(|(before, after)| {
            // What cannot be read may become readable.
            before == after
                || before["class"] == "unknown"
                || (before["id"] == after["id"]
                    && (after["class"] == "unknown"
                        || (before["class"] == after["class"] && after["class"] == "public")))
        })
}

/// What tells where a route leads.
const OF_ROUTES: [&str; 7] = [
    "State",
    "GatewayId",
    "NatGatewayId",
    "CarrierGatewayId",
    "NetworkInterfaceId",
    "DestinationCidrBlock",
    "DestinationIpv6CidrBlock",
];

/// A subnet is private only if all that its routes say is understood.
fn subnets_are_understood(facts: &Facts, views: &Views) {
    let (Some(Fact::Known(documents)), Fact::Known(subnets)) = (facts.get(Family::Subnets), &views["subnets"]) else {
        return;
    };
    let subnets = subnets.as_array().expect("a list");
    let documents = documents.as_array().expect("what is no list has no subnets");
    for (document, subnet) in documents.iter().zip(subnets) {
        if subnet["class"] == "private" || subnet["class"] == "isolated" {
            let routes = document.pointer("/RouteTable/Routes").and_then(Value::as_array);
            let is_understood = |route: &Value| {
                let is_read = |key: &str| route.get(key).is_none_or(|field| field.is_null() || field.is_string());
                route.is_object() && OF_ROUTES.into_iter().all(is_read)
            };
            let is_understood = routes.is_some_and(|routes| !routes.is_empty() && routes.iter().all(is_understood));
            assert!(is_understood, "{document} is {subnet}");
        }
    }
}

/// A recording that is like another one.
pub fn mutate(data: &[u8], random: &mut Random) -> Vec<u8> {
    json::mutate(data, &WORDS, random)
}
