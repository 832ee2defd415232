//! The cases of rules: a part that changes a sound task or definition, and how the rule comes out.

use gatecheck_sdk::Facts;
use gatecheck_sdk::testing::task;
use serde_json::{Value, json};

use super::{Outcome, exposed, file, ingress, sound_definition, sound_service, sound_task};

/// One case.
pub(super) struct Case {
    pub(super) rule: &'static str,
    pub(super) what: String,
    pub(super) settings: Value,
    pub(super) facts: Facts,
    pub(super) expected: Outcome,
}

pub(super) fn fails<const N: usize>(objects: [&str; N]) -> Outcome {
    Outcome::Fails(objects.map(str::to_owned).to_vec())
}

/// What is in `change` takes the place of what is in `base`; null removes it.
fn changed(mut base: Value, change: &Value) -> Value {
    for (key, value) in change.as_object().unwrap() {
        base[key] = value.clone();
    }
    base
}

/// A sound definition with other attributes, alone.
fn definition(rule: &'static str, change: Value, expected: Outcome) -> Case {
    let facts = file(&changed(sound_definition(), &change));
    Case { rule, what: change.to_string(), settings: json!({}), facts, expected }
}

/// The same with other attributes of its container.
fn container(rule: &'static str, change: Value, expected: Outcome) -> Case {
    let container = changed(sound_definition()["containerDefinitions"][0].take(), &change);
    definition(rule, json!({"containerDefinitions": [container]}), expected)
}

/// A sound task with other attributes of its service.
fn service(rule: &'static str, change: Value, expected: Outcome) -> Case {
    let facts = sound_task().with_service_document(Ok(changed(sound_service(), &change)));
    Case { rule, what: change.to_string(), settings: json!({}), facts, expected }
}

/// The service before there is a task.
fn planned(rule: &'static str, change: Value, expected: Outcome) -> Case {
    let service = changed(sound_service(), &change);
    let facts = file(&sound_definition()).with_service_document(Ok(service));
    Case { rule, what: format!("planned {change}"), settings: json!({}), facts, expected }
}

/// A sound task in another cluster.
fn cluster(rule: &'static str, cluster: Value, expected: Outcome) -> Case {
    let what = cluster.to_string();
    Case { rule, what, settings: json!({}), facts: sound_task().with_cluster_document(Ok(cluster)), expected }
}

/// A task that was started with overrides.
fn overrides(rule: &'static str, overrides: Value, expected: Outcome) -> Case {
    let what = overrides.to_string();
    let facts = sound_task().with_task_document(Ok(json!({"overrides": overrides})));
    Case { rule, what, settings: json!({}), facts, expected }
}

fn facts(rule: &'static str, what: &str, facts: Facts, expected: Outcome) -> Case {
    Case { rule, what: what.to_owned(), settings: json!({}), facts, expected }
}

fn set(settings: Value, case: Case) -> Case {
    Case { settings, ..case }
}

fn windows() -> Value {
    json!({"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"})
}

pub(super) fn all() -> Vec<Case> {
    [
        containers(),
        users(),
        namespaces(),
        images(),
        environment(),
        logging(),
        volumes(),
        roles_and_overrides(),
        access(),
        exposure(),
        services(),
        clusters_and_tags(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn containers() -> Vec<Case> {
    use Outcome::{DoesNotApply, Passes};
    let linux = |parameters: Value| json!({"linuxParameters": parameters});
    vec![
        container("container-privileged", json!({"privileged": true}), fails(["web"])),
        container("container-privileged", json!({"privileged": false}), Passes),
        container("container-privileged", json!({"privileged": null}), Passes),
        container("container-capabilities", linux(json!({"capabilities": {"add": ["SYS_ADMIN"]}})), fails(["web"])),
        container(
            "container-capabilities",
            linux(json!({"capabilities": {"add": ["CAP_NET_ADMIN", "ALL"]}})),
            fails(["web", "web"]),
        ),
        container(
            "container-capabilities",
            linux(json!({"capabilities": {"add": ["SYS_PTRACE"], "drop": ["ALL"]}})),
            Passes,
        ),
        set(
            json!({"deniedCapabilities": ["SYS_PTRACE"]}),
            container(
                "container-capabilities",
                linux(json!({"capabilities": {"add": ["SYS_PTRACE", "ALL"]}})),
                fails(["web"]),
            ),
        ),
        container("container-devices", linux(json!({"devices": [{"hostPath": "/dev/fuse"}]})), fails(["web"])),
        container("container-devices", linux(json!({"devices": []})), Passes),
        container(
            "container-security-options",
            json!({"dockerSecurityOptions": ["seccomp:unconfined"]}),
            fails(["web"]),
        ),
        container(
            "container-security-options",
            json!({"dockerSecurityOptions": ["apparmor=unconfined"]}),
            fails(["web"]),
        ),
        container("container-security-options", json!({"dockerSecurityOptions": ["no-new-privileges"]}), Passes),
        container("container-read-only-root", json!({"readonlyRootFilesystem": false}), fails(["web"])),
        container("container-read-only-root", json!({"readonlyRootFilesystem": null}), fails(["web"])),
        container("container-read-only-root", json!({}), Passes),
        definition("container-read-only-root", json!({"runtimePlatform": windows()}), DoesNotApply),
        definition("container-memory-limit", json!({"memory": null}), fails(["web"])),
        definition("container-memory-limit", json!({}), Passes),
        definition(
            "container-memory-limit",
            json!({"memory": null, "containerDefinitions": [{"name": "a", "memory": 128}, {"name": "b", "memoryReservation": 128}]}),
            fails(["b"]),
        ),
        container("container-health-check", json!({"healthCheck": null}), fails(["web"])),
        container("container-health-check", json!({"healthCheck": {"command": ["NONE"]}}), fails(["web"])),
        container("container-health-check", json!({"healthCheck": null, "essential": true}), fails(["web"])),
        container("container-health-check", json!({"healthCheck": null, "essential": false}), Passes),
        definition("fargate-size", json!({"cpu": "256", "memory": "4096"}), fails(["task"])),
        definition("fargate-size", json!({"cpu": "256", "memory": "1536"}), fails(["task"])),
        definition(
            "fargate-size",
            json!({"cpu": "256", "memory": "4096", "requiresCompatibilities": ["EC2", "FARGATE"]}),
            fails(["task"]),
        ),
        definition("fargate-size", json!({"cpu": "8192", "memory": "20480"}), Passes),
        definition("fargate-size", json!({"cpu": "1 vCPU", "memory": "2 GB"}), Passes),
        definition("fargate-size", json!({"cpu": "1 vCPU", "memory": "1 GB"}), fails(["task"])),
        definition(
            "fargate-size",
            json!({"cpu": "100", "memory": "100", "requiresCompatibilities": ["EC2"]}),
            DoesNotApply,
        ),
    ]
}

fn users() -> Vec<Case> {
    use Outcome::{DoesNotApply, Passes};
    let mut cases = Vec::new();
    for root in ["root", "0", "0:0", "root:root", "0:1000", "00", "ROOT", "+0", "-0:1", "toor"] {
        cases.push(container("container-root-user", json!({"user": root}), fails(["web"])));
    }
    for other in [json!("1000"), json!("1000:0"), json!("app"), json!("rootless"), json!(""), Value::Null] {
        cases.push(container("container-root-user", json!({"user": other}), Passes));
    }
    let router = json!({"user": "0", "firelensConfiguration": {"type": "fluentbit"}});
    let on_windows =
        |user: &str| json!({"runtimePlatform": windows(), "containerDefinitions": [{"name": "web", "user": user}]});
    cases.extend([
        container("container-root-user", router, Passes),
        definition("container-root-user", on_windows("ContainerAdministrator"), DoesNotApply),
        definition("container-windows-administrator", on_windows("ContainerAdministrator"), fails(["web"])),
        definition("container-windows-administrator", on_windows("containeradministrator"), fails(["web"])),
        definition("container-windows-administrator", on_windows("NT AUTHORITY\\SYSTEM"), fails(["web"])),
        definition("container-windows-administrator", on_windows("localsystem"), fails(["web"])),
        definition("container-windows-administrator", on_windows("ContainerUser"), Passes),
        definition("container-windows-administrator", on_windows("shop\\app"), Passes),
        container("container-windows-administrator", json!({"user": "ContainerAdministrator"}), DoesNotApply),
        container("container-user-missing", json!({"user": null}), fails(["web"])),
        container("container-user-missing", json!({"user": ""}), fails(["web"])),
        container("container-user-missing", json!({"user": "root"}), Passes),
        container(
            "container-user-missing",
            json!({"user": null, "firelensConfiguration": {"type": "fluentbit"}}),
            Passes,
        ),
    ]);
    cases
}

fn namespaces() -> Vec<Case> {
    use Outcome::{DoesNotApply, Passes};
    let in_host = |user: Value, privileged: bool| json!({"networkMode": "host", "containerDefinitions": [{"name": "web", "user": user, "privileged": privileged}]});
    let windows_on_ec2 =
        json!({"runtimePlatform": windows(), "networkMode": "default", "requiresCompatibilities": ["EC2"]});
    vec![
        definition("task-host-network", json!({"networkMode": "host"}), fails(["task"])),
        definition("task-host-network", json!({"networkMode": "bridge"}), Passes),
        definition("task-host-network", json!({"networkMode": null}), Passes),
        definition("task-host-network-root", in_host(Value::Null, false), fails(["web"])),
        definition("task-host-network-root", in_host(json!("0:0"), false), fails(["web"])),
        definition("task-host-network-root", in_host(json!("root"), true), Passes),
        definition("task-host-network-root", in_host(json!("app"), false), Passes),
        container("task-host-network-root", json!({"user": "root"}), Passes),
        definition("task-awsvpc", json!({"networkMode": "bridge"}), fails(["task"])),
        definition("task-awsvpc", json!({"networkMode": null}), fails(["task"])),
        definition("task-awsvpc", json!({"networkMode": "none"}), Passes),
        definition("task-awsvpc", windows_on_ec2, DoesNotApply),
        definition("task-host-pid", json!({"pidMode": "host"}), fails(["task"])),
        definition("task-host-pid", json!({"pidMode": "task"}), Passes),
        container("task-host-pid", json!({"pidMode": "host"}), Passes),
        definition("task-host-ipc", json!({"ipcMode": "host"}), fails(["task"])),
        definition("task-host-ipc", json!({"ipcMode": "none"}), Passes),
    ]
}

fn images() -> Vec<Case> {
    use Outcome::{DoesNotApply, Passes};
    let image = |image: &str| json!({"image": image});
    let trusted =
        || json!({"trustedRegistries": ["111122223333.dkr.ecr.us-west-2.amazonaws.com", "docker.io/library/"]});
    vec![
        container("image-latest", image("nginx"), fails(["web"])),
        container("image-latest", image("nginx:latest"), fails(["web"])),
        container("image-latest", image("nginx:1.27"), Passes),
        container("image-digest", image("nginx:1.27"), fails(["web"])),
        container("image-digest", image("nginx@sha256:0123"), Passes),
        container(
            "image-version-consistency",
            json!({"image": "web:1", "versionConsistency": "disabled"}),
            fails(["web"]),
        ),
        container("image-version-consistency", json!({"versionConsistency": "disabled"}), Passes),
        container("image-version-consistency", json!({"image": "web:1"}), Passes),
        set(trusted(), container("image-registry", image("evil.example/web:1"), fails(["web"]))),
        set(trusted(), container("image-registry", image("nginx:1"), Passes)),
        set(json!(false), container("image-registry", image("evil.example/web:1"), DoesNotApply)),
    ]
}

fn environment() -> Vec<Case> {
    use Outcome::Passes;
    let variable = |name: &str| json!({"environment": [{"name": name, "value": "x"}]});
    let started_with =
        |name: &str| json!({"containerOverrides": [{"name": "web", "environment": [{"name": name, "value": "x"}]}]});
    vec![
        container("container-environment-keys", variable("AWS_SECRET_ACCESS_KEY"), fails(["web"])),
        container("container-environment-keys", variable("aws_secret_access_key"), Passes),
        container("container-environment-keys", variable("TOKEN_URL"), Passes),
        set(
            json!({"secretKeys": ["API_KEY"]}),
            container("container-environment-keys", variable("API_KEY"), fails(["web"])),
        ),
        overrides("container-environment-keys", started_with("ECS_ENGINE_AUTH_DATA"), fails(["web"])),
        overrides("container-environment-keys", started_with("STAGE"), Passes),
    ]
}

fn logging() -> Vec<Case> {
    use Outcome::Passes;
    let options = |options: Value| json!({"logConfiguration": {"logDriver": "awslogs", "options": options}});
    vec![
        container("container-logging", json!({"logConfiguration": null}), fails(["web"])),
        container("container-logging", json!({"logConfiguration": {}}), fails(["web"])),
        container("container-logging", json!({"logConfiguration": {"logDriver": "splunk"}}), Passes),
        container(
            "container-logging",
            json!({"logConfiguration": null, "firelensConfiguration": {"type": "fluentbit"}}),
            Passes,
        ),
        container("container-log-blocking", options(json!({"mode": "blocking"})), fails(["web"])),
        container("container-log-blocking", options(json!({"mode": "non-blocking"})), Passes),
        container("container-log-blocking", options(json!({})), Passes),
        container("container-log-blocking", json!({"logConfiguration": null}), Passes),
        container("container-log-buffer", options(json!({"max-buffer-size": "1m"})), fails(["web"])),
        container("container-log-buffer", options(json!({"mode": "blocking", "max-buffer-size": "1m"})), Passes),
        container("container-log-buffer", options(json!({"mode": "non-blocking"})), Passes),
    ]
}

fn volumes() -> Vec<Case> {
    use Outcome::{DoesNotApply, Passes};
    let host = |path: &str| json!({"volumes": [{"name": "data", "host": {"sourcePath": path}}]});
    let mounted = |path: &str, read_only: bool| {
        let mount = json!({"sourceVolume": "data", "containerPath": "/data", "readOnly": read_only});
        changed(host(path), &json!({"containerDefinitions": [{"name": "agent", "mountPoints": [mount]}]}))
    };
    let efs = |efs: Value| json!({"volumes": [{"name": "data", "efsVolumeConfiguration": efs}]});
    let point = json!({"fileSystemId": "fs-1", "authorizationConfig": {"accessPointId": "fsap-1", "iam": "ENABLED"}});
    let on_instances =
        sound_task().with_task(Ok(gatecheck_sdk::Task { launch_type: Some("EC2".into()), ..task("web") }));
    let mut cases = Vec::new();
    for socket in ["/var/run/docker.sock", "/run/docker.sock", "/var/run/", "/run/containerd/containerd.sock"] {
        cases.push(definition("volume-docker-socket", host(socket), fails(["data"])));
        cases.push(definition("volume-docker-socket", mounted(socket, true), fails(["data"])));
    }
    for sensitive in ["/", "/etc", "/etc/ssl/private", "/root/.aws", "/var/lib/docker/", "/var/lib", "/var", "/dev"] {
        cases.push(definition("volume-host-sensitive", host(sensitive), fails(["data"])));
    }
    for harmless in ["/data", "/mnt/efs", "/etc/localtime", "/etcetera", "/var/run/docker.sock"] {
        cases.push(definition("volume-host-sensitive", host(harmless), Passes));
    }
    cases.extend([
        definition("volume-docker-socket", host("/var/run/dbus"), Passes),
        definition("volume-host-sensitive", mounted("/proc/", false), fails(["agent"])),
        definition("volume-host-sensitive", mounted("/sys/fs/cgroup", false), fails(["agent"])),
        definition("volume-host-sensitive", mounted("/proc/", true), Passes),
        definition("volume-host-sensitive", mounted("/usr/lib", false), fails(["agent"])),
        definition("volume-host-sensitive", mounted("/lib/modules", true), Passes),
        definition("volume-host-sensitive", mounted("/boot", true), Passes),
        definition("volume-host-sensitive", mounted("/etc/passwd", true), Passes),
        definition("volume-host-sensitive", mounted("/etc/passwd", false), fails(["agent"])),
        definition("volume-host-sensitive", mounted("/etc/shadow", true), fails(["data"])),
        definition("volume-host-sensitive", json!({"volumes": [{"name": "data"}]}), Passes),
        definition("volume-host", host("/data"), fails(["data"])),
        definition("volume-host", json!({"volumes": [{"name": "data", "host": {}}]}), Passes),
        definition("volume-efs-encryption", efs(json!({"fileSystemId": "fs-1"})), fails(["data"])),
        definition(
            "volume-efs-encryption",
            efs(json!({"fileSystemId": "fs-1", "transitEncryption": "DISABLED"})),
            fails(["data"]),
        ),
        definition(
            "volume-efs-encryption",
            efs(json!({"fileSystemId": "fs-1", "transitEncryption": "ENABLED"})),
            Passes,
        ),
        definition("volume-efs-encryption", json!({"volumes": [{"name": "data"}]}), Passes),
        definition("volume-efs-access-point", efs(json!({"fileSystemId": "fs-1"})), fails(["data"])),
        definition("volume-efs-access-point", efs(point.clone()), Passes),
        definition(
            "volume-efs-iam",
            efs(json!({"fileSystemId": "fs-1", "authorizationConfig": {"iam": "DISABLED"}})),
            fails(["data"]),
        ),
        definition("volume-efs-iam", efs(point), Passes),
        cluster("cluster-ephemeral-storage-key", json!({"configuration": {}}), fails(["cluster"])),
        facts("cluster-ephemeral-storage-key", "a sound task", sound_task(), Passes),
        facts("cluster-ephemeral-storage-key", "a task on an instance", on_instances, DoesNotApply),
    ]);
    cases
}

fn roles_and_overrides() -> Vec<Case> {
    use Outcome::{DoesNotApply, Passes};
    let role = "arn:aws:iam::111122223333:role/web";
    let on_instances = |role: Value| json!({"taskRoleArn": role, "requiresCompatibilities": ["EC2"]});
    let of_container = |entries: Value| json!({"containerOverrides": [changed(json!({"name": "web"}), &entries)]});
    vec![
        definition("task-role-shared", json!({"executionRoleArn": role}), fails(["task"])),
        definition("task-role-shared", json!({"executionRoleArn": "web"}), fails(["task"])),
        definition("task-role-shared", json!({"executionRoleArn": null, "taskRoleArn": null}), Passes),
        definition("task-role-missing", on_instances(Value::Null), fails(["task"])),
        definition("task-role-missing", on_instances(json!(role)), Passes),
        definition("task-role-missing", json!({"taskRoleArn": null}), DoesNotApply),
        overrides("override-role", json!({"taskRoleArn": "arn:aws:iam::111122223333:role/admin"}), fails(["task"])),
        overrides(
            "override-role",
            json!({"executionRoleArn": "arn:aws:iam::111122223333:role/admin"}),
            fails(["task"]),
        ),
        overrides("override-role", json!({"taskRoleArn": role}), Passes),
        overrides("override-role", json!({"taskRoleArn": "web"}), Passes),
        overrides("override-role", json!({"containerOverrides": []}), Passes),
        definition("override-role", json!({}), DoesNotApply),
        overrides("override-command", of_container(json!({"command": ["sh"]})), fails(["web"])),
        overrides("override-command", of_container(json!({"command": []})), Passes),
        overrides(
            "override-environment",
            of_container(json!({"environment": [{"name": "STAGE", "value": "x"}]})),
            fails(["web"]),
        ),
        overrides(
            "override-environment",
            of_container(json!({"environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::b/a.env"}]})),
            fails(["web"]),
        ),
        overrides("override-environment", of_container(json!({})), Passes),
    ]
}

fn access() -> Vec<Case> {
    use Outcome::{DoesNotApply, Passes};
    let exec = |exec: Value| json!({"configuration": {"executeCommandConfiguration": exec}});
    let with_shell = sound_task().with_task(Ok(gatecheck_sdk::Task { execute_command: true, ..task("web") }));
    vec![
        facts("task-exec", "a task with a shell", with_shell, fails(["task"])),
        facts("task-exec", "a sound task", sound_task(), Passes),
        definition("task-exec", json!({}), DoesNotApply),
        cluster("cluster-exec-logging", exec(json!({"logging": "NONE"})), fails(["cluster"])),
        cluster("cluster-exec-logging", exec(json!({"logging": "DEFAULT"})), Passes),
        cluster("cluster-exec-logging", json!({}), Passes),
        cluster("cluster-exec-encryption", exec(json!({"logging": "OVERRIDE"})), fails(["cluster"])),
        cluster(
            "cluster-exec-encryption",
            exec(json!({"logConfiguration": {"cloudWatchEncryptionEnabled": false}})),
            fails(["cluster"]),
        ),
        cluster("cluster-exec-encryption", exec(json!({"logConfiguration": {"s3EncryptionEnabled": true}})), Passes),
        cluster("cluster-exec-encryption", exec(json!({"logging": "NONE"})), DoesNotApply),
        cluster("cluster-exec-encryption", json!({}), DoesNotApply),
        definition("task-fault-injection", json!({"enableFaultInjection": true}), fails(["task"])),
        definition("task-fault-injection", json!({"enableFaultInjection": false}), Passes),
    ]
}

fn exposure() -> Vec<Case> {
    use Outcome::{DoesNotApply, Passes};
    let assign = |assign: &str| json!({"networkConfiguration": {"awsvpcConfiguration": {"assignPublicIp": assign}}});
    let task_set = |assigned: &str| json!({"taskSets": [changed(json!({"id": "ecs-svc/1"}), &assign(assigned))]});
    let open = |peers: &[&str]| Ok(peers.iter().map(|peer| ingress(peer)).collect());
    let outbound = Ok(vec![gatecheck_sdk::SecurityGroupRule { egress: true, ..ingress("0.0.0.0/0") }]);
    let ping = gatecheck_sdk::SecurityGroupRule { protocol: "icmp".into(), ..ingress("0.0.0.0/0") };
    let public = || sound_task().with_exposed_addresses(Ok(exposed("198.51.100.7")));
    let default_group = json!({"GroupId": "sg-0", "GroupName": "default"});
    vec![
        facts("task-public-address", "a public address", public(), fails(["eni-1"])),
        facts("task-public-address", "none", sound_task(), Passes),
        // Only the address counts: tasks on EC2 get none.
        service("task-public-address", assign("ENABLED"), Passes),
        planned("task-public-address", assign("ENABLED"), fails(["service"])),
        planned("task-public-address", assign("DISABLED"), Passes),
        definition("task-public-address", json!({}), DoesNotApply),
        service("task-set-public-address", task_set("ENABLED"), fails(["ecs-svc/1"])),
        service("task-set-public-address", task_set("DISABLED"), Passes),
        service("task-set-public-address", json!({}), Passes),
        planned("task-set-public-address", task_set("ENABLED"), fails(["ecs-svc/1"])),
        facts(
            "task-open-to-internet",
            "open and public",
            public().with_security_group_rules(open(&["0.0.0.0/0"])),
            fails(["sg-1"]),
        ),
        facts(
            "task-open-to-internet",
            "open to IPv6 alone",
            public().with_security_group_rules(open(&["::/0"])),
            Passes,
        ),
        facts(
            "task-open-to-internet",
            "open to others",
            public().with_security_group_rules(open(&["10.0.0.0/8"])),
            Passes,
        ),
        facts(
            "task-open-to-internet",
            "open to a prefix list",
            public().with_security_group_rules(open(&["pl-0123456789abcdef0"])),
            Outcome::Undecided("security-groups".to_owned()),
        ),
        facts("task-open-to-internet", "answers a ping", public().with_security_group_rules(Ok(vec![ping])), Passes),
        facts("task-open-to-internet", "outbound", public().with_security_group_rules(outbound), Passes),
        facts(
            "task-open-to-internet",
            "not public",
            sound_task().with_security_group_rules(open(&["0.0.0.0/0"])),
            Passes,
        ),
        facts("security-group-open", "open", sound_task().with_security_group_rules(open(&["::/0"])), fails(["sg-1"])),
        facts("security-group-open", "open to others", sound_task().with_security_group_rules(open(&["sg-2"])), Passes),
        facts(
            "security-group-default",
            "default",
            sound_task().with_security_group_documents(Ok(vec![default_group])),
            fails(["sg-0"]),
        ),
        facts("security-group-default", "its own", sound_task(), Passes),
        definition("security-group-default", json!({}), DoesNotApply),
    ]
}

fn services() -> Vec<Case> {
    use Outcome::{DoesNotApply, Passes};
    let version = |version: &str| {
        sound_task().with_task(Ok(gatecheck_sdk::Task { platform_version: Some(version.into()), ..task("web") }))
    };
    let mut on_windows = sound_definition();
    on_windows["runtimePlatform"] = windows();
    let on_instances = gatecheck_sdk::Task { launch_type: Some("EC2".into()), platform_version: None, ..task("web") };
    let deployment = |configuration: Value| json!({"deploymentConfiguration": configuration});
    vec![
        facts("fargate-platform-version", "1.3.0", version("1.3.0"), fails(["task"])),
        facts("fargate-platform-version", "1.4.0", version("1.4.0"), Passes),
        facts(
            "fargate-platform-version",
            "Windows 1.0.0",
            version("1.0.0").with_task_definition_document(Ok(on_windows)),
            Passes,
        ),
        facts("fargate-platform-version", "Linux 1.0.0", version("1.0.0"), fails(["task"])),
        set(
            json!({"latestLinuxVersion": "1.5.0"}),
            facts("fargate-platform-version", "1.5.0", version("1.4.0"), fails(["task"])),
        ),
        facts("fargate-platform-version", "on an instance", sound_task().with_task(Ok(on_instances)), DoesNotApply),
        planned("fargate-platform-version", json!({"platformVersion": "1.3.0"}), fails(["service"])),
        planned("fargate-platform-version", json!({"platformVersion": null}), Passes),
        planned("fargate-platform-version", json!({"platformVersion": "1.0.0", "platformFamily": "Windows"}), Passes),
        planned("fargate-platform-version", json!({"launchType": "EC2"}), DoesNotApply),
        planned(
            "fargate-platform-version",
            json!({"launchType": null, "platformVersion": "1.3.0", "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT"}]}),
            fails(["service"]),
        ),
        service(
            "service-circuit-breaker",
            deployment(json!({"deploymentCircuitBreaker": {"enable": false}})),
            fails(["service"]),
        ),
        service("service-circuit-breaker", deployment(json!({})), fails(["service"])),
        service("service-circuit-breaker", json!({}), Passes),
        service("service-circuit-breaker", json!({"deploymentController": {"type": "CODE_DEPLOY"}}), DoesNotApply),
        service("service-circuit-breaker", deployment(json!({"strategy": "BLUE_GREEN"})), DoesNotApply),
        service("service-zero-healthy", deployment(json!({"minimumHealthyPercent": 0})), fails(["service"])),
        planned("service-zero-healthy", deployment(json!({"minimumHealthyPercent": 0})), fails(["service"])),
        service("service-zero-healthy", json!({}), Passes),
        service("service-zero-healthy", json!({"schedulingStrategy": "DAEMON"}), DoesNotApply),
        service("service-zero-healthy", json!({"desiredCount": 0}), DoesNotApply),
        service("service-propagate-tags", json!({"propagateTags": "NONE"}), fails(["service"])),
        service("service-propagate-tags", json!({"propagateTags": null}), fails(["service"])),
        service("service-propagate-tags", json!({"propagateTags": "TASK_DEFINITION"}), Passes),
    ]
}

fn clusters_and_tags() -> Vec<Case> {
    use Outcome::{DoesNotApply, Passes};
    let insights = |value: &str| json!({"settings": [{"name": "containerInsights", "value": value}]});
    let tag = |key: &str| json!({"tags": [{"key": key, "value": "x"}]});
    let wanted = || json!({"requiredTagKeys": ["team", "env"]});
    vec![
        cluster("cluster-container-insights", insights("disabled"), fails(["cluster"])),
        cluster("cluster-container-insights", json!({"settings": []}), fails(["cluster"])),
        cluster("cluster-container-insights", insights("enabled"), Passes),
        cluster("cluster-container-insights", insights("enhanced"), Passes),
        definition("cluster-container-insights", json!({}), DoesNotApply),
        service("service-tags", json!({"tags": []}), fails(["service"])),
        service("service-tags", tag("aws:ecs:serviceName"), fails(["service"])),
        service("service-tags", tag("team"), Passes),
        set(wanted(), service("service-tags", tag("team"), fails(["service"]))),
        cluster("cluster-tags", json!({}), fails(["cluster"])),
        cluster("cluster-tags", tag("team"), Passes),
        facts("task-tags", "none", sound_task().with_tags(Ok(Vec::new())), fails(["task"])),
        facts("task-tags", "one", sound_task(), Passes),
        set(wanted(), facts("task-tags", "not all", sound_task(), fails(["task"]))),
        definition("task-tags", json!({}), DoesNotApply),
    ]
}
