//! `gatecheck bench`: what policies cost, through the real binary. Nothing here looks at a time.

use std::fs;

use gatecheck_tests::binaries::{bootstrap, gatecheck};
use gatecheck_tests::command::CommandLine;
use gatecheck_tests::{guest, workspace};
use serde_json::{Value, json};

/// Two modules, and policies that are made of them.
fn workplace() -> CommandLine {
    let command_line = CommandLine::new(&[]);
    for module in ["hostile", "tiny"] {
        fs::copy(guest(module), command_line.folder().join(format!("{module}.wasm"))).unwrap();
    }
    command_line.write("images.json", images(10).to_string());
    command_line.write("tiny.json", r#"{"module": "./tiny.wasm", "settings": {"registries": ["mine/"]}}"#);
    work(&command_line, 100_000);
    command_line
}

/// A document for the allow-list with so many statements.
fn images(statements: usize) -> Value {
    let statement = json!({"attribute": "image", "type": "pattern", "allowed_values": ["^111122223333\\.dkr\\."]});
    json!({"task": vec![statement; statements]})
}

/// A policy that takes so many steps.
fn work(command_line: &CommandLine, steps: u32) {
    let entry = json!({"module": "./hostile.wasm", "settings": {"do": {"work": steps}}});
    command_line.write("work.json", entry.to_string());
}

/// What is printed as JSON.
fn document(command_line: &CommandLine, code: i32, arguments: &[&str]) -> Value {
    let output = command_line.run(&[&["bench", "--format", "json"], arguments].concat());
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The figures of the first policy on the first recording.
fn figures(document: &Value) -> &Value {
    &document["figures"]["policies"][0]["cases"][0]
}

/// A text without its numbers, which differ from build to build or from run to run, and without the room that they take.
fn shape(text: &str) -> String {
    let line = |line: &str| {
        if let Some((label, _)) = line.split_once('~').filter(|(label, _)| label.ends_with("time ")) {
            return format!("{label}~ ..");
        }
        let indent = line.len() - line.trim_start().len();
        let words = line.split_whitespace().map(|word| {
            let is_number = word.trim_start_matches(['+', '-', '<']).starts_with(|first: char| first.is_ascii_digit());
            if is_number { "#" } else { word }
        });
        format!("{}{}", &line[..indent], words.collect::<Vec<_>>().join(" "))
    };
    text.replace(std::env::consts::ARCH, "PROCESSOR").lines().map(|text| line(text) + "\n").collect()
}

#[test]
fn what_a_policy_costs() {
    let command_line = workplace();
    let printed = command_line.prints(0, &["bench", "--policy", "work.json", "tiny.json"]);
    insta::assert_snapshot!("costs", shape(&printed));

    let document = document(&command_line, 0, &["--policy", "tiny.json", "--facts", "fargate-private"]);
    insta::assert_snapshot!("costs_json", shape(&format!("{document:#}")));
}

#[test]
fn every_figure_is_what_the_documentation_says() {
    let command_line = workplace();
    let base = command_line.prints(0, &["test", "--base", "fargate-private"]);
    command_line.write("facts.json", &base);
    let document = document(&command_line, 0, &["--policy", "tiny.json", "--facts", "./facts.json"]);
    let case = figures(&document);

    // It reads the containers: a result with a list, for each a record of two strings and two that may be missing, and
    // their text.
    let base: Value = serde_json::from_str(&base).unwrap();
    let text = |container: &Value| {
        let texts = ["name", "image", "imageDigest", "lastStatus"].map(|key| container[key].as_str().unwrap_or(""));
        texts.iter().map(|text| text.len()).sum::<usize>()
    };
    let containers = base["facts"]["task"]["known"]["containers"].as_array().unwrap();
    let facts = 16 + containers.iter().map(|container| 40 + text(container)).sum::<usize>();
    assert_eq!(case["bytes"]["facts"], facts);
    assert_eq!(case["bytes"]["settings"], r#"{"registries":["mine/"]}"#.len());
    assert_eq!(case["read"], json!(["task"]));
    assert_eq!(case["rounds"], 1);
    assert_eq!(case["memory"].as_u64().unwrap() % (64 << 10), 0);
    let instructions = &case["instructions"];
    let parts = ["instantiate", "configure", "evaluate"].map(|part| instructions[part].as_u64().unwrap());
    assert_eq!(instructions["total"], parts.iter().sum::<u64>());

    let sizes = &document["figures"]["policies"][0]["sizes"];
    assert_eq!(sizes["module"], fs::read(guest("tiny")).unwrap().len());
    assert!(sizes["gzipped"].as_u64() < sizes["base64"].as_u64());

    // What it takes does not depend on whom it is for.
    let entry =
        json!({"module": "./tiny.wasm", "settings": {"registries": ["mine/"]}, "scope": {"clusters": ["none"]}});
    command_line.write("scoped.json", entry.to_string());
    let scoped = self::document(&command_line, 0, &["--policy", "scoped.json", "--facts", "./facts.json"]);
    assert_eq!(figures(&scoped)["instructions"], *instructions);
}

#[test]
fn an_instruction_is_counted_as_one() {
    let command_line = workplace();
    let evaluate = |steps| {
        work(&command_line, steps);
        let document = document(&command_line, 0, &["--policy", "work.json", "--facts", "fargate-private"]);
        figures(&document)["instructions"]["evaluate"].as_u64().unwrap()
    };
    let [few, more, most] = [10_000, 60_000, 110_000].map(evaluate);
    assert_eq!(most - more, more - few, "{few}, {more}, {most}");
    assert_eq!((more - few) % 50_000, 0);
}

#[test]
fn the_same_policy_is_never_more_expensive_than_it_was() {
    let command_line = workplace();
    let policies = ["--policy", "images.json", "work.json", "--facts", "fargate-private"];
    let bench = |more: &[&str]| command_line.prints(0, &[&["bench"], &policies[..], more].concat());
    bench(&["--save", "bench.json"]);
    for _ in 0..10 {
        let printed = bench(&["--compare", "bench.json", "--threshold", "0", "--save", "again.json"]);
        assert!(printed.contains("✓ no case takes more instructions than in bench.json"), "{printed}");
        let [first, again] = ["bench.json", "again.json"].map(|file| {
            let text = fs::read_to_string(command_line.folder().join(file)).unwrap();
            let mut figures: Value = serde_json::from_str(&text).unwrap();
            for policy in figures["policies"].as_array_mut().unwrap() {
                for case in policy["cases"].as_array_mut().unwrap() {
                    assert!(case["not_deterministic"].take()["microseconds"]["runs"].as_u64() > Some(0));
                }
            }
            figures
        });
        assert_eq!(first, again);
    }
}

#[test]
fn five_percent_more_always_fail() {
    let command_line = workplace();
    let arguments = ["--policy", "work.json", "images.json", "--facts", "fargate-private"];
    let bench = |code, more: &[&str]| command_line.prints(code, &[&["bench"], &arguments[..], more].concat());
    let total = |document: &Value, policy: usize| {
        let total = &document["figures"]["policies"][policy]["cases"][0]["instructions"]["total"];
        total.as_u64().unwrap()
    };
    let before = document(&command_line, 0, &[&arguments[..], &["--save", "bench.json"]].concat());
    let rises = |policy: usize| {
        let now = document(&command_line, 1, &[&arguments[..], &["--compare", "bench.json"]].concat());
        (total(&before, policy), total(&now, policy))
    };
    let grouped = |number: u64| {
        let digits = number.to_string();
        let (head, tail) = digits.split_at((digits.len() - 1) % 3 + 1);
        tail.as_bytes().chunks(3).fold(head.to_owned(), |text, part| text + "," + std::str::from_utf8(part).unwrap())
    };

    // The loop is nearly all of it.
    work(&command_line, 106_000);
    for _ in 0..5 {
        let (before, now) = rises(0);
        let printed = bench(1, &["--compare", "bench.json"]);
        let told =
            format!("✗ `work` on `fargate-private`: {} instructions before, {} now", grouped(before), grouped(now));
        assert!(printed.contains(&told), "no {told} in {printed}");
        assert!(printed.contains("1 of 2 cases takes at least 5 % more instructions than in bench.json"), "{printed}");
    }
    insta::assert_snapshot!("compared", shape(&bench(1, &["--compare", "bench.json"])));
    // Less than that is told and no failure, unless it is asked for.
    work(&command_line, 104_000);
    bench(0, &["--compare", "bench.json"]);
    bench(1, &["--compare", "bench.json", "--threshold", "3.5"]);
    bench(1, &["--compare", "bench.json", "--threshold", "0"]);
    work(&command_line, 100_001);
    bench(0, &["--compare", "bench.json", "--threshold", "0.5%"]);
    bench(1, &["--compare", "bench.json", "--threshold", "0"]);

    // Some more statements.
    work(&command_line, 100_000);
    command_line.write("images.json", images(13).to_string());
    let (before, now) = rises(1);
    assert!(now * 100 >= before * 105, "{before} {now}");
    let printed = bench(1, &["--compare", "bench.json"]);
    assert!(printed.contains("✗ `images` on `fargate-private`"), "{printed}");
    bench(0, &["--compare", "bench.json", "--threshold", "1000"]);
}

#[test]
fn what_is_less_new_or_gone_is_told() {
    let command_line = workplace();
    let save = ["bench", "--policy", "work.json", "images.json", "--facts", "fargate-private", "--save", "bench.json"];
    command_line.prints(0, &save);
    work(&command_line, 50_000);
    let now = ["--policy", "work.json", "tiny.json", "--facts", "fargate-private", "fargate-public"];
    let compare = ["--compare", "bench.json", "--threshold", "0"];
    let document = document(&command_line, 0, &[&now[..], &compare].concat());
    let comparison = &document["comparison"];
    let pairs = |of: &Value| {
        let of = of.as_array().unwrap().iter();
        of.map(|case| format!("{} {}", case["policy"], case["recording"]).replace('"', "")).collect::<Vec<_>>()
    };
    assert_eq!(pairs(&comparison["cases"]), ["work fargate-private"]);
    assert_eq!(comparison["cases"][0]["outcome"], "less");
    assert_eq!(pairs(&comparison["new"]), ["work fargate-public", "tiny fargate-private", "tiny fargate-public"]);
    assert_eq!(pairs(&comparison["gone"]), ["images fargate-private"]);

    let printed = command_line.prints(0, &[&["bench"], &now[..], &compare].concat());
    for told in [
        "✓ `work` on `fargate-private`: ",
        "new `tiny` on `fargate-public` is not in bench.json",
        "gone `images` on `fargate-private` is only in bench.json",
        "✓ no case takes more instructions than in bench.json",
    ] {
        assert!(printed.contains(told), "no {told} in {printed}");
    }
}

#[test]
fn a_fault_is_told_as_everywhere_and_hides_nothing() {
    let command_line = workplace();
    let hostile = |name: &str, what: Value| {
        let entry = json!({"module": "./hostile.wasm", "settings": {"do": what}});
        command_line.write(&format!("policies/{name}.json"), entry.to_string());
    };
    fs::create_dir(command_line.folder().join("policies")).unwrap();
    for what in ["loop", "hog-memory", "recurse", "panic", "nothing"] {
        hostile(what, what.into());
    }
    hostile("answer", json!({"answer": 10}));
    for (name, policy) in [
        ("module", r#"{"module": "./none.wasm"}"#),
        ("bundled", r#"{"module": "none"}"#),
        ("broken", r#"{"module": "#),
        ("settings", r#"{"task": [{"attribute": "image"}]}"#),
    ] {
        command_line.write(&format!("policies/{name}.json"), policy);
    }
    hostile("work", json!({"work": 10}));
    fs::copy(guest("hostile"), command_line.folder().join("policies/hostile.wasm")).unwrap();

    let arguments = ["--policy", "policies", "--facts", "fargate-private", "--format", "json"];
    let checked = command_line.run(&[&["check"], &arguments[..]].concat());
    let checked: Value = serde_json::from_slice(&checked.stdout).unwrap();
    let measured = document(&command_line, 2, &arguments[..4]);
    let told = |faults: &Value| {
        let mut told: Vec<_> = faults
            .as_array()
            .unwrap()
            .iter()
            .map(|fault| ["policy", "reason", "detail"].map(|key| fault[key].as_str().unwrap().to_owned()))
            .collect();
        told.sort();
        told
    };
    assert_eq!(told(&measured["faults"]), told(&checked["faults"]));
    assert_eq!(measured["faults"].as_array().unwrap().len(), 10);
    let figures = measured["figures"]["policies"].as_array().unwrap();
    let work = figures.iter().find(|policy| policy["policy"] == "work").unwrap();
    assert!(work["cases"][0]["instructions"]["total"].as_u64() > Some(0));

    // Figures with gaps are not kept, and what faults is not gone.
    let arguments = ["bench", "--policy", "policies/work.json", "policies/panic.json", "--facts", "fargate-private"];
    let printed = command_line.prints(2, &[&arguments[..], &["--save", "bench.json"]].concat());
    insta::assert_snapshot!("faults", shape(&printed));
    assert!(!command_line.folder().join("bench.json").exists());
    hostile("panic", json!({"work": 10}));
    command_line.prints(0, &[&arguments[..], &["--save", "bench.json"]].concat());
    hostile("panic", "panic".into());
    let printed = command_line.prints(2, &[&arguments[..], &["--compare", "bench.json"]].concat());
    assert!(printed.contains("! fault panic (trap)") && !printed.contains("gone"), "{printed}");
}

#[test]
fn policies_of_the_same_name_stay_apart() {
    let command_line = workplace();
    for folder in ["a", "b"] {
        fs::create_dir(command_line.folder().join(folder)).unwrap();
        command_line.write(&format!("{folder}/images.json"), images(folder.len()).to_string());
    }
    let document = document(&command_line, 0, &["--policy", "a", "b", "--facts", "fargate-private"]);
    let policies = document["figures"]["policies"].as_array().unwrap().iter();
    let names: Vec<_> = policies.map(|policy| policy["policy"].as_str().unwrap()).collect();
    assert_eq!(names, ["images (a/images.json)", "images (b/images.json)"]);
}

#[test]
fn mistakes_are_explained() {
    let command_line = workplace();
    command_line.write("other.json", r#"{"format": 2, "policies": {}}"#);
    let mut told = String::new();
    for arguments in [
        &["--policy", "tiny.json", "--compare", "tiny.json"][..],
        &["--policy", "tiny.json", "--compare", "other.json"],
        &["--policy", "tiny.json", "--compare", "none.json"],
        &["--policy", "tiny.json", "--save", "none/bench.json", "--facts", "fargate-private", "--format", "json"],
        &["--policy", "tiny.json", "--facts", "fargate"],
        &["--policy", "tiny.json", "--threshold", "5"],
        &["--policy", "tiny.json", "--compare", "other.json", "--threshold", "-1"],
        &["--policy", "none.json"],
        &["--policy", "-", "--facts", "-"],
        &[],
    ] {
        let output = command_line.run(&[&["bench"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let error = String::from_utf8_lossy(&output.stderr);
        told += &format!("gatecheck bench {}\n{error}\n", arguments.join(" "));
    }
    insta::assert_snapshot!("bench_mistakes", told);
}

#[test]
fn help_shows_what_figures_mean() {
    insta::assert_snapshot!("bench_help", workplace().prints(0, &["bench", "--help"]));
}

#[test]
fn the_function_carries_nothing_of_it() {
    // What only measuring says, and the bundled components that only measuring needs.
    let has = |program: &std::path::Path, needle: &[u8]| {
        let program = fs::read(program).unwrap();
        program.windows(needle.len()).any(|window| window[0] == needle[0] && window == needle)
    };
    let source = fs::read_to_string(workspace().join("host/core/src/measure.rs")).unwrap();
    let said = "before, with the same facts";
    assert!(source.contains(said));
    let (component, _) = gatecheck_bundled::component("allow-list").unwrap();
    let middle = component.len() / 2;
    for needle in [said.as_bytes(), &component[middle..middle + 64]] {
        assert!(has(gatecheck(), needle));
        assert!(!has(bootstrap(), needle));
    }
}
