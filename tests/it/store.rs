//! The policy in SSM: refreshed, missing, broken, and what an invocation says then.

use std::collections::BTreeMap;

use gatecheck_core::facts::{Fact, Facts, Family};
use gatecheck_tests::aws::RecordedAws;
use gatecheck_tests::binaries::bootstrap;
use gatecheck_tests::cases::Case;
use gatecheck_tests::runtime_api::{Lambda, Outcome};
use serde_json::{Value, json};

use crate::block_on;

const NAME: &str = "/gatecheck/ecs-task-policy";

/// Policies below the default path, each with its value.
async fn start_with(entries: &[(&str, Value)], facts: Facts) -> (RecordedAws, Lambda) {
    let parameters = entries.iter().map(|(name, entry)| (format!("/gatecheck/policies/{name}"), entry.to_string()));
    let aws = RecordedAws::start(facts, parameters.collect()).await;
    let environment = [("AWS_ENDPOINT_URL", &*aws.endpoint()), ("GATECHECK_REFRESH_SECONDS", "0")];
    let function = Lambda::start(bootstrap(), &environment);
    (aws, function)
}

fn entry(image: &str, scope: Value) -> Value {
    json!({"module": "allow-list", "scope": scope, "settings": {"task": [{"attribute": "image", "allowed_values": [image]}]}})
}

/// Judges a task that nobody has judged before; the policies that were broken, and the faults.
fn judged(function: &mut Lambda, task: &str) -> (Vec<String>, Vec<String>) {
    let mut event = Case::load("fargate-provisioning").event;
    event["detail"]["taskArn"] = format!("arn:aws:ecs:us-west-2:111122223333:task/prod/{task}").into();
    let Outcome::Response(report) = function.invoke(&event.to_string()) else { panic!("{:#?}", function.log()) };
    let report: Value = serde_json::from_str(&report).unwrap();
    let texts = |list: &str, key: &str| -> Vec<String> {
        report[list].as_array().unwrap().iter().map(|item| item[key].as_str().unwrap().to_owned()).collect()
    };
    (texts("violations", "policy"), texts("faults", "detail"))
}

#[test]
fn every_parameter_below_the_path_is_a_policy() {
    block_on(async {
        let anywhere = || json!({});
        let entries =
            [("a", entry("mine", anywhere())), ("deep/b", entry("mine", anywhere())), ("c", json!({"task": []}))];
        let (aws, mut function) = start_with(&entries, Facts::new()).await;
        let (broken, faults) = judged(&mut function, "1");
        assert_eq!(broken, ["a", "b"]);
        assert_eq!(faults, ["/gatecheck/policies/c#/task: there are no statements; add one, or remove the policy"]);

        // One is removed, one is broken after being good, one is new but its name is taken.
        aws.remove_parameter("/gatecheck/policies/c");
        aws.set_parameter("/gatecheck/policies/a", r#"{"module": "allow-list", "module": "x"}"#);
        aws.set_parameter("/gatecheck/policies/other/b", &entry("mine", anywhere()).to_string());
        let (broken, faults) = judged(&mut function, "2");
        assert_eq!(broken, ["a", "b"], "the last good one stays in force");
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].starts_with("/gatecheck/policies/a: not JSON: the key `module` stands twice"), "{faults:?}");
        assert!(faults[1].contains("`/gatecheck/policies/deep/b` has the same last part"), "{faults:?}");
    });
}

#[test]
fn the_document_of_the_python_tool_stands_beside_them() {
    block_on(async {
        let parameters = [("/p/extra", entry("mine", json!({})).to_string()), (NAME, policy("mine"))];
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value));
        let aws = RecordedAws::start(Facts::new(), BTreeMap::from(parameters)).await;
        let environment =
            [("AWS_ENDPOINT_URL", &*aws.endpoint()), ("TASK_POLICY_SSM", NAME), ("GATECHECK_POLICY_PATH", "/p/")];
        let mut function = Lambda::start(bootstrap(), &environment);
        assert_eq!(judged(&mut function, "1").0, ["ecs-task-policy", "extra"]);
    });
}

#[test]
fn a_policy_out_of_scope_says_nothing_and_costs_nothing() {
    block_on(async {
        let case = Case::load("fargate-public");
        let mut subnets = entry("mine", json!({"clusters": ["staging-*"]}));
        subnets["settings"]["task"][0]["attribute"] = "subnet-type".into();
        let entries = [
            ("here", entry("mine", json!({"clusters": ["prod"], "launch_types": ["FARGATE"]}))),
            ("not-here", entry("mine", json!({"clusters": ["prod"], "exclude": {"services": ["w*"]}}))),
            ("elsewhere", subnets),
        ];
        let (aws, mut function) = start_with(&entries, case.facts).await;
        assert_eq!(judged(&mut function, "1"), (vec!["here".to_owned()], vec![]));
        assert!(aws.calls().iter().all(|call| call.starts_with("ssm:")), "{:?}", aws.calls());
    });
}

#[test]
fn tags_in_a_scope_cost_describe_tasks() {
    block_on(async {
        let entries = [
            ("prod", entry("mine", json!({"tags": {"env": "pro*"}}))),
            ("test", entry("mine", json!({"tags": {"env": "test"}}))),
        ];
        let task = json!({"taskArn": "arn:aws:ecs:us-west-2:111122223333:task/prod/1", "tags": [{"key": "env", "value": "prod"}]});
        let facts = Facts::from_iter([(Family::TaskDetails, Fact::known(task))]);
        let (aws, mut function) = start_with(&entries, facts).await;
        assert_eq!(judged(&mut function, "1").0, ["prod"]);
        assert_eq!(aws.calls().iter().filter(|call| *call == "ecs:DescribeTasks").count(), 1);
    });
}

#[test]
fn no_policy_at_all_fails_the_event() {
    block_on(async {
        let (_aws, mut function) = start_with(&[], Facts::new()).await;
        let (kind, message) = refusal(&mut function);
        assert_eq!(kind, "Gatecheck.Policy");
        assert!(
            message.contains("there is no parameter below `/gatecheck/policies`; store a policy there"),
            "{message}"
        );
    });
}

fn policy(image: &str) -> String {
    json!({"task": [{"attribute": "image", "allowed_values": [image]}]}).to_string()
}

async fn start(name: &str, value: Option<&str>, refresh: &str) -> (RecordedAws, Lambda) {
    let parameters = value.map(|value| (NAME.to_owned(), value.to_owned())).into_iter().collect::<BTreeMap<_, _>>();
    let aws = RecordedAws::start(Facts::new(), parameters).await;
    let environment =
        [("AWS_ENDPOINT_URL", &*aws.endpoint()), ("TASK_POLICY_SSM", name), ("GATECHECK_REFRESH_SECONDS", refresh)];
    let function = Lambda::start(bootstrap(), &environment);
    (aws, function)
}

/// Judges a task that nobody has judged before.
fn violations(function: &mut Lambda, task: &str) -> usize {
    let mut event = Case::load("fargate-provisioning").event;
    event["detail"]["taskArn"] = format!("arn:aws:ecs:us-west-2:111122223333:task/prod/{task}").into();
    match function.invoke(&event.to_string()) {
        Outcome::Response(report) => {
            let report: Value = serde_json::from_str(&report).unwrap();
            report["violations"].as_array().unwrap().len()
        }
        other => panic!("{other:?}"),
    }
}

fn refusal(function: &mut Lambda) -> (String, String) {
    match function.invoke(&Case::load("fargate-provisioning").event.to_string()) {
        Outcome::Error { kind, body } => {
            let error: Value = serde_json::from_str(&body).unwrap();
            (kind, error["errorMessage"].as_str().unwrap().to_owned())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_name_may_lack_its_slash() {
    block_on(async {
        let (_aws, mut function) = start(NAME.trim_start_matches('/'), Some(&policy("mine")), "60").await;
        assert_eq!(violations(&mut function, "a"), 1);
    });
}

#[test]
fn a_changed_policy_takes_effect_without_a_restart() {
    block_on(async {
        let (aws, mut function) = start(NAME, Some(&policy("mine")), "0").await;
        assert_eq!(violations(&mut function, "a"), 1);
        let image = Case::load("fargate-provisioning").event["detail"]["containers"][0]["image"].clone();
        aws.set_parameter(NAME, &policy(image.as_str().unwrap()));
        assert_eq!(violations(&mut function, "b"), 0);
    });
}

#[test]
fn while_it_is_fresh_it_is_not_read_again() {
    block_on(async {
        let (aws, mut function) = start(NAME, Some(&policy("mine")), "3600").await;
        assert_eq!((violations(&mut function, "a"), violations(&mut function, "b")), (1, 1));
        assert_eq!(aws.calls(), ["ssm:GetParameter"]);
    });
}

#[test]
fn the_last_good_one_stays_when_the_next_is_broken_or_out_of_reach() {
    block_on(async {
        let (aws, mut function) = start(NAME, Some(&policy("mine")), "0").await;
        assert_eq!(violations(&mut function, "a"), 1);
        aws.set_parameter(NAME, "{");
        assert_eq!(violations(&mut function, "b"), 1);
        aws.fail("ssm:GetParameter", "AccessDeniedException", 400, 1);
        assert_eq!(violations(&mut function, "c"), 1);
        let log = function.stop();
        let kept: Vec<_> =
            log.iter().filter(|line| line.contains("stay in force") || line.contains("stays in force")).collect();
        assert_eq!(kept.len(), 2, "{log:#?}");
        assert!(kept[0].contains("not JSON") && kept[1].contains("refused"), "{kept:#?}");
        for counted in [r#""PoliciesRefused":1"#, r#""RefreshesFailed":1"#] {
            assert_eq!(log.iter().filter(|line| line.contains(counted)).count(), 1, "{log:#?}");
        }
    });
}

#[test]
fn without_a_policy_the_event_fails_and_says_why() {
    block_on(async {
        let (_aws, mut function) = start(NAME, None, "60").await;
        let (kind, message) = refusal(&mut function);
        assert_eq!(kind, "Gatecheck.Policy");
        assert_eq!(
            message,
            "no policy is in force: parameter `/gatecheck/ecs-task-policy` does not exist; \
             create it in this account and Region, or correct the name"
        );
        for (value, said) in [
            ("{", "not JSON: EOF while parsing an object at line 1 column 1"),
            ("[]", "a policy is a JSON object; a list of statements goes under the key `task`"),
            ("{}", "neither an entry with the key `module` nor a document with the key `task`"),
            (
                r#"{"module": "nothing"}"#,
                "no bundled policy is called `nothing`; bundled are: allow-list, ecs-baseline",
            ),
        ] {
            let (_aws, mut function) = start(NAME, Some(value), "60").await;
            let (kind, message) = refusal(&mut function);
            assert_eq!(kind, "Gatecheck.Policy");
            assert!(message.contains(said) && message.contains(NAME), "{message}");
        }
    });
}

#[test]
fn a_bad_environment_is_told_at_the_start() {
    let mut function = Lambda::start(bootstrap(), &[("GATECHECK_REFRESH_SECONDS", "soon")]);
    let Outcome::Exited(how) = function.invoke("{}") else { panic!("it runs") };
    assert!(how.contains("`GATECHECK_REFRESH_SECONDS` is not a whole number of seconds"), "{how}");
}

#[test]
fn events_that_are_not_judged_are_named() {
    block_on(async {
        let (_aws, mut function) = start(NAME, Some(&policy("mine")), "60").await;
        let mut event = Case::load("fargate-provisioning").event;
        event["detail-type"] = "ECS Deployment State Change".into();
        let Outcome::Response(answer) = function.invoke(&event.to_string()) else { panic!("not skipped") };
        assert!(answer.contains("not a task state change"), "{answer}");
        for (event, said) in [(json!({}), "the event has no `/source`"), (json!([1]), "is not an object")] {
            let Outcome::Error { kind, body } = function.invoke(&event.to_string()) else { panic!("not refused") };
            assert_eq!(kind, "Gatecheck.Event");
            assert!(body.contains(said), "{body}");
        }
    });
}
