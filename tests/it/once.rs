//! Each violation once over the events of a task, and never less than once: events in any order, repeated and lost, facts and policies
//! that change between them, and more than one process.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Instant;

use gatecheck_core::facts::{Fact, Facts, Family};
use gatecheck_core::policy::{Engine, Module, PolicyDocument, PolicySet};
use gatecheck_core::recording::Recording;
use gatecheck_core::sink::{Sink, SinkError, Undelivered};
use gatecheck_core::{Host, Judged, Memory, NotShared, Reported, SharedMemory};
use gatecheck_tests::aws::RecordedAws;
use gatecheck_tests::binaries::bootstrap;
use gatecheck_tests::cases::Case;
use gatecheck_tests::runtime_api::{Lambda, Outcome};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::block_on;

/// `rule object` of all violations over a sequence of events, in the order in which they were told.
async fn told(case: &Case, policy: &Value, events: &[&Value]) -> Vec<String> {
    let aws = RecordedAws::start(case.facts.clone(), BTreeMap::from([("/p".to_owned(), policy.to_string())])).await;
    let mut function = Lambda::start(bootstrap(), &[("AWS_ENDPOINT_URL", &aws.endpoint()), ("TASK_POLICY_SSM", "/p")]);
    let mut told = Vec::new();
    for event in events {
        let outcome = function.invoke(&event.to_string());
        let Outcome::Response(report) = outcome else { panic!("{outcome:?}\n{:#?}", function.log()) };
        let report: Value = serde_json::from_str(&report).unwrap();
        for violation in report["violations"].as_array().into_iter().flatten() {
            told.push(format!("{} {}", violation["rule"].as_str().unwrap(), violation["object"].as_str().unwrap()));
        }
    }
    let log = function.stop();
    let logged = log.iter().filter(|line| line.contains("Found policy violation.")).count();
    assert_eq!(logged, told.len(), "{log:#?}");
    told
}

#[test]
fn the_events_of_a_fargate_task_tell_each_violation_once() {
    let [provisioning, pending, running] =
        ["fargate-provisioning", "fargate-pending", "fargate-running"].map(|name| Case::load(name).event);
    let case = Case::load("fargate-pending");
    let policy = json!({"task": [
        {"attribute": "image", "allowed_values": ["mine"]},
        {"attribute": "subnet-type", "allowed_values": ["private"]},
        {"attribute": "ip", "allowed_values": ["private"]},
        {"attribute": "containers[].imageDigest", "allowed_values": ["sha256:approved"], "rule": "digest"},
    ]});
    let once =
        ["digest task", "digest task", "image web", "ip eni-0abc1234def567890", "subnet-type subnet-0abc1234def567890"];
    block_on(async {
        for events in [
            vec![&provisioning, &provisioning, &pending, &pending, &running, &running],
            vec![&running, &provisioning, &pending, &running, &provisioning, &pending],
            vec![&pending, &running, &pending, &provisioning, &running, &provisioning],
        ] {
            let mut told = told(&case, &policy, &events).await;
            told.sort();
            assert_eq!(told, once);
        }
        // In their order, each event tells what it brought.
        let told = told(&case, &policy, &[&provisioning, &pending, &running]).await;
        assert_eq!(
            told,
            [
                "image web",
                "subnet-type subnet-0abc1234def567890",
                "ip eni-0abc1234def567890",
                "digest task",
                "digest task",
            ]
        );
    });
}

#[test]
fn what_an_event_could_not_tell_the_next_one_tells() {
    let [provisioning, pending] = ["fargate-provisioning", "fargate-pending"].map(|name| Case::load(name).event);
    let policy = json!({"task": [{"attribute": "subnet-type", "allowed_values": ["private"]},
        {"attribute": "image", "allowed_values": ["mine"]}]})
    .to_string();
    block_on(async {
        let aws =
            RecordedAws::start(Case::load("fargate-pending").facts, BTreeMap::from([("/p".to_owned(), policy)])).await;
        let mut function =
            Lambda::start(bootstrap(), &[("AWS_ENDPOINT_URL", &aws.endpoint()), ("TASK_POLICY_SSM", "/p")]);
        let mut counts = |event: &Value| {
            let Outcome::Response(report) = function.invoke(&event.to_string()) else { panic!("no report") };
            let report: Value = serde_json::from_str(&report).unwrap();
            ["violations", "undecided"].map(|list| report[list].as_array().unwrap().len())
        };
        aws.fail("ec2:DescribeSubnets", "InvalidParameterValue", 400, 1);
        assert_eq!(counts(&provisioning), [1, 1], "the image");
        assert_eq!(counts(&pending), [1, 0], "the subnet, and not the image again");
    });
}

#[test]
fn a_bridge_task_is_judged_when_it_is_pending() {
    let case = Case::load("bridge-public-instance");
    let running = Case::load("bridge-running").event;
    let policy = json!({"task": [
        {"attribute": "image", "allowed_values": ["mine"]},
        {"attribute": "ip", "allowed_values": ["private"]},
    ]});
    block_on(async {
        let at_pending = told(&case, &policy, &[&case.event]).await;
        assert_eq!(at_pending, ["image app", "ip eni-0instance123456789"]);
        assert_eq!(told(&case, &policy, &[&case.event, &running, &case.event]).await, at_pending);
    });
}

/// The rules that a function reports violated, in the order of the answer.
fn reported(function: &mut Lambda, event: &Value) -> Vec<String> {
    let outcome = function.invoke(&event.to_string());
    let Outcome::Response(report) = outcome else { panic!("{outcome:?}\n{:#?}", function.log()) };
    let report: Value = serde_json::from_str(&report).unwrap();
    let violations = report["violations"].as_array().unwrap_or_else(|| panic!("{report}"));
    violations.iter().map(|violation| violation["rule"].as_str().unwrap().to_owned()).collect()
}

/// The account of a Fargate task, and a function that reads policies anew for each event.
async fn account(policy: &Value) -> RecordedAws {
    let facts = Case::load("fargate-pending").facts;
    RecordedAws::start(facts, BTreeMap::from([("/p".to_owned(), policy.to_string())])).await
}

fn process(aws: &RecordedAws, more: &[(&str, &str)]) -> Lambda {
    let endpoint = aws.endpoint();
    let environment = [("AWS_ENDPOINT_URL", &*endpoint), ("TASK_POLICY_SSM", "/p"), ("GATECHECK_REFRESH_SECONDS", "0")];
    Lambda::start(bootstrap(), &[&environment, more].concat())
}

fn statement(attribute: &str, allowed: Value) -> Value {
    json!({"attribute": attribute, "allowed_values": [allowed]})
}

#[test]
fn what_changes_between_two_events_is_reported() {
    let [pending, running] = ["fargate-pending", "fargate-running"].map(|name| Case::load(name).event);
    let exec = statement("enableExecuteCommand", false.into());
    let images = statement("image", "mine".into());
    block_on(async {
        // ECS Exec was off when the process looked before.
        let aws = account(&json!({"task": [exec]})).await;
        let mut function = process(&aws, &[]);
        let mut later = running.clone();
        later["detail"]["enableExecuteCommand"] = true.into();
        assert_eq!(reported(&mut function, &pending), [""; 0]);
        assert_eq!(reported(&mut function, &later), ["enableExecuteCommand"]);

        // A policy was published.
        let aws = account(&json!({"task": [exec]})).await;
        let mut function = process(&aws, &[]);
        assert_eq!(reported(&mut function, &pending), [""; 0]);
        aws.set_parameter("/p", &json!({"task": [exec, images]}).to_string());
        assert_eq!(reported(&mut function, &running), ["image"]);

        // The first event failed, since Parameter Store was down.
        let aws = account(&json!({"task": [images]})).await;
        let mut function = process(&aws, &[]);
        aws.fail("ssm:GetParameter", "InternalServerError", 500, 10);
        assert!(matches!(function.invoke(&pending.to_string()), Outcome::Error { .. }));
        let after = (0..10).find_map(|_| match function.invoke(&running.to_string()) {
            Outcome::Response(report) => Some(report),
            _ => None,
        });
        assert!(after.unwrap().contains(r#""rule":"image""#));

        // The first that this process hears of a task is its fourth event.
        let aws = account(&json!({"task": [images]})).await;
        assert_eq!(reported(&mut process(&aws, &[]), &running), ["image"]);
    });
}

#[test]
fn a_required_tag_is_awaited_until_the_task_runs() {
    let [provisioning, pending, running] = ["fargate-provisioning", "fargate-pending", "fargate-running"].map(|name| {
        let mut event = Case::load(name).event;
        event["detail"]["taskArn"] = "arn:aws:ecs:us-west-2:111122223333:task/prod/tagged".into();
        event
    });
    let tagged = |tags: Value| {
        let mut task = running["detail"].clone();
        task["tags"] = tags;
        Fact::known(task)
    };
    let mut team = statement("tags[?key=='team'].value", "web".into());
    team["required"] = true.into();
    let image = statement("image", "mine".into());
    block_on(async {
        for (later, expected) in
            [(json!([]), vec!["tags[?key=='team'].value"]), (json!([{"key": "team", "value": "web"}]), vec![])]
        {
            let aws = account(&json!({"task": [team]})).await;
            aws.set_fact(Family::TaskDetails, tagged(json!([])));
            let mut function = process(&aws, &[]);
            assert_eq!(reported(&mut function, &provisioning), [""; 0]);
            assert_eq!(reported(&mut function, &pending), [""; 0]);
            aws.set_fact(Family::TaskDetails, tagged(later));
            assert_eq!(reported(&mut function, &running), expected);
        }

        // A policy for tasks with a tag is in force from the event on at which the task has it.
        let entry = json!({"module": "allow-list", "settings": {"task": [image]}, "scope": {"tags": {"team": "web"}}});
        let aws = account(&entry).await;
        aws.set_fact(Family::TaskDetails, tagged(json!([])));
        let mut function = process(&aws, &[]);
        assert_eq!(reported(&mut function, &pending), [""; 0]);
        aws.set_fact(Family::TaskDetails, tagged(json!([{"key": "team", "value": "web"}])));
        assert_eq!(reported(&mut function, &running), ["image"]);
    });
}

#[test]
fn processes_share_what_they_have_reported() {
    let [pending, running] = ["fargate-pending", "fargate-running"].map(|name| Case::load(name).event);
    let policy = json!({"task": [statement("image", "mine".into()), statement("ip", "private".into())]});
    let table = [("GATECHECK_TABLE", "reported")];
    let table_calls =
        |aws: &RecordedAws| aws.calls().into_iter().filter(|call| call.starts_with("dynamodb:")).collect::<Vec<_>>();
    block_on(async {
        let aws = account(&policy).await;
        let mut first = process(&aws, &table);
        assert_eq!(reported(&mut first, &pending), ["image", "ip"]);
        assert_eq!(table_calls(&aws), ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"]);
        // It remembers that by itself.
        aws.clear_calls();
        assert_eq!(reported(&mut first, &running), [""; 0]);
        assert_eq!(table_calls(&aws), [""; 0]);
        // Another process reads it.
        assert_eq!(reported(&mut process(&aws, &table), &running), [""; 0]);
        assert_eq!(table_calls(&aws), ["dynamodb:BatchGetItem"]);
        // Without the table, it cannot know.
        assert_eq!(reported(&mut process(&aws, &[]), &running), ["image", "ip"]);

        // What cannot be read is reported again, and what cannot be written may be: nothing waits for the table.
        for action in ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"] {
            let aws = account(&policy).await;
            assert_eq!(reported(&mut process(&aws, &table), &pending), ["image", "ip"]);
            aws.fail(action, "ProvisionedThroughputExceededException", 400, 1);
            let again = reported(&mut process(&aws, &table), &running);
            assert_eq!(again.len(), if action.ends_with("GetItem") { 2 } else { 0 }, "{action}");

            let aws = account(&policy).await;
            aws.hang(action);
            let mut function = process(&aws, &table);
            assert_eq!(reported(&mut function, &pending), ["image", "ip"], "{action}");
            let warned = function.stop().into_iter().filter(|line| line.contains("may be reported again")).count();
            assert_eq!(warned, 1, "{action}");
        }

        // A task that violates nothing costs no call.
        let aws = account(&json!({"task": [statement("launchType", "FARGATE".into())]})).await;
        assert_eq!(reported(&mut process(&aws, &table), &running), [""; 0]);
        assert_eq!(table_calls(&aws), [""; 0]);
    });
}

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());
static ALLOW_LIST: LazyLock<Arc<Module>> =
    LazyLock::new(|| Arc::new(gatecheck_bundled::module(&ENGINE, "allow-list").unwrap()));

/// Something happens to a task, and a process hears of it or not.
#[derive(Debug, Clone)]
struct Happening {
    task: usize,
    process: usize,
    status: usize,
    image: usize,
    exec: bool,
    /// Which statements are in force.
    policy: usize,
    lost: bool,
    repeated: bool,
    /// The sink does not take the report at first, so that the event comes again.
    refused: bool,
}

fn happening() -> impl Strategy<Value = Happening> {
    let what = (0..2_usize, 0..2_usize, 0..3_usize, 0..3_usize, any::<bool>());
    let how = (1..8_usize, any::<bool>(), any::<bool>(), any::<bool>());
    (what, how).prop_map(|((task, process, status, image, exec), (policy, lost, repeated, refused))| Happening {
        task,
        process,
        status,
        image,
        exec,
        policy,
        lost,
        repeated,
        refused,
    })
}

impl Happening {
    fn event(&self, version: usize) -> Value {
        let mut event = Case::load("fargate-running").event;
        let detail = &mut event["detail"];
        detail["taskArn"] = format!("arn:aws:ecs:us-west-2:111122223333:task/prod/{:032x}", self.task).into();
        detail["version"] = (version + 1).into();
        detail["lastStatus"] = ["PROVISIONING", "PENDING", "RUNNING"][self.status].into();
        detail["enableExecuteCommand"] = self.exec.into();
        detail["containers"][0]["image"] = ["mine", "theirs", "others"][self.image].into();
        event
    }

    fn policies(&self) -> PolicySet {
        let statements = [
            statement("image", "mine".into()),
            statement("enableExecuteCommand", false.into()),
            statement("cpu", 1.into()),
        ];
        let chosen = statements.into_iter().enumerate().filter(|(number, _)| self.policy >> number & 1 == 1);
        let entry = json!({"task": chosen.map(|(_, statement)| statement).collect::<Value>()});
        PolicySet::load([PolicyDocument::parse("policy", "policy.json", entry)], |_| Ok(Arc::clone(&ALLOW_LIST)))
    }
}

/// Takes reports, or refuses them all.
struct Notes {
    refuses: bool,
    taken: Mutex<Vec<String>>,
}

impl Sink for Notes {
    async fn deliver(&self, judged: &[Judged], _: Option<Instant>) -> Vec<Undelivered> {
        if self.refuses {
            let error = SinkError { sink: "notes".to_owned(), why: "it refuses everything".to_owned() };
            return (0..judged.len()).map(|position| Undelivered { position, error: error.clone() }).collect();
        }
        self.taken.lock().unwrap().extend(judged.iter().flat_map(|judged| ids(&judged.report)));
        Vec::new()
    }
}

fn ids(report: &gatecheck_core::report::Report) -> Vec<String> {
    report.violations.iter().map(|violation| violation.id(report.task.as_deref())).collect()
}

/// A table that never fails.
#[derive(Default)]
struct Shared(Mutex<Reported>);

impl SharedMemory for Shared {
    async fn read(&self, tasks: &BTreeSet<&str>) -> Reported {
        let of =
            |(task, ids): (&String, &HashSet<u128>)| tasks.contains(task.as_str()).then(|| (task.clone(), ids.clone()));
        self.0.lock().unwrap().iter().filter_map(of).collect()
    }

    async fn add(&self, reported: Reported) {
        for (task, ids) in reported {
            self.0.lock().unwrap().entry(task).or_default().extend(ids);
        }
    }
}

/// What holds at events that were not lost, and what was reported, in two processes.
async fn reported_in_all(happenings: &[Happening], shared: &impl SharedMemory) -> (BTreeSet<String>, Vec<String>) {
    let memories = [Memory::default(), Memory::default()];
    let nothing = Recording::new(Facts::new());
    let (mut held, mut reported) = (BTreeSet::new(), Vec::new());
    for (version, happening) in happenings.iter().enumerate().filter(|(_, happening)| !happening.lost) {
        let (event, policies) = (happening.event(version), happening.policies());
        let facts = Facts::from_iter([(Family::Task, Fact::known(event["detail"].clone()))]);
        held.extend(ids(&gatecheck_core::judge(&ENGINE, &policies, facts, &nothing).await));

        let memory = &memories[happening.process];
        let host = Host { engine: &ENGINE, policies: &policies, memory, judge_until: None, deliver_until: None };
        let attempts = [(happening.refused, true), (false, true), (false, happening.repeated)];
        for refuses in attempts.into_iter().filter_map(|(refuses, happens)| happens.then_some(refuses)) {
            let notes = Notes { refuses, taken: Mutex::default() };
            gatecheck_core::run(std::slice::from_ref(&event), &host, &nothing, &notes, shared).await;
            reported.extend(notes.taken.into_inner().unwrap());
        }
    }
    (held, reported)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_holds_at_some_event_is_reported(happenings in vec(happening(), 1..12)) {
        let (held, reported) = block_on(reported_in_all(&happenings, &NotShared));
        prop_assert_eq!(&held, &reported.iter().cloned().collect());

        let (held, reported) = block_on(reported_in_all(&happenings, &Shared::default()));
        prop_assert_eq!(&held, &reported.iter().cloned().collect());
        prop_assert_eq!(reported.len(), held.len(), "with a table, nothing is reported twice");
    }
}
