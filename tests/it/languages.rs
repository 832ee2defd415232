//! Every language that has an SDK: from nothing to a verdict of the function, by nothing but package registries.

use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, Mutex, PoisonError};

use gatecheck_core::event::{self, Received};
use gatecheck_core::facts::{Fact, Facts, Family};
use gatecheck_core::judge;
use gatecheck_core::policy::{Engine, Module, PolicyDocument, PolicySet};
use gatecheck_core::recording::Recording;
use gatecheck_tests::aws::RecordedAws;
use gatecheck_tests::cases::Case;
use gatecheck_tests::command::CommandLine;
use gatecheck_tests::project::Project;
use gatecheck_tests::runtime_api::Outcome;
use gatecheck_tests::workspace;
use serde_json::{Value, json};

use crate::block_on;
use crate::publish::World;

/// What differs between languages.
struct Language {
    id: &'static str,
    /// Where its things are below guest-sdk.
    folder: &'static str,
    source: &'static str,
    unit_tests: &'static str,
    /// Runs the tests of the SDK itself, which lie in `$SDK/tests`, in a project.
    sdk_tests: &'static str,
    /// The example that plays to it.
    example: &'static str,
    /// The fact families that the starter can read: all of them where the world is bound as a whole.
    reads_all: bool,
}

const RUST: Language = Language {
    id: "rust",
    folder: "rust",
    source: "src/lib.rs",
    unit_tests: "cargo test --quiet",
    // They are tests of this workspace.
    sdk_tests: "true",
    example: "versions",
    reads_all: false,
};

const TYPESCRIPT: Language = Language {
    id: "ts",
    folder: "typescript",
    source: "policy.ts",
    unit_tests: "npm test",
    sdk_tests: r#"cp "$SDK"/tests/*.ts test/ && npm test"#,
    example: "naming",
    reads_all: true,
};

const PYTHON: Language = Language {
    id: "python",
    folder: "python",
    source: "policy.py",
    unit_tests: ".venv/bin/python -m pytest",
    sdk_tests: r#".venv/bin/python -m pytest -p no:cacheprovider "$SDK"/tests"#,
    example: "reachable",
    reads_all: true,
};

const GO: Language = Language {
    id: "go",
    folder: "go",
    source: "policy.go",
    unit_tests: r#"test -z "$(gofmt -l .)" && go vet ./... && go test ./..."#,
    sdk_tests: r#"cp -r "$SDK"/tests/. gatecheck/ && sed -i s/my-policy/images/ gatecheck/testdata/*/*.go && go vet ./... && go test ./gatecheck"#,
    example: "networks",
    reads_all: false,
};

const C: Language = Language {
    id: "c",
    folder: "c",
    source: "policy.c",
    unit_tests: "make test",
    sdk_tests: r#"make -C "$SDK"/tests BUILT="$PWD"/built"#,
    example: "read-only",
    reads_all: false,
};

#[test]
fn a_policy_in_rust() {
    from_nothing_to_a_verdict(&RUST);
}

#[test]
fn a_policy_in_typescript() {
    from_nothing_to_a_verdict(&TYPESCRIPT);
}

#[test]
fn a_policy_in_python() {
    from_nothing_to_a_verdict(&PYTHON);
}

#[test]
fn nothing_is_random_in_python() {
    let project = Project::new("python", "chance", "baseline");
    let policy = r#"
import random

from gatecheck import Facts, Verdict, Violation, policy
from dataclasses import dataclass


@dataclass
class Settings:
    pass


def drawn(*seed):
    random.seed(*seed)
    return random.random()


@policy("chance", version="1.0.0", summary="Says what is random")
def evaluate(settings: Settings, facts: Facts, verdict: Verdict) -> None:
    found = [random.random(), drawn("a"), drawn("a"), drawn()]
    with verdict.rule("chance") as rule:
        rule.violated(Violation("task", "chance", "something is random", found=found))
"#;
    fs::write(project.folder().join("policy.py"), policy).unwrap();
    fs::write(project.folder().join("chance.json"), r#"{"module": "./policy.wasm"}"#).unwrap();
    project.gatecheck(0, &["build"]);
    let check = ["check", "--facts", "fargate-public", "--policy", "chance.json", "--format", "json"];
    let judged: Value = serde_json::from_str(&project.gatecheck(1, &check)).unwrap();
    // What `random.seed` takes is seeded with; without it, `random` goes on.
    let drawn = [0.8444218515250481, 0.2720295377534757, 0.2720295377534757, 0.06733663088629693];
    assert_eq!(judged["violations"][0]["found"], json!(drawn), "{judged}");
}

#[test]
fn a_policy_in_go() {
    from_nothing_to_a_verdict(&GO);
}

#[test]
fn a_policy_in_c() {
    from_nothing_to_a_verdict(&C);
}

fn from_nothing_to_a_verdict(language: &Language) {
    let project = Project::by(&manual_for(language), "images");
    project.shell(language.unit_tests);
    let sdk = workspace().join("guest-sdk").join(language.folder);
    project.shell(&format!("SDK='{}'\n{}", sdk.display(), language.sdk_tests));
    inspect(&project, language);
    in_the_function(&project);

    let example = Project::new(language.id, "example", language.example);
    example.take_installed(&project);
    build_and_test(&example, language);
    configured_ahead(&example, language);

    let baseline = Project::new(language.id, "baseline", "baseline");
    baseline.take_installed(&example);
    build_and_test(&baseline, language);
    let tested: Value = serde_json::from_str(&baseline.gatecheck(0, &["test", "--format", "json"])).unwrap();
    let wasm = fs::read(baseline.folder().join("policy.wasm")).unwrap();
    compare_with_the_others(language.id, Reports { corpus: on_the_corpus(&wasm), suite: in_the_suite(&tested) });
}

/// The commands of the manual for a policy in this language, as a script. The last of them finds a violation.
fn manual_for(language: &Language) -> String {
    let manual = fs::read_to_string(workspace().join("docs/src/code.md")).unwrap();
    let block = manual.split("```console\n").nth(1).unwrap().split("```").next().unwrap();
    let (commands, last) = block.trim_end().rsplit_once('\n').unwrap();
    assert!(commands.contains("--lang python images") && last.starts_with("gatecheck check "), "{block}");
    let commands = commands.replace("--lang python", &format!("--lang {}", language.id));
    format!("set -e\n{commands}\n{last} || [ $? = 1 ]\n")
}

fn build_and_test(project: &Project, language: &Language) {
    let built = project.gatecheck(0, &["build"]);
    assert!(built.contains("policy.wasm") && built.contains("sha256"), "{built}");
    project.gatecheck(0, &["test", "--require-tests", "--threshold", "100"]);
    project.shell(language.unit_tests);
}

/// A policy that begins with its settings says what it says without, and by other settings too.
fn configured_ahead(project: &Project, language: &Language) {
    let build = |code, entry| project.gatecheck(code, &["build", "--settings", entry]);
    if ["ts", "c"].contains(&language.id) {
        let refused = build(2, "example.json");
        assert!(refused.contains(&format!("`{}`", language.id)) && refused.contains("--settings"), "{refused}");
        return;
    }
    let configuring = || {
        let bench = ["bench", "--policy", "example.json", "--facts", "fargate-public", "--format", "json"];
        let measured: Value = serde_json::from_str(&project.gatecheck(0, &bench)).unwrap();
        measured["figures"]["policies"][0]["cases"][0]["instructions"]["configure"].as_u64().unwrap()
    };
    let before = configuring();
    build(0, "example.json");
    let after = configuring();
    assert!(after * 2 < before, "{before} instructions to read the settings, and {after} where they are read");
    project.gatecheck(0, &["test", "--require-tests", "--threshold", "100"]);

    fs::write(project.folder().join("mistake.json"), r#"{"module": "./policy.wasm", "settings": {"no": 1}}"#).unwrap();
    let refused = build(2, "mistake.json");
    assert!(refused.contains("does not take the settings: `/") && refused.contains("`/no`: "), "{refused}");
}

fn inspect(project: &Project, language: &Language) {
    let inspected: Value =
        serde_json::from_str(&project.gatecheck(0, &["inspect", "policy.wasm", "--format", "json"])).unwrap();
    let families = inspected["families"].as_array().unwrap();
    assert_eq!(inspected["interface"], "1.0.0");
    assert!(families.contains(&json!("task-definition")), "{inspected}");
    assert_eq!(families.len(), if language.reads_all { Family::ALL.len() } else { 1 }, "{inspected}");
    assert_eq!(inspected["settings_schema"]["properties"]["users"]["type"], "array", "{inspected}");
    assert_eq!(inspected["settings_schema"]["required"], json!(["users"]), "{inspected}");

    // Whatever it could read, it reads what it needs.
    let explain = ["explain", "--facts", "fargate-public", "--policy", "images.json", "--format", "json"];
    let explained: Value = serde_json::from_str(&project.gatecheck(1, &explain)).unwrap();
    assert_eq!(explained["policies"][0]["read"], json!([{"family": "task-definition", "unavailable": null}]));

    let mistake = json!({"module": "./policy.wasm", "settings": {"users": ["app", 1], "user": "app"}});
    fs::write(project.folder().join("mistake.json"), mistake.to_string()).unwrap();
    let check = ["check", "--facts", "fargate-public", "--policy", "mistake.json"];
    let printed = project.gatecheck(2, &check);
    assert!(printed.contains("mistake.json#/settings/user"), "{printed}");
}

/// The function judges as the command line does.
fn in_the_function(project: &Project) {
    let event = workspace().join("tests/cases/fargate-running/event.json");
    let check = ["check", "--facts", "fargate-public", "--policy", "images.json", "--format", "json", "--event"];
    let expected: Value =
        serde_json::from_str(&project.gatecheck(1, &[&check[..], &[event.to_str().unwrap(), "--all"]].concat()))
            .unwrap();
    assert_eq!(expected["violations"][0]["rule"], "user");

    let recording = project.gatecheck(0, &["test", "--base", "fargate-public"]);
    let facts = Recording::parse(serde_json::from_str(&recording).unwrap()).unwrap().facts;
    let world = World::new();
    let command = world.command_line("");
    let printed = command.prints(0, &["keygen"]);
    let public = printed.lines().last().unwrap();
    for file in ["images.json", "policy.wasm"] {
        fs::copy(project.folder().join(file), command.folder().join(file)).unwrap();
    }
    let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
    let publish = ["publish", "images.json", "--to", "s3://modules/images-1.wasm", "--arch", architecture];
    command.prints(0, &[&publish[..], &["--key", "gatecheck-key.pem"]].concat());

    let mut event: Value = serde_json::from_str(&fs::read_to_string(event).unwrap()).unwrap();
    // The first that was heard of the task, so that nothing was told before.
    event["detail"]["version"] = 1.into();
    let (report, metrics) = block_on(async {
        let aws = RecordedAws::start(facts, BTreeMap::new()).await;
        let endpoint = aws.endpoint();
        let services = [("AWS_ENDPOINT_URL_ECS", &*endpoint), ("AWS_ENDPOINT_URL_EC2", &*endpoint)];
        let mut function = world.function("", &[&services[..], &[("GATECHECK_PUBLIC_KEY", public)]].concat());
        let report: Value = match function.invoke(&event.to_string()) {
            Outcome::Response(report) => serde_json::from_str(&report).unwrap(),
            other => panic!("{other:?}\n{:#?}", function.log()),
        };
        (report, ["ArtifactsLoaded", "ModulesCompiled"].map(|name| function.metric(name)))
    });
    assert_eq!(report, expected);
    assert_eq!(metrics, [1, 0]);
}

/// What `baseline` says.
#[derive(Clone, PartialEq)]
struct Reports {
    /// Of every case of the corpus, with the rules that have passed.
    corpus: Vec<(String, Value)>,
    /// In its own suite, which breaks each of its rules.
    suite: Vec<(String, Value)>,
}

fn in_the_suite(tested: &Value) -> Vec<(String, Value)> {
    let report = |case: &Value| {
        let mut report = case["report"].clone();
        for fault in report["faults"].as_array_mut().unwrap() {
            // What is wrong in the settings has the same place in every language, and each its own words for it.
            let detail = fault["detail"].as_str().unwrap();
            fault["detail"] = detail.split(": ").next().into();
        }
        (case["name"].as_str().unwrap().to_owned(), report)
    };
    let cases: Vec<_> = tested["suites"][0]["cases"].as_array().unwrap().iter().map(report).collect();
    assert!(cases.len() >= 10, "{tested}");
    cases
}

fn on_the_corpus(wasm: &[u8]) -> Vec<(String, Value)> {
    let engine = Engine::new().unwrap();
    let module = Arc::new(Module::compile(&engine, wasm).unwrap());
    let entry = workspace().join("guest-sdk/examples/baseline/my-policy.json");
    let entry: Value = serde_json::from_str(&fs::read_to_string(entry).unwrap()).unwrap();
    let document = PolicyDocument::parse("baseline", "baseline.json", entry);
    let policies = PolicySet::load([document], |_| Ok(Arc::clone(&module)));
    let judged = |case: Case| {
        let Ok(Received::Task(event)) = event::parse(&case.event) else { panic!("{}: not a task", case.name) };
        let facts = Facts::from_iter([(Family::Task, Fact::known(event.task))]);
        let report = block_on(judge(&engine, &policies, facts, &Recording::new(case.facts)));
        assert_eq!(report.faults, [], "{}", case.name);
        (case.name, json!({"report": report, "passed": report.passed}))
    };
    Case::all().into_iter().map(judged).collect()
}

/// The first language to come here is what the others are compared with.
fn compare_with_the_others(language: &'static str, reports: Reports) {
    static FIRST: Mutex<Option<(&str, Reports)>> = Mutex::new(None);
    let mut first = FIRST.lock().unwrap_or_else(PoisonError::into_inner);
    let (other, expected) = first.get_or_insert_with(|| (language, reports.clone()));
    for (case, expected) in reports.corpus.iter().zip(&expected.corpus) {
        assert_eq!(case, expected, "{language}, and {other}");
    }
    for (case, expected) in reports.suite.iter().zip(&expected.suite) {
        assert_eq!(case, expected, "{language}, and {other}");
    }
    assert_eq!(reports.corpus.len(), Case::all().len());
    let broken = reports.corpus.iter().filter(|(_, said)| said["report"]["violations"] != json!([])).count();
    assert!(broken > 10, "{broken} cases of the corpus break a rule");
}

#[test]
fn what_is_missing_is_told_with_how_to_get_it() {
    let command_line = CommandLine::new(&[("PATH", "/nowhere")]);
    let mut said = String::new();
    for language in [RUST, TYPESCRIPT, PYTHON, GO, C] {
        command_line.prints(0, &["new", "--lang", language.id, language.folder]);
        said += &command_line.prints(2, &["build", language.folder]);
    }
    said += &command_line.prints(2, &["build"]);
    said += &command_line.prints(2, &["new", "--lang", "cobol", "images"]);
    said += &command_line.prints(2, &["new", "--lang", "go", "Images"]);
    said += &command_line.prints(2, &["new", "--lang", "go", "go"]);
    said += &command_line.prints(2, &["new", "--lang", "go", "--example", "tutorial", "images"]);
    insta::assert_snapshot!("missing", said);
}

#[test]
fn the_documents_show_the_policies_that_new_writes() {
    let readme = fs::read_to_string(workspace().join("README.md")).unwrap();
    let policy = fs::read_to_string(workspace().join("guest-sdk/python/template/policy.py")).unwrap();
    assert!(readme.contains(&format!("```python\n{}\n```", policy.trim_end())), "the README shows another policy");
    for (language, page, fence) in [
        (&RUST, "rust", "rust"),
        (&TYPESCRIPT, "typescript", "ts"),
        (&PYTHON, "python", "python"),
        (&GO, "go", "go"),
        (&C, "c", "c"),
    ] {
        let tutorial = fs::read_to_string(workspace().join(format!("docs/src/tutorial/{page}.md"))).unwrap();
        let source = format!("../../../guest-sdk/{}/template/{}", language.folder, language.source);
        assert!(
            tutorial.contains(&format!("```{fence}\n{{{{#include {source}}}}}\n```")),
            "{page}.md has no `{source}`"
        );
        let create = format!("gatecheck new --lang {} my-policy\n", language.id);
        assert!(tutorial.contains(&create), "{page}.md has no `{create}`");
    }
}
