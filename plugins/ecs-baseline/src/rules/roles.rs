//! Whose rights a task has.

use gatecheck_sdk::{Severity, Unknown};
use serde_json::Value;

use crate::check::Check;
use crate::known::Known;
use crate::rule::{Level, Rule, not_applicable};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "task-role-shared",
        title: "Task role and execution role are two",
        severity: Severity::Medium,
        level: Level::Recommended,
        what: "`taskRoleArn` and `executionRoleArn` are the same role.",
        why: "The execution role reads secrets and pulls images on behalf of ECS. As task role, it gives all of that to the program, and to \
              who takes it over.",
        fix: "make a role for the program, with what it needs alone, and set `taskRoleArn` to it",
        line: r#""taskRoleArn": "arn:aws:iam::111122223333:role/web""#,
        except: "A definition with one of the two, or none, passes.",
        controls: &["checkov:CKV_AWS_249"],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: shared,
    },
    Rule {
        id: "task-role-missing",
        title: "Tasks on instances have a role of their own",
        severity: Severity::Medium,
        level: Level::Strict,
        what: "A task that does not run on Fargate has no `taskRoleArn`.",
        why: "Its programs then find the role of the container instance, which may do more than the task needs.",
        fix: "set `taskRoleArn`",
        line: r#""taskRoleArn": "arn:aws:iam::111122223333:role/web""#,
        except: "On Fargate there is no instance whose role could be found. Where the instances do not let containers ask for their \
                 metadata, nothing is found either; no fact says so.",
        controls: &[],
        reads: &["task-definition", "task"],
        parameters: &[],
        evaluate: missing,
    },
    Rule {
        id: "override-role",
        title: "Nobody starts a task with another role",
        severity: Severity::Medium,
        level: Level::Recommended,
        what: "The task was started with an override of `taskRoleArn` or `executionRoleArn`.",
        why: "Whoever may call RunTask and pass the role runs a reviewed image with rights that nobody reviewed for it.",
        fix: "set the role in the task definition, and start the task without overriding it",
        line: r#""taskRoleArn": "arn:aws:iam::111122223333:role/web""#,
        except: "An override by the role that the task definition has passes.",
        controls: &[],
        reads: &["task", "task-definition"],
        parameters: &[],
        evaluate: overridden,
    },
];

/// A definition names a role by its ARN or by its name alone.
fn name(role: &str) -> &str {
    role.split_once(":role/").map_or(role, |(_, name)| name)
}

fn shared(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    let definition = known.definition()?;
    if let Some(role) = definition.text("taskRoleArn")?
        && definition.text("executionRoleArn")?.map(name) == Some(name(role))
    {
        check.violated("task", "taskRoleArn", role, "the task role is the execution role");
    }
    Ok(())
}

fn missing(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    if known.is_fargate()? {
        return not_applicable("task", "Fargate has no role of an instance");
    }
    if known.definition()?.text("taskRoleArn")?.is_none() {
        let message = "the task has no role: its programs find that of the container instance";
        check.violated("task", "taskRoleArn", Value::Null, message);
    }
    Ok(())
}

fn overridden(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    let overrides = known.overrides()?;
    for attribute in ["taskRoleArn", "executionRoleArn"] {
        let Some(role) = overrides.text(attribute)? else { continue };
        // The definition is asked for only if there is something to compare.
        if known.definition()?.text(attribute)?.map(name) != Some(name(role)) {
            let message = format!("the task was started with another `{attribute}`");
            check.violated("task", &format!("overrides.{attribute}"), role, message);
        }
    }
    Ok(())
}
