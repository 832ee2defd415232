//! From the task's start to the webhook: the real bootstrap against moto, over HTTP.

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use gatecheck_tests::binaries::bootstrap;
use gatecheck_tests::event::event_from_task;
use gatecheck_tests::hook::Hook;
use gatecheck_tests::moto::Moto;
use gatecheck_tests::runtime_api::{Lambda, Outcome};
use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::block_on;

/// One server for all tests; its faults and calls belong to one at a time.
pub(crate) fn moto() -> MutexGuard<'static, Moto> {
    static MOTO: LazyLock<Mutex<Moto>> = LazyLock::new(|| Mutex::new(Moto::start()));
    MOTO.lock().unwrap_or_else(PoisonError::into_inner)
}

const POLICY: &str = r#"{"task": [
    {"attribute": "image", "type": "pattern", "allowed_values": ["^111122223333\\.dkr\\.ecr\\."], "severity": "high"},
    {"attribute": "subnet-type", "allowed_values": ["private"]},
    {"attribute": "ip", "allowed_values": ["private"]}
]}"#;

async fn webhook(status: u16) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(status)).mount(&server).await;
    server
}

pub(crate) fn scenario(moto: &Moto, subnet: &str) -> Value {
    moto.scenario(&json!({
        "subnet": subnet,
        "assign_public_ip": subnet == "public",
        "images": {"web": "docker.io/nginx:latest", "log": "111122223333.dkr.ecr.us-west-2.amazonaws.com/log:1"},
        "parameters": {"/gatecheck/ecs-task-policy": POLICY},
    }))
}

pub(crate) fn start(moto: &Moto, hook: &str, more: &[(&str, &str)]) -> Lambda {
    let endpoint = moto.endpoint();
    let environment = [
        ("AWS_ENDPOINT_URL", &*endpoint),
        ("TASK_POLICY_SSM", "/gatecheck/ecs-task-policy"),
        ("ALERT_WEBHOOK", hook),
        ("ALERT_KEY", "text"),
    ];
    Lambda::start(bootstrap(), &[&environment[..], more].concat())
}

pub(crate) fn invoke(function: &mut Lambda, event: &Value) -> Value {
    match function.invoke(&event.to_string()) {
        Outcome::Response(report) => serde_json::from_str(&report).unwrap(),
        other => panic!("{other:?}\n{:#?}", function.log()),
    }
}

#[test]
fn a_task_starts_and_a_policy_speaks() {
    let moto = moto();
    let scenario = scenario(&moto, "public");
    let task = &scenario["task"];
    let event = event_from_task(task, "PENDING", 1);
    block_on(async {
        let hook = webhook(200).await;
        let mut function = start(&moto, &format!("{}/secret-path", hook.uri()), &[]);
        moto.reset_calls();
        let report = invoke(&mut function, &event);
        let found: Vec<_> = report["violations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|violation| (violation["rule"].as_str().unwrap(), violation["object"].as_str().unwrap()))
            .collect();
        let interface = detail(task, "networkInterfaceId");
        let subnet = scenario["subnets"]["public"].as_str().unwrap();
        assert_eq!(found, [("image", "web"), ("subnet-type", subnet), ("ip", &interface)]);
        assert_eq!((&report["faults"], &report["undecided"]), (&json!([]), &json!([])));

        let mut calls = moto.calls();
        calls.sort();
        assert_eq!(
            calls,
            ["ec2:DescribeNetworkInterfaces", "ec2:DescribeRouteTables", "ec2:DescribeSubnets", "ssm:GetParameter"]
        );

        let posted: Value = hook.received_requests().await.unwrap()[0].body_json().unwrap();
        let text = posted["text"].as_str().unwrap();
        let arns =
            format!("['{}', '{}']", task["taskArn"].as_str().unwrap(), task["taskDefinitionArn"].as_str().unwrap());
        assert!(
            text.starts_with(&format!("Policy violation alert for {arns} \n Policy violation: object: web, ")),
            "{text}"
        );
        assert!(text.contains(&format!(
            "object: {interface}, attribute: ip, value: public, allowed_values: ['private'], check_type: exact"
        )));

        let log = function.stop();
        let records: Vec<Value> = log.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let violations: Vec<_> = records.iter().filter(|record| record["level"] == "WARN").collect();
        assert_eq!(violations.len(), 3);
        assert_eq!(
            violations[2]["message"],
            format!(
                "Found policy violation. object: {interface}, attribute: ip, value: public, \
                 allowed_values: ['private'], check_type: exact"
            )
        );
        let expected = json!({"object": interface, "attribute": "ip", "value": "public", "allowed_values": ["private"],
            "check_type": "exact", "policy": "ecs-task-policy", "rule": "ip", "severity": "medium", "task_arn": task["taskArn"]});
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&violations[2][name], value, "{name}");
        }
        assert!(!log.concat().contains("secret-path"), "a webhook's URL is a secret");
    });
}

fn detail(task: &Value, name: &str) -> String {
    let details = task["attachments"][0]["details"].as_array().unwrap();
    details.iter().find(|detail| detail["name"] == name).unwrap()["value"].as_str().unwrap().to_owned()
}

#[test]
fn text_logs_look_like_those_of_the_python_tool() {
    let moto = moto();
    let event = event_from_task(&scenario(&moto, "public")["task"], "PENDING", 1);
    block_on(async {
        let hook = webhook(200).await;
        let mut function = start(&moto, &hook.uri(), &[("AWS_LAMBDA_LOG_FORMAT", "Text")]);
        invoke(&mut function, &event);
        let log = function.stop();
        let lines: Vec<_> = log.iter().filter(|line| line.starts_with("[WARNING]\t")).collect();
        assert_eq!(lines.len(), 3, "{log:#?}");
        assert!(
            lines[0]
                .contains("\tFound policy violation. object: web, attribute: image, value: docker.io/nginx:latest, ")
        );
    });
}

#[test]
fn an_implicit_subnet_is_judged_by_the_main_route_table() {
    let moto = moto();
    // Another subnet of the same VPC has a route table with an internet gateway.
    let event = event_from_task(&scenario(&moto, "private")["task"], "PENDING", 1);
    block_on(async {
        let hook = webhook(200).await;
        let mut function = start(&moto, &hook.uri(), &[]);
        moto.reset_calls();
        let report = invoke(&mut function, &event);
        let rules: Vec<_> =
            report["violations"].as_array().unwrap().iter().map(|violation| &violation["rule"]).collect();
        assert_eq!(rules, ["image"]);
        assert_eq!(moto.calls().iter().filter(|call| *call == "ec2:DescribeRouteTables").count(), 2);
    });
}

#[test]
fn throttling_is_waited_for_and_a_refusal_is_told() {
    let moto = moto();
    let event = event_from_task(&scenario(&moto, "public")["task"], "PENDING", 1);
    block_on(async {
        let hook = webhook(200).await;
        let mut function = start(&moto, &hook.uri(), &[]);
        moto.fail("ec2:DescribeSubnets", "RequestLimitExceeded", 503, 2);
        moto.fail("ec2:DescribeNetworkInterfaces", "UnauthorizedOperation", 403, 1);
        let report = invoke(&mut function, &event);
        let rules: Vec<_> =
            report["violations"].as_array().unwrap().iter().map(|violation| &violation["rule"]).collect();
        assert_eq!(rules, ["image", "subnet-type"]);
        assert_eq!(
            report["undecided"],
            json!([{"policy": "ecs-task-policy", "rule": "ip",
                "unavailable": [{"family": "interfaces", "reason": "denied: ec2:DescribeNetworkInterfaces"}]}])
        );
        assert!(function.stop().iter().any(|line| line.contains("Rule undecided.") && line.contains("\"ERROR\"")));
    });
}

#[test]
fn an_encrypted_parameter_is_read() {
    let moto = moto();
    let event = event_from_task(&scenario(&moto, "public")["task"], "PENDING", 1);
    let parameter = json!({"Name": "/gatecheck/secure", "Value": POLICY, "Type": "SecureString", "Overwrite": true});
    moto.aws("ssm", "put_parameter", &parameter);
    block_on(async {
        let hook = webhook(200).await;
        let mut function = start(&moto, &hook.uri(), &[("TASK_POLICY_SSM", "gatecheck/secure")]);
        assert_eq!(invoke(&mut function, &event)["violations"].as_array().unwrap().len(), 3);
    });
}

#[test]
fn a_webhook_that_fails_fails_the_event_and_keeps_its_secret() {
    let moto = moto();
    let event = event_from_task(&scenario(&moto, "public")["task"], "PENDING", 1);
    block_on(async {
        let hook = webhook(500).await;
        let mut function = start(&moto, &format!("{}/secret-path", hook.uri()), &[]);
        for _ in 0..2 {
            let Outcome::Error { kind, body } = function.invoke(&event.to_string()) else { panic!("it passed") };
            assert_eq!(kind, "Gatecheck.Delivery");
            assert!(
                body.contains("the sink `ALERT_WEBHOOK` did not take the report: it answered 500")
                    && !body.contains("secret-path"),
                "{body}"
            );
        }
        // The event came again, and so did the violations: each time once, and three times more when that failed.
        assert_eq!(hook.received_requests().await.unwrap().len(), 8);
        let log = function.stop();
        assert!(!log.concat().contains("secret-path"));
        assert_eq!(log.iter().filter(|line| line.contains("Found policy violation.")).count(), 3, "once in the log");
    });
}

/// Puts a sink below a path of its own, so that no other test hears of it.
fn put_sink(moto: &Moto, name: &str, sink: &Value) {
    let name = format!("/gatecheck/end-to-end/sinks/{name}");
    moto.aws("ssm", "put_parameter", &json!({"Name": name, "Value": sink.to_string(), "Type": "SecureString"}));
}

/// A queue, and the bodies of its messages so far.
fn queue(moto: &Moto, name: &str) -> (String, impl Fn() -> Vec<Value>) {
    let url = moto.aws("sqs", "create_queue", &json!({"QueueName": name}))["QueueUrl"].as_str().unwrap().to_owned();
    let attributes = moto.aws("sqs", "get_queue_attributes", &json!({"QueueUrl": url, "AttributeNames": ["QueueArn"]}));
    let arn = attributes["Attributes"]["QueueArn"].as_str().unwrap().to_owned();
    let messages = move || {
        let received = moto.aws(
            "sqs",
            "receive_message",
            &json!({"QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 0}),
        );
        let messages = received["Messages"].as_array().into_iter().flatten();
        messages.map(|message| serde_json::from_str(message["Body"].as_str().unwrap()).unwrap()).collect()
    };
    (arn, messages)
}

#[test]
fn an_alert_reaches_a_topic_and_a_bus() {
    let moto = moto();
    let event = event_from_task(&scenario(&moto, "public")["task"], "PENDING", 1);
    let (topic_queue, of_topic) = queue(&moto, "of-topic");
    let topic = moto.aws("sns", "create_topic", &json!({"Name": "alerts"}))["TopicArn"].as_str().unwrap().to_owned();
    moto.aws(
        "sns",
        "subscribe",
        &json!({"TopicArn": topic, "Protocol": "sqs", "Endpoint": topic_queue,
        "Attributes": {"FilterPolicy": r#"{"severity": ["high"], "policies": ["ecs-task-policy"]}"#}}),
    );
    let (bus_queue, of_bus) = queue(&moto, "of-bus");
    let pattern =
        json!({"source": ["gatecheck"], "detail-type": ["Gatecheck Violations"], "detail": {"cluster": ["prod"]}});
    moto.aws("events", "put_rule", &json!({"Name": "alerts", "EventPattern": pattern.to_string()}));
    moto.aws("events", "put_targets", &json!({"Rule": "alerts", "Targets": [{"Id": "1", "Arn": bus_queue}]}));
    put_sink(&moto, "topic", &json!({"type": "sns", "topic": topic}));
    put_sink(&moto, "bus", &json!({"type": "event-bridge"}));
    block_on(async {
        let hook = Hook::start(&[]);
        let mut function = start(&moto, &hook.url(), &[("GATECHECK_SINK_PATH", "/gatecheck/end-to-end/sinks")]);
        invoke(&mut function, &event);
        let told = of_topic();
        let [message] = &told[..] else { panic!("{told:?} {:?}", moto.calls()) };
        assert_eq!(message["Subject"].as_str().unwrap().split(" in ").next(), Some("3 violations"));
        assert!(message["Message"].as_str().unwrap().contains("\nhigh: image of web\nFound: docker.io/nginx:latest\n"));
        assert_eq!(message["MessageAttributes"]["severity"]["Value"], "high");
        let [event] = &of_bus()[..] else { panic!("{:#?}", function.log()) };
        assert_eq!((&event["source"], &event["detail-type"]), (&json!("gatecheck"), &json!("Gatecheck Violations")));
        assert_eq!(event["detail"]["counts"], json!({"tasks": 1, "violations": 3}));

        // A topic that is gone, or that the role may not publish to, makes the event come again.
        moto.fail("sns:Publish", "AuthorizationError", 403, 1);
        let other = event_from_task(&scenario(&moto, "public")["task"], "PENDING", 1);
        let Outcome::Error { body, .. } = function.invoke(&other.to_string()) else { panic!("it passed") };
        assert!(body.contains("the sink `topic` did not take the report: "), "{body}");
        assert!(body.contains("allow `sns:Publish`"), "{body}");
        invoke(&mut function, &other);
        assert_eq!((of_topic().len(), of_bus().len()), (2, 2));
    });
}

#[test]
fn findings_are_open_until_the_task_is_clean_or_gone() {
    let moto = moto();
    let task = &scenario(&moto, "public")["task"];
    let other = &scenario(&moto, "public")["task"];
    put_sink(&moto, "hub/findings", &json!({"type": "security-hub"}));
    let findings = |task: &Value, state: &str| -> Vec<String> {
        let found = moto.aws(
            "securityhub",
            "get_findings",
            &json!({"Filters": {
                "ResourceId": [{"Comparison": "EQUALS", "Value": task["taskArn"]}],
                "RecordState": [{"Comparison": "EQUALS", "Value": state}],
            }}),
        );
        let mut generators: Vec<_> = found["Findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| {
                let passed = finding["Compliance"]["Status"] == "PASSED";
                assert_eq!(passed, state == "ARCHIVED", "{finding}");
                finding["GeneratorId"].as_str().unwrap().to_owned()
            })
            .collect();
        generators.sort();
        generators
    };
    let all = ["image", "ip", "subnet-type"].map(|rule| format!("gatecheck/policy/{rule}"));
    let put_policy = |images: &str| {
        let policy = json!({"task": [
            {"attribute": "image", "type": "pattern", "allowed_values": [images], "severity": "high"},
            {"attribute": "subnet-type", "allowed_values": ["private"]},
            {"attribute": "ip", "allowed_values": ["private"]},
        ]});
        let parameter = json!({"Name": "/gatecheck/end-to-end/policy", "Value": policy.to_string(), "Type": "String", "Overwrite": true});
        moto.aws("ssm", "put_parameter", &parameter);
    };
    put_policy("^111122223333");
    block_on(async {
        let hook = Hook::start(&[]);
        let environment = [
            ("TASK_POLICY_SSM", "/gatecheck/end-to-end/policy"),
            ("GATECHECK_SINK_PATH", "/gatecheck/end-to-end/sinks/hub"),
            ("GATECHECK_REFRESH_SECONDS", "0"),
        ];
        let mut function = start(&moto, &hook.url(), &environment);
        for task in [task, other] {
            invoke(&mut function, &event_from_task(task, "PENDING", 1));
        }
        assert_eq!((findings(task, "ACTIVE"), findings(other, "ACTIVE")), (all.to_vec(), all.to_vec()));

        // It runs, and its images are found to be good after all.
        put_policy("");
        invoke(&mut function, &event_from_task(task, "RUNNING", 3));
        assert_eq!(findings(task, "ACTIVE"), all[1..]);
        assert_eq!(findings(task, "ARCHIVED"), all[..1]);
        assert_eq!(findings(other, "ACTIVE"), all);

        // Gone, and Security Hub at first does not answer: the event comes again.
        let mut stopped = event_from_task(task, "STOPPED", 4);
        stopped["detail"]["desiredStatus"] = "STOPPED".into();
        moto.fail("securityhub:BatchImportFindings", "AccessDeniedException", 403, 1);
        let Outcome::Error { body, .. } = function.invoke(&stopped.to_string()) else { panic!("it passed") };
        assert!(body.contains("the sink `findings` did not take the report: AWS refused; allow "), "{body}");
        assert_eq!(invoke(&mut function, &stopped), json!({"skipped": "the task has stopped"}));
        assert_eq!((findings(task, "ACTIVE").len(), findings(task, "ARCHIVED")), (0, all.to_vec()));
        assert_eq!(findings(other, "ACTIVE"), all);
    });
}
