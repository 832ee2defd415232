//! What a container may do to its host, and what it needs to be replaced when it fails.

use gatecheck_sdk::{Severity, Unknown};
use serde_json::Value;

use crate::check::Check;
use crate::known::Known;
use crate::rule::{Kind, Level, Parameter, Rule, not_applicable};

/// With one of these a container can change or leave its host.
const DANGEROUS: &[&str] = &[
    "ALL",
    "AUDIT_CONTROL",
    "BPF",
    "DAC_READ_SEARCH",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "NET_ADMIN",
    "PERFMON",
    "SYSLOG",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_TIME",
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "container-privileged",
        title: "Containers are not privileged",
        severity: Severity::High,
        level: Level::Recommended,
        what: "A container definition has `privileged: true`.",
        why: "A privileged container has all rights of the root user of its container instance: whoever takes over the container has \
              the instance, its role and every other task on it.",
        fix: "remove `privileged`, and add the capabilities that the container needs one by one",
        line: r#""privileged": false"#,
        except: "Fargate does not run privileged containers, so that a violation there is a definition that cannot be registered for it.",
        controls: &[
            "security-hub:ECS.4",
            "aws-config:ecs-containers-nonprivileged",
            "cis-compute-1.1.0:3.4",
            "control-tower:CT.ECS.PR.11",
            "checkov:CKV_AWS_334",
            "prowler:ecs_task_definitions_no_privileged_containers",
        ],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: privileged,
    },
    Rule {
        id: "container-capabilities",
        title: "Containers get no capability that reaches the host",
        severity: Severity::High,
        level: Level::Recommended,
        what: "`linuxParameters.capabilities.add` has one of the capabilities that `deniedCapabilities` lists.",
        why: "Capabilities such as `SYS_ADMIN` or `NET_ADMIN` are parts of what makes a container privileged: with one of them it can \
              load kernel modules, read the traffic of other tasks, or leave its namespaces.",
        fix: "remove the capability from `linuxParameters.capabilities.add`",
        line: r#""linuxParameters": {"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}}"#,
        except: "Proxies of service meshes and VPN clients need `NET_ADMIN`: take it out of `deniedCapabilities` where they run.",
        controls: &[],
        reads: &["task-definition"],
        parameters: &[Parameter {
            name: "deniedCapabilities",
            description: "Capabilities that may not be added.",
            kind: Kind::Texts(DANGEROUS),
        }],
        evaluate: capabilities,
    },
    Rule {
        id: "container-devices",
        title: "Containers get no device of the host",
        severity: Severity::High,
        level: Level::Recommended,
        what: "`linuxParameters.devices` maps a device of the container instance into a container.",
        why: "A device such as a disk gives access to all that is on the instance, past every file permission.",
        fix: "remove `linuxParameters.devices`; a GPU comes with `resourceRequirements`",
        line: r#""resourceRequirements": [{"type": "GPU", "value": "1"}]"#,
        except: "Fargate has no devices to map.",
        controls: &[],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: devices,
    },
    Rule {
        id: "container-security-options",
        title: "The confinement of containers is not turned off",
        severity: Severity::High,
        level: Level::Recommended,
        what: "`dockerSecurityOptions` turns off seccomp, AppArmor or SELinux labels.",
        why: "These three keep a container from most of the kernel. Without them, one vulnerability of the kernel is a way to the host.",
        fix: "remove the option from `dockerSecurityOptions`",
        line: r#""dockerSecurityOptions": ["no-new-privileges"]"#,
        except: "Not available on Fargate and Windows.",
        controls: &[],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: security_options,
    },
    Rule {
        id: "container-read-only-root",
        title: "Root file systems are read-only",
        severity: Severity::High,
        level: Level::Strict,
        what: "A container definition lacks `readonlyRootFilesystem: true`.",
        why: "An attacker cannot replace programs or leave tools behind in a file system that nobody can write to.",
        fix: "set `readonlyRootFilesystem` to true, and mount a volume or tmpfs where the container writes",
        line: r#""readonlyRootFilesystem": true"#,
        except: "Windows containers have no read-only root. Containers that write to their image (many agents and log routers do) need an \
                 exception or a volume; that is why the rule is not part of `recommended`. ECS Exec does not work with a read-only root. \
                 A missing attribute is a violation, as for Security Hub; old texts of the rule of AWS Config fail only `false`.",
        controls: &[
            "security-hub:ECS.5",
            "aws-config:ecs-containers-readonly-access",
            "cis-compute-1.1.0:3.5",
            "control-tower:CT.ECS.PR.6",
            "checkov:CKV_AWS_336",
            "prowler:ecs_task_definitions_containers_readonly_access",
        ],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: read_only_root,
    },
    Rule {
        id: "container-memory-limit",
        title: "Containers have a limit on memory",
        severity: Severity::Medium,
        level: Level::Strict,
        what: "Neither the container definition nor the task definition has `memory`.",
        why: "A container without a limit can take all memory of its instance, and the kernel then ends processes of other tasks.",
        fix: "set `memory` for the container or for the task",
        line: r#""memory": 512"#,
        except: "A limit of the task, which Fargate demands, holds for all of its containers, and counts. AWS Config wants one for each \
                 container, also on Fargate. `memoryReservation` is not a limit.",
        controls: &["aws-config:ecs-task-definition-memory-hard-limit", "control-tower:CT.ECS.PR.7"],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: memory_limit,
    },
    Rule {
        id: "container-health-check",
        title: "Essential containers have a health check",
        severity: Severity::Low,
        level: Level::Strict,
        what: "An essential container has no `healthCheck`.",
        why: "Without one, ECS takes a container for healthy as long as its process runs, and does not replace one that hangs.",
        fix: "add a `healthCheck` to the container definition",
        line: r#""healthCheck": {"command": ["CMD-SHELL", "curl -f http://localhost/health || exit 1"]}"#,
        except: "ECS does not look at a `HEALTHCHECK` of the image. A service behind a load balancer is checked by its target group; such \
                 teams turn the rule off.",
        controls: &[],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: health_check,
    },
];

fn privileged(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    for container in known.containers()? {
        if container.definition.flag("privileged")? {
            check.violated(container.name, "privileged", true, "the container is privileged");
        }
    }
    Ok(())
}

fn capabilities(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    let denied = check.texts("deniedCapabilities");
    for container in known.containers()? {
        let linux = container.definition.object("linuxParameters")?;
        for capability in linux.object("capabilities")?.texts("add")? {
            let name = capability.strip_prefix("CAP_").unwrap_or(capability);
            if denied.iter().any(|denied| denied.eq_ignore_ascii_case(name)) {
                let attribute = "linuxParameters.capabilities.add";
                let message = format!("the container gets the capability `{capability}`");
                check.violated(container.name, attribute, capability, message);
            }
        }
    }
    Ok(())
}

fn devices(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    for container in known.containers()? {
        for device in container.definition.object("linuxParameters")?.list("devices")? {
            let path = device.text("hostPath")?.unwrap_or("?");
            let message = format!("the container gets the device `{path}` of its host");
            check.violated(container.name, "linuxParameters.devices", path, message);
        }
    }
    Ok(())
}

fn security_options(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    const OFF: [&str; 5] = [
        "seccomp=unconfined",
        "apparmor=unconfined",
        "label=disable",
        "systempaths=unconfined",
        "no-new-privileges=false",
    ];
    for container in known.containers()? {
        for option in container.definition.texts("dockerSecurityOptions")? {
            if OFF.contains(&option.replace(':', "=").as_str()) {
                let message = format!("the container runs with `{option}`");
                check.violated(container.name, "dockerSecurityOptions", option, message);
            }
        }
    }
    Ok(())
}

fn read_only_root(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    if known.is_windows()? {
        return not_applicable("task-definition", "Windows containers have no read-only root file system");
    }
    for container in known.containers()? {
        if !container.definition.flag("readonlyRootFilesystem")? {
            let found = container.definition.get("readonlyRootFilesystem")?.cloned().unwrap_or_default();
            check.violated(container.name, "readonlyRootFilesystem", found, "the root file system can be written to");
        }
    }
    Ok(())
}

fn memory_limit(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    if known.definition()?.text("memory")?.is_some() {
        return Ok(());
    }
    for container in known.containers()? {
        if container.definition.number("memory")?.is_none() {
            check.violated(container.name, "memory", Value::Null, "the container has no limit on memory");
        }
    }
    Ok(())
}

fn health_check(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    for container in known.containers()? {
        // A container is essential unless its definition says otherwise.
        let is_essential =
            container.definition.get("essential")?.is_none() || container.definition.flag("essential")?;
        let command = container.definition.object("healthCheck")?.texts("command")?;
        if is_essential && (command.is_empty() || command == ["NONE"]) {
            check.violated(container.name, "healthCheck", Value::Null, "the container has no health check");
        }
    }
    Ok(())
}
