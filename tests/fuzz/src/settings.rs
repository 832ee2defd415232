//! Settings of the allow-list: every mistake has its place, and a bad statement changes nothing of the good ones.

use gatecheck_allow_list::evaluate;
use gatecheck_core::facts::Family;
use gatecheck_core::recording::Recording;
use gatecheck_sdk::testing::{container, interface, subnet, task, task_definition};
use gatecheck_sdk::{Facts, Problem, Settings, SubnetClass, Verdict};
use serde_json::{Value, json};

use crate::mutate::json;
use crate::random::Random;

const WORDS: [&str; 48] = [
    "task",
    "attribute",
    "allowed_values",
    "type",
    "action",
    "required",
    "severity",
    "rule",
    "message",
    "remediation",
    "description",
    "exact",
    "pattern",
    "range",
    "alert",
    "info",
    "critical",
    "image",
    "subnet-type",
    "subnet",
    "subnet-id",
    "ip",
    "private",
    "public",
    "cpu",
    "256",
    "tags[?key=='team'].value",
    "taskDefinition.networkMode",
    "containers[].name",
    "networkInterfaces[*].Groups[].GroupId",
    "length(containers)",
    "to_string(@)",
    "service.status || cluster.status",
    "[",
    "]",
    "[]",
    "(",
    ")",
    "!",
    "&",
    "`1`",
    "'x'",
    "|",
    ".",
    "*",
    "[?a<b]",
    "^nginx$",
    "\\d+",
];

/// Checks what holds for all settings.
pub fn run(data: &[u8]) {
    let Ok(settings) = serde_json::from_slice::<Value>(data) else { return };
    let told = read(evaluate, &settings);
    let problems = told.as_ref().map_or_else(|problems| problems, |(_, problems)| problems);
    for problem in problems {
        assert!(settings.pointer(&problem.pointer).is_some(), "{problem:?} leads nowhere");
    }
    match &told {
        Ok((verdict, _)) => others_change_nothing(&settings, verdict, problems.len()),
        Err(problems) => assert!(!problems.is_empty(), "nothing is judged, and nobody says why"),
    }
}

/// The verdict on recorded facts, and the mistakes beside it; the mistakes alone if nothing can be judged.
fn read<S: Settings>(
    evaluate: fn(&S, &Facts, &mut Verdict),
    settings: &Value,
) -> Result<(Verdict, Vec<Problem>), Vec<Problem>> {
    let (settings, problems) = S::read(settings.clone())?;
    let mut verdict = Verdict::default();
    FACTS.with(|facts| evaluate(&settings, facts, &mut verdict));
    Ok((verdict, problems))
}

fn others_change_nothing(settings: &Value, verdict: &Verdict, problems: usize) {
    let count = settings["task"].as_array().map_or(0, Vec::len);
    for bad in [
        json!(1),
        json!({"attribute": "cpu"}),
        json!({"attribute": "cpu", "allowed_values": [], "type": "regex"}),
        json!({"attribute": "cpu[", "allowed_values": []}),
        json!({"attribute": "cpu", "allowed_values": ["1", "("], "type": "pattern"}),
        json!({"attribute": "cpu", "allowed_values": ["big"], "type": "range"}),
    ] {
        let mut settings = settings.clone();
        settings["task"].as_array_mut().unwrap().push(bad.clone());
        let (after, told) = read(evaluate, &settings).unwrap_or_else(|_| panic!("{bad} leaves nothing in force"));
        assert_eq!(after, *verdict, "{bad} changes what the others say");
        let place = format!("/task/{count}");
        assert_eq!(told.len(), problems + 1, "{bad} is told once");
        assert!(told[problems..].iter().all(|problem| problem.pointer.starts_with(&place)), "{told:?}");
    }
    let mut settings = settings.clone();
    settings["task"].as_array_mut().unwrap().push(json!({"attribute": "lastStatus", "allowed_values": ["never"]}));
    let (after, _) = read(evaluate, &settings).expect("one more good statement leaves the others in force");
    assert!(after.violations.starts_with(&verdict.violations), "a good statement changes what the others say");
    assert_eq!(after.violations.len(), verdict.violations.len() + 1, "the last statement is judged");
    assert_eq!((&after.undecided, &after.passed), (&verdict.undecided, &verdict.passed));
}

thread_local! {
    static FACTS: Facts = facts();
}

/// Something of everything that a statement can look at.
fn facts() -> Facts {
    let recording = include_str!("../../../host/cli/src/recorded/bases/fargate-public.json");
    let recording = Recording::parse(serde_json::from_str(recording).unwrap()).unwrap();
    let document = |family| recording.facts.get(family).unwrap().as_result().unwrap().clone();
    let documents = |family| document(family).as_array().unwrap().clone();
    Facts::given()
        .with_task(Ok(task("web")))
        .with_containers(Ok(vec![container("web", "docker.io/library/nginx:1.25"), container("proxy", "mine/proxy:2")]))
        .with_task_document(Ok(document(Family::Task)))
        .with_task_details_document(Ok(document(Family::TaskDetails)))
        .with_task_definition(Ok(task_definition("web")))
        .with_task_definition_document(Ok(document(Family::TaskDefinition)))
        .with_interfaces(Ok(vec![interface("eni-1", "subnet-1")]))
        .with_interface_documents(Ok(documents(Family::Interfaces)))
        .with_subnets(Ok(vec![subnet("subnet-1", SubnetClass::Public), subnet("subnet-2", SubnetClass::Unknown)]))
        .with_subnet_documents(Ok(documents(Family::Subnets)))
        .with_security_group_documents(Ok(documents(Family::SecurityGroups)))
        .with_service_document(Ok(document(Family::Service)))
        .with_cluster_document(Ok(document(Family::Cluster)))
}

/// Settings that are like others.
pub fn mutate(data: &[u8], random: &mut Random) -> Vec<u8> {
    json::mutate(data, &WORDS, random)
}
