//! Documents that are not what they seem: each is evaluated for what it is, or refused with its place, and never passes because it was
//! not understood. The files are in tests/faults, the policies are recipes of the allow-list.

use std::fs;

use gatecheck_tests::command::CommandLine;
use gatecheck_tests::workspace;

/// File, flag, recipe, exit code, and a part of what is printed.
type Row = (&'static str, &'static str, &'static str, i32, &'static str);

const DEFINITION: &str = "--task-definition";

const ROWS: [Row; 73] = [
    ("type-essential-text.json", DEFINITION, "images-not-latest", 2, "`/containerDefinitions/0/essential` is a text"),
    ("type-user-number.json", DEFINITION, "images-not-latest", 2, "`/containerDefinitions/0/user` is a number"),
    ("type-volumes-object.json", DEFINITION, "images-not-latest", 2, "`/volumes` is an object, not a list"),
    ("type-compatibilities-text.json", DEFINITION, "images-not-latest", 2, "`/requiresCompatibilities` is a text"),
    (
        "type-privileged-text-false.json",
        DEFINITION,
        "no-privileges",
        2,
        "`/containerDefinitions/0/privileged` is a text",
    ),
    (
        "type-readonly-text-false.json",
        DEFINITION,
        "read-only-root",
        2,
        "readonlyRootFilesystem` is a text, not true or false",
    ),
    ("case-containers.json", DEFINITION, "no-privileges", 2, "did you mean `containerDefinitions`?"),
    ("case-container-key.json", DEFINITION, "no-privileges", 2, "did you mean `privileged`?"),
    ("typo-containers.json", DEFINITION, "no-privileges", 2, "`/containerDefinition` is not an attribute of ECS"),
    ("containers-null.json", DEFINITION, "no-privileges", 2, "`/containerDefinitions` is missing"),
    ("containers-none.json", DEFINITION, "no-privileges", 2, "`/containerDefinitions` is an empty list"),
    ("containers-absent.json", DEFINITION, "no-privileges", 2, "`/containerDefinitions` is missing"),
    ("containers-as-text.json", DEFINITION, "no-privileges", 2, "`/containerDefinitions` is a text, not a list"),
    ("container-object.json", DEFINITION, "no-privileges", 2, "`/containerDefinitions` is an object, not a list"),
    ("container-without-name.json", DEFINITION, "no-privileges", 2, "`/containerDefinitions/0/name` is missing"),
    ("container-without-image.json", DEFINITION, "images-not-latest", 2, "`/containerDefinitions/0/image` is missing"),
    ("array-of-containers.json", DEFINITION, "no-privileges", 2, "a list of container definitions"),
    ("array-of-definitions.json", DEFINITION, "no-privileges", 1, "privileged"),
    ("no-family.json", DEFINITION, "no-privileges", 1, "1 violation by 1 policy"),
    ("text-of-json.json", DEFINITION, "no-privileges", 2, "a text that holds JSON"),
    ("template-cloudformation.json", DEFINITION, "no-privileges", 2, "a CloudFormation template"),
    ("beanstalk.json", DEFINITION, "no-privileges", 1, "1 violation by 1 policy"),
    ("compose.txt", DEFINITION, "no-privileges", 2, "a compose file"),
    ("terraform.txt", DEFINITION, "no-privileges", 2, "this is Terraform"),
    ("yaml.txt", DEFINITION, "no-privileges", 1, "1 violation by 1 policy"),
    ("jsonnet.txt", DEFINITION, "no-privileges", 2, "help: "),
    ("bom.json", DEFINITION, "no-privileges", 1, "1 violation by 1 policy"),
    ("utf16.json", DEFINITION, "no-privileges", 1, "1 violation by 1 policy"),
    ("comment.json", DEFINITION, "no-privileges", 2, "JSON has no comments"),
    ("comma-after-last.json", DEFINITION, "no-privileges", 2, "trailing comma at line 1 column 99"),
    ("comma-missing.json", DEFINITION, "no-privileges", 2, "at line 2 column 2"),
    ("template-raw.json", DEFINITION, "no-privileges", 2, "this is a template"),
    ("template-in-text.json", DEFINITION, "images-not-latest", 2, "has the placeholder `<IMAGE1_NAME>`"),
    ("template-tag.json", DEFINITION, "images-not-latest", 2, "has the placeholder `${TAG}`"),
    ("text-empty.json", DEFINITION, "non-root-user", 1, "violation"),
    ("volume-path-empty.json", DEFINITION, "no-host-volumes", 0, "no violation"),
    ("key-twice.json", DEFINITION, "no-privileges", 2, "twice"),
    ("secret-in-value.json", DEFINITION, "no-secrets-in-environment", 2, "undecided"),
    ("secret-name-of-a-number.json", DEFINITION, "no-secrets-in-environment", 2, "1 violation by 1 policy"),
    ("size-in-definition.json", DEFINITION, "task-size", 1, "2 violations by 1 policy"),
    ("tasks-two.json", "--task", "images-not-latest", 1, "violation"),
    ("task-without-tags.json", "--task", "required-tags", 2, "describe the task with `--include TAGS`"),
    ("event-running.json", "--event", "no-privileges", 2, "undecided"),
    ("event-in-sqs.json", "--event", "no-privileges", 2, "undecided"),
    ("events-two.txt", "--event", "images-not-latest", 2, "a file holds one document"),
    ("registry-dual-stack.json", "--task", "images-from-our-registry", 0, "no violation by 1 policy"),
    ("user-plus-zero.json", DEFINITION, "non-root-user", 1, "1 violation by 1 policy"),
    ("user-nt-authority.json", DEFINITION, "non-root-user", 1, "1 violation by 1 policy"),
    ("user-local-system.json", DEFINITION, "non-root-user", 1, "1 violation by 1 policy"),
    ("user-toor.json", DEFINITION, "non-root-user", 1, "1 violation by 1 policy"),
    ("role-of-govcloud.json", DEFINITION, "task-role", 2, "0 violations by 1 policy, 1 rule undecided"),
    ("role-of-china.json", DEFINITION, "task-role", 2, "0 violations by 1 policy, 1 rule undecided"),
    ("windows.json", DEFINITION, "read-only-root", 0, "no violation by 1 policy"),
    ("log-router-root.json", DEFINITION, "non-root-user", 0, "no violation by 1 policy"),
    ("log-router-without-log.json", DEFINITION, "logging", 0, "no violation by 1 policy"),
    ("secret-names.json", DEFINITION, "no-secrets-in-environment", 2, "9 violations by 1 policy"),
    ("secret-names-benign.json", DEFINITION, "no-secrets-in-environment", 2, "0 violations by 1 policy"),
    ("image-resolved-latest.json", "--task", "images-not-latest", 2, "undecided tag"),
    ("image-resolved-tagged.json", "--task", "images-not-latest", 0, "no violation by 1 policy"),
    ("image-of-cdk.json", DEFINITION, "images-not-latest", 2, "`/containerDefinitions/0/image` is an object"),
    ("template-whole-image.json", DEFINITION, "images-not-latest", 2, "has the placeholder `${IMAGE}`"),
    ("environment-name-case.json", DEFINITION, "images-not-latest", 2, "did you mean `name`?"),
    ("volume-without-file-system.json", DEFINITION, "efs-encryption", 2, "fileSystemId` is missing"),
    ("family-only.json", DEFINITION, "no-privileges", 2, "`/containerDefinitions` is missing"),
    ("image-empty.json", DEFINITION, "images-not-latest", 2, "`/containerDefinitions/0/image` is missing"),
    ("event-injected-container.json", "--event", "images-not-latest", 0, "no violation by 1 policy"),
    ("task-missing.json", "--task", "images-not-latest", 2, "AWS said: MISSING"),
    ("task-arns.json", "--task", "images-not-latest", 2, "there is no `taskArn`"),
    ("containers-only.json", DEFINITION, "no-privileges", 2, "a list of container definitions"),
    ("name-in-message.json", DEFINITION, "no-privileges", 1, "found    container"),
    ("task-without-groups.json", "--task", "no-open-security-groups", 2, "undecided open-to-the-world"),
    ("size-in-words.json", DEFINITION, "task-size", 0, "no violation by 1 policy"),
    ("size-numbers.json", DEFINITION, "task-size", 2, "`/cpu` is a number"),
];

#[test]
fn every_document_is_evaluated_for_what_it_is_or_refused() {
    let command_line = CommandLine::new(&[]);
    let (faults, recipes) = (workspace().join("tests/faults"), workspace().join("plugins/allow-list/recipes"));
    let mut wrong = Vec::new();
    for (file, flag, recipe, code, part) in ROWS {
        let policy = recipes.join(recipe).with_extension("json");
        let file_path = faults.join(file);
        let output =
            command_line.run(&["check", flag, file_path.to_str().unwrap(), "--policy", policy.to_str().unwrap()]);
        let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
        if output.status.code() != Some(code) || !said.contains(part) {
            wrong.push(format!("{file}: {:?} instead of {code}, `{part}`\n{said}", output.status.code()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let files = fs::read_dir(faults).unwrap().count();
    assert_eq!(files, ROWS.len() + 1, "each file has its answer");
}
