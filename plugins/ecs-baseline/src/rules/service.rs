//! How a service runs its tasks and replaces them.

use gatecheck_sdk::{Severity, Unknown};
use serde_json::Value;

use crate::check::Check;
use crate::known::Known;
use crate::rule::{Kind, Level, Parameter, Rule, not_applicable};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "fargate-platform-version",
        title: "Tasks run on the latest platform version of Fargate",
        severity: Severity::Medium,
        level: Level::Recommended,
        what: "The platform version of the task is not `latestLinuxVersion` or, on Windows, `latestWindowsVersion`. Before there is a \
               task: that of its service is neither that nor `LATEST`.",
        why: "Security fixes of kernel and runtime come with new platform versions.",
        fix: "set `platformVersion` of the service to `LATEST`, and deploy it again",
        line: r#""platformVersion": "LATEST""#,
        except: "Tasks that do not run on Fargate. The version of a task is the one that `LATEST` was resolved to. Checkov wants the word \
                 `LATEST`; the number of the latest version is as good.",
        controls: &[
            "security-hub:ECS.10",
            "aws-config:ecs-fargate-latest-platform-version",
            "cis-compute-1.1.0:3.8",
            "control-tower:CT.ECS.PR.1",
            "checkov:CKV_AWS_332",
            "prowler:ecs_service_fargate_latest_platform_version",
        ],
        reads: &["task", "task-definition", "service"],
        parameters: &[
            Parameter {
                name: "latestLinuxVersion",
                description: "The latest platform version for Linux.",
                kind: Kind::Text("1.4.0"),
            },
            Parameter {
                name: "latestWindowsVersion",
                description: "The latest platform version for Windows.",
                kind: Kind::Text("1.0.0"),
            },
        ],
        evaluate: platform_version,
    },
    Rule {
        id: "service-circuit-breaker",
        title: "A deployment that fails is ended",
        severity: Severity::Low,
        level: Level::Strict,
        what: "`deploymentCircuitBreaker.enable` of the service is off.",
        why: "ECS starts tasks of a broken revision for hours; with the circuit breaker it gives up after a few, and can roll back.",
        fix: "set `deploymentCircuitBreaker` of the service to `{\"enable\": true, \"rollback\": true}`",
        line: r#""deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": true, "rollback": true}}"#,
        except: "Only rolling deployments that ECS controls have a circuit breaker.",
        controls: &[],
        reads: &["service"],
        parameters: &[],
        evaluate: circuit_breaker,
    },
    Rule {
        id: "service-zero-healthy",
        title: "A deployment keeps tasks running",
        severity: Severity::Low,
        level: Level::Strict,
        what: "`minimumHealthyPercent` of the service is 0.",
        why: "A deployment may then stop all tasks before it has started one of the new revision.",
        fix: "set `minimumHealthyPercent` of the service to 50 or more",
        line: r#""deploymentConfiguration": {"minimumHealthyPercent": 100, "maximumPercent": 200}"#,
        except: "Daemon services, whose default it is, and services without a desired task. Services that must not have two tasks at a time \
                 are set so on purpose.",
        controls: &[],
        reads: &["service"],
        parameters: &[],
        evaluate: zero_healthy,
    },
    Rule {
        id: "service-propagate-tags",
        title: "Services hand their tags on to tasks",
        severity: Severity::Low,
        level: Level::Strict,
        what: "`propagateTags` of the service is neither `SERVICE` nor `TASK_DEFINITION`.",
        why: "Costs, scopes and permissions that go by tags do not see the tasks.",
        fix: "set `propagateTags` of the service to `SERVICE`",
        line: r#""propagateTags": "SERVICE""#,
        except: "Standalone tasks have no service.",
        controls: &["aws-config:ecs-service-propagate-tags-enabled"],
        reads: &["service"],
        parameters: &[],
        evaluate: propagate_tags,
    },
];

fn platform_version(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    let latest = |is_windows: bool, check: &Check| {
        check.text(if is_windows { "latestWindowsVersion" } else { "latestLinuxVersion" }).to_owned()
    };
    if known.is_planned() {
        let service = known.service()?;
        let mut runs_on_fargate = service.text("launchType")? == Some("FARGATE");
        for strategy in service.list("capacityProviderStrategy")? {
            runs_on_fargate |= strategy.text("capacityProvider")?.is_some_and(|name| name.starts_with("FARGATE"));
        }
        if !runs_on_fargate {
            return not_applicable("service", "the service does not run on Fargate");
        }
        let family = service.text("platformFamily")?.unwrap_or_default().to_ascii_uppercase();
        let latest = latest(family.starts_with("WINDOWS"), check);
        // ECS takes the latest version where none is named.
        let version = service.text("platformVersion")?.unwrap_or("LATEST");
        if version != "LATEST" && version != latest {
            let message = format!("the service runs on platform version `{version}`, the latest is `{latest}`");
            check.violated("service", "platformVersion", version, message);
        }
        return Ok(());
    }
    let task = known.task()?;
    if !known.is_fargate()? {
        return not_applicable("task", "the task does not run on Fargate");
    }
    // Before the task is placed it may have none.
    let Some(version) = task.platform_version.as_deref().filter(|version| *version != "LATEST") else { return Ok(()) };
    if version == check.text("latestLinuxVersion") && version == check.text("latestWindowsVersion") {
        return Ok(());
    }
    let latest = latest(known.is_windows()?, check);
    if version != latest {
        let message = format!("the task runs on platform version `{version}`, the latest is `{latest}`");
        check.violated("task", "platformVersion", version, message);
    }
    Ok(())
}

fn circuit_breaker(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    let service = known.service()?;
    let configuration = service.object("deploymentConfiguration")?;
    let controller = service.object("deploymentController")?.text("type")?;
    let strategy = configuration.text("strategy")?;
    if !matches!(controller, None | Some("ECS")) || !matches!(strategy, None | Some("ROLLING")) {
        return not_applicable("service", "only rolling deployments have a circuit breaker");
    }
    if !configuration.object("deploymentCircuitBreaker")?.flag("enable")? {
        let attribute = "deploymentConfiguration.deploymentCircuitBreaker.enable";
        check.violated("service", attribute, false, "a deployment that fails goes on starting tasks");
    }
    Ok(())
}

fn zero_healthy(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    let service = known.service()?;
    if service.text("schedulingStrategy")? == Some("DAEMON") || service.number("desiredCount")? == Some(0.0) {
        return not_applicable("service", "the service has no number of tasks to keep");
    }
    let minimum = service.object("deploymentConfiguration")?.number("minimumHealthyPercent")?;
    if minimum == Some(0.0) {
        let attribute = "deploymentConfiguration.minimumHealthyPercent";
        check.violated("service", attribute, 0, "a deployment may stop all tasks of the service");
    }
    Ok(())
}

fn propagate_tags(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    let propagate = known.service()?.text("propagateTags")?;
    if !matches!(propagate, Some("SERVICE" | "TASK_DEFINITION")) {
        let found = propagate.map_or(Value::Null, Value::from);
        check.violated("service", "propagateTags", found, "the tasks do not get the tags of the service");
    }
    Ok(())
}
