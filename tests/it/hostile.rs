//! Policies that misbehave end as faults, and the others' violations are delivered all the same.

use std::fs;
use std::sync::{Arc, mpsc};
use std::thread;

use gatecheck_core::facts::{Fact, Facts, Family};
use gatecheck_core::policy::{Engine, Module, PolicyDocument, PolicySet};
use gatecheck_core::recording::Recording;
use gatecheck_core::report::FaultReason;
use gatecheck_core::{Host, Memory, NotShared, Outcome};
use gatecheck_lambda::sink::Sinks;
use gatecheck_tests::cases::Case;
use gatecheck_tests::command::CommandLine;
use gatecheck_tests::{guest, workspace};
use serde_json::{Value, json};
use wiremock::matchers::{body_partial_json, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::block_on;

fn document(name: &str, settings: Value) -> Result<PolicyDocument, gatecheck_core::report::Fault> {
    let module = if name == "allow-list" { "allow-list" } else { "./hostile.wasm" };
    PolicyDocument::parse(name, name, json!({"module": module, "settings": settings}))
}

/// A task definition as large as ECS takes it, whose owner violates one rule so often, or with such long texts, that the answer would not
/// fit.
fn flooded(names: impl Iterator<Item = String>, value: &str) -> Value {
    let environment: Vec<_> = names.map(|name| json!({"name": name, "value": value})).collect();
    let container =
        json!({"name": "web", "image": "evil.example/web:1", "privileged": true, "environment": environment});
    json!({"family": "web", "networkMode": "awsvpc", "containerDefinitions": [container]})
}

#[test]
fn the_owner_of_a_task_hides_no_rule_by_flooding_another() {
    let recipes = ["images-from-our-registry", "no-privileges", "no-secrets-in-environment"].map(|name| {
        let recipe = workspace().join("plugins/allow-list/recipes").join(name).with_extension("json");
        let mut recipe: Value = serde_json::from_slice(&fs::read(recipe).unwrap()).unwrap();
        recipe["task"].take()
    });
    let statements: Vec<Value> = recipes.into_iter().flat_map(|list| list.as_array().unwrap().clone()).collect();
    let command_line = CommandLine::new(&[]);
    command_line.write("policy.json", json!({"task": statements}).to_string());
    let many = flooded((0..2_090).map(|number| format!("SECRET_{number:04}")), "1");
    let long = flooded((0..6).map(|number| format!("SECRET_{number}{}", "X".repeat(10_000))), "1");
    for definition in [many, long] {
        let text = definition.to_string();
        assert!((50_000..160_000).contains(&text.len()), "{}", text.len());
        command_line.write("taskdef.json", text);
        let arguments =
            ["check", "--task-definition", "taskdef.json", "--policy", "policy.json", "--undecided", "warn"];
        let output = command_line.run(&[&arguments[..], &["--format", "json"]].concat());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["faults"], json!([]), "{}", String::from_utf8_lossy(&output.stderr));
        let violations = report["violations"].as_array().unwrap();
        let of = |rule: &str| violations.iter().filter(|violation| violation["rule"] == rule).count();
        assert_eq!((of("registry"), of("privileged")), (1, 1));
        assert!((6..=101).contains(&of("secret-in-environment")), "{}", of("secret-in-environment"));
    }
}

#[test]
fn every_limit_is_a_fault_and_hides_nothing() {
    let engine = Engine::new().unwrap();
    let hostile = Arc::new(Module::compile(&engine, &std::fs::read(guest("hostile")).unwrap()).unwrap());
    let allow_list = Arc::new(gatecheck_bundled::module(&engine, "allow-list").unwrap());
    let policies = PolicySet::load(
        [
            document("loop", json!({"do": "loop"})),
            document("memory", json!({"do": "hog-memory"})),
            document("recursion", json!({"do": "recurse"})),
            document("huge", json!({"do": {"answer": 100}})),
            document("large", json!({"do": {"answer": 10}})),
            document("panic", json!({"do": "panic"})),
            document("settings", json!({"do": "no such thing"})),
            document("allow-list", json!({"task": [{"attribute": "image", "allowed_values": ["mine"]}]})),
        ],
        |document| Ok(Arc::clone(if document.name == "allow-list" { &allow_list } else { &hostile })),
    );
    let case = Case::load("fargate-provisioning");
    let (outcome, posted) = block_on(async {
        let webhook = MockServer::start().await;
        Mock::given(method("POST"))
            .and(body_partial_json(json!({})))
            .respond_with(ResponseTemplate::new(200))
            .mount(&webhook)
            .await;
        let config = gatecheck_lambda::Config::from_lookup(|name| match name {
            "ALERT_WEBHOOK" => Some(webhook.uri()),
            // Nor any path with sinks.
            "TASK_POLICY_SSM" => Some("none".to_owned()),
            _ => None,
        });
        let config = config.unwrap();
        let sinks = Sinks::new(config.sinks, config.decisions, config.refresh, &gatecheck_aws::load_config().await);
        let source = Recording::new(case.facts.clone());
        let memory = Memory::default();
        let host =
            Host { engine: &engine, policies: &policies, memory: &memory, judge_until: None, deliver_until: None };
        let events = std::slice::from_ref(&case.event);
        let outcome =
            gatecheck_core::run(events, &host, &source, &sinks.current().await, &NotShared).await.remove(0).unwrap();
        (outcome, webhook.received_requests().await.unwrap())
    });
    let Outcome::Judged(report, failures) = outcome else { panic!("skipped") };
    let faults: Vec<_> = report.faults.iter().map(|fault| (fault.policy.as_str(), fault.reason)).collect();
    assert_eq!(
        faults,
        [
            ("loop", FaultReason::TimeLimit),
            ("memory", FaultReason::MemoryLimit),
            ("recursion", FaultReason::StackLimit),
            ("huge", FaultReason::MemoryLimit),
            ("large", FaultReason::Answer),
            ("panic", FaultReason::Trap),
            ("settings", FaultReason::Settings),
        ],
        "{:#?}",
        report.faults
    );
    assert_eq!(report.violations.len(), 1);
    assert_eq!(report.violations[0].policy, "allow-list");
    assert!(failures.is_empty());
    let posted: Value = posted[0].body_json().unwrap();
    assert!(posted["violation"].as_str().unwrap().contains("attribute: image"), "{posted}");
}

#[test]
fn nothing_is_kept_from_one_task_to_the_next() {
    let engine = Engine::new().unwrap();
    let hostile = Arc::new(Module::compile(&engine, &std::fs::read(guest("hostile")).unwrap()).unwrap());
    let policies = PolicySet::load([document("spy", json!({"do": "remember"}))], |_| Ok(Arc::clone(&hostile)));
    let case = Case::load("fargate-provisioning");
    for _ in 0..3 {
        let facts = Facts::new();
        let source = Recording::new(case.facts.clone());
        let report = block_on(gatecheck_core::judge(&engine, &policies, facts, &source));
        assert_eq!(report.violations[0].found, Some(json!(0)));
    }
}

#[test]
fn what_one_engine_gives_up_another_still_runs() {
    let case = Case::load("fargate-provisioning");
    let judge = |engine: &Engine| {
        let allow_list = Arc::new(gatecheck_bundled::module(engine, "allow-list").unwrap());
        let settings = json!({"task": [{"attribute": "image", "allowed_values": ["mine"]}]});
        let policies = PolicySet::load([document("allow-list", settings)], |_| Ok(Arc::clone(&allow_list)));
        let task = Fact::known(case.event["detail"].clone());
        let facts = Facts::from_iter([(Family::Task, task)]);
        let source = Recording::new(case.facts.clone());
        (block_on(gatecheck_core::judge(engine, &policies, facts, &source)).violations.len(), policies)
    };
    let (first, second) = (Engine::new().unwrap(), Engine::new().unwrap());
    let (violations, kept) = judge(&first);
    drop(judge(&second));
    drop(second);
    assert_eq!(violations, 1);
    assert_eq!(judge(&first).0, 1);
    drop(kept);
}

#[test]
fn a_runaway_policy_does_not_hold_up_the_others() {
    // No test asserts a time, but an order can be: beside two policies that never end, a third one in the same engine is done
    // long before the limit of the others.
    let engine = Arc::new(Engine::new().unwrap());
    let hostile = Arc::new(Module::compile(&engine, &std::fs::read(guest("hostile")).unwrap()).unwrap());
    let (reports, ended) = mpsc::channel();
    let judge = |what: &'static str| {
        let (engine, hostile, reports) = (Arc::clone(&engine), Arc::clone(&hostile), reports.clone());
        thread::spawn(move || {
            let policies = PolicySet::load([document(what, json!({"do": what}))], |_| Ok(Arc::clone(&hostile)));
            let source = Recording::new(Facts::new());
            let report = block_on(gatecheck_core::judge(&engine, &policies, Facts::new(), &source));
            reports.send((what, report)).unwrap();
        })
    };
    for thread in [judge("loop"), judge("loop"), judge("remember")] {
        thread.join().unwrap();
    }
    let [quick, first, second] = [ended.recv().unwrap(), ended.recv().unwrap(), ended.recv().unwrap()];
    assert_eq!((quick.0, quick.1.violations.len()), ("remember", 1));
    for (what, report) in [first, second] {
        assert_eq!((what, report.faults[0].reason), ("loop", FaultReason::TimeLimit));
    }
}
