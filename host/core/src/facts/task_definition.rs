//! The task definition: a typed view over the DescribeTaskDefinition shape. Values of environment variables stay out of it.

use serde::Serialize;
use serde_json::Value;

use super::json::{Read, boolean, list, names, number, object, str, string, strings, text};

/// The essentials of a task definition revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "named after the attributes of DescribeTaskDefinition; see wit/policy.wit")]
pub struct TaskDefinition {
    pub arn: String,
    pub family: String,
    pub revision: u32,
    pub network_mode: Option<String>,
    pub pid_mode: Option<String>,
    pub ipc_mode: Option<String>,
    pub task_role_arn: Option<String>,
    pub execution_role_arn: Option<String>,
    pub cpu: Option<String>,
    pub memory: Option<String>,
    pub requires_compatibilities: Vec<String>,
    pub operating_system_family: Option<String>,
    pub cpu_architecture: Option<String>,
    pub containers: Vec<Container>,
    pub volumes: Vec<Volume>,
}

/// A container definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "named after the attributes of a container definition; see wit/policy.wit")]
pub struct Container {
    pub name: String,
    pub image: Option<String>,
    pub essential: bool,
    pub user: Option<String>,
    pub privileged: bool,
    pub read_only_root_filesystem: bool,
    pub added_capabilities: Vec<String>,
    pub dropped_capabilities: Vec<String>,
    pub environment: Vec<String>,
    pub secrets: Vec<String>,
    pub log_driver: Option<String>,
    pub mounts: Vec<Mount>,
}

/// A mount point of a container definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "named after the attributes of a mount point; see wit/policy.wit")]
pub struct Mount {
    pub volume: Option<String>,
    pub container_path: Option<String>,
    pub read_only: bool,
}

/// A volume of a task definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "named after the attributes of a volume; see wit/policy.wit")]
pub struct Volume {
    pub name: String,
    pub host_path: Option<String>,
    pub efs_file_system_id: Option<String>,
    pub efs_transit_encryption: bool,
}

impl TaskDefinition {
    /// Reads `taskDefinition`.
    pub fn from_document(definition: &Value) -> Read<Self> {
        let platform = object(definition, "runtimePlatform")?;
        Ok(Self {
            arn: text(definition, "taskDefinitionArn")?,
            family: text(definition, "family")?,
            revision: number(definition, "revision")?.unwrap_or_default(),
            network_mode: string(definition, "networkMode")?,
            pid_mode: string(definition, "pidMode")?,
            ipc_mode: string(definition, "ipcMode")?,
            task_role_arn: string(definition, "taskRoleArn")?,
            execution_role_arn: string(definition, "executionRoleArn")?,
            cpu: string(definition, "cpu")?,
            memory: string(definition, "memory")?,
            requires_compatibilities: strings(definition, "requiresCompatibilities")?,
            operating_system_family: string(platform, "operatingSystemFamily")?,
            cpu_architecture: string(platform, "cpuArchitecture")?,
            containers: list(definition, "containerDefinitions")?.iter().map(container).collect::<Read<_>>()?,
            volumes: list(definition, "volumes")?.iter().map(volume).collect::<Read<_>>()?,
        })
    }
}

fn container(container: &Value) -> Read<Container> {
    let capabilities = object(object(container, "linuxParameters")?, "capabilities")?;
    Ok(Container {
        name: text(container, "name")?,
        image: string(container, "image")?,
        // A container is essential unless its definition says otherwise (API reference, ContainerDefinition).
        essential: boolean(container, "essential")?.unwrap_or(true),
        user: string(container, "user")?,
        privileged: boolean(container, "privileged")?.unwrap_or(false),
        read_only_root_filesystem: boolean(container, "readonlyRootFilesystem")?.unwrap_or(false),
        added_capabilities: strings(capabilities, "add")?,
        dropped_capabilities: strings(capabilities, "drop")?,
        environment: names(container, "environment", "name")?,
        secrets: names(container, "secrets", "name")?,
        log_driver: string(object(container, "logConfiguration")?, "logDriver")?,
        mounts: list(container, "mountPoints")?.iter().map(mount).collect::<Read<_>>()?,
    })
}

fn mount(mount: &Value) -> Read<Mount> {
    Ok(Mount {
        volume: string(mount, "sourceVolume")?,
        container_path: string(mount, "containerPath")?,
        read_only: boolean(mount, "readOnly")?.unwrap_or(false),
    })
}

fn volume(volume: &Value) -> Read<Volume> {
    let efs = object(volume, "efsVolumeConfiguration")?;
    Ok(Volume {
        name: text(volume, "name")?,
        host_path: string(object(volume, "host")?, "sourcePath")?,
        efs_file_system_id: string(efs, "fileSystemId")?,
        efs_transit_encryption: str(efs, "transitEncryption")? == Some("ENABLED"),
    })
}
