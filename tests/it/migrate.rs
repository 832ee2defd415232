//! A deployment of the Python tool brought over, and what the policies of the corpus say once they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use gatecheck_tests::cases::Case;
use gatecheck_tests::command::CommandLine;
use gatecheck_tests::python::interpreter;
use gatecheck_tests::workspace;
use serde_json::{Value, json};

const DEPLOYMENT: [&str; 3] = ["template.yaml", "samconfig.toml", "task-policy.json"];

/// What explains each difference between what the tool said of a case and what the policy says that was made of its own: the case,
/// the attribute, and the behaviour that `migrate` must have listed for it.
const REASONS: [(&str, &str, &str); 58] = [
    ("bad-statements", "cpu", "number-and-text"),
    ("bad-statements", "image", "terminate"),
    ("bridge-public-instance", "image", "bridge-host"),
    ("bridge-public-instance", "ip", "bridge-host"),
    ("bridge-public-instance", "subnet-id", "bridge-host"),
    ("bridge-public-instance", "subnet-type", "bridge-host"),
    ("bridge-running", "image", "bridge-host"),
    ("bridge-running", "ip", "bridge-host"),
    ("bridge-running", "subnet-type", "bridge-host"),
    ("exact-numbers", "cpu", "number-and-text"),
    ("exact-numbers", "memory", "number-and-text"),
    ("fargate-pending", "cpu", "text-bounds"),
    ("fargate-pending", "image", "text-bounds"),
    ("fargate-pending", "ip", "text-bounds"),
    ("fargate-pending", "subnet-type", "text-bounds"),
    ("fargate-provisioning", "cpu", "text-bounds"),
    ("fargate-provisioning", "image", "text-bounds"),
    ("fargate-provisioning", "ip", "not-attached"),
    ("fargate-provisioning", "subnet-type", "text-bounds"),
    ("fargate-running", "cpu", "text-bounds"),
    ("fargate-running", "image", "text-bounds"),
    ("fargate-running", "ip", "text-bounds"),
    ("fargate-running", "subnet-type", "text-bounds"),
    ("guardduty-sidecar", "image", "injected-container"),
    ("interfaces-failed", "ip", "interface-unknown"),
    ("ipv6-exposed", "ip", "every-address"),
    ("nested-attributes", "attributes[?name=='ecs.cpu-architecture'].value", "expression"),
    ("nested-attributes", "containers[].name", "expression"),
    ("nested-attributes", "overrides.containerOverrides[].command[] | [0]", "expression"),
    ("nested-attributes", "overrides.taskRoleArn", "expression"),
    ("null-interface-id", "ip", "not-attached"),
    ("pattern-boolean", "enableExecuteCommand", "pattern-without-text"),
    ("policy-list", "image", "document-list"),
    ("python-example", "subnet", "subnet-name"),
    ("range-text-bounds", "cpu", "text-bounds"),
    ("range-without-bounds", "image", "crash"),
    ("required-attribute", "cpu", "new-keys"),
    ("required-attribute", "overrides.taskRoleArn", "expression"),
    ("route-tables-denied", "subnet-type", "subnet-unknown"),
    ("secondary-address", "ip", "every-address"),
    ("subnet-appliance", "subnet-type", "appliance-route"),
    ("subnet-blackhole", "subnet-type", "blackhole-route"),
    ("subnet-blocked", "subnet-type", "blocked-public-access"),
    ("subnet-carrier", "ip", "every-address"),
    ("subnet-carrier", "subnet-type", "other-gateways"),
    ("subnet-implicit-main-table", "subnet-type", "implicit-subnet"),
    ("subnet-inspected", "subnet-type", "other-gateways"),
    ("tags-awaited", "tags[?key=='env'].value", "expression"),
    ("tags-awaited", "tags[?key=='team'].value", "expression"),
    ("tags-required", "tags[?key=='env'].value", "expression"),
    ("tags-required", "tags[?key=='team'].value", "expression"),
    ("task-definition", "taskDefinition.containerDefinitions[?privileged].name | [0]", "expression"),
    ("task-definition", "taskDefinition.networkMode", "expression"),
    ("task-definition-denied", "image", "aws-fails"),
    ("task-definition-denied", "taskDefinition.networkMode", "expression"),
    ("task-missing", "image", "aws-fails"),
    ("task-missing", "tags[?key=='team'].value", "expression"),
    ("two-interfaces", "ip", "every-interface"),
];

/// Behaviours of one statement that kept others from being heard.
const OF_OTHERS: [&str; 5] = ["crash", "not-attached", "pattern-without-text", "terminate", "text-bounds"];

/// Subnets without a route table of their own in a VPC that has a table with this gateway besides the main one.
const OTHER_TABLES: [(&str, &str); 1] = [("subnet-implicit-main-table", "igw-0123456789abcdef0")];

fn deployed() -> CommandLine {
    let command_line = CommandLine::new(&[]);
    for file in DEPLOYMENT {
        command_line.write(file, fs::read(workspace().join("tests/migrate/deployment").join(file)).unwrap());
    }
    command_line
}

fn migrate(more: &[&'static str]) -> Vec<&'static str> {
    let arguments =
        ["migrate", "--template", "template.yaml", "--samconfig", "samconfig.toml", "--policy", "task-policy.json"];
    [&arguments[..], more].concat()
}

/// Every file below a folder, with its path.
fn written(command_line: &CommandLine, folder: &str) -> String {
    let mut all = String::new();
    for file in ["policies/ecs-task-policy.json", "sinks/alerts.json", "samconfig.toml"] {
        let text = fs::read_to_string(command_line.folder().join(folder).join(file)).unwrap();
        write!(all, "{file}\n{text}\n").unwrap();
    }
    all
}

#[test]
fn a_deployment_becomes_what_gatecheck_deploys_with() {
    let command_line = deployed();
    let printed = command_line.prints(0, &migrate(&[]));
    let json = command_line.prints(0, &migrate(&["--format", "json", "--output", "again"]));
    insta::assert_snapshot!("printed", printed);
    let files = written(&command_line, "gatecheck-migrated");
    insta::assert_snapshot!("files", files);
    assert_eq!(files, written(&command_line, "again"));

    // The webhook is a secret.
    for text in [&printed, &json, &files] {
        assert!(!text.contains("hooks.example.com") && !text.contains("not-to-be-told"), "{text}");
    }
    // The two forms tell of the same.
    let json: Value = serde_json::from_str(&json).unwrap();
    for change in json["changes"].as_array().unwrap() {
        assert!(printed.contains(change["what"].as_str().unwrap()), "{change}");
    }

    let refused = command_line.prints(2, &migrate(&[]));
    assert!(refused.contains("`gatecheck-migrated/policies/ecs-task-policy.json` is there already"), "{refused}");
}

#[test]
fn what_runs_tells_the_same_as_the_template() {
    let command_line = deployed();
    let policy = fs::read_to_string(command_line.folder().join("task-policy.json")).unwrap();
    let parameter = json!({"Parameter": {"Name": "/gatecheck/ecs-task-policy", "Type": "String", "Value": policy}});
    command_line.write("parameter.json", parameter.to_string());
    let function = json!({"FunctionName": "f", "MemorySize": 1024, "Architectures": ["x86_64"], "Environment": {"Variables": {
        "TASK_POLICY_SSM": "/gatecheck/ecs-task-policy", "ALERT_KEY": "details",
        "ALERT_WEBHOOK": "https://hooks.example.com/triggers/T0000/1111/not-to-be-told"}}});
    command_line.write("function.json", function.to_string());
    command_line.prints(0, &migrate(&[]));
    let env =
        ["--env", "function.json", "--policy", "parameter.json", "--samconfig", "samconfig.toml", "--output", "b"];
    command_line.prints(0, &[&["migrate"], &env[..]].concat());
    assert_eq!(written(&command_line, "gatecheck-migrated"), written(&command_line, "b"));
}

#[test]
fn mistakes_name_the_file_and_what_to_do() {
    let command_line = deployed();
    command_line.write("entry.json", r#"{"module": "allow-list"}"#);
    command_line.write("secret.json", r#"{"Parameter": {"Name": "p", "Value": "AQICAHh"}}"#);
    command_line.write("other.json", r#"{"service": []}"#);
    command_line
        .write("other.yaml", "Resources:\n  F: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}\n");
    command_line.write("broken.yaml", "Resources: [\n");
    command_line.write("broken.toml", "[default]\nstack_name = \"x\nurl = \"https://hooks.example.com\"\n");
    command_line.write("broken.env", "A=b\nnothing\n");
    let mut all = String::new();
    for arguments in [
        &["--policy", "entry.json"][..],
        &["--policy", "secret.json"],
        &["--policy", "other.json"],
        &["--policy", "nowhere.json"],
        &["--policy", "task-policy.json", "--template", "other.yaml"],
        &["--policy", "task-policy.json", "--template", "broken.yaml"],
        &["--policy", "task-policy.json", "--samconfig", "broken.toml"],
        &["--policy", "task-policy.json", "--env", "broken.env"],
        &["--policy", "-", "--env", "-"],
    ] {
        let printed = command_line.prints(2, &[&["migrate"], arguments].concat());
        write!(all, "$ gatecheck migrate {}\n{printed}\n", arguments.join(" ")).unwrap();
    }
    insta::assert_snapshot!("mistakes", all);
    assert!(!command_line.folder().join("gatecheck-migrated").exists());
}

/// A policy of the corpus, brought over.
struct Migrated {
    command_line: CommandLine,
    /// What was printed.
    report: Value,
}

impl Migrated {
    fn of(case: &Case) -> Self {
        let command_line = CommandLine::new(&[]);
        command_line.write("policy.json", case.policy.to_string());
        let output = command_line.run(&["migrate", "--policy", "policy.json", "--output", "new", "--format", "json"]);
        let report = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", case.name, String::from_utf8_lossy(&output.stderr)));
        Self { command_line, report }
    }

    /// What it says of the case.
    fn judges(&self, case: &Case, more: &[&str]) -> Value {
        let path = |file: &str| case.folder.join(file).display().to_string();
        let (event, facts) = (path("event.json"), path("facts.json"));
        let arguments = ["check", "--event", &event, "--facts", &facts, "--policy", "new/policies/task-policy.json"];
        let output = self.command_line.run(&[&arguments[..], &["--format", "json"], more].concat());
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// What it says, as the tool would have said it: attribute and value. Of a rule that is undecided, `undecided`.
    fn said(&self, case: &Case) -> Vec<(String, String)> {
        let report = self.judges(case, &["--all"]);
        let entry = fs::read_to_string(self.command_line.folder().join("new/policies/task-policy.json")).unwrap();
        let entry: Value = serde_json::from_str(&entry).unwrap();
        let attribute = |rule: &str| {
            let statements = entry["settings"]["task"].as_array().unwrap();
            let named = statements.iter().find(|statement| statement["rule"] == rule);
            named.map_or(rule, |statement| statement["attribute"].as_str().unwrap()).to_owned()
        };
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let violations = report["violations"].as_array().unwrap().iter();
        let violations = violations.map(|one| (text(&one["attribute"]), one["found"].to_string()));
        let undecided = report["undecided"].as_array().unwrap().iter();
        let undecided = undecided.map(|one| (attribute(one["rule"].as_str().unwrap()), "undecided".to_owned()));
        sorted(violations.chain(undecided).collect())
    }

    /// Whether a behaviour was listed, for an attribute unless it is about all statements or about what comes after one.
    fn lists(&self, id: &str, attribute: &str) -> bool {
        let mut changes = self.report["changes"].as_array().unwrap().iter();
        changes.any(|change| {
            let touched = change["touched"].as_array().unwrap();
            let touches = |one: &Value| one["attribute"] == attribute || one["attribute"].is_null();
            let is_about_others = touched.is_empty() || OF_OTHERS.contains(&id);
            change["id"] == id && (is_about_others || touched.iter().any(touches))
        })
    }
}

fn sorted(mut said: Vec<(String, String)>) -> Vec<(String, String)> {
    said.sort();
    said
}

/// Those whose policy may be one of the Python tool: it has no modules.
fn cases() -> impl Iterator<Item = Case> {
    Case::all().into_iter().filter(|case| case.policy.get("module").is_none())
}

#[test]
fn a_migrated_policy_gives_the_verdicts_of_the_corpus() {
    let verdict = |report: &Value| {
        let mut verdict = json!([report["violations"], report["undecided"]]);
        let rules = verdict.as_array_mut().unwrap().iter_mut().flat_map(|list| list.as_array_mut().unwrap());
        // The policy has another name.
        rules.for_each(|rule| rule["policy"] = Value::Null);
        verdict
    };
    // A list of statements is a fault, and statements once it is brought over.
    for case in cases().filter(|case| case.name != "policy-list") {
        let documented = fs::read_to_string(case.folder.join("expected.json")).unwrap();
        let documented: Value = serde_json::from_str(&documented).unwrap();
        let migrated = Migrated::of(&case);
        let mut report = migrated.judges(&case, &[]);
        for undecided in report["undecided"].as_array_mut().unwrap() {
            let reason = &mut undecided["unavailable"][0]["reason"];
            if reason.as_str().unwrap().starts_with("failed: ") {
                *reason = "failed".into();
            }
        }
        assert_eq!(verdict(&report), verdict(&documented), "{}", case.name);
        let count = |list: &Value| list.as_array().unwrap().len();
        assert_eq!(count(&report["faults"]), count(&migrated.report["problems"]), "{}", case.name);
    }
}

#[test]
fn every_difference_to_the_python_tool_has_a_documented_reason() {
    let said_by_the_tool = said_by_the_tool();
    let mut unused: BTreeSet<_> = REASONS.into_iter().collect();
    let (mut table, mut wrong) = (String::new(), Vec::new());
    for case in cases() {
        let migrated = Migrated::of(&case);
        let (before, now) = (&said_by_the_tool[&case.name], migrated.said(&case));
        writeln!(table, "{}\n  before {}\n  now    {}", case.name, listed(before), listed(&now)).unwrap();
        let attributes: BTreeSet<_> = before.iter().chain(&now).map(|(attribute, _)| attribute.as_str()).collect();
        for attribute in attributes {
            let of = |said: &[(String, String)]| -> Vec<_> {
                said.iter().filter(|(one, _)| one == attribute).cloned().collect()
            };
            let reasons: Vec<_> =
                REASONS.into_iter().filter(|(name, one, _)| *name == case.name && *one == attribute).collect();
            for reason in &reasons {
                unused.remove(reason);
                assert!(migrated.lists(reason.2, attribute), "{reason:?} is not listed for the policy");
                writeln!(table, "    {attribute}: {}", reason.2).unwrap();
            }
            if (of(before) == of(&now)) != reasons.is_empty() {
                wrong.push(format!("{} {attribute}: {} → {}", case.name, listed(&of(before)), listed(&of(&now))));
            }
        }
    }
    assert!(wrong.is_empty(), "a difference without a reason, or a reason without a difference: {wrong:#?}");
    assert!(unused.is_empty(), "these explain nothing: {unused:?}");
    insta::assert_snapshot!("verdicts", table);
}

fn listed(said: &[(String, String)]) -> String {
    let said: Vec<_> = said.iter().map(|(attribute, value)| format!("{attribute} {value}")).collect();
    if said.is_empty() { "nothing".to_owned() } else { said.join(", ") }
}

/// The violations that the tool found in each case.
fn said_by_the_tool() -> BTreeMap<String, Vec<(String, String)>> {
    let asked: BTreeMap<_, _> = cases().map(|case| (case.name.clone(), asked(&case))).collect();
    let mut python = Command::new(interpreter())
        .arg(workspace().join("tests/migrate/oracle.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}; `tests/run` installs it", interpreter().display()));
    python.stdin.take().unwrap().write_all(json!(asked).to_string().as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    let said: BTreeMap<String, Vec<(String, Value)>> = serde_json::from_slice(&output.stdout).unwrap();
    let plain = |said: Vec<(String, Value)>| said.into_iter().map(|(name, value)| (name, value.to_string())).collect();
    said.into_iter().map(|(name, said)| (name, sorted(plain(said)))).collect()
}

/// A case as the oracle takes it: what AWS would have told the tool.
fn asked(case: &Case) -> Value {
    let task = &case.event["detail"];
    let facts: Value = serde_json::from_str(&fs::read_to_string(case.folder.join("facts.json")).unwrap()).unwrap();
    let fact = |family: &str| &facts["facts"][family];
    // Its rule heard of a task when it was PROVISIONING, which bridge and host tasks never are.
    let is_heard = task["launchType"] == "FARGATE" || !task["attachments"].as_array().unwrap().is_empty();
    // It asked for both before it judged anything. What is not recorded is as the event says.
    let is_told = ["task-details", "task-definition"].iter().all(|family| fact(family)["unavailable"].is_null());
    let items = |family: &str| fact(family)["known"].as_array().cloned().unwrap_or_default();
    let gateways: BTreeMap<_, _> = items("subnets")
        .iter()
        .map(|document| {
            let routes = document["RouteTable"]["Routes"].as_array().unwrap();
            let gateways = routes.iter().filter_map(|route| route["GatewayId"].as_str());
            let others = OTHER_TABLES.iter().filter(|(name, _)| *name == case.name).map(|(_, gateway)| *gateway);
            let gateways: Vec<_> = gateways.chain(others).map(str::to_owned).collect();
            (document["Subnet"]["SubnetId"].as_str().unwrap().to_owned(), gateways)
        })
        .collect();
    let exposed: Vec<_> = items("interfaces")
        .iter()
        .filter(|interface| interface["Association"]["PublicIp"].is_string())
        .map(|interface| interface["NetworkInterfaceId"].clone())
        .collect();
    json!({
        "statements": case.policy.get("task"),
        "task": (is_heard && is_told).then(|| fact("task-details").get("known").unwrap_or(task)),
        "gateways": gateways,
        "exposed": exposed,
    })
}
