//! Secrets in the environment, by the names that AWS gives them. Values are not looked at here.

use gatecheck_sdk::{Severity, Unavailable, Unknown};

use crate::check::Check;
use crate::document::Document;
use crate::known::Known;
use crate::rule::{Kind, Level, Parameter, Rule};

pub(super) const RULES: &[Rule] = &[Rule {
    id: "container-environment-keys",
    title: "No keys of AWS are in the environment",
    severity: Severity::High,
    level: Level::Recommended,
    what: "An environment variable of the task definition, or of an override at RunTask, has a name of `secretKeys`.",
    why: "Whoever may describe task definitions or tasks reads the key, and a key in an environment is not rotated.",
    fix: "give the task a role in place of the key; pass other secrets by `secrets`",
    line: r#""secrets": [{"name": "DB_PASSWORD", "valueFrom": "arn:aws:secretsmanager:…"}]"#,
    except: "Names are compared exactly, as Security Hub does. Variables that come from `environmentFiles` are in S3 and not among the facts. \
             Secrets that show by their value need a fact that is not available yet.",
    controls: &[
        "security-hub:ECS.8",
        "aws-config:ecs-no-environment-secrets",
        "cis-compute-1.1.0:3.6",
        "control-tower:CT.ECS.PR.12",
    ],
    reads: &["task-definition", "task"],
    parameters: &[Parameter {
        name: "secretKeys",
        description: "Names that no environment variable may have.",
        kind: Kind::Texts(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ECS_ENGINE_AUTH_DATA"]),
    }],
    evaluate: keys,
}];

fn keys(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    for container in known.containers()? {
        look_in(container.name, container.definition, "environment", check)?;
    }
    match known.overrides() {
        Ok(overrides) => {
            for container in overrides.list("containerOverrides")? {
                let name = container.text("name")?.unwrap_or("?");
                look_in(name, container, "overrides.containerOverrides.environment", check)?;
            }
            Ok(())
        }
        // Nobody has started a task, so that nobody has overridden anything.
        Err(Unknown { reason: Unavailable::NotYet(_), .. }) => Ok(()),
        Err(unknown) => Err(unknown),
    }
}

fn look_in(name: &str, container: Document, attribute: &str, check: &mut Check) -> Result<(), Unknown> {
    let secret = check.texts("secretKeys");
    for variable in container.list("environment")? {
        if let Some(variable) = variable.text("name")?
            && secret.contains(&variable)
        {
            let message = format!("the environment variable `{variable}` holds a key");
            check.violated(name, attribute, variable, message);
        }
    }
    Ok(())
}
