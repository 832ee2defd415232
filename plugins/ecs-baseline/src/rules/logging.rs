//! Where the logs of a container go.

use gatecheck_sdk::{Severity, Unknown};
use serde_json::Value;

use crate::check::Check;
use crate::document::Document;
use crate::known::Known;
use crate::rule::{Level, Rule};
use crate::rules::users::is_log_router;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "container-logging",
        title: "Containers log",
        severity: Severity::High,
        level: Level::Recommended,
        what: "A container definition has no `logConfiguration` with a `logDriver`.",
        why: "What the container prints is then lost with it (Fargate), or fills a disk of the instance.",
        fix: "add a `logConfiguration` to the container definition",
        line: r#""logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/web", "awslogs-region": "us-west-2", "awslogs-stream-prefix": "web"}}"#,
        except: "Containers that AWS injects, and FireLens log routers: others log to them. Other sidecars are not left out: what they print \
                 explains why a task fails to start.",
        controls: &[
            "security-hub:ECS.9",
            "aws-config:ecs-task-definition-log-configuration",
            "cis-compute-1.1.0:3.7",
            "control-tower:CT.ECS.PR.5",
            "prowler:ecs_task_definitions_logging_enabled",
        ],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: logging,
    },
    Rule {
        id: "container-log-blocking",
        title: "Containers do not wait for their logs",
        severity: Severity::Low,
        level: Level::Strict,
        what: "The option `mode` of the log driver is `blocking`.",
        why: "The program stops whenever the logs cannot be delivered: an outage of the logs becomes one of the service.",
        fix: "set the option `mode` to `non-blocking`, with a `max-buffer-size`",
        line: r#""options": {"mode": "non-blocking", "max-buffer-size": "25m"}"#,
        except: "Where losing a line is worse than waiting, `blocking` is right; turn the rule off there. Without `mode` the default is \
                 `non-blocking` since June 2025, so that a missing option passes; Prowler fails it.",
        controls: &["prowler:ecs_task_definitions_logging_block_mode"],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: blocking,
    },
    Rule {
        id: "container-log-buffer",
        title: "The buffer of logs is not too small",
        severity: Severity::Low,
        level: Level::Strict,
        what: "A log driver in mode `non-blocking` has a `max-buffer-size` below 4 MiB.",
        why: "What does not fit into the buffer is dropped, and nothing says so.",
        fix: "set the option `max-buffer-size` to 25m, or remove it",
        line: r#""options": {"mode": "non-blocking", "max-buffer-size": "25m"}"#,
        except: "Without the option the buffer has 10 MiB.",
        controls: &[],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: buffer,
    },
];

/// What a driver keeps without dropping a burst of an ordinary service.
const SMALLEST_BUFFER: u64 = 4 << 20;

fn logging(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    for container in known.containers()? {
        if container.definition.object("logConfiguration")?.text("logDriver")?.is_none() && !is_log_router(&container)?
        {
            check.violated(container.name, "logConfiguration", Value::Null, "the container does not log");
        }
    }
    Ok(())
}

fn blocking(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    for container in known.containers()? {
        if options(container.definition)?.text("mode")? == Some("blocking") {
            let attribute = "logConfiguration.options.mode";
            check.violated(
                container.name,
                attribute,
                "blocking",
                "the container stops where its logs cannot be delivered",
            );
        }
    }
    Ok(())
}

fn buffer(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    for container in known.containers()? {
        let options = options(container.definition)?;
        if options.text("mode")? != Some("blocking")
            && let Some(size) = options.text("max-buffer-size")?
            && bytes(size).is_some_and(|bytes| bytes < SMALLEST_BUFFER)
        {
            let message = format!("logs that do not fit into `{size}` are dropped");
            check.violated(container.name, "logConfiguration.options.max-buffer-size", size, message);
        }
    }
    Ok(())
}

fn options(container: Document) -> Result<Document, Unknown> {
    container.object("logConfiguration")?.object("options")
}

/// A size as Docker writes it: `512k`, `25m`, `1gb`.
fn bytes(size: &str) -> Option<u64> {
    let size = size.trim().to_ascii_lowercase();
    let number = size.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = size.get(number.len()..)?.trim_end_matches('b').trim_end_matches('i');
    let shift = match unit {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        _ => return None,
    };
    number.trim().parse::<u64>().ok()?.checked_mul(1 << shift)
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_are_those_of_docker() {
        for (size, expected) in
            [("25m", Some(25 << 20)), ("512k", Some(512 << 10)), ("1gb", Some(1 << 30)), ("4096", Some(4096))]
        {
            assert_eq!(bytes(size), expected, "{size}");
        }
        for odd in ["", "m", "4x", "-1m"] {
            assert_eq!(bytes(odd), None, "{odd}");
        }
    }
}
