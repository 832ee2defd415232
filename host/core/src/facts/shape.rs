//! The shape of a task definition: which attributes ECS knows, and of which types they are. A document that is not of this shape is
//! refused before a policy reads it, since what cannot be read is easily taken for what is not there.
//!
//! From the service model of ECS (API version 2014-11-13); `tests/it/shapes.rs` compares the tables with botocore's copy of it.

use std::fmt;

use serde_json::Value;
use strsim::levenshtein;

/// What a document should be at some place.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A text.
    Text,
    /// A whole number.
    Number,
    /// True or false.
    Switch,
    /// A date: a text, or seconds since 1970.
    Time,
    /// Texts by any key.
    Texts,
    /// Elements of one kind.
    List(&'static Kind),
    /// Attributes, with those that must be there.
    Object(&'static [(&'static str, Kind)], &'static [&'static str]),
}

use Kind::{List, Number, Object, Switch, Text, Texts, Time};

const TEXTS: Kind = List(&Text);
const NAME_AND_VALUE: Kind = Object(&[("name", Text), ("value", Text)], &[]);
const SECRET: Kind = Object(&[("name", Text), ("valueFrom", Text)], &["name", "valueFrom"]);

const LINUX_PARAMETERS: Kind = Object(
    &[
        ("capabilities", Object(&[("add", TEXTS), ("drop", TEXTS)], &[])),
        (
            "devices",
            List(&Object(&[("hostPath", Text), ("containerPath", Text), ("permissions", TEXTS)], &["hostPath"])),
        ),
        ("initProcessEnabled", Switch),
        ("maxSwap", Number),
        ("sharedMemorySize", Number),
        ("swappiness", Number),
        (
            "tmpfs",
            List(&Object(
                &[("containerPath", Text), ("mountOptions", TEXTS), ("size", Number)],
                &["containerPath", "size"],
            )),
        ),
    ],
    &[],
);

const CONTAINER: Kind = Object(
    &[
        ("command", TEXTS),
        ("cpu", Number),
        ("credentialSpecs", TEXTS),
        ("dependsOn", List(&Object(&[("condition", Text), ("containerName", Text)], &["condition", "containerName"]))),
        ("disableNetworking", Switch),
        ("dnsSearchDomains", TEXTS),
        ("dnsServers", TEXTS),
        ("dockerLabels", Texts),
        ("dockerSecurityOptions", TEXTS),
        ("entryPoint", TEXTS),
        ("environment", List(&NAME_AND_VALUE)),
        ("environmentFiles", List(&Object(&[("type", Text), ("value", Text)], &["type", "value"]))),
        ("essential", Switch),
        ("extraHosts", List(&Object(&[("hostname", Text), ("ipAddress", Text)], &["hostname", "ipAddress"]))),
        ("firelensConfiguration", Object(&[("options", Texts), ("type", Text)], &["type"])),
        (
            "healthCheck",
            Object(
                &[
                    ("command", TEXTS),
                    ("interval", Number),
                    ("retries", Number),
                    ("startPeriod", Number),
                    ("timeout", Number),
                ],
                &["command"],
            ),
        ),
        ("hostname", Text),
        ("image", Text),
        ("interactive", Switch),
        ("links", TEXTS),
        ("linuxParameters", LINUX_PARAMETERS),
        (
            "logConfiguration",
            Object(&[("logDriver", Text), ("options", Texts), ("secretOptions", List(&SECRET))], &["logDriver"]),
        ),
        ("memory", Number),
        ("memoryReservation", Number),
        ("mountPoints", List(&Object(&[("containerPath", Text), ("readOnly", Switch), ("sourceVolume", Text)], &[]))),
        ("name", Text),
        (
            "portMappings",
            List(&Object(
                &[
                    ("appProtocol", Text),
                    ("containerPort", Number),
                    ("containerPortRange", Text),
                    ("hostPort", Number),
                    ("name", Text),
                    ("protocol", Text),
                ],
                &[],
            )),
        ),
        ("privileged", Switch),
        ("pseudoTerminal", Switch),
        ("readonlyRootFilesystem", Switch),
        ("repositoryCredentials", Object(&[("credentialsParameter", Text)], &["credentialsParameter"])),
        (
            "resourceRequirements",
            List(&Object(
                &[
                    (
                        "sharingStrategy",
                        Object(
                            &[("nvidiaMps", Object(&[("maxComputePercent", Number), ("memory", Number)], &["memory"]))],
                            &[],
                        ),
                    ),
                    ("type", Text),
                    ("value", Text),
                ],
                &["type"],
            )),
        ),
        (
            "restartPolicy",
            Object(
                &[("enabled", Switch), ("ignoredExitCodes", List(&Number)), ("restartAttemptPeriod", Number)],
                &["enabled"],
            ),
        ),
        ("secrets", List(&SECRET)),
        ("startTimeout", Number),
        ("stopTimeout", Number),
        ("systemControls", List(&Object(&[("namespace", Text), ("value", Text)], &[]))),
        (
            "ulimits",
            List(&Object(
                &[("hardLimit", Number), ("name", Text), ("softLimit", Number)],
                &["hardLimit", "name", "softLimit"],
            )),
        ),
        ("user", Text),
        ("versionConsistency", Text),
        ("volumesFrom", List(&Object(&[("readOnly", Switch), ("sourceContainer", Text)], &[]))),
        ("workingDirectory", Text),
    ],
    // The API requires neither, but registers no definition without them.
    &["image", "name"],
);

const VOLUME: Kind = Object(
    &[
        ("configuredAtLaunch", Switch),
        (
            "dockerVolumeConfiguration",
            Object(
                &[
                    ("autoprovision", Switch),
                    ("driver", Text),
                    ("driverOpts", Texts),
                    ("labels", Texts),
                    ("scope", Text),
                ],
                &[],
            ),
        ),
        (
            "efsVolumeConfiguration",
            Object(
                &[
                    ("authorizationConfig", Object(&[("accessPointId", Text), ("iam", Text)], &[])),
                    ("fileSystemId", Text),
                    ("rootDirectory", Text),
                    ("transitEncryption", Text),
                    ("transitEncryptionPort", Number),
                ],
                &["fileSystemId"],
            ),
        ),
        (
            "fsxWindowsFileServerVolumeConfiguration",
            Object(
                &[
                    (
                        "authorizationConfig",
                        Object(
                            &[("credentialsParameter", Text), ("domain", Text)],
                            &["credentialsParameter", "domain"],
                        ),
                    ),
                    ("fileSystemId", Text),
                    ("rootDirectory", Text),
                ],
                &["authorizationConfig", "fileSystemId", "rootDirectory"],
            ),
        ),
        ("host", Object(&[("sourcePath", Text)], &[])),
        ("name", Text),
        (
            "s3filesVolumeConfiguration",
            Object(
                &[
                    ("accessPointArn", Text),
                    ("fileSystemArn", Text),
                    ("rootDirectory", Text),
                    ("transitEncryptionPort", Number),
                ],
                &["fileSystemArn"],
            ),
        ),
    ],
    &[],
);

/// A task definition: what DescribeTaskDefinition prints, and what RegisterTaskDefinition takes.
pub const TASK_DEFINITION: Kind = Object(
    &[
        ("compatibilities", TEXTS),
        ("containerDefinitions", List(&CONTAINER)),
        ("cpu", Text),
        ("deleteRequestedAt", Time),
        ("deregisteredAt", Time),
        ("enableFaultInjection", Switch),
        ("ephemeralStorage", Object(&[("sizeInGiB", Number)], &["sizeInGiB"])),
        ("executionRoleArn", Text),
        ("family", Text),
        (
            "inferenceAccelerators",
            List(&Object(&[("deviceName", Text), ("deviceType", Text)], &["deviceName", "deviceType"])),
        ),
        ("ipcMode", Text),
        ("memory", Text),
        ("networkMode", Text),
        ("pidMode", Text),
        ("placementConstraints", List(&Object(&[("expression", Text), ("type", Text)], &[]))),
        (
            "proxyConfiguration",
            Object(
                &[("containerName", Text), ("properties", List(&NAME_AND_VALUE)), ("type", Text)],
                &["containerName"],
            ),
        ),
        ("registeredAt", Time),
        ("registeredBy", Text),
        (
            "requiresAttributes",
            List(&Object(&[("name", Text), ("targetId", Text), ("targetType", Text), ("value", Text)], &["name"])),
        ),
        ("requiresCompatibilities", TEXTS),
        ("revision", Number),
        ("runtimePlatform", Object(&[("cpuArchitecture", Text), ("operatingSystemFamily", Text)], &[])),
        ("status", Text),
        // Only RegisterTaskDefinition has them here.
        ("tags", List(&Object(&[("key", Text), ("value", Text)], &[]))),
        ("taskDefinitionArn", Text),
        ("taskRoleArn", Text),
        (
            "trustedExecutionConfiguration",
            Object(&[("attestationPolicy", Text), ("isolationMode", Text)], &["isolationMode"]),
        ),
        ("volumes", List(&VOLUME)),
    ],
    &["containerDefinitions"],
);

/// Where a document is not of a shape, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// JSON pointer.
    pub pointer: String,
    /// What is wrong there, to follow the pointer.
    pub what: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.pointer, self.what)
    }
}

/// How many are listed: a document of another kind is wrong in every place.
const MOST: usize = 10;

/// Attributes whose values decide verdicts. Elsewhere, in commands and environments, what looks like a placeholder is for a shell.
const WITHOUT_PLACEHOLDERS: [&str; 17] = [
    "cpu",
    "cpuArchitecture",
    "executionRoleArn",
    "family",
    "fileSystemId",
    "image",
    "ipcMode",
    "logDriver",
    "memory",
    "networkMode",
    "operatingSystemFamily",
    "pidMode",
    "requiresCompatibilities",
    "sourcePath",
    "taskRoleArn",
    "transitEncryption",
    "user",
];

/// A value that nobody has filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// JSON pointer.
    pub pointer: String,
    /// Such as `${TAG}`.
    pub text: String,
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` has the placeholder `{}`", self.pointer, self.text)
    }
}

/// What a template left open: `${TAG}`, `$(TAG)`, `{{ tag }}`, `<TAG>`, `%TAG%`.
pub fn placeholders(definition: &Value) -> Vec<Placeholder> {
    let mut found = Vec::new();
    look_for_placeholders(definition, "", &mut String::new(), &mut found);
    found
}

fn look_for_placeholders(value: &Value, key: &str, pointer: &mut String, found: &mut Vec<Placeholder>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                below(pointer, key, |pointer| look_for_placeholders(value, key, pointer, found));
            }
        }
        Value::Array(elements) => {
            for (position, value) in elements.iter().enumerate() {
                below(pointer, &position.to_string(), |pointer| look_for_placeholders(value, key, pointer, found));
            }
        }
        Value::String(text) if WITHOUT_PLACEHOLDERS.contains(&key) => {
            found.extend(placeholder(text).map(|text| Placeholder { pointer: pointer.clone(), text: text.to_owned() }));
        }
        _ => {}
    }
}

/// The first placeholder in a text.
fn placeholder(text: &str) -> Option<&str> {
    let between = |open: &str, close: &str| {
        let start = text.find(open)?;
        let length = text.get(start + open.len()..)?.find(close)? + open.len() + close.len();
        text.get(start..start + length)
    };
    let is_name = |found: &&str| {
        let name = found.trim_matches(['<', '>', '%']);
        !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || "_-. ".contains(letter))
    };
    let [dollar, parenthesis, braces] =
        [("${", "}"), ("$(", ")"), ("{{", "}}")].map(|(open, close)| between(open, close));
    let named = || between("<", ">").filter(is_name).or_else(|| between("%", "%").filter(is_name));
    dollar.or(parenthesis).or(braces).or_else(named)
}

/// Characters of a key that are compared with those that ECS knows.
const LONGEST_KEY: usize = 64;

/// Where a task definition is not one. Empty if it can be evaluated.
pub fn misfits(definition: &Value) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    check(definition, &TASK_DEFINITION, &mut String::new(), &mut misfits);
    let containers = definition.get("containerDefinitions").and_then(Value::as_array);
    if containers.is_some_and(Vec::is_empty) {
        misfits.push(Misfit { pointer: "/containerDefinitions".to_owned(), what: "is an empty list".to_owned() });
    }
    misfits.truncate(MOST);
    misfits
}

fn check(value: &Value, kind: &Kind, pointer: &mut String, misfits: &mut Vec<Misfit>) {
    if misfits.len() >= MOST {
        return;
    }
    let mut say = |pointer: &str, what: String| misfits.push(Misfit { pointer: pointer.to_owned(), what });
    match (kind, value) {
        (Text | Time, Value::String(_)) | (Switch, Value::Bool(_)) | (Time, Value::Number(_)) => {}
        (Number, Value::Number(number)) if number.as_f64().is_some_and(|number| number.fract() == 0.0) => {}
        (Texts, Value::Object(texts)) => {
            for (key, value) in texts {
                below(pointer, key, |pointer| check(value, &Text, pointer, misfits));
            }
        }
        (List(element), Value::Array(elements)) => {
            for (position, value) in elements.iter().enumerate() {
                below(pointer, &position.to_string(), |pointer| check(value, element, pointer, misfits));
            }
        }
        (Object(attributes, required), Value::Object(values)) => {
            for name in *required {
                // `null` and an empty text stand for what is not there.
                let is_missing = |value: &Value| value.is_null() || value.as_str() == Some("");
                if values.get(*name).is_none_or(is_missing) {
                    below(pointer, name, |pointer| say(pointer, "is missing".to_owned()));
                }
            }
            for (key, value) in values {
                let attribute = attributes.iter().find(|(name, _)| name == key);
                below(pointer, key, |pointer| match attribute {
                    Some((_, kind)) if !value.is_null() => check(value, kind, pointer, misfits),
                    Some(_) => {}
                    None => misfits.push(Misfit { pointer: pointer.clone(), what: unknown(key, attributes) }),
                });
            }
        }
        _ => say(pointer, format!("is {}, not {}", named(value), kind.expected())),
    }
}

/// Calls `then` with the pointer extended by a key.
fn below(pointer: &mut String, key: &str, then: impl FnOnce(&mut String)) {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
    then(pointer);
    pointer.truncate(length);
}

impl Kind {
    fn expected(&self) -> &'static str {
        match self {
            Text => "a text",
            Number => "a whole number",
            Switch => "true or false",
            Time => "a date",
            Texts => "an object of texts",
            List(_) => "a list",
            Object(..) => "an object",
        }
    }
}

fn named(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// What is wrong with a key that ECS does not know, with the one that may be meant.
fn unknown(key: &str, attributes: &[(&'static str, Kind)]) -> String {
    // A key of a hostile document may be of any length.
    let start: String = key.chars().take(LONGEST_KEY).collect::<String>().to_lowercase();
    let nearest = attributes.iter().map(|(name, _)| (levenshtein(&start, &name.to_lowercase()), name)).min();
    match nearest.filter(|(distance, _)| *distance <= 2.max(start.len() / 6)) {
        Some((_, name)) => format!("is not an attribute of ECS; did you mean `{name}`?"),
        None => "is not an attribute of ECS".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(definition: Value) -> Vec<String> {
        misfits(&definition).iter().map(Misfit::to_string).collect()
    }

    #[test]
    fn a_definition_of_the_right_shape_is_taken() {
        let definition = json!({"family": "web", "containerDefinitions": [
            {"name": "app", "image": "nginx", "cpu": 256.0, "privileged": null, "dockerLabels": {"a/b": "c"},
             "environment": [{"name": "A", "value": "b"}]}], "registeredAt": "2026-01-01", "taskRoleArn": null});
        assert_eq!(said(definition), [""; 0]);
    }

    #[test]
    fn every_misfit_is_named_with_its_place() {
        let with = |container: Value| said(json!({"containerDefinitions": [container]}));
        assert_eq!(
            with(json!({"image": "a", "essential": "true", "dockerLabels": {"a/b": 1}, "Privileged": true})),
            [
                "`/containerDefinitions/0/name` is missing",
                "`/containerDefinitions/0/Privileged` is not an attribute of ECS; did you mean `privileged`?",
                "`/containerDefinitions/0/dockerLabels/a~1b` is a number, not a text",
                "`/containerDefinitions/0/essential` is a text, not true or false",
            ]
        );
        assert_eq!(with(json!("app")), ["`/containerDefinitions/0` is a text, not an object"]);
        assert_eq!(
            said(json!({"containerDefinition": []})),
            [
                "`/containerDefinitions` is missing",
                "`/containerDefinition` is not an attribute of ECS; did you mean `containerDefinitions`?"
            ]
        );
        assert_eq!(with(json!({"name": "a", "image": ""})), ["`/containerDefinitions/0/image` is missing"]);
        assert_eq!(said(json!({"containerDefinitions": []})), ["`/containerDefinitions` is an empty list"]);
        assert_eq!(said(json!({"containerDefinitions": null})), ["`/containerDefinitions` is missing"]);
        assert_eq!(said(json!([])), ["`` is a list, not an object"]);
    }

    #[test]
    fn what_a_template_left_open_is_found_where_it_decides_verdicts() {
        let found = |image: &str| {
            let containers = json!([{"image": image, "command": ["echo ${HOME}"], "environment": [{"value": "<b>"}]}]);
            let found = placeholders(&json!({"containerDefinitions": containers}));
            found.iter().map(|found| found.text.clone()).collect::<Vec<_>>().join(" ")
        };
        for (image, text) in [
            ("repo/web:${TAG}", "${TAG}"),
            ("<IMAGE1_NAME>", "<IMAGE1_NAME>"),
            ("{{ image }}:1", "{{ image }}"),
            ("%REPO%/web", "%REPO%"),
            ("repo:$(tag)", "$(tag)"),
            ("repo/web:1.4.2@sha256:abc", ""),
            ("repo:${TAG", ""),
            ("a<b", ""),
        ] {
            assert_eq!(found(image), text, "{image}");
        }
        let place = &placeholders(&json!({"containerDefinitions": [{"image": "${A}"}]}))[0];
        assert_eq!(place.to_string(), "`/containerDefinitions/0/image` has the placeholder `${A}`");
    }

    #[test]
    fn a_document_of_another_kind_is_wrong_in_a_few_places() {
        let many: serde_json::Map<String, Value> =
            (0..1000).map(|number| (format!("key-{number}"), number.into())).collect();
        assert_eq!(said(many.into()).len(), MOST);
    }
}
