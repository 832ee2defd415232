//! Who gets into a task that runs: ECS Exec, fault injection.

use gatecheck_sdk::{Severity, Unknown};
use serde_json::Value;

use crate::check::Check;
use crate::known::Known;
use crate::rule::{Level, Rule, not_applicable};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "task-exec",
        title: "ECS Exec is off",
        severity: Severity::Medium,
        level: Level::Strict,
        what: "The task was started with `enableExecuteCommand`.",
        why: "Whoever may call ExecuteCommand gets a root shell in the containers, with the role of the task.",
        fix: "set `enableExecuteCommand` of the service to false, and deploy it again",
        line: "aws ecs update-service --cluster prod --service web --no-enable-execute-command --force-new-deployment",
        except: "Teams that use ECS Exec leave the rule off, and keep `cluster-exec-logging`.",
        controls: &[],
        reads: &["task"],
        parameters: &[],
        evaluate: exec,
    },
    Rule {
        id: "cluster-exec-logging",
        title: "Clusters log what is typed in ECS Exec",
        severity: Severity::Medium,
        level: Level::Recommended,
        what: "`executeCommandConfiguration.logging` of the cluster is `NONE`.",
        why: "Then nobody can say what was done in a shell, and by whom.",
        fix: "set `executeCommandConfiguration.logging` of the cluster to `OVERRIDE`, with a log group or bucket",
        line: r#""configuration": {"executeCommandConfiguration": {"logging": "OVERRIDE", "logConfiguration": {"cloudWatchLogGroupName": "/ecs/exec"}}}"#,
        except: "A cluster without the setting logs by `DEFAULT`: to the `awslogs` driver of the container, and nowhere if it has another.",
        controls: &["checkov:CKV_AWS_223"],
        reads: &["cluster"],
        parameters: &[],
        evaluate: exec_logging,
    },
    Rule {
        id: "cluster-exec-encryption",
        title: "Logs of ECS Exec are encrypted",
        severity: Severity::Low,
        level: Level::Strict,
        what: "The cluster sets where ECS Exec logs to, and neither `cloudWatchEncryptionEnabled` nor `s3EncryptionEnabled`.",
        why: "What is typed in a shell, and what it prints, often holds secrets.",
        fix: "set `cloudWatchEncryptionEnabled` or `s3EncryptionEnabled` in the `logConfiguration` of the cluster",
        line: r#""logConfiguration": {"cloudWatchLogGroupName": "/ecs/exec", "cloudWatchEncryptionEnabled": true}"#,
        except: "A cluster without `executeCommandConfiguration`, or with logging `NONE`, which `cluster-exec-logging` reports.",
        controls: &["checkov:CKV_AWS_224"],
        reads: &["cluster"],
        parameters: &[],
        evaluate: exec_encryption,
    },
    Rule {
        id: "task-fault-injection",
        title: "Fault injection is off",
        severity: Severity::Medium,
        level: Level::Recommended,
        what: "`enableFaultInjection` of the task definition is true.",
        why: "Every container of the task can then have its own network delayed or cut off, by a call that needs no IAM permission.",
        fix: "remove `enableFaultInjection` outside of experiments",
        line: r#""enableFaultInjection": false"#,
        except: "Tasks of an experiment.",
        controls: &[],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: fault_injection,
    },
];

fn exec(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    if known.task()?.execute_command {
        check.violated("task", "enableExecuteCommand", true, "a shell can be opened in the containers");
    }
    Ok(())
}

fn exec_logging(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    let exec = known.cluster()?.object("configuration")?.object("executeCommandConfiguration")?;
    if exec.text("logging")? == Some("NONE") {
        let attribute = "configuration.executeCommandConfiguration.logging";
        check.violated("cluster", attribute, "NONE", "what is typed in ECS Exec is not logged");
    }
    Ok(())
}

fn exec_encryption(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    let configuration = known.cluster()?.object("configuration")?;
    let exec = configuration.object("executeCommandConfiguration")?;
    if configuration.get("executeCommandConfiguration")?.is_none() || exec.text("logging")? == Some("NONE") {
        return not_applicable("cluster", "the cluster does not say where ECS Exec logs to");
    }
    let log = exec.object("logConfiguration")?;
    if !log.flag("cloudWatchEncryptionEnabled")? && !log.flag("s3EncryptionEnabled")? {
        let attribute = "configuration.executeCommandConfiguration.logConfiguration";
        check.violated("cluster", attribute, Value::Null, "what is typed in ECS Exec is logged without encryption");
    }
    Ok(())
}

fn fault_injection(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    if known.definition()?.flag("enableFaultInjection")? {
        check.violated("task", "enableFaultInjection", true, "containers can disturb the network of the task");
    }
    Ok(())
}
