//! What every task of a company keeps to: images of known registries and of a fixed version, no root, no role but that of the
//! task definition, not open to the internet, and tags that say whose it is.

use gatecheck_sdk::{Facts, Rule, Severity, Unknown, Verdict, Violation, policy};
use schemars::JsonSchema;
use serde::Deserialize;

/// What is allowed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How the name of an image may begin.
    registries: Vec<String>,
    /// Tags that every task has.
    tags: Vec<String>,
    /// Groups whose tasks the internet may reach, such as `service:edge`.
    public: Vec<String>,
}

policy!(evaluate);

/// Judges a task.
pub fn evaluate(settings: &Settings, facts: &Facts, verdict: &mut Verdict) {
    verdict.rule("registry", |rule| registry(settings, facts, rule));
    verdict.rule("version", |rule| version(facts, rule));
    verdict.rule("root", |rule| root(facts, rule));
    verdict.rule("role", |rule| role(facts, rule));
    verdict.rule("exposed", |rule| exposed(settings, facts, rule));
    verdict.rule("tags", |rule| tags(settings, facts, rule));
}

fn registry(settings: &Settings, facts: &Facts, rule: &mut Rule) -> Result<(), Unknown> {
    for container in facts.containers()? {
        // A container that AWS injected has no image, and nobody here chose it.
        let Some(image) = container.image else { continue };
        if !settings.registries.iter().any(|registry| image.starts_with(registry)) {
            let message = "the image comes from a registry that is not allowed";
            rule.violated(
                Violation::new(container.name, "image", message)
                    .severity(Severity::High)
                    .found(image)
                    .allowed(&settings.registries)
                    .check("prefix")
                    .remediation("push it to one that is"),
            );
        }
    }
    Ok(())
}

fn version(facts: &Facts, rule: &mut Rule) -> Result<(), Unknown> {
    for container in facts.containers()? {
        let Some(image) = container.image else { continue };
        if !has_fixed_version(&image) {
            let violation = Violation::new(container.name, "image", "the image has no fixed version");
            rule.violated(violation.found(image).remediation("name a tag or a digest"));
        }
    }
    Ok(())
}

fn has_fixed_version(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or_default();
    let tag = name.split_once(':').map_or("", |(_, tag)| tag);
    name.contains('@') || !(tag.is_empty() || tag == "latest")
}

fn root(facts: &Facts, rule: &mut Rule) -> Result<(), Unknown> {
    for container in facts.task_definition()?.containers {
        if container.privileged {
            let message = "the container has all rights of its host";
            let violation = Violation::new(&container.name, "privileged", message);
            rule.violated(violation.severity(Severity::High).found(true).remediation("leave out `privileged`"));
        }
        let user = container.user.as_deref().unwrap_or_default();
        if ["", "root", "0"].contains(&user.split(':').next().unwrap_or_default()) {
            let violation = Violation::new(container.name, "user", "the container runs as root");
            rule.violated(violation.found(container.user).remediation("set `user` in the task definition"));
        }
    }
    Ok(())
}

fn role(facts: &Facts, rule: &mut Rule) -> Result<(), Unknown> {
    let task = facts.task_document()?;
    let role = task.pointer("/overrides/taskRoleArn").and_then(|role| role.as_str()).unwrap_or_default();
    if !role.is_empty() {
        let message = "the task was started with a role of its own";
        rule.violated(Violation::new("task", "overrides.taskRoleArn", message).found(role));
    }
    Ok(())
}

fn exposed(settings: &Settings, facts: &Facts, rule: &mut Rule) -> Result<(), Unknown> {
    if facts.task()?.group.is_some_and(|group| settings.public.contains(&group)) {
        return Ok(());
    }
    for address in facts.exposed_addresses()? {
        let message = format!("the internet may reach the task: {}", address.why);
        let violation = Violation::new(address.interface_id, "ip", message).severity(Severity::Critical);
        let remediation = "run it in a private subnet without a public address";
        rule.violated(violation.found(address.ip).remediation(remediation));
    }
    Ok(())
}

fn tags(settings: &Settings, facts: &Facts, rule: &mut Rule) -> Result<(), Unknown> {
    let tags = facts.tags()?;
    for wanted in settings.tags.iter().filter(|wanted| !tags.iter().any(|(name, _)| name == *wanted)) {
        let violation = Violation::new("task", "tags", format!("the tag `{wanted}` is missing"));
        rule.violated(violation.severity(Severity::Low).allowed(&settings.tags));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use gatecheck_sdk::testing::{judge, recorded, task};

    use super::*;

    const SETTINGS: &str = r#"{"registries": ["111122223333.dkr.ecr."], "tags": ["team"], "public": ["service:edge"]}"#;

    fn broken(facts: &Facts) -> Vec<String> {
        let verdict = judge(evaluate, SETTINGS, facts).unwrap();
        verdict.violations.into_iter().map(|violation| violation.rule).collect()
    }

    #[test]
    fn a_public_task_is_exposed_unless_it_may_be() {
        assert!(broken(&recorded("fargate-public")).contains(&"exposed".to_owned()));
        let edge = recorded("fargate-public").with_task(Ok(task("edge")));
        assert!(!broken(&edge).contains(&"exposed".to_owned()));
    }

    #[test]
    fn a_fixed_version_is_a_tag_or_a_digest() {
        for image in ["nginx:1.27", "localhost:5000/web:1", "web@sha256:0123", "web:latest@sha256:0123"] {
            assert!(has_fixed_version(image), "{image}");
        }
        for image in ["nginx", "nginx:latest", "localhost:5000/web", "web:"] {
            assert!(!has_fixed_version(image), "{image}");
        }
    }
}
