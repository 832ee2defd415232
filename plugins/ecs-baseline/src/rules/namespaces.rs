//! What a task shares with its host: network, processes, memory between processes.

use gatecheck_sdk::{Severity, Unknown};
use serde_json::Value;

use super::users::is_root;
use crate::check::Check;
use crate::known::Known;
use crate::rule::{Level, Rule, not_applicable};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "task-host-network",
        title: "Tasks do not share the network of the host",
        severity: Severity::Medium,
        level: Level::Recommended,
        what: "`networkMode` is `host`.",
        why: "The containers reach everything that listens on the loopback of the instance, its metadata and its role, no security group \
              of their own holds, and two tasks cannot use the same port.",
        fix: "set `networkMode` to `awsvpc`",
        line: r#""networkMode": "awsvpc""#,
        except: "Agents that watch their host need it; they are an exception worth naming.",
        controls: &["security-hub:ECS.17", "aws-config:ecs-task-definition-network-mode-not-host"],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: host_network,
    },
    Rule {
        id: "task-host-network-root",
        title: "Containers in the network of the host do not run as root",
        severity: Severity::High,
        level: Level::Strict,
        what: "`networkMode` is `host`, and a container that is not privileged has no `user` or runs as root.",
        why: "As root in the network of the host, a container can open any port of it and read its traffic.",
        fix: "set `networkMode` to `awsvpc`, or `user` to a user that is not root",
        line: r#""user": "1000:1000""#,
        except: "Security Hub retired the control in March 2026. It leaves out privileged containers, whose rights are granted knowingly; \
                 `container-privileged` has them. `0`, `0:0` and `root:root` are root, for AWS as well; Prowler passes them. The policies of \
                 HashiCorp want every container privileged and not root.",
        controls: &[
            "security-hub:ECS.1",
            "aws-config:ecs-task-definition-user-for-host-mode-check",
            "cis-compute-1.1.0:3.1",
            "control-tower:CT.ECS.PR.8",
            "prowler:ecs_task_definitions_host_networking_mode_users",
        ],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: host_network_root,
    },
    Rule {
        id: "task-awsvpc",
        title: "Tasks have network interfaces of their own",
        severity: Severity::Medium,
        level: Level::Strict,
        what: "`networkMode` is not `awsvpc`.",
        why: "Only with an interface of its own can a task have security groups of its own, and show up under its own address in flow logs.",
        fix: "set `networkMode` to `awsvpc`",
        line: r#""networkMode": "awsvpc""#,
        except: "Windows containers on EC2 may need `default`, the only other mode there. A definition without a network mode runs in `bridge` \
                 on EC2. `none` has no network, and passes. Bridge on EC2 is legitimate where many tasks share an instance, so that the rule \
                 is not part of `recommended`.",
        controls: &["aws-config:ecs-awsvpc-networking-enabled", "control-tower:CT.ECS.PR.4", "kics:027a4b7a"],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: awsvpc,
    },
    Rule {
        id: "task-host-pid",
        title: "Tasks do not share the processes of the host",
        severity: Severity::High,
        level: Level::Recommended,
        what: "`pidMode` is `host`.",
        why: "The containers see all processes of the instance, with their environments, and can end those of the same user.",
        fix: "remove `pidMode`, or set it to `task`",
        line: r#""pidMode": "task""#,
        except: "Agents that watch processes need it; they are an exception worth naming. `pidMode` is an attribute of the task definition; \
                 Checkov looks for it in a container, where ECS does not have it.",
        controls: &[
            "security-hub:ECS.3",
            "aws-config:ecs-task-definition-pid-mode-check",
            "cis-compute-1.1.0:3.3",
            "control-tower:CT.ECS.PR.10",
            "checkov:CKV_AWS_335",
            "prowler:ecs_task_definitions_host_namespace_not_shared",
        ],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: host_pid,
    },
    Rule {
        id: "task-host-ipc",
        title: "Tasks do not share memory with processes of the host",
        severity: Severity::High,
        level: Level::Recommended,
        what: "`ipcMode` is `host`.",
        why: "The containers can read and write the shared memory of every process of the instance.",
        fix: "remove `ipcMode`, or set it to `task`",
        line: r#""ipcMode": "task""#,
        except: "Fargate and Windows do not have the attribute.",
        controls: &[],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: host_ipc,
    },
];

fn host_network(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    host_mode(known, check, "networkMode", "the task is in the network of its host")
}

fn host_pid(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    host_mode(known, check, "pidMode", "the task sees the processes of its host")
}

fn host_ipc(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    host_mode(known, check, "ipcMode", "the task shares memory with the processes of its host")
}

fn host_mode(known: &Known, check: &mut Check, attribute: &str, message: &str) -> Result<(), Unknown> {
    if known.definition()?.text(attribute)? == Some("host") {
        check.violated("task", attribute, "host", message);
    }
    Ok(())
}

fn host_network_root(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    if known.definition()?.text("networkMode")? != Some("host") {
        return Ok(());
    }
    for container in known.containers()? {
        let user = container.definition.text("user")?;
        if user.is_none_or(is_root) && !container.definition.flag("privileged")? {
            let message = "the container is in the network of its host, and runs as root";
            check.violated(container.name, "user", user.map_or(Value::Null, Value::from), message);
        }
    }
    Ok(())
}

fn awsvpc(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    if known.is_windows()? && !known.is_fargate()? {
        return not_applicable("task-definition", "Windows on EC2 may have another network mode");
    }
    let mode = known.definition()?.text("networkMode")?;
    if !matches!(mode, Some("awsvpc" | "none")) {
        let message = "the task has no network interface of its own";
        check.violated("task", "networkMode", mode.map_or(Value::Null, Value::from), message);
    }
    Ok(())
}
