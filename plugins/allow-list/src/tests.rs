//! What each attribute finds, and what mistakes in the settings say.

use gatecheck_sdk::testing::{container, container_definition, interface, judge, subnet, task, task_definition};
use gatecheck_sdk::{
    Address, AddressScope, Attachment, ContainerDefinition, ExposedAddress, Facts, Settings, SubnetClass, Unavailable,
};
use serde_json::{Value, json};

use crate::evaluate;
use crate::statement::Statements;

/// `(rule, object)` of each violation, and the undecided rules.
fn verdict(statement: Value, facts: &Facts) -> (Vec<(String, String)>, Vec<String>) {
    let verdict = judge(evaluate, &json!({"task": [statement]}).to_string(), facts).unwrap();
    let violations = verdict.violations.into_iter().map(|violation| (violation.rule, violation.object)).collect();
    (violations, verdict.undecided.into_iter().map(|undecided| undecided.rule).collect())
}

fn violations(statement: Value, facts: &Facts) -> Vec<String> {
    let (violations, undecided) = verdict(statement, facts);
    assert_eq!(undecided, Vec::<String>::new());
    violations.into_iter().map(|(_, object)| object).collect()
}

fn undecided(statement: Value, facts: &Facts) -> Vec<String> {
    verdict(statement, facts).1
}

const NONE: [&str; 0] = [];

#[test]
fn every_image_is_judged_but_injected_containers() {
    let mut injected = container("aws-guardduty-agent-x", "");
    injected.image = None;
    let containers = vec![container("web", "docker.io/nginx"), container("app", "mine/app:1"), injected];
    let facts = Facts::given().with_task(Ok(task("web"))).with_containers(Ok(containers));
    assert_eq!(
        violations(json!({"attribute": "image", "type": "pattern", "allowed_values": ["^mine/"]}), &facts),
        ["web"]
    );
}

#[test]
fn a_digest_that_ecs_appended_is_not_that_of_the_author() {
    const DIGEST: &str = "@sha256:abababababababababababababababababababababababababababababababab";
    let facts = |image: &str, written: Result<&str, Unavailable>| {
        let definition = written.map(|written| {
            let mut definition = task_definition("web");
            let image = Some(written.into());
            definition.containers.push(ContainerDefinition { image, ..container_definition("web") });
            definition
        });
        let containers = vec![container("web", image)];
        Facts::given().with_task(Ok(task("web"))).with_containers(Ok(containers)).with_task_definition(definition)
    };
    let denied = || Err(Unavailable::Denied("ecs:DescribeTaskDefinition".into()));
    let by_digest = json!({"attribute": "image", "type": "pattern", "allowed_values": ["@sha256:"]});
    let exact = json!({"attribute": "image", "allowed_values": ["cart:1.4.2"]});
    let registry = json!({"attribute": "image", "type": "pattern", "allowed_values": ["^cart"]});
    let resolved = format!("cart:1.4.2{DIGEST}");
    for written in ["cart:1.4.2", resolved.as_str()] {
        let facts = facts(&resolved, Ok(written));
        let is_pinned = written == resolved;
        assert_eq!(violations(by_digest.clone(), &facts).is_empty(), is_pinned, "{written}");
        assert_eq!(violations(exact.clone(), &facts).is_empty(), !is_pinned, "{written}");
        assert_eq!(violations(registry.clone(), &facts), NONE);
    }
    // Where it is not known who wrote the digest, neither verdict is.
    let unknown = facts(&resolved, denied());
    assert_eq!(undecided(by_digest, &unknown), ["image"]);
    assert_eq!(undecided(exact, &unknown), ["image"]);
    assert_eq!(violations(registry, &unknown), NONE);
}

#[test]
fn without_a_task_the_definition_is_judged() {
    let not_yet = || Err(Unavailable::NotYet("no task".into()));
    let statement = json!({"attribute": "image", "allowed_values": ["mine/app:1"]});
    let definition = task_definition("web");
    let facts = Facts::given().with_task(not_yet()).with_task_definition(Ok(definition));
    assert_eq!(violations(statement.clone(), &facts), NONE);
    assert_eq!(undecided(statement, &Facts::given().with_task(not_yet())), ["image"]);
}

#[test]
fn subnet_types_have_names() {
    let statement = |allowed: &str| json!({"attribute": "subnet-type", "allowed_values": [allowed]});
    for (class, name) in [
        (SubnetClass::Public, "public"),
        (SubnetClass::Private, "private"),
        (SubnetClass::Isolated, "private"),
        (SubnetClass::Carrier, "carrier"),
        (SubnetClass::Inspected, "inspected"),
    ] {
        let facts = Facts::given().with_subnets(Ok(vec![subnet("subnet-1", class)]));
        assert_eq!(violations(statement(name), &facts), NONE);
        assert_eq!(violations(statement("other"), &facts), ["subnet-1"]);
    }
    let unknown = Facts::given()
        .with_subnets(Ok(vec![subnet("subnet-1", SubnetClass::Unknown), subnet("subnet-2", SubnetClass::Public)]));
    let (violations, undecided) = verdict(statement("private"), &unknown);
    assert_eq!(violations, [("subnet-type".to_owned(), "subnet-2".to_owned())]);
    assert_eq!(undecided, ["subnet-type"]);
}

#[test]
fn public_and_private_together_need_no_facts() {
    for attribute in ["ip", "subnet-type", "subnet"] {
        let statement = json!({"attribute": attribute, "allowed_values": ["private", "public"]});
        assert_eq!(violations(statement, &Facts::given()), NONE);
    }
}

#[test]
fn every_interface_and_address_counts() {
    let statement = json!({"attribute": "ip", "allowed_values": ["private"]});
    let with = |scope| {
        let mut public = interface("eni-2", "subnet-1");
        public.addresses.push(Address { ip: "address".into(), scope });
        Facts::given().with_interfaces(Ok(vec![interface("eni-1", "subnet-1"), public]))
    };
    assert_eq!(violations(statement.clone(), &with(AddressScope::Private)), NONE);
    assert_eq!(violations(statement.clone(), &with(AddressScope::Public)), ["eni-2"]);
    assert_eq!(violations(statement.clone(), &with(AddressScope::Carrier)), ["eni-2"]);
    let exposed = ExposedAddress { interface_id: "eni-2".into(), ip: "address".into(), why: "why".into() };
    let reachable = with(AddressScope::GlobalIpv6).with_exposed_addresses(Ok(vec![exposed]));
    assert_eq!(violations(statement.clone(), &reachable), ["eni-2"]);
    let shielded = with(AddressScope::GlobalIpv6).with_exposed_addresses(Ok(vec![]));
    assert_eq!(violations(statement.clone(), &shielded), NONE);
    assert_eq!(undecided(statement, &with(AddressScope::GlobalIpv6)), ["ip"]);
}

#[test]
fn what_is_not_known_is_undecided() {
    let statement = json!({"attribute": "ip", "allowed_values": ["private"]});
    for reason in [Unavailable::NotYet("x".into()), Unavailable::Denied("x".into()), Unavailable::Failed("x".into())] {
        assert_eq!(undecided(statement.clone(), &Facts::given().with_interfaces(Err(reason))), ["ip"]);
    }
    let external = Facts::given().with_interfaces(Err(Unavailable::NotApplicable("external".into())));
    assert_eq!(violations(statement, &external), NONE);
}

#[test]
fn subnet_ids_come_from_the_event_or_the_instance() {
    let statement = json!({"attribute": "subnet-id", "allowed_values": ["subnet-1"]});
    let attachment =
        |id: &str| Attachment { subnet_id: Some(id.into()), network_interface_id: None, private_ipv4_address: None };
    let own = Facts::given().with_attachments(Ok(vec![attachment("subnet-1"), attachment("subnet-2")]));
    assert_eq!(violations(statement.clone(), &own), ["subnet-2"]);
    let bridge = Facts::given()
        .with_attachments(Err(Unavailable::NotApplicable("bridge".into())))
        .with_interfaces(Ok(vec![interface("eni-1", "subnet-3"), interface("eni-2", "subnet-3")]));
    assert_eq!(violations(statement, &bridge), ["subnet-3"]);
}

#[test]
fn expressions_find_values_one_by_one() {
    let document = json!({
        "cpu": "256", "enableExecuteCommand": true, "tags": [],
        "overrides": {"taskRoleArn": "arn:role/admin"},
        "containers": [{"name": "web"}, {"name": "debug"}],
    });
    let facts = Facts::given()
        .with_task_document(Ok(document.clone()))
        .with_task_details_document(Ok(document))
        .with_task_definition_document(Ok(
            json!({"networkMode": "host", "requiresCompatibilities": ["EC2", "FARGATE"]}),
        ));
    let broken = |attribute: &str, allowed: Value| {
        violations(json!({"attribute": attribute, "allowed_values": allowed}), &facts).len()
    };
    assert_eq!(broken("cpu", json!([256])), 0);
    assert_eq!(broken("enableExecuteCommand", json!([false])), 1);
    assert_eq!(broken("overrides.taskRoleArn", json!(["arn:role/app"])), 1);
    assert_eq!(broken("containers[].name", json!(["web"])), 1);
    assert_eq!(broken("taskDefinition.networkMode", json!(["awsvpc"])), 1);
    assert_eq!(broken("taskDefinition.requiresCompatibilities", json!(["FARGATE"])), 1);
    assert_eq!(broken("length(containers)", json!([1])), 1);
}

#[test]
fn a_missing_attribute_passes_unless_it_is_required() {
    let facts = Facts::given()
        .with_task_document(Ok(json!({"taskArn": "arn"})))
        .with_task_details_document(Ok(json!({"tags": []})));
    let statement = |attribute: &str, required: bool| json!({"attribute": attribute, "type": "pattern", "allowed_values": ["."], "required": required});
    assert_eq!(violations(statement("cpu", false), &facts), NONE);
    assert_eq!(violations(statement("cpu", true), &facts), ["task"]);
    let mut running = task("web");
    running.status = "RUNNING".into();
    let facts = facts.with_task(Ok(running));
    assert_eq!(violations(statement("tags[?key=='team'].value", true), &facts), ["task"]);
    assert_eq!(undecided(statement("cpu", true), &Facts::given()), ["cpu"]);
}

#[test]
fn each_element_that_lacks_what_is_required_is_named() {
    let containers = json!([{"name": "web", "user": "1000"}, {"name": "log"}, {"user": null}]);
    let facts = Facts::given()
        .with_task_document(Ok(json!({"containers": [{"name": "web", "image": "a", "cpu": "1"},
            {"name": "aws-guardduty-agent", "containerArn": "arn"}, {"name": "log", "image": "b", "containerArn": "arn"}]})))
        .with_task_definition_document(Ok(json!({"containerDefinitions": containers})));
    let lacking = |attribute: &str, required: bool| {
        let statement =
            json!({"attribute": attribute, "type": "pattern", "allowed_values": ["."], "required": required});
        violations(statement, &facts)
    };
    assert_eq!(lacking("taskDefinition.containerDefinitions[].user", true), ["log", "[2]"]);
    assert_eq!(lacking("taskDefinition.containerDefinitions[*].user", true), ["log", "[2]"]);
    assert_eq!(lacking("taskDefinition.containerDefinitions[].user", false), NONE);
    // What AWS injected lacks nothing that its owner could add, and what a filter leaves out lacks nothing.
    assert_eq!(lacking("containers[].cpu", true), ["log"]);
    assert_eq!(lacking("taskDefinition.containerDefinitions[?name=='web'].user", true), NONE);
    assert_eq!(lacking("taskDefinition.volumes[].name", true), ["task"]);
}

#[test]
fn before_there_is_a_task_its_definition_has_the_size() {
    let definition = |cpu: Option<&str>| {
        let containers = json!([{"name": "web", "image": "nginx"}]);
        let document = json!({"family": "web", "cpu": cpu, "containerDefinitions": containers});
        let not_yet = || Err(Unavailable::NotYet("there is no task yet".into()));
        let mut definition = task_definition("web");
        definition.cpu = cpu.map(str::to_owned);
        Facts::given()
            .with_task(not_yet())
            .with_task_document(Err(Unavailable::NotYet("there is no task yet".into())))
            .with_task_definition(Ok(definition))
            .with_task_definition_document(Ok(document))
    };
    let range = json!({"attribute": "cpu", "type": "range", "allowed_values": [256, 1024]});
    assert_eq!(violations(range.clone(), &definition(Some("2048"))), ["task"]);
    assert_eq!(violations(range.clone(), &definition(Some("1 vCPU"))), NONE);
    assert_eq!(violations(range.clone(), &definition(None)), NONE);
    let unreadable = definition(None).with_task_definition(Err(Unavailable::Other("`cpu` is not a text".into())));
    assert_eq!(undecided(range, &unreadable), ["cpu"]);
}

#[test]
fn a_switch_that_is_off_or_missing_needs_no_document_where_both_are_allowed() {
    let statement = |allowed: bool, required: bool| json!({"attribute": "enableExecuteCommand", "allowed_values": [allowed], "required": required});
    let record = |is_on: bool| {
        let mut task = task("web");
        task.execute_command = is_on;
        Facts::given().with_task(Ok(task))
    };
    assert_eq!(violations(statement(false, false), &record(false)), NONE);
    assert_eq!(undecided(statement(true, false), &record(false)), ["enableExecuteCommand"]);
    assert_eq!(undecided(statement(false, true), &record(false)), ["enableExecuteCommand"]);
    assert_eq!(violations(statement(false, false), &record(true)), ["task"]);
    let missing = record(false).with_task_document(Ok(json!({"taskArn": "arn"})));
    assert_eq!(violations(statement(true, false), &missing), NONE);
    assert_eq!(violations(statement(false, true), &missing), ["task"]);
}

#[test]
fn a_violation_says_what_was_found_and_what_is_allowed() {
    let facts = Facts::given().with_task_document(Ok(json!({"cpu": "2048"})));
    let settings = json!({"task": [{"attribute": "cpu", "type": "range", "allowed_values": ["256", 1024],
        "severity": "high", "rule": "small", "remediation": "ask the platform team"}]});
    let verdict = judge(evaluate, &settings.to_string(), &facts).unwrap();
    let violation = &verdict.violations[0];
    assert_eq!(
        (violation.rule.as_str(), violation.object.as_str(), violation.attribute.as_str()),
        ("small", "task", "cpu")
    );
    assert_eq!(violation.found.as_deref(), Some("\"2048\""));
    assert_eq!(violation.allowed.as_deref(), Some("[\"256\",1024]"));
    assert_eq!(violation.check.as_deref(), Some("range"));
    assert_eq!(violation.message, "`cpu` is `2048`, which is not between 256 and 1024");
    assert_eq!(violation.remediation.as_deref(), Some("ask the platform team"));
}

#[test]
fn rules_of_the_same_attribute_have_names_of_their_own() {
    let statement = || json!({"attribute": "cpu", "allowed_values": []});
    let (statements, _) = Statements::read(json!({"task": [statement(), statement()]})).unwrap();
    let rules: Vec<_> = statements.0.iter().map(|statement| statement.rule.as_str()).collect();
    assert_eq!(rules, ["cpu", "cpu-2"]);
}

/// Mistakes as `pointer: message`, and how many statements are in force.
fn problems(settings: Value) -> (Vec<String>, usize) {
    let (problems, sound) = match Statements::read(settings) {
        Ok((statements, problems)) => (problems, statements.0.len()),
        Err(problems) => (problems, 0),
    };
    (problems.into_iter().map(|problem| format!("{}: {}", problem.pointer, problem.message)).collect(), sound)
}

#[test]
fn settings_without_statements_cannot_be_judged() {
    for (settings, problem) in [
        (json!([]), ": `[]` is not an object"),
        (json!({}), ": there is no `task`"),
        (json!({"task": {}}), "/task: not a list"),
        (json!({"task": []}), "/task: there are no statements"),
    ] {
        assert_eq!(problems(settings), (vec![problem.to_owned()], 0));
    }
}

#[test]
fn a_mistake_in_one_statement_leaves_the_others_in_force() {
    for (statement, problem) in [
        (json!(1), "/task/0: invalid type: integer `1`, expected a statement with `attribute` and `allowed_values`"),
        (json!({"allowed_values": []}), "/task/0: missing field `attribute`"),
        (json!({"attribute": "cpu"}), "/task/0: missing field `allowed_values`"),
        (
            json!({"attribute": "cpu", "allowed_values": 256}),
            "/task/0/allowed_values: invalid type: integer `256`, expected a sequence",
        ),
        (
            json!({"attribute": "cpu", "allowed_values": [], "type": "regex"}),
            "/task/0/type: unknown variant `regex`, expected one of `exact`, `pattern`, `range`",
        ),
        (
            json!({"attribute": "cpu", "allowed_values": [], "action": "Alert"}),
            "/task/0/action: unknown variant `Alert`, expected `alert`",
        ),
        (
            json!({"attribute": "cpus", "allowed_values": []}),
            "/task/0/attribute: `cpus`: no task has an attribute `cpus`",
        ),
        (
            json!({"attribute": "cpu", "allowed_values": [], "type": "range"}),
            "/task/0/allowed_values: a range has two bounds, not 0",
        ),
        (
            json!({"attribute": "cpu", "allowed_values": [1, "big"], "type": "range"}),
            "/task/0/allowed_values/1: `\"big\"` is not a number",
        ),
        (
            json!({"attribute": "cpu", "allowed_values": [[]], "type": "pattern"}),
            "/task/0/allowed_values/0: `[]` is not a pattern",
        ),
    ] {
        let sound = json!({"attribute": "memory", "allowed_values": ["512"]});
        let (found, in_force) = problems(json!({"task": [statement, sound]}));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0], problem);
        assert_eq!(in_force, 1, "{found:?}");
    }
    let (found, in_force) =
        problems(json!({"task": [{"attribute": "cpu", "type": "pattern", "allowed_values": ["(", "ok", "["]}]}));
    assert_eq!((found.len(), in_force), (2, 0), "{found:?}");
    assert!(found[0].starts_with("/task/0/allowed_values/0: `(` is not a pattern: "), "{found:?}");
}

#[test]
fn every_mistake_of_a_statement_is_told() {
    let (found, in_force) = problems(json!({"task": [{"allowed_values": 1, "type": 2, "severity": "bad"}, {}]}));
    assert_eq!(
        found,
        [
            "/task/0: missing field `attribute`",
            "/task/0/allowed_values: invalid type: integer `1`, expected a sequence",
            "/task/0/severity: unknown variant `bad`, expected one of `info`, `low`, `medium`, `high`, `critical`",
            "/task/0/type: invalid type: integer `2`, expected a string",
            "/task/1: missing field `attribute`",
            "/task/1: missing field `allowed_values`",
        ]
    );
    assert_eq!(in_force, 0);
}

#[test]
fn null_is_an_entry_that_is_not_there() {
    let null = |key: &str| json!({"task": [{"attribute": "cpu", "allowed_values": [1], key: null}]});
    for key in ["type", "action", "required", "severity", "rule", "message", "remediation", "description"] {
        assert_eq!(problems(null(key)), (vec![], 1), "{key}");
    }
    assert_eq!(problems(null("allowed_values")).0, ["/task/0: missing field `allowed_values`"]);
    assert_eq!(problems(null("requred")).0, ["/task/0/requred: unknown key `requred`"]);
}

#[test]
fn an_unknown_key_is_told_and_the_rest_is_judged() {
    let (found, in_force) =
        problems(json!({"task": [{"attribute": "cpu", "allowed_values": [1], "requred": true}], "tasks": []}));
    assert_eq!(found, ["/tasks: unknown key `tasks`", "/task/0/requred: unknown key `requred`"]);
    assert_eq!(in_force, 1);
}

#[test]
fn a_required_tag_is_missing_once_tags_have_had_their_time() {
    let tags = "tags[?key=='team'].value";
    let facts = |status: &str, tags: Value| {
        let mut task = task("web");
        status.clone_into(&mut task.status);
        Facts::given().with_task(Ok(task)).with_task_details_document(Ok(json!({"tags": tags})))
    };
    for (required, statuses) in [
        (json!(true), ["PROVISIONING", "PENDING", "ACTIVATING"].as_slice()),
        (json!("PENDING"), &["PROVISIONING"]),
        (json!("PROVISIONING"), &[]),
    ] {
        let statement = json!({"attribute": tags, "allowed_values": ["web"], "required": required});
        for status in ["PROVISIONING", "PENDING", "ACTIVATING", "RUNNING", "STOPPING"] {
            let (missing, undecided) = verdict(statement.clone(), &facts(status, json!([])));
            let is_early = statuses.contains(&status);
            assert_eq!((missing.len(), undecided.len()), if is_early { (0, 1) } else { (1, 0) }, "{required} {status}");
            // A wrong tag is wrong at once.
            let wrong = facts(status, json!([{"key": "team", "value": "api"}]));
            assert_eq!(violations(statement.clone(), &wrong), ["task"], "{required} {status}");
        }
    }
    // Nothing but a tag is awaited.
    let statement = json!({"attribute": "containers[].imageDigest", "allowed_values": ["sha256:1"], "required": true});
    let facts = facts("PENDING", json!([])).with_task_document(Ok(json!({"containers": []})));
    assert_eq!(violations(statement, &facts), ["task"]);
}
