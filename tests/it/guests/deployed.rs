//! The same guests in the program that Lambda starts, which fetches, compiles and runs them.

use std::collections::BTreeMap;

use gatecheck_core::facts::Facts;
use gatecheck_core::policy::Digest;
use gatecheck_tests::aws::RecordedAws;
use gatecheck_tests::binaries::bootstrap;
use gatecheck_tests::cases::Case;
use gatecheck_tests::runtime_api::{Lambda, Outcome};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{End, component, end, sources};
use crate::block_on;

/// Guests of one function.
const TOGETHER: usize = 25;
/// How much memory may vary from task to task. The least that a hog leaves behind is its 64 MiB.
const NOISE: u64 = 8 << 20;

/// A guest as its author would publish it, unless it cannot even be sealed.
fn published((name, source): &(String, String)) -> Option<(String, End, Vec<u8>)> {
    Some((name.clone(), end(name, source), component(name, source)?))
}

/// What the function logs of one more task: its violations have a rule, its faults a reason.
fn judged(function: &mut Lambda, task: usize) -> Vec<Value> {
    let task = format!("arn:aws:ecs:us-west-2:111122223333:task/prod/{task}");
    let mut event = Case::load("fargate-public").event;
    event["detail"]["taskArn"] = task.clone().into();
    let outcome = function.invoke(&event.to_string());
    let log = function.log();
    assert!(matches!(outcome, Outcome::Response(_)), "{outcome:?}: {log:#?}");
    // Violations of the guests can be many megabytes.
    let is_wanted =
        |line: &&String| line.contains(&task) && (line.contains(r#""reason":"#) || line.contains(r#""allow-list""#));
    log.iter().filter(is_wanted).map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The guests that end otherwise than they must.
fn wrong(records: &[Value], guests: &[(String, End, Vec<u8>)]) -> Vec<String> {
    let ends = guests.iter().filter_map(|(name, expected, _)| {
        let fault = records.iter().find(|record| record["policy"] == **name && record.get("reason").is_some());
        let is_right = match (expected, fault) {
            (End::Verdict, fault) => fault.is_none(),
            (End::Refused, fault) => fault.is_some(),
            (End::Fault(expected), Some(fault)) => fault["reason"] == json!(expected),
            (End::Fault(_), None) => false,
        };
        (!is_right).then(|| format!("{name} ends with {fault:?}, and not as {expected:?}"))
    });
    ends.collect()
}

#[test]
fn the_function_ends_every_guest_and_gets_its_memory_back() {
    let guests: Vec<_> = sources().iter().filter_map(published).collect();
    block_on(async {
        for guests in guests.chunks(TOGETHER) {
            let web = MockServer::start().await;
            let allow_list = json!({"task": [{"attribute": "image", "allowed_values": ["mine"]}]});
            let allow_list = json!({"module": "allow-list", "settings": allow_list}).to_string();
            let mut parameters = BTreeMap::from([("/gatecheck/policies/allow-list".to_owned(), allow_list)]);
            for (name, _, component) in guests {
                let answer = ResponseTemplate::new(200).set_body_bytes(component.clone());
                Mock::given(method("GET")).and(path(format!("/{name}"))).respond_with(answer).mount(&web).await;
                let module = format!("{}/{name}", web.uri());
                let entry = json!({"module": module, "sha256": Digest::of(component).to_string(), "settings": {}});
                parameters.insert(format!("/gatecheck/policies/{name}"), entry.to_string());
            }
            let aws = RecordedAws::start(Facts::new(), parameters).await;
            let (endpoint, host) = (aws.endpoint(), web.address().to_string());
            let environment = [
                ("AWS_ENDPOINT_URL", &*endpoint),
                ("GATECHECK_INSECURE_HOSTS", &*host),
                // Enough to compile in.
                ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "2048"),
            ];
            let mut function = Lambda::start(bootstrap(), &environment);
            let mut memory = Vec::new();
            for task in 0..4 {
                let records = judged(&mut function, task);
                assert_eq!(wrong(&records, guests), Vec::<String>::new());
                let is_other = |record: &&Value| record["policy"] == "allow-list" && record.get("rule").is_some();
                assert_eq!(records.iter().filter(is_other).count(), 1, "{records:#?}");
                memory.extend(function.memory());
            }
            // The first task also loads what all later ones use.
            if let [_, second, .., last] = *memory {
                assert!(last < second + NOISE, "{memory:?}");
            }
            // A mock server waits in its destructor, which never ends in a task that has not yielded for long.
            tokio::task::yield_now().await;
        }
    });
}
