"""The records that facts are made of, as in wit/policy.wit.

Where AWS may leave something out, it is `None`. The defaults are for tests: what the host gives has every field.
"""

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True)
class Task:
    """The essentials of the task."""

    arn: str
    cluster_arn: str
    account: str
    region: str
    task_definition_arn: str
    family: str
    """Family of the task definition."""
    revision: int
    """Revision of the task definition."""
    group: str | None = None
    """`service:NAME` or `family:NAME`, or what RunTask was given."""
    service: str | None = None
    """Name of the service that started the task; `None` for a standalone task."""
    status: str = "PENDING"
    """PROVISIONING, PENDING, RUNNING, ..."""
    launch_type: str | None = None
    capacity_provider: str | None = None
    platform_version: str | None = None
    availability_zone: str | None = None
    cpu: str | None = None
    """CPU units as ECS writes them: text."""
    memory: str | None = None
    """MiB as ECS writes them: text."""
    execute_command: bool = False
    started_by: str | None = None
    container_instance_arn: str | None = None


@dataclass(frozen=True)
class Container:
    """A container of the task."""

    name: str
    image: str | None = None
    """`None` for a container that AWS injected (GuardDuty's agent): it is not in the task definition."""
    image_digest: str | None = None
    """The digest that runs, known once the task is RUNNING."""
    status: str = "PENDING"


@dataclass(frozen=True)
class Attachment:
    """A network interface of the task's own (network mode awsvpc), as the event knows it."""

    subnet_id: str | None = None
    network_interface_id: str | None = None
    """`None` until the interface is attached."""
    private_ipv4_address: str | None = None


@dataclass(frozen=True)
class MountPoint:
    """Where a volume is in a container."""

    volume: str | None = None
    container_path: str | None = None
    read_only: bool = False


@dataclass(frozen=True)
class ContainerDefinition:
    """A container of a task definition: names of environment variables and secrets, never their values."""

    name: str
    image: str | None = None
    essential: bool = True
    user: str | None = None
    privileged: bool = False
    read_only_root_filesystem: bool = False
    added_capabilities: list[str] = field(default_factory=list)
    dropped_capabilities: list[str] = field(default_factory=list)
    environment: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    log_driver: str | None = None
    mounts: list[MountPoint] = field(default_factory=list)


@dataclass(frozen=True)
class Volume:
    """A volume of a task definition."""

    name: str
    host_path: str | None = None
    """Path on the container instance, for a bind mount."""
    efs_file_system_id: str | None = None
    efs_transit_encryption: bool = False
    """Whether traffic to the EFS file system is encrypted."""


@dataclass(frozen=True)
class TaskDefinition:
    """The essentials of a task definition."""

    arn: str
    family: str
    revision: int
    network_mode: str | None = None
    """awsvpc, bridge, host or none; `None` when the definition leaves it to the platform."""
    pid_mode: str | None = None
    ipc_mode: str | None = None
    task_role_arn: str | None = None
    execution_role_arn: str | None = None
    cpu: str | None = None
    memory: str | None = None
    requires_compatibilities: list[str] = field(default_factory=list)
    operating_system_family: str | None = None
    cpu_architecture: str | None = None
    containers: list[ContainerDefinition] = field(default_factory=list)
    volumes: list[Volume] = field(default_factory=list)


class SubnetClass(StrEnum):
    """What a subnet's route table says about the internet. The most exposed class that applies."""

    PUBLIC = "public"
    """A route to an internet gateway that is active and not blocked."""
    PRIVATE = "private"
    """No way in from the internet; a way out perhaps (NAT, transit gateway, peering)."""
    CARRIER = "carrier"
    """A route to a carrier gateway (Wavelength)."""
    INSPECTED = "inspected"
    """The default route leads through a gateway load balancer or firewall endpoint, behind which there may be one."""
    ISOLATED = "isolated"
    """No route leaves the VPC at all."""
    UNKNOWN = "unknown"
    """The default route leads to an appliance; what it does cannot be known from here."""


@dataclass(frozen=True)
class Subnet:
    """A subnet, and what its routes mean."""

    id: str
    vpc_id: str
    class_: SubnetClass
    public_ipv4: bool = False
    """Whether the internet gateway is reached over IPv4."""
    public_ipv6: bool = False
    """Whether the internet gateway is reached over IPv6."""
    route_table_id: str | None = None
    why: str = ""
    """The route, or its absence, that decided the class."""


class AddressScope(StrEnum):
    """From where an address can be reached."""

    PRIVATE = "private"
    PUBLIC = "public"
    """A public IPv4 address is associated."""
    CARRIER = "carrier"
    """A carrier address is associated (Wavelength)."""
    CUSTOMER_OWNED = "customer-owned"
    """A customer-owned address is associated (Outposts)."""
    GLOBAL_IPV6 = "global-ipv6"
    """A global IPv6 address: the internet reaches it only if the subnet lets it in."""


@dataclass(frozen=True)
class Address:
    """An address of a network interface."""

    ip: str
    scope: AddressScope


@dataclass(frozen=True)
class NetworkInterface:
    """A network interface of the task, or of its container instance."""

    id: str
    subnet_id: str | None = None
    vpc_id: str | None = None
    addresses: list[Address] = field(default_factory=list)
    security_group_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ExposedAddress:
    """An address under which the internet may find the task."""

    interface_id: str
    ip: str
    why: str


@dataclass(frozen=True)
class SecurityGroupRule:
    """One source or destination of one rule of a security group."""

    group_id: str
    egress: bool
    protocol: str
    """tcp, udp, icmp, a protocol number, or `-1` for all."""
    from_port: int | None
    to_port: int | None
    peer: str
    """A CIDR block, prefix list or security group."""
    anywhere: bool = False
    """The peer is 0.0.0.0/0 or ::/0."""
    description: str | None = None


@dataclass(frozen=True)
class Service:
    """The essentials of a service."""

    arn: str
    name: str
    status: str = "ACTIVE"
    launch_type: str | None = None
    platform_version: str | None = None
    desired_count: int = 1
    assign_public_ip: bool | None = None
    """What the service asks for; whether an interface got a public address is told by `Facts.interfaces`."""
    execute_command: bool = False
    propagate_tags: str | None = None


@dataclass(frozen=True)
class Cluster:
    """The essentials of a cluster."""

    arn: str
    name: str
    status: str = "ACTIVE"
    container_insights: str | None = None
    """enabled, enhanced or disabled."""
    execute_command_logging: str | None = None
    """NONE, DEFAULT or OVERRIDE."""
