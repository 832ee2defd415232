//! `gatecheck doctor` against a deployed stack: healthy, ill in every part, and not there.

use std::thread;
use std::time::{Duration, SystemTime};

use gatecheck_tests::binaries::bootstrap;
use gatecheck_tests::command::CommandLine;
use gatecheck_tests::hook::{Hook, Reply};
use gatecheck_tests::moto::Moto;
use gatecheck_tests::runtime_api::Lambda;
use serde_json::{Value, json};

struct World {
    moto: Moto,
    queue: Value,
    role: Value,
}

impl World {
    fn new(parameters: &Value) -> Self {
        let moto = Moto::start();
        let mut stack = moto.deploy("gatecheck", "template.yaml", parameters);
        assert_eq!(stack["status"], "CREATE_COMPLETE");
        let resources = &mut stack["resources"];
        Self { queue: resources["Queue"].take(), role: resources["Role"].take(), moto }
    }

    fn aws(&self, service: &str, operation: &str, parameters: Value) -> Value {
        self.moto.aws(service, operation, &parameters)
    }

    fn put(&self, name: &str, value: &Value) {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        self.aws(
            "ssm",
            "put_parameter",
            json!({"Name": name, "Value": value, "Type": "SecureString", "Overwrite": true}),
        );
    }

    fn command(&self) -> CommandLine {
        CommandLine::new(&[("AWS_ENDPOINT_URL", &self.moto.endpoint())])
    }

    /// Does what Lambda does between queue, function and log, once for each message that waits.
    fn pump(&self, function: &mut Lambda, logged: &mut usize) {
        let received = self.aws("sqs", "receive_message", json!({"QueueUrl": self.queue, "MaxNumberOfMessages": 10}));
        for message in received["Messages"].as_array().into_iter().flatten() {
            let record = json!({"messageId": message["MessageId"], "eventSource": "aws:sqs", "body": message["Body"]});
            function.invoke(&json!({"Records": [record]}).to_string());
            let receipt = json!({"QueueUrl": self.queue, "ReceiptHandle": message["ReceiptHandle"]});
            self.aws("sqs", "delete_message", receipt);
        }
        let log = function.log();
        let now = u64::try_from(SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap();
        let events: Vec<_> = log[*logged..].iter().map(|line| json!({"timestamp": now, "message": line})).collect();
        *logged = log.len();
        if !events.is_empty() {
            let stream = json!({"logGroupName": "/aws/lambda/gatecheck", "logStreamName": "s", "logEvents": events});
            self.aws("logs", "put_log_events", stream);
        }
    }

    /// Runs it while the function runs.
    fn probed(&self, code: i32, function: &mut Lambda) -> String {
        let command = self.command();
        self.aws("logs", "create_log_stream", json!({"logGroupName": "/aws/lambda/gatecheck", "logStreamName": "s"}));
        thread::scope(|scope| {
            let doctor = scope.spawn(|| command.prints(code, &["doctor", "--wait", "30"]));
            let mut logged = 0;
            while !doctor.is_finished() {
                self.pump(function, &mut logged);
                thread::sleep(Duration::from_millis(200));
            }
            doctor.join().unwrap()
        })
    }
}

#[test]
fn a_stack_as_it_is_deployed_is_healthy() {
    let world = World::new(&json!({}));
    let mut function = Lambda::start(bootstrap(), &[("AWS_ENDPOINT_URL", &world.moto.endpoint())]);
    insta::assert_snapshot!("healthy", world.probed(0, &mut function));
    assert!(function.stop().iter().any(|line| line.contains(r#""message":"probe""#)));
}

#[test]
fn a_function_that_judges_otherwise_is_found_out() {
    let world = World::new(&json!({}));
    // It has heard nothing of the policy that is in force now.
    let environment = [("AWS_ENDPOINT_URL", &*world.moto.endpoint()), ("GATECHECK_POLICY_PATH", "/gatecheck/old")];
    world.put("/gatecheck/old/p", &json!({"task": [{"attribute": "cpu", "allowed_values": ["1"]}]}));
    let said = world.probed(1, &mut Lambda::start(bootstrap(), &environment));
    assert!(said.contains("the function judges a recorded task otherwise (1 policy, 1 violation,"), "{said}");
}

#[test]
fn what_is_ill_is_told_with_its_cure() {
    let world = World::new(&json!({"SubnetFacts": "false"}));
    let pattern = json!({"source": ["aws.ecs"], "detail-type": ["ECS Task State Change"],
        "detail": {"desiredStatus": ["RUNNING"], "lastStatus": ["PROVISIONING"]}});
    let rule = json!({"Name": "gatecheck-tasks", "EventPattern": pattern.to_string()});
    world.aws("events", "put_rule", rule);
    let dead = world.aws("sqs", "get_queue_url", json!({"QueueName": "gatecheck-dead-letters"}))["QueueUrl"].clone();
    world.aws("sqs", "send_message", json!({"QueueUrl": dead, "MessageBody": "{}"}));
    let attributes = json!({"VisibilityTimeout": "30", "Policy": json!({"Statement": []}).to_string()});
    world.aws("sqs", "set_queue_attributes", json!({"QueueUrl": world.queue, "Attributes": attributes}));
    world.put(
        "/gatecheck/policies/private",
        &json!({"task": [{"attribute": "subnet-type", "allowed_values": ["private"]}]}),
    );
    world.put(
        "/gatecheck/policies/broken",
        &json!({"task": [{"attribute": "cpu", "type": "regex", "allowed_values": []}]}),
    );
    world.put("/gatecheck/sinks/chat", &json!({"type": "slack", "url": "ssm:/gatecheck/secrets/gone"}));
    world.put("/gatecheck/sinks/topic", &json!({"type": "sns", "topic": "arn:aws:sns:us-west-2:123456789012:alerts"}));
    insta::assert_snapshot!("ill", world.command().prints(1, &["doctor", "--no-probe"]));

    // Without the permission to look, it is unknown, which is neither good nor bad.
    world.moto.fail("iam:SimulatePrincipalPolicy", "AccessDenied", 403, 1);
    let said: Value =
        serde_json::from_str(&world.command().prints(2, &["doctor", "--no-probe", "--format", "json"])).unwrap();
    let permissions = said.as_array().unwrap().iter().find(|finding| finding["part"] == "permissions").unwrap();
    let expected = json!({"part": "permissions", "state": "unknown", "found": "it cannot be looked at",
        "remedy": "allow `iam:SimulatePrincipalPolicy` to who runs this"});
    assert_eq!(permissions, &expected);
    assert!(world.role.is_string());
}

#[test]
fn every_sink_can_be_told_of_a_test() {
    let world = World::new(&json!({}));
    let (chat, full) = (Hook::start(&[]), Hook::start(&[Reply::Status(400)]));
    for (name, hook) in [("chat", &chat), ("full", &full)] {
        world.put(&format!("/gatecheck/secrets/{name}"), &json!(hook.url()));
        let entry =
            json!({"type": "slack", "url": format!("ssm:/gatecheck/secrets/{name}"), "min_severity": "critical"});
        world.put(&format!("/gatecheck/sinks/{name}"), &entry);
    }
    let hosts = format!("{},{}", chat.address(), full.address());
    let environment = [("AWS_ENDPOINT_URL", &*world.moto.endpoint()), ("GATECHECK_INSECURE_HOSTS", &hosts)];
    let said = CommandLine::new(&environment).prints(1, &["doctor", "--no-probe", "--tell"]);
    assert!(said.contains("✓ message      `chat` has taken a test message"), "{said}");
    assert!(said.contains("✗ message      `full` did not take a test message"), "{said}");
    assert!(!said.contains(&*chat.url()), "a URL is a secret: {said}");
}

#[test]
fn a_function_that_is_not_there_is_told() {
    let moto = Moto::start();
    let command = CommandLine::new(&[("AWS_ENDPOINT_URL", &moto.endpoint())]);
    insta::assert_snapshot!("not_there", command.prints(2, &["doctor", "--function", "nobody"]));
}
