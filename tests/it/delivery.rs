//! Violations reach those who are told, whatever happens on the way: nothing is lost, and what is told twice is counted.

use std::collections::BTreeMap;
use std::time::Duration;

use gatecheck_core::facts::{Fact, Family, Unavailable};
use gatecheck_tests::aws::RecordedAws;
use gatecheck_tests::binaries::bootstrap;
use gatecheck_tests::cases::Case;
use gatecheck_tests::command::CommandLine;
use gatecheck_tests::hook::{Hook, Reply};
use gatecheck_tests::runtime_api::{Lambda, Outcome};
use serde_json::{Value, json};
use wiremock::MockServer;

use crate::block_on;

/// A policy that a task of a public image breaks.
fn policy() -> Value {
    json!({"module": "allow-list", "settings": {"task": [{"attribute": "image", "allowed_values": ["mine"]}]}})
}

/// A task that starts.
fn event(task: &str) -> Value {
    let mut event = Case::load("fargate-provisioning").event;
    event["detail"]["taskArn"] = format!("arn:aws:ecs:us-west-2:111122223333:task/prod/{task}").into();
    event
}

/// An account with these sinks, and with secrets for their URLs: `ssm:/secret/NAME` is that of the hook of this name.
async fn account(sinks: &[(&str, Value)], hooks: &[(&str, &Hook)]) -> RecordedAws {
    let sinks = sinks.iter().map(|(name, sink)| (format!("/gatecheck/sinks/{name}"), sink.to_string()));
    let secrets = hooks.iter().map(|(name, hook)| (format!("/secret/{name}"), hook.url()));
    let policy = ("/gatecheck/policies/images".to_owned(), policy().to_string());
    let parameters: BTreeMap<_, _> = sinks.chain(secrets).chain([policy]).collect();
    RecordedAws::start(Case::load("fargate-public").facts, parameters).await
}

fn start(aws: &RecordedAws, hooks: &[(&str, &Hook)]) -> Lambda {
    let hosts: Vec<_> = hooks.iter().map(|(_, hook)| hook.address()).collect();
    let environment = [
        ("AWS_ENDPOINT_URL", &*aws.endpoint()),
        ("GATECHECK_REFRESH_SECONDS", "0"),
        ("GATECHECK_INSECURE_HOSTS", &hosts.join(",")),
    ];
    Lambda::start(bootstrap(), &environment)
}

/// A policy more, for which AWS has to be asked.
fn judge_subnets(aws: &RecordedAws) {
    let subnets = json!({"task": [{"attribute": "subnet-type", "allowed_values": ["private"]}]});
    aws.set_parameter("/gatecheck/policies/subnets", &subnets.to_string());
}

/// A generic webhook whose URL is the secret of this name.
fn webhook(secret: &str) -> Value {
    json!({"type": "webhook", "url": format!("ssm:/secret/{secret}")})
}

/// Whether the event need not come again.
fn is_settled(function: &mut Lambda, event: &Value) -> bool {
    match function.invoke(&event.to_string()) {
        Outcome::Response(_) => true,
        Outcome::Error { kind, body } => {
            assert_eq!(kind, "Gatecheck.Delivery", "{body}");
            false
        }
        other => panic!("{other:?}"),
    }
}

/// What one sink does, and how often it is asked, whether the event has to come again after that, and how often it was told in
/// the end.
#[test]
fn whatever_a_sink_does_nothing_is_lost() {
    let cases: [(&str, &[Reply], usize, bool, usize); 7] = [
        ("fails once", &[Reply::Status(500)], 2, true, 1),
        ("asks for patience", &[Reply::After(429, 1)], 2, true, 1),
        ("asks for more than there is", &[Reply::After(429, 600)], 1, false, 1),
        ("breaks the connection", &[Reply::Reset, Reply::Reset], 3, true, 1),
        ("answers half", &[Reply::Half], 1, true, 1),
        ("is gone", &[Reply::Status(410)], 1, false, 1),
        ("is down", &[Reply::Status(503); 4], 4, false, 1),
    ];
    for (what, script, asked, settled, told) in cases {
        block_on(async {
            let hook = Hook::start(script);
            let hooks = [("chat", &hook)];
            let aws = account(&[("chat", webhook("chat"))], &hooks).await;
            let mut function = start(&aws, &hooks);
            assert_eq!(is_settled(&mut function, &event("1")), settled, "{what}: {:#?}", function.log());
            assert_eq!(hook.requests().len(), asked, "{what}");
            // The queue hands the event over again.
            assert!(is_settled(&mut function, &event("1")), "{what}");
            assert_eq!(hook.taken().len(), told, "{what}");
            let ids: Vec<_> = hook.requests().iter().map(|one| one.header("webhook-id").unwrap().to_owned()).collect();
            assert!(ids.iter().all(|id| *id == ids[0]), "{what}: the same message has the same identifier");
            let log = function.stop().concat();
            assert!(!log.contains("secret-path"), "{what}: {log}");
        });
    }
}

#[test]
fn a_wait_is_at_least_as_long_as_was_asked_for() {
    block_on(async {
        let hook = Hook::start(&[Reply::After(429, 2)]);
        let hooks = [("chat", &hook)];
        let aws = account(&[("chat", webhook("chat"))], &hooks).await;
        assert!(is_settled(&mut start(&aws, &hooks), &event("1")));
        let [first, second] = &hook.requests()[..] else { panic!() };
        assert!(second.at - first.at >= Duration::from_secs(2));
    });
}

#[test]
fn a_sink_that_hangs_keeps_nothing_from_the_others() {
    block_on(async {
        let (dead, alive) = (Hook::start(&[Reply::Silence; 8]), Hook::start(&[]));
        let hooks = [("dead", &dead), ("alive", &alive)];
        let aws = account(&[("dead", webhook("dead")), ("alive", webhook("alive"))], &hooks).await;
        let mut function = start(&aws, &hooks);
        assert!(!is_settled(&mut function, &event("1")));
        assert_eq!(alive.taken().len(), 1);
        // The event comes again and again; who took it is not told again.
        assert!(!is_settled(&mut function, &event("1")));
        assert_eq!(alive.requests().len(), 1);
    });
}

#[test]
fn a_webhook_without_a_good_certificate_gets_nothing() {
    block_on(async {
        // It speaks no TLS at all.
        let hook = Hook::start(&[]);
        let aws = account(&[("chat", webhook("chat"))], &[]).await;
        aws.set_parameter("/secret/chat", &hook.url().replace("http:", "https:"));
        let mut function = start(&aws, &[]);
        assert!(!is_settled(&mut function, &event("1")));
        assert!(hook.taken().is_empty());
        // Nor one that is asked in the open.
        aws.set_parameter("/secret/chat", &hook.url());
        assert!(!is_settled(&mut function, &event("1")));
        assert!(hook.requests().iter().all(|request| request.header("webhook-id").is_none()));
        let log = function.stop().concat();
        assert!(log.contains("what the parameter `/secret/chat` holds is not an https URL"), "{log}");
        assert!(!log.contains("secret-path"), "{log}");
    });
}

#[test]
fn a_function_that_is_killed_before_delivery_tells_when_the_event_comes_again() {
    block_on(async {
        let hook = Hook::start(&[Reply::Silence]);
        let hooks = [("chat", &hook)];
        let aws = account(&[("chat", webhook("chat"))], &hooks).await;
        let mut function = start(&aws, &hooks);
        function.send(&event("1").to_string());
        while hook.requests().is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let log = function.stop();
        assert!(log.concat().contains("Found policy violation."));
        let mut function = start(&aws, &hooks);
        for _ in 0..3 {
            assert!(is_settled(&mut function, &event("1")));
        }
        assert_eq!(hook.taken().len(), 1);
    });
}

#[test]
fn aws_may_throttle_and_refuse() {
    block_on(async {
        let hook = Hook::start(&[]);
        let hooks = [("chat", &hook)];
        let aws = account(&[("chat", webhook("chat"))], &hooks).await;
        judge_subnets(&aws);
        for action in ["ssm:GetParametersByPath", "ssm:GetParameter", "ec2:DescribeSubnets", "ec2:DescribeRouteTables"]
        {
            aws.fail(action, "ThrottlingException", 400, 2);
        }
        let mut function = start(&aws, &hooks);
        assert!(is_settled(&mut function, &event("1")));
        let told = hook.taken();
        let rules: Vec<_> =
            told[0]["data"]["violations"].as_array().unwrap().iter().map(|violation| &violation["rule"]).collect();
        assert_eq!(rules, ["image", "subnet-type"]);

        // What AWS refuses is told like a fault, once.
        let denied = Unavailable::Denied("ec2:DescribeSubnets".to_owned());
        aws.set_fact(Family::Subnets, Fact::Unavailable(denied));
        let mut function = start(&aws, &hooks);
        for task in ["2", "3"] {
            assert!(is_settled(&mut function, &event(task)));
        }
        let types: Vec<_> = hook.taken().iter().map(|told| told["type"].as_str().unwrap().to_owned()).collect();
        assert_eq!(types, ["gatecheck.violations", "gatecheck.violations", "gatecheck.faults", "gatecheck.violations"]);
        let trouble = &hook.taken()[2]["data"]["troubles"][0];
        assert_eq!((&trouble["policy"], &trouble["subject"]), (&json!("subnets"), &json!("subnet-type")));
        assert!(trouble["detail"].as_str().unwrap().contains("denied: ec2:DescribeSubnets"), "{trouble}");
    });
}

#[test]
fn aws_may_not_answer() {
    block_on(async {
        let hook = Hook::start(&[]);
        let hooks = [("chat", &hook)];
        let aws = account(&[("chat", webhook("chat"))], &hooks).await;
        judge_subnets(&aws);
        aws.hang("ec2:DescribeSubnets");
        let mut function = start(&aws, &hooks);
        assert!(is_settled(&mut function, &event("1")));
        let told = hook.taken();
        assert_eq!(told[0]["data"]["violations"][0]["rule"], "image");
        let trouble = &told[1]["data"]["troubles"][0];
        assert!(trouble["detail"].as_str().unwrap().contains("ec2:DescribeSubnets: timed out"), "{trouble}");
    });
}

#[test]
fn each_sink_is_told_what_it_is_for() {
    block_on(async {
        let names = ["all", "bad", "team", "other-team", "rest", "staging"];
        let hooks: Vec<_> = names.iter().map(|_| Hook::start(&[])).collect();
        let hooks: Vec<_> = names.iter().copied().zip(&hooks).collect();
        let with = |secret: &str, more: Value| {
            let mut sink = webhook(secret);
            sink.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            sink
        };
        let sinks = [
            ("all", webhook("all")),
            ("bad", with("bad", json!({"min_severity": "critical"}))),
            ("team", with("team", json!({"scope": {"tags": {"team": "pay*"}}}))),
            ("other-team", with("other-team", json!({"scope": {"tags": {"team": "web"}}}))),
            ("rest", with("rest", json!({"fallback": true}))),
            ("staging", with("staging", json!({"scope": {"clusters": ["staging-*"]}, "policies": ["images"]}))),
        ];
        let aws = account(&sinks, &hooks).await;
        let tagged = |tags: Value| {
            let mut task = event("1")["detail"].clone();
            task["tags"] = tags;
            Fact::known(task)
        };
        aws.set_fact(Family::TaskDetails, tagged(json!([{"key": "team", "value": "payments"}])));
        let mut function = start(&aws, &hooks);
        let told = || -> Vec<&str> {
            hooks.iter().filter(|(_, hook)| !hook.requests().is_empty()).map(|(name, _)| *name).collect()
        };
        aws.clear_calls();
        assert!(is_settled(&mut function, &event("1")));
        assert_eq!(told(), ["all", "team"]);
        assert_eq!(aws.calls().iter().filter(|call| *call == "ecs:DescribeTasks").count(), 1);

        // A team that nobody speaks for.
        let aws = account(&sinks, &hooks).await;
        aws.set_fact(Family::TaskDetails, tagged(json!([])));
        assert!(is_settled(&mut start(&aws, &hooks), &event("1")));
        assert_eq!(told(), ["all", "team", "rest"]);

        // Whose task it is cannot be told: all of them hear of it, rather than none.
        let aws = account(&sinks, &hooks).await;
        let denied = Unavailable::Denied("ecs:DescribeTasks".to_owned());
        aws.set_fact(Family::TaskDetails, Fact::Unavailable(denied));
        assert!(is_settled(&mut start(&aws, &hooks), &event("1")));
        assert_eq!(told(), ["all", "team", "other-team", "rest"]);
    });
}

#[test]
fn a_sink_that_is_no_good_makes_events_come_again_and_the_others_hear() {
    block_on(async {
        let hook = Hook::start(&[]);
        let hooks = [("chat", &hook)];
        let inline = json!({"type": "slack", "url": "https://hooks.example/secret-path"});
        let aws = account(&[("chat", webhook("chat")), ("inline", inline)], &hooks).await;
        let mut function = start(&aws, &hooks);
        assert!(!is_settled(&mut function, &event("1")));
        assert_eq!(hook.taken().len(), 1);
        aws.remove_parameter("/gatecheck/sinks/inline");
        assert!(is_settled(&mut function, &event("1")));
        assert_eq!(hook.taken().len(), 1);
        // One that was good stays in force as it was, whatever becomes of its entry or its secret.
        aws.set_parameter("/gatecheck/sinks/chat", "{");
        assert!(is_settled(&mut function, &event("3")));
        aws.set_parameter("/gatecheck/sinks/chat", &webhook("chat").to_string());
        aws.remove_parameter("/secret/chat");
        assert!(is_settled(&mut function, &event("4")));
        assert_eq!(hook.taken().len(), 3);
        aws.set_parameter("/secret/chat", &hook.url());
        let log = function.stop().concat();
        assert!(log.contains("no good any more, the last good one stays in force: /gatecheck/sinks/chat: not JSON"));
        assert!(log.contains("/gatecheck/sinks/inline#/url: a secret does not belong here"), "{log}");
        assert!(!log.contains("secret-path"), "{log}");

        // Sinks that cannot be read at all: nobody knows who should hear of it.
        // Policies and sinks are both asked for, and then once more without decryption.
        aws.fail("ssm:GetParametersByPath", "AccessDeniedException", 400, 4);
        let mut function = start(&aws, &hooks);
        let Outcome::Error { body, .. } = function.invoke(&event("2").to_string()) else { panic!("it passed") };
        assert!(body.contains("GetParametersByPath"), "{body}");
        assert!(is_settled(&mut function, &event("2")));
        assert_eq!(hook.taken().len(), 4);
    });
}

#[test]
fn what_the_environment_names_is_told_beside_the_rest() {
    block_on(async {
        let (chat, workflow) = (Hook::start(&[]), MockServer::start().await);
        let hooks = [("chat", &chat)];
        let aws = account(&[("chat", webhook("chat"))], &hooks).await;
        let environment = [
            ("AWS_ENDPOINT_URL", &*aws.endpoint()),
            ("GATECHECK_INSECURE_HOSTS", chat.address()),
            ("ALERT_WEBHOOK", &workflow.uri()),
        ];
        let mut function = Lambda::start(bootstrap(), &environment);
        // Nobody answers there.
        assert!(!is_settled(&mut function, &event("1")));
        assert_eq!((chat.taken().len(), workflow.received_requests().await.unwrap().len()), (1, 1));
    });
}

/// The lines of a log that are JSON.
fn records(log: &[String]) -> Vec<Value> {
    log.iter().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

#[test]
fn what_happened_is_counted_and_a_decision_can_be_replayed() {
    block_on(async {
        let hook = Hook::start(&[]);
        let hooks = [("chat", &hook)];
        let aws = account(&[("chat", webhook("chat"))], &hooks).await;
        let environment = [
            ("AWS_ENDPOINT_URL", &*aws.endpoint()),
            ("GATECHECK_INSECURE_HOSTS", hook.address()),
            ("GATECHECK_RECORD", "violations"),
        ];
        let mut function = Lambda::start(bootstrap(), &environment);
        aws.fail("ssm:GetParameter", "ThrottlingException", 400, 1);
        assert!(is_settled(&mut function, &event("1")));
        let calls = aws.calls().len();
        hook.next(&[Reply::Status(410)]);
        assert!(!is_settled(&mut function, &event("2")));
        let records = records(&function.stop());
        let summaries: Vec<_> = records.iter().filter(|record| record["message"] == "summary").collect();
        let [first, second] = summaries[..] else { panic!("{records:#?}") };
        let counted = json!({
            "ColdStarts": 1, "Events": 1, "TasksJudged": 1, "Violations": 1, "AwsCalls": calls, "AwsRetries": 1,
        });
        for (name, count) in counted.as_object().unwrap() {
            assert_eq!(&first[name], count, "{name} of {first}");
        }
        assert!(first["Duration"].is_u64() && first["_aws"]["Timestamp"].is_u64());
        assert_eq!((&second["DeliveriesFailed"], second.get("ColdStarts")), (&json!(1), None));
        let of_policy = records.iter().find(|record| record["Policy"] == "images").unwrap();
        assert_eq!((&of_policy["Severity"], &of_policy["Violations"]), (&json!("medium"), &json!(1)));

        let decision = records.iter().find(|record| record["message"] == "decision").unwrap();
        let command_line = CommandLine::new(&[]);
        command_line.write("decision.json", decision.to_string());
        command_line.write("images.json", policy().to_string());
        let replayed =
            command_line.prints(1, &["replay", "./decision.json", "--policy", "./images.json", "--format", "json"]);
        let documents: Value = serde_json::from_str(&replayed).unwrap();
        assert_eq!(documents[0]["report"]["violations"], decision["report"]["violations"]);
    });
}

#[test]
fn no_secret_is_in_any_log() {
    block_on(async {
        // Each kind of sink fails in a way of its own, and each has a secret of its own.
        let kinds = ["slack", "slack-workflow", "teams", "discord", "webhook"];
        let replies = [Reply::Status(500), Reply::Reset, Reply::Status(404), Reply::After(429, 99), Reply::Half];
        let hooks: Vec<_> = replies.iter().map(|reply| Hook::start(&[*reply; 4])).collect();
        let hooks: Vec<_> = kinds.iter().copied().zip(&hooks).collect();
        let mut sinks: Vec<_> =
            kinds.iter().map(|kind| (*kind, json!({"type": kind, "url": format!("ssm:/secret/{kind}")}))).collect();
        sinks[4].1["secrets"] = json!(["ssm:/secret/signing"]);
        sinks.push((
            "pagerduty",
            json!({"type": "pagerduty", "routing_key": "ssm:/secret/routing", "url": hooks[0].1.url()}),
        ));
        sinks.push(("broken", json!({"type": "slack", "url": "ssm:/secret/broken"})));
        let aws = account(&sinks, &hooks).await;
        aws.set_parameter("/secret/signing", "whsec_c2VjcmV0LXNpZ25pbmcta2V5LWZvci10ZXN0cw==");
        aws.set_parameter("/secret/routing", "R0secret-routing-key");
        aws.set_parameter("/secret/broken", "ftp://broken-secret.example/x");
        let hosts: Vec<_> = hooks.iter().map(|(_, hook)| hook.address()).collect();
        for format in ["JSON", "Text"] {
            let environment = [
                ("AWS_ENDPOINT_URL", &*aws.endpoint()),
                ("GATECHECK_INSECURE_HOSTS", &hosts.join(",")),
                ("ALERT_WEBHOOK", &hooks[0].1.url()),
                ("GATECHECK_RECORD", "all"),
                ("AWS_LAMBDA_LOG_FORMAT", format),
                ("AWS_LAMBDA_LOG_LEVEL", "TRACE"),
            ];
            let mut function = Lambda::start(bootstrap(), &environment);
            let Outcome::Error { body, .. } = function.invoke(&event(format).to_string()) else { panic!("it passed") };
            let log = function.stop().concat() + &body;
            assert!(log.contains("`broken`") && log.contains("it answered 404"), "{log}");
            for secret in ["secret-path", "c2VjcmV0", "R0secret", "broken-secret"] {
                assert!(!log.contains(secret), "{secret} is in {log}");
            }
        }
        // What is signed says so.
        let signed = hooks[4].1.requests();
        assert!(signed[0].header("webhook-signature").unwrap().starts_with("v1,"));
    });
}
