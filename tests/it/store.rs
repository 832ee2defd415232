//! The policy in SSM: refreshed, missing, broken, and what an invocation says then.

use std::collections::BTreeMap;

use gatecheck_core::facts::Facts;
use gatecheck_tests::aws::RecordedAws;
use gatecheck_tests::binaries::bootstrap;
use gatecheck_tests::cases::Case;
use gatecheck_tests::runtime_api::{Lambda, Outcome};
use serde_json::{Value, json};

use crate::block_on;

const NAME: &str = "/gatecheck/ecs-task-policy";

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
        let kept: Vec<_> = log.iter().filter(|line| line.contains("the last good one stays in force")).collect();
        assert_eq!(kept.len(), 2, "{log:#?}");
        assert!(kept[0].contains("is not JSON") && kept[1].contains("refused"), "{kept:#?}");
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
            ("{", "is not JSON: EOF while parsing an object at line 1 column 1"),
            ("[]", "a policy is a JSON object; a list of statements goes under the key `task`"),
            ("{}", "neither an entry with the key `module` nor a document with the key `task`"),
            (r#"{"module": "nothing"}"#, "no bundled policy is called `nothing`; bundled are: allow-list"),
        ] {
            let (_aws, mut function) = start(NAME, Some(value), "60").await;
            let (kind, message) = refusal(&mut function);
            assert_eq!(kind, "Gatecheck.Policy");
            assert!(message.contains(said) && message.contains(NAME), "{message}");
        }
    });
}

#[test]
fn without_configuration_the_process_says_what_is_missing() {
    let mut function = Lambda::start(bootstrap(), &[]);
    let Outcome::Exited(how) = function.invoke("{}") else { panic!("it runs") };
    assert!(how.contains("`TASK_POLICY_SSM` is not set"), "{how}");
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
