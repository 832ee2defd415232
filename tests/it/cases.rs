//! Every case of the corpus through library, command line and Lambda function: one verdict.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use clap::Parser;
use gatecheck_cli::Args;
use gatecheck_core::event::{self, Received};
use gatecheck_core::facts::{Fact, Facts, Family};
use gatecheck_core::policy::{Engine, ModuleReference, PolicyDocument, PolicySet};
use gatecheck_core::recording::{Recording, Redactor};
use gatecheck_tests::aws::RecordedAws;
use gatecheck_tests::binaries::bootstrap;
use gatecheck_tests::cases::Case;
use gatecheck_tests::runtime_api::{Lambda, Outcome};
use serde_json::{Value, json};

use crate::block_on;

// `each_case!`, which tests/build.rs makes of the folders of tests/cases.
include!(concat!(env!("OUT_DIR"), "/cases.rs"));

mod library {
    each_case!(super::the_library_gives_the_expected_report);
}

mod redacted {
    each_case!(super::no_verdict_depends_on_a_secret);
}

mod command_line {
    each_case!(super::the_command_line_gives_the_same);
}

mod function {
    each_case!(super::the_lambda_function_gives_the_same);
}

/// One for all cases: the bundled policy is loaded where it lies only once in a process.
static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

fn the_library_gives_the_expected_report(name: &str) {
    let case = Case::load(name);
    let actual = comparable(through_library(&ENGINE, &case));
    assert_eq!(actual, case.expected(&actual));
}

fn no_verdict_depends_on_a_secret(name: &str) {
    let mut case = Case::load(name);
    let redactor = Redactor::default();
    case.facts = redactor.facts(&case.facts);
    case.event["detail"] = redactor.document(case.event["detail"].take());
    let actual = comparable(through_library(&ENGINE, &case));
    assert_eq!(actual, case.expected(&actual));
}

fn the_command_line_gives_the_same(name: &str) {
    let case = Case::load(name);
    let actual = comparable(through_command_line(&case));
    assert_eq!(actual, case.expected(&actual));
}

fn the_lambda_function_gives_the_same(name: &str) {
    let case = Case::load(name);
    let (actual, log) = block_on(through_lambda(&case));
    assert_eq!(actual, case.expected(&actual));

    let logged = log.iter().filter(|line| line.contains("Found policy violation. object: ")).count();
    assert_eq!(logged, actual["violations"].as_array().unwrap().len(), "{log:#?}");
}

/// The answer of the real function, and its log.
async fn through_lambda(case: &Case) -> (Value, Vec<String>) {
    let parameters = BTreeMap::from([("/gatecheck/policy".to_owned(), case.policy.to_string())]);
    let aws = RecordedAws::start(case.facts.clone(), parameters).await;
    let environment = [("AWS_ENDPOINT_URL", &*aws.endpoint()), ("TASK_POLICY_SSM", "/gatecheck/policy")];
    let mut function = Lambda::start(bootstrap(), &environment);
    let outcome = function.invoke(&case.event.to_string());
    let log = function.stop();
    let answer = match outcome {
        Outcome::Response(response) => comparable(serde_json::from_str(&response).unwrap()),
        // A policy that is none at all keeps the event from passing unjudged; the others answer with a report.
        Outcome::Error { kind, body } if kind == "Gatecheck.Policy" => refused(case, &body),
        other => panic!("{}: {other:?}\n{}", case.name, log.join("\n")),
    };
    (answer, log)
}

fn through_library(engine: &Engine, case: &Case) -> Value {
    let document = PolicyDocument::parse("policy", "policy.json", case.policy.clone());
    let policies = PolicySet::load([document], |document| match &document.module {
        ModuleReference::Bundled(name) => gatecheck_bundled::module(engine, name)
            .map(Arc::new)
            .map_err(|error| document.without_module(&error, error.remedy())),
        ModuleReference::Elsewhere { .. } => panic!("cases are for bundled policies"),
    });
    let Ok(Received::Task(event)) = event::parse(&case.event) else { panic!("{}: not a task", case.name) };
    let facts = Facts::from_iter([(Family::Task, Fact::known(event.task.clone()))]);
    let source = Recording::new(case.facts.clone());
    let judged = gatecheck_core::judge(engine, &policies, facts, &source);
    json!(block_on(judged))
}

fn through_command_line(case: &Case) -> Value {
    let path = |file: &str| case.folder.join(file).display().to_string();
    let args = Args::parse_from([
        "gatecheck",
        "check",
        "--event",
        &path("event.json"),
        "--facts",
        &path("facts.json"),
        "--policy",
        &path("policy.json"),
        "--format",
        "json",
    ]);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    gatecheck_cli::run(&args, &mut out, &mut err);
    assert!(err.is_empty(), "{}: {}", case.name, String::from_utf8_lossy(&err));
    serde_json::from_slice(&out).unwrap()
}

/// The report as far as it does not depend on the door: a fault names the file or the parameter, and the text of a failure
/// is the server's.
fn comparable(mut report: Value) -> Value {
    for fault in report["faults"].as_array_mut().unwrap() {
        let detail = fault["detail"].as_str().unwrap();
        fault["detail"] = detail.split_once('#').map_or(detail, |(_, rest)| rest).into();
    }
    for undecided in report["undecided"].as_array_mut().unwrap() {
        for missing in undecided["unavailable"].as_array_mut().unwrap() {
            if missing["reason"].as_str().unwrap().starts_with("failed: ") {
                missing["reason"] = "failed".into();
            }
        }
    }
    report
}

/// The report of a policy set in which nothing can be judged, from the error of the invocation.
fn refused(case: &Case, body: &str) -> Value {
    let error: Value = serde_json::from_str(body).unwrap();
    let message = error["errorMessage"].as_str().unwrap();
    let detail = message.split_once("/gatecheck/policy#").unwrap_or_else(|| panic!("{message}")).1;
    json!({
        "task": case.event["detail"]["taskArn"],
        "violations": [],
        "faults": [{"policy": "policy", "reason": "document", "detail": detail}],
        "undecided": [],
    })
}
