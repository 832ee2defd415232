//! The user that a container runs as.

use gatecheck_sdk::{Severity, Unknown};
use serde_json::Value;

use crate::check::Check;
use crate::known::{Container, Known};
use crate::rule::{Level, Rule, not_applicable};

const NON_ROOT: &[&str] = &[
    "security-hub:ECS.20",
    "aws-config:ecs-task-definition-linux-user-non-root",
    "aws-config:ecs-task-definition-nonroot-user",
    "control-tower:CT.ECS.PR.3",
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "container-root-user",
        title: "Containers are not set to run as root",
        severity: Severity::Medium,
        level: Level::Recommended,
        what: "`user` of a Linux container is root: `root`, `toor`, `0`, or one of them with a group.",
        why: "A process that leaves its container as root is root on the instance, and inside it can change all that is there.",
        fix: "set `user` to a user of the image that is not root",
        line: r#""user": "1000:1000""#,
        except: "A FireLens log router is left out: AWS documents it with user `0`. Windows has rules of its own. Security Hub sees a \
                 container of an unset operating system as Linux and as Windows; here it is Linux, as ECS takes it.",
        controls: NON_ROOT,
        reads: &["task-definition"],
        parameters: &[],
        evaluate: root_user,
    },
    Rule {
        id: "container-windows-administrator",
        title: "Windows containers do not run as administrator",
        severity: Severity::Medium,
        level: Level::Recommended,
        what: "`user` of a Windows container is `ContainerAdministrator`, `Administrator`, `SYSTEM` or `LocalSystem`, with or without a domain.",
        why: "The administrator of a container can change all that is in it, and reaches further where a boundary fails.",
        fix: "set `user` to `ContainerUser` or another user",
        line: r#""user": "ContainerUser""#,
        except: "Linux containers.",
        controls: &["security-hub:ECS.21", "aws-config:ecs-task-definition-windows-user-non-admin"],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: windows_administrator,
    },
    Rule {
        id: "container-user-missing",
        title: "Container definitions say which user a container runs as",
        severity: Severity::Medium,
        level: Level::Strict,
        what: "A container definition has no `user`.",
        why: "The container then runs as the user of its image, which mostly is root (`ContainerAdministrator` on Windows Server Core).",
        fix: "set `user` to a user of the image that is not root",
        line: r#""user": "1000:1000""#,
        except: "The user of an image is not among the facts, so that an image with a `USER` of its own is a violation too; that is why the \
                 rule is not part of `recommended`. FireLens log routers are left out.",
        controls: &[
            "security-hub:ECS.20",
            "security-hub:ECS.21",
            "aws-config:ecs-task-definition-linux-user-non-root",
            "aws-config:ecs-task-definition-nonroot-user",
            "aws-config:ecs-task-definition-windows-user-non-admin",
            "control-tower:CT.ECS.PR.3",
        ],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: user_missing,
    },
];

/// `root`, `0`, `00`, `+0`, each also with a group. `toor` is another name of root in BSD and in many images.
pub(super) fn is_root(user: &str) -> bool {
    let name = user.split(':').next().unwrap_or_default();
    let digits = name.strip_prefix(['+', '-']).unwrap_or(name);
    ["root", "toor"].iter().any(|root| name.eq_ignore_ascii_case(root)) || digits.bytes().all(|digit| digit == b'0')
}

/// The users of Windows that may do everything, also as `NT AUTHORITY\SYSTEM`.
fn is_administrator(user: &str) -> bool {
    let name = user.rsplit('\\').next().unwrap_or_default();
    ["ContainerAdministrator", "Administrator", "SYSTEM", "LocalSystem"]
        .iter()
        .any(|one| name.eq_ignore_ascii_case(one))
}

/// It receives what other containers log.
pub(super) fn is_log_router(container: &Container) -> Result<bool, Unknown> {
    Ok(container.definition.get("firelensConfiguration")?.is_some())
}

fn root_user(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    if known.is_windows()? {
        return not_applicable("task-definition", "Windows has no root");
    }
    for container in known.containers()? {
        if let Some(user) = container.definition.text("user")?
            && is_root(user)
            && !is_log_router(&container)?
        {
            check.violated(container.name, "user", user, "the container runs as root");
        }
    }
    Ok(())
}

fn windows_administrator(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    if !known.is_windows()? {
        return not_applicable("task-definition", "only Windows has this administrator");
    }
    for container in known.containers()? {
        if let Some(user) = container.definition.text("user")?
            && is_administrator(user)
        {
            check.violated(container.name, "user", user, "the container runs as administrator");
        }
    }
    Ok(())
}

fn user_missing(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    for container in known.containers()? {
        if container.definition.text("user")?.is_none() && !is_log_router(&container)? {
            let message = "the container has no `user`: it runs as that of its image, which may be root";
            check.violated(container.name, "user", Value::Null, message);
        }
    }
    Ok(())
}
