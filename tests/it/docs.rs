//! What the documents say is so: their commands run, their links lead somewhere, their tables are those of the schema.
//!
//! A block of commands runs here, in a folder that has the files it names and with a local AWS, unless the line above it says
//! `<!-- needs AWS: WHY -->`, `<!-- run by FILE -->` or `<!-- run by hand: WHY -->`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use gatecheck_tests::binaries::gatecheck;
use gatecheck_tests::command::CommandLine;
use gatecheck_tests::moto::Moto;
use gatecheck_tests::{guest, workspace};
use serde_json::{Value, json};

/// Every document of the repository.
fn documents() -> Vec<PathBuf> {
    let listed = Command::new("git").current_dir(workspace()).args(["ls-files", "*.md"]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    // What projects start from is run by tests/it/languages.rs, and says nothing of this repository.
    let documents = listed.lines().filter(|path| !path.contains("/template/"));
    let documents: Vec<_> = documents.map(|path| workspace().join(path)).collect();
    assert!(documents.len() > 15, "{listed}");
    documents
}

/// A block of commands, with the comment above it.
struct Block {
    document: PathBuf,
    comment: String,
    commands: Vec<String>,
}

fn blocks() -> Vec<Block> {
    let mut blocks = Vec::new();
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        let mut above = "";
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if line == "```console" {
                let block: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
                let commands = block.join("\n").replace("\\\n", " ");
                let commands = commands.lines().map(command).filter(|command| !command.is_empty()).collect();
                blocks.push(Block { document: document.clone(), comment: above.to_owned(), commands });
            }
            above = line;
        }
    }
    blocks
}

/// What is typed, without what is said of it.
fn command(line: &str) -> String {
    line.split_once(" # ").or_else(|| line.split_once("  #")).map_or(line, |(command, _)| command).trim().to_owned()
}

/// Puts the files there that the documents name.
fn prepare(command_line: &CommandLine, moto: &Moto) {
    let copy = |from: &str, to: &str| command_line.write(to, fs::read(workspace().join(from)).unwrap());
    let bases = "host/cli/src/recorded/bases";
    let recording: Value =
        serde_json::from_slice(&fs::read(workspace().join(bases).join("fargate-public.json")).unwrap()).unwrap();
    let known = |family: &str| recording["facts"][family]["known"].to_string();
    for folder in ["policies", "recordings"] {
        fs::create_dir(command_line.folder().join(folder)).unwrap();
    }
    // One that needs nothing but what each of the commands is given.
    let policy = json!({"task": [{"attribute": "image", "allowed_values": ["nginx:1"]}]}).to_string();
    command_line.write("policy.json", &policy);
    command_line.write("policies/one.json", &policy);
    copy("tests/cases/fargate-provisioning/event.json", "event.json");
    copy("tests/cases/fargate-provisioning/facts.json", "facts.json");
    copy(&format!("{bases}/fargate-private.json"), "recordings/1.json");
    command_line.write("task.json", known("task-details"));
    command_line.write("taskdef.json", known("task-definition"));
    command_line.write("user.wasm", fs::read(guest("tiny")).unwrap());
    command_line
        .write("user.json", json!({"module": "./user.wasm", "settings": {"registries": ["nginx"]}}).to_string());
    let region = json!({"LocationConstraint": "us-west-2"});
    moto.aws("s3", "create_bucket", &json!({"Bucket": "my-bucket", "CreateBucketConfiguration": region}));
}

#[test]
fn every_command_runs_or_says_what_it_needs() {
    let moto = Moto::start();
    let command_line = CommandLine::new(&[("AWS_ENDPOINT_URL", &moto.endpoint())]);
    prepare(&command_line, &moto);
    let path = env::join_paths([gatecheck().parent().unwrap(), Path::new("/usr/bin"), Path::new("/bin")]).unwrap();
    let (mut ran, mut failed) = (0, Vec::new());
    for Block { document, comment, commands } in blocks() {
        let place = document.strip_prefix(workspace()).unwrap().display().to_string();
        if comment.starts_with("<!-- needs AWS: ") || comment.starts_with("<!-- run by hand: ") {
            continue;
        }
        if let Some(file) = comment.strip_prefix("<!-- run by ").and_then(|rest| rest.strip_suffix(" -->")) {
            let test =
                fs::read_to_string(workspace().join(file)).unwrap_or_else(|error| panic!("{place}: {file}: {error}"));
            let commands = commands.iter().flat_map(|command| command.split(" && "));
            for command in commands.filter(|command| !command.starts_with("cd ")) {
                let mut words = command.split_whitespace();
                let word = match words.next() {
                    Some("gatecheck") => words.next(),
                    first => first,
                };
                let word = word.unwrap().rsplit('/').next().unwrap();
                // As a word of its own: `try` is not in `registry`.
                let mut words = test.split(|letter: char| !letter.is_alphanumeric() && letter != '-');
                if !words.any(|found| found == word) {
                    failed.push(format!("{place}: {file} does not run `{command}`"));
                }
            }
            continue;
        }
        // A document beside files speaks of those; the README and the manual have none beside them.
        let beside = document.parent().unwrap();
        let has_no_files = beside == workspace() || beside.starts_with(workspace().join("docs"));
        let beside = if has_no_files { command_line.folder() } else { beside };
        for command in commands {
            let folder = match command.split([' ', '/']).next() {
                // Another program, for an account.
                Some("aws") => continue,
                Some("deploy") => workspace(),
                Some("gatecheck") => beside,
                _ => panic!("{place}: nobody runs `{command}`"),
            };
            let mut shell = Command::new("bash");
            shell.args(["-euc", &command]).current_dir(folder).env_clear().env("PATH", &path);
            shell
                .env("HOME", command_line.folder())
                .env("AWS_ENDPOINT_URL", moto.endpoint())
                .env("AWS_REGION", "us-west-2");
            shell.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
            let output = shell.output().unwrap();
            let judges =
                ["check", "explain", "replay"].iter().any(|word| command.starts_with(&format!("gatecheck {word}")));
            let code = output.status.code();
            if code != Some(0) && !(judges && code == Some(1)) {
                let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
                failed.push(format!("{place}: `{command}` ends with {code:?}\n{}", said.concat()));
            }
            ran += 1;
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(ran >= 12, "only {ran} commands ran");
}

#[test]
fn links_lead_somewhere() {
    let mut followed = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        // Code has brackets of its own.
        let text: String = text.split("```").step_by(2).flat_map(|text| text.split('`').step_by(2)).collect();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap();
            if !file.is_empty() && !link.contains("://") && !link.contains(' ') {
                let target = document.parent().unwrap().join(file);
                assert!(target.exists(), "{}: `{link}` leads nowhere", document.display());
                followed += 1;
            }
        }
    }
    assert!(followed > 100, "only {followed} links were found");
}

/// The keys of a statement, as the schema of the allow-list describes them.
fn reference() -> String {
    let schema = fs::read_to_string(workspace().join("plugins/allow-list/src/schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let statement = &schema["properties"]["task"]["items"];
    let required: Vec<_> = statement["required"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let mut table = "| key | meaning | values |\n|---|---|---|\n".to_owned();
    for (key, of_key) in statement["properties"].as_object().unwrap() {
        let quoted = |value: &Value| format!("`{}`", value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        let mut values = match &of_key["enum"] {
            Value::Array(values) => values.iter().map(quoted).collect::<Vec<_>>().join(", "),
            _ => match &of_key["type"] {
                Value::Array(types) => types[0].as_str().unwrap().to_owned(),
                one => one.as_str().unwrap().to_owned(),
            },
        };
        if let Some(default) = of_key.get("default") {
            values = format!("{values}; {} if it is not given", quoted(default));
        } else if required.contains(&key.as_str()) {
            values += "; required";
        }
        table += &format!("| `{key}` | {} | {values} |\n", of_key["description"].as_str().unwrap());
    }
    table
}

#[test]
fn the_reference_is_that_of_the_schema() {
    const BEGIN: &str = "<!-- made of src/schema.json: GATECHECK_UPDATE_DOCS=1 cargo test the_reference -->\n";
    let path = workspace().join("plugins/allow-list/README.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once("\n\n").unwrap();
    let wanted = format!("{before}{BEGIN}{}\n{after}", reference());
    if env::var_os("GATECHECK_UPDATE_DOCS").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), wanted);
}

/// The help of every command, as a page of the manual.
fn commands() -> String {
    let command_line = CommandLine::new(&[]);
    let block = |arguments: &[&str]| {
        let help = command_line.prints(0, arguments);
        let lines: Vec<_> = help.trim_end().lines().map(str::trim_end).collect();
        format!("```text\n{}\n```\n", lines.join("\n"))
    };
    let help = block(&["--help"]);
    let listed = help.split("\nCommands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names = listed.lines().filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    let names: Vec<_> = names.collect();
    assert!(names.len() > 15, "{listed}");
    let pages = names.iter().map(|name| format!("\n## gatecheck {name}\n\n{}", block(&[name, "--help"])));
    format!("{help}{}", pages.collect::<String>())
}

#[test]
fn the_commands_are_those_of_the_help() {
    const BEGIN: &str = "# Command line\n\n\
        <!-- made of the help: GATECHECK_UPDATE_DOCS=1 cargo test the_commands_are_those_of_the_help -->\n\n";
    let path = workspace().join("docs/src/reference/commands.md");
    let wanted = format!("{BEGIN}{}", commands());
    if env::var_os("GATECHECK_UPDATE_DOCS").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), wanted);
}

#[test]
fn recipes_hold() {
    let recipes = workspace().join("plugins/allow-list/recipes");
    let arguments = ["test", "--require-tests", "--threshold", "100", recipes.to_str().unwrap()];
    let said = CommandLine::new(&[]).prints(0, &arguments);
    assert!(said.contains("passed"), "{said}");
}
