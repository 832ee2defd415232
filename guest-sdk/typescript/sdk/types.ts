// What is known about a task, as records. Names and values are those of wit/policy.wit; `null` is what is not there.

/** Why a fact is not known. */
export class Unavailable {
  constructor(
    readonly kind: UnavailableKind,
    /** The IAM action that is missing, for `denied`; otherwise what happened. */
    readonly text: string,
  ) {}
}

/**
 * - `not-yet`: it does not exist yet at this point of the life of the task.
 * - `not-applicable`: it will never exist for this task.
 * - `denied`: AWS refused.
 * - `failed`: AWS, or the way to it, failed.
 */
export type UnavailableKind = "not-yet" | "not-applicable" | "denied" | "failed" | "other";

/** What is fetched together. */
export type Family =
  "task" | "task-details" | "task-definition" | "interfaces" | "subnets" | "security-groups" | "service" | "cluster";

/** A document of AWS, as its CLI prints it. AWS adds to it at will, so nothing is known of its shape: use `?.`, and compare. */
export type Document = { [key: string]: any };

/** The essentials of a task. */
export interface Task {
  arn: string;
  clusterArn: string;
  account: string;
  region: string;
  taskDefinitionArn: string;
  /** Family and revision of the task definition. */
  family: string;
  revision: number;
  /** `service:NAME` or `family:NAME`, or what RunTask was given. */
  group: string | null;
  /** The service that started the task; none for a standalone task. */
  service: string | null;
  /** PROVISIONING, PENDING, RUNNING, ... */
  status: string;
  launchType: string | null;
  capacityProvider: string | null;
  platformVersion: string | null;
  availabilityZone: string | null;
  /** CPU units and MiB as ECS writes them: text. */
  cpu: string | null;
  memory: string | null;
  executeCommand: boolean;
  startedBy: string | null;
  containerInstanceArn: string | null;
}

/** A container of a task. */
export interface Container {
  name: string;
  /** None for a container that AWS injected: it is not in the task definition. */
  image: string | null;
  /** The digest that runs, known once the task is RUNNING. */
  imageDigest: string | null;
  status: string;
}

/** A network interface of the task's own, as its event knows it. */
export interface Attachment {
  subnetId: string | null;
  /** None until the interface is attached. */
  networkInterfaceId: string | null;
  privateIpv4Address: string | null;
}

/** The essentials of a task definition. */
export interface TaskDefinition {
  arn: string;
  family: string;
  revision: number;
  /** awsvpc, bridge, host or none; `null` when it is left to the platform. */
  networkMode: string | null;
  pidMode: string | null;
  ipcMode: string | null;
  taskRoleArn: string | null;
  executionRoleArn: string | null;
  cpu: string | null;
  memory: string | null;
  requiresCompatibilities: string[];
  operatingSystemFamily: string | null;
  cpuArchitecture: string | null;
  containers: ContainerDefinition[];
  volumes: Volume[];
}

/** A container as its task definition describes it. */
export interface ContainerDefinition {
  name: string;
  image: string | null;
  essential: boolean;
  user: string | null;
  privileged: boolean;
  readOnlyRootFilesystem: boolean;
  addedCapabilities: string[];
  droppedCapabilities: string[];
  /** Names of environment variables, never their values. */
  environment: string[];
  /** Names of secrets, never their values. */
  secrets: string[];
  logDriver: string | null;
  mounts: MountPoint[];
}

/** Where a container sees a volume. */
export interface MountPoint {
  volume: string | null;
  containerPath: string | null;
  readOnly: boolean;
}

/** A volume of a task definition. */
export interface Volume {
  name: string;
  /** Path on the container instance, for a bind mount. */
  hostPath: string | null;
  efsFileSystemId: string | null;
  efsTransitEncryption: boolean;
}

/** A network interface. */
export interface NetworkInterface {
  id: string;
  subnetId: string | null;
  vpcId: string | null;
  addresses: Address[];
  securityGroupIds: string[];
}

/** An address of an interface. */
export interface Address {
  ip: string;
  scope: AddressScope;
}

/** `global-ipv6`: the internet reaches it only if the subnet lets it in. */
export type AddressScope = "private" | "public" | "carrier" | "customer-owned" | "global-ipv6";

/** A subnet, and what its route table says about the internet. */
export interface Subnet {
  id: string;
  vpcId: string;
  class: SubnetClass;
  /** The internet gateway is reached over IPv4, over IPv6. */
  publicIpv4: boolean;
  publicIpv6: boolean;
  routeTableId: string | null;
  /** The route, or its absence, that decided the class. */
  why: string;
}

/**
 * - `public`: a route to an internet gateway.
 * - `private`: no way in from the internet; a way out perhaps.
 * - `carrier`: a route to a carrier gateway.
 * - `inspected`: the default route leads through a gateway load balancer or firewall endpoint.
 * - `isolated`: no route leaves the VPC.
 * - `unknown`: the default route leads to an appliance; what it does cannot be known.
 */
export type SubnetClass = "public" | "private" | "carrier" | "inspected" | "isolated" | "unknown";

/** An address under which the internet may find the task. */
export interface ExposedAddress {
  interfaceId: string;
  ip: string;
  why: string;
}

/** One source or destination of one rule of a security group. */
export interface SecurityGroupRule {
  groupId: string;
  egress: boolean;
  /** tcp, udp, icmp, a protocol number, or `-1` for all. */
  protocol: string;
  fromPort: number | null;
  toPort: number | null;
  /** A CIDR block, prefix list or security group. */
  peer: string;
  /** The peer is 0.0.0.0/0 or ::/0. */
  anywhere: boolean;
  description: string | null;
}

/** The essentials of a service. */
export interface Service {
  arn: string;
  name: string;
  status: string;
  launchType: string | null;
  platformVersion: string | null;
  desiredCount: number;
  /** What the service asks for; whether an interface got a public address is told by the interfaces. */
  assignPublicIp: boolean | null;
  executeCommand: boolean;
  propagateTags: string | null;
}

/** The essentials of a cluster. */
export interface Cluster {
  arn: string;
  name: string;
  status: string;
  /** enabled, enhanced or disabled. */
  containerInsights: string | null;
  /** NONE, DEFAULT or OVERRIDE. */
  executeCommandLogging: string | null;
}
