//! What a task mounts.

use gatecheck_sdk::{Severity, Unknown};
use serde_json::Value;

use crate::check::Check;
use crate::document::Document;
use crate::known::Known;
use crate::rule::{Level, Rule, not_applicable};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "volume-docker-socket",
        title: "Containers do not control the container runtime of the host",
        severity: Severity::Critical,
        level: Level::Recommended,
        what: "A volume is the socket of Docker or containerd, or a folder that only holds it.",
        why: "Whoever writes to the socket starts any container on the instance, a privileged one as well; `readOnly` does not keep from \
              that, since a socket is written to all the same.",
        fix: "remove the volume",
        line: r#""volumes": []"#,
        except: "Agents that watch all containers of an instance, and builders, ask for it; they are an exception worth naming.",
        controls: &[],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: docker_socket,
    },
    Rule {
        id: "volume-host-sensitive",
        title: "Containers do not mount what the host rests on",
        severity: Severity::High,
        level: Level::Recommended,
        what: "A volume is `/`, or a folder of the host that holds its configuration, keys, devices or the data of its container runtime; \
               or a container mounts `/proc`, `/sys`, `/usr`, `/boot`, `/var/log` or public parts of `/etc` so that it can write there.",
        why: "Who reads or writes there reads the secrets of other tasks, or changes what the host runs.",
        fix: "remove the volume, or mount a folder that is made for the task",
        line: r#""volumes": [{"name": "data", "host": {"sourcePath": "/data/web"}}]"#,
        except: "Agents mount `/proc`, `/sys/fs/cgroup`, `/lib/modules` and `/etc/passwd` with `readOnly`, and pass. The socket of the \
                 container runtime has a rule of its own, `volume-docker-socket`.",
        controls: &[],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: host_sensitive,
    },
    Rule {
        id: "volume-host",
        title: "Containers mount nothing of the host",
        severity: Severity::Medium,
        level: Level::Strict,
        what: "A volume has a `host.sourcePath`.",
        why: "What is on an instance is shared by all tasks there, stays after them, and is not there on the next instance.",
        fix: "mount EFS, EBS or a volume without `sourcePath`",
        line: r#""volumes": [{"name": "data"}]"#,
        except: "Fargate has no host to mount from.",
        controls: &[],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: host,
    },
    Rule {
        id: "volume-efs-encryption",
        title: "EFS volumes are encrypted in transit",
        severity: Severity::Medium,
        level: Level::Recommended,
        what: "`efsVolumeConfiguration` lacks `transitEncryption: ENABLED`.",
        why: "What the task reads and writes crosses the network as it is.",
        fix: "set `transitEncryption` of the volume to `ENABLED`",
        line: r#""efsVolumeConfiguration": {"fileSystemId": "fs-0123", "transitEncryption": "ENABLED"}"#,
        except: "",
        controls: &[
            "security-hub:ECS.18",
            "aws-config:ecs-task-definition-efs-encryption-enabled",
            "checkov:CKV_AWS_97",
            "trivy:AWS-0035",
        ],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: efs_encryption,
    },
    Rule {
        id: "volume-efs-access-point",
        title: "EFS volumes are mounted by access points",
        severity: Severity::Low,
        level: Level::Strict,
        what: "`efsVolumeConfiguration` has no `authorizationConfig.accessPointId`.",
        why: "An access point gives a task one folder and one user of the file system, and nothing of the others.",
        fix: "make an access point, and set `authorizationConfig.accessPointId` to it",
        line: r#""authorizationConfig": {"accessPointId": "fsap-0123", "iam": "ENABLED"}"#,
        except: "A file system for one service alone does not need one.",
        controls: &[],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: efs_access_point,
    },
    Rule {
        id: "volume-efs-iam",
        title: "EFS volumes are mounted with the role of the task",
        severity: Severity::Low,
        level: Level::Strict,
        what: "`efsVolumeConfiguration` lacks `authorizationConfig.iam: ENABLED`.",
        why: "Without it, whatever reaches the mount target in the network can mount the file system.",
        fix: "set `authorizationConfig.iam` to `ENABLED`, and allow the task role `elasticfilesystem:ClientMount`",
        line: r#""authorizationConfig": {"accessPointId": "fsap-0123", "iam": "ENABLED"}"#,
        except: "",
        controls: &[],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: efs_iam,
    },
    Rule {
        id: "cluster-ephemeral-storage-key",
        title: "Ephemeral storage of Fargate is encrypted with a key of the account",
        severity: Severity::Low,
        level: Level::Strict,
        what: "The cluster has no `managedStorageConfiguration.fargateEphemeralStorageKmsKeyId`.",
        why: "It is encrypted anyway, with a key of AWS; only a key of the account can be taken away, and its use is in CloudTrail.",
        fix: "set `managedStorageConfiguration.fargateEphemeralStorageKmsKeyId` of the cluster",
        line: r#""configuration": {"managedStorageConfiguration": {"fargateEphemeralStorageKmsKeyId": "arn:aws:kms:…"}}"#,
        except: "Tasks that do not run on Fargate.",
        controls: &[],
        reads: &["task", "task-definition", "cluster"],
        parameters: &[],
        evaluate: ephemeral_storage,
    },
];

/// Where the sockets of container runtimes are, and folders that hold little else.
const SOCKETS: [&str; 6] = [
    "/run",
    "/run/containerd",
    "/run/containerd/containerd.sock",
    "/run/docker.sock",
    "/run/docker",
    "/run/dockershim.sock",
];

/// Whoever reads them, or what is below, has secrets of the host or of other tasks; a folder that holds one of them is as bad.
const SENSITIVE: [&str; 8] =
    ["/dev", "/etc", "/home", "/root", "/var/lib/cloud", "/var/lib/containerd", "/var/lib/docker", "/var/lib/ecs"];

/// To read them is what agents are for; whoever writes there changes what the host runs.
const WRITABLE: [&str; 17] = [
    "/bin",
    "/boot",
    "/cgroup",
    "/etc/group",
    "/etc/hosts",
    "/etc/os-release",
    "/etc/passwd",
    "/etc/pki/ca-trust",
    "/etc/resolv.conf",
    "/etc/ssl/certs",
    "/lib",
    "/lib64",
    "/proc",
    "/sbin",
    "/sys",
    "/usr",
    "/var/log",
];

/// Parts of sensitive folders that are not.
const HARMLESS: [&str; 5] = ["/dev/shm", "/dev/null", "/etc/localtime", "/etc/timezone", "/etc/hostname"];

/// A path without a slash at its end, and `/var/run` as what it is a link to.
fn normal(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    let path = format!("/{}", parts.join("/"));
    match path.strip_prefix("/var/run") {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("/run{rest}"),
        _ => path,
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Name, normal path and path of each volume of the host.
fn host_paths<'a>(known: &'a Known) -> Result<Vec<(&'a str, String, &'a str)>, Unknown> {
    let mut paths = Vec::new();
    for volume in known.definition()?.list("volumes")? {
        if let Some(path) = volume.object("host")?.text("sourcePath")? {
            paths.push((volume.text("name")?.unwrap_or("?"), normal(path), path));
        }
    }
    Ok(paths)
}

const SOURCE_PATH: &str = "volumes.host.sourcePath";

fn docker_socket(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    for (name, normal, path) in host_paths(known)? {
        if SOCKETS.contains(&normal.as_str()) {
            let message = format!("the volume `{path}` gives control of the container runtime of the host");
            check.violated(name, SOURCE_PATH, path, message);
        }
    }
    Ok(())
}

fn host_sensitive(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    let any = |folders: &[&str], path: &str| folders.iter().any(|folder| is_below(path, folder));
    for (name, normal, path) in host_paths(known)? {
        let holds_sensitive = SENSITIVE.iter().any(|folder| normal == "/" || is_below(folder, &normal));
        if any(&HARMLESS, &normal) {
            continue;
        }
        if any(&WRITABLE, &normal) {
            for container in known.containers()? {
                for mount in container.definition.list("mountPoints")? {
                    if mount.text("sourceVolume")? == Some(name) && !mount.flag("readOnly")? {
                        let message = format!("the container can write to `{path}` of the host");
                        check.violated(container.name, "mountPoints.readOnly", path, message);
                    }
                }
            }
        } else if holds_sensitive || any(&SENSITIVE, &normal) {
            check.violated(name, SOURCE_PATH, path, format!("the volume `{path}` holds what the host rests on"));
        }
    }
    Ok(())
}

fn host(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    for (name, _, path) in host_paths(known)? {
        check.violated(name, SOURCE_PATH, path, format!("the volume is the folder `{path}` of the host"));
    }
    Ok(())
}

/// Each volume of EFS that lacks what is wanted.
fn each_efs(
    known: &Known,
    check: &mut Check,
    attribute: &str,
    message: &str,
    has: fn(Document) -> Result<bool, Unknown>,
) -> Result<(), Unknown> {
    for volume in known.definition()?.list("volumes")? {
        let efs = volume.object("efsVolumeConfiguration")?;
        if volume.get("efsVolumeConfiguration")?.is_some() && !has(efs)? {
            let name = volume.text("name")?.unwrap_or("?");
            let found = efs.text("fileSystemId")?.map_or(Value::Null, Value::from);
            check.violated(name, &format!("volumes.efsVolumeConfiguration.{attribute}"), found, message);
        }
    }
    Ok(())
}

fn efs_encryption(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    let message = "the file system is mounted without encryption in transit";
    each_efs(known, check, "transitEncryption", message, |efs| Ok(efs.text("transitEncryption")? == Some("ENABLED")))
}

fn efs_access_point(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    let message = "the file system is mounted without an access point";
    each_efs(known, check, "authorizationConfig.accessPointId", message, |efs| {
        Ok(efs.object("authorizationConfig")?.text("accessPointId")?.is_some())
    })
}

fn efs_iam(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    let message = "the file system is mounted without the role of the task";
    each_efs(known, check, "authorizationConfig.iam", message, |efs| {
        Ok(efs.object("authorizationConfig")?.text("iam")? == Some("ENABLED"))
    })
}

fn ephemeral_storage(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    if !known.is_fargate()? {
        return not_applicable("task", "the task does not run on Fargate");
    }
    let storage = known.cluster()?.object("configuration")?.object("managedStorageConfiguration")?;
    if storage.text("fargateEphemeralStorageKmsKeyId")?.is_none() {
        let attribute = "configuration.managedStorageConfiguration.fargateEphemeralStorageKmsKeyId";
        check.violated("cluster", attribute, Value::Null, "ephemeral storage is encrypted with a key of AWS");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_where_it_leads() {
        for (path, expected) in [
            ("/var/run/docker.sock", "/run/docker.sock"),
            ("/var/run/", "/run"),
            ("//etc/./", "/etc"),
            ("/data/../etc", "/etc"),
            ("/../..", "/"),
            ("/var/running", "/var/running"),
        ] {
            assert_eq!(normal(path), expected);
        }
        assert!(is_below("/etc/ssl", "/etc") && is_below("/etc", "/etc") && !is_below("/etcetera", "/etc"));
    }
}
