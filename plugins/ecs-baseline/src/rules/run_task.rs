//! What was changed when the task was started.

use gatecheck_sdk::{Severity, Unknown};
use serde_json::Value;

use crate::check::Check;
use crate::known::Known;
use crate::rule::{Level, Rule};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "override-command",
        title: "Nobody starts a task with another command",
        severity: Severity::Low,
        level: Level::Strict,
        what: "The task was started with an override of the command of a container.",
        why: "What runs is then not what the task definition says, and what was reviewed.",
        fix: "register a task definition with that command, and start it without overrides",
        line: r#""command": ["migrate", "--all"]"#,
        except: "Schedulers such as Step Functions and Airflow pass work to tasks by overrides; that is why the rule is not part of \
                 `recommended`. The command is not part of the report, since it may hold secrets.",
        controls: &[],
        reads: &["task"],
        parameters: &[],
        evaluate: command,
    },
    Rule {
        id: "override-environment",
        title: "Nobody starts a task with another environment",
        severity: Severity::Low,
        level: Level::Strict,
        what: "The task was started with environment variables, or files of them, that its definition does not have there.",
        why: "Variables such as `LD_PRELOAD`, or the address of a database, change what a reviewed image does.",
        fix: "set the variable in the task definition",
        line: r#""environment": [{"name": "STAGE", "value": "prod"}]"#,
        except: "Schedulers pass work to tasks by environment variables; that is why the rule is not part of `recommended`. Values are not \
                 part of the report.",
        controls: &[],
        reads: &["task"],
        parameters: &[],
        evaluate: environment,
    },
];

fn command(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    for container in known.overrides()?.list("containerOverrides")? {
        if !container.texts("command")?.is_empty() {
            let name = container.text("name")?.unwrap_or("?");
            let attribute = "overrides.containerOverrides.command";
            check.violated(name, attribute, Value::Null, "the container was started with another command");
        }
    }
    Ok(())
}

fn environment(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    for container in known.overrides()?.list("containerOverrides")? {
        let name = container.text("name")?.unwrap_or("?");
        for (attribute, key) in [("environment", "name"), ("environmentFiles", "value")] {
            for entry in container.list(attribute)? {
                let found = entry.text(key)?.unwrap_or("?");
                let message = format!("the container was started with `{found}` in its `{attribute}`");
                check.violated(name, &format!("overrides.containerOverrides.{attribute}"), found, message);
            }
        }
    }
    Ok(())
}
