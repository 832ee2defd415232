// Facts as a policy reads them: from the host in a component, from what a test gives natively.

import {
  type Attachment,
  type Cluster,
  type Container,
  type Document,
  type ExposedAddress,
  type Family,
  type NetworkInterface,
  type SecurityGroupRule,
  type Service,
  type Subnet,
  type Task,
  type TaskDefinition,
  Unavailable,
} from "./types";

/** Thrown where a fact is read that is not known. Inside of a rule it makes the rule undecided. */
export class Unknown extends Error {
  override readonly name = "Unknown";

  constructor(
    readonly family: Family,
    readonly reason: Unavailable,
  ) {
    super(`${family} is not known, ${reason.kind}: ${reason.text}`);
  }
}

/** All facts by their names. */
export type Known = { [Fact in Exclude<keyof Facts, "with">]: ReturnType<Facts[Fact]> };

/** Some facts, or why they are not available. */
export type Given = { [Fact in keyof Known]?: Known[Fact] | Unavailable };

/** Where facts come from. */
export type Source = <Fact extends keyof Known>(fact: Fact) => Known[Fact] | Unavailable;

/** What is known about the task. Reading a fact for the first time may cost the host an AWS call. */
export class Facts {
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Facts for a test: what is given, and nothing else is known. */
  static given(given: Given): Facts {
    return new Facts(() => new Unavailable("other", "not given in this test")).with(given);
  }

  /** These facts for a test, with others in their place. */
  with(given: Given): Facts {
    const source = this.#source;
    // Like the host, a test gives each reader a value of its own.
    return new Facts((fact) => {
      const value = given[fact] ?? source(fact);
      return value instanceof Unavailable ? value : structuredClone(value);
    });
  }

  /** The essentials of the task, from its event. */
  task(): Task {
    return this.#known("task", "task");
  }

  /** Its containers, from its event. */
  containers(): Container[] {
    return this.#known("containers", "task");
  }

  /** Its own network interfaces, from its event. Does not apply to bridge and host tasks. */
  attachments(): Attachment[] {
    return this.#known("attachments", "task");
  }

  /** The task as its event describes it, in the shape of DescribeTasks. */
  taskDocument(): Document {
    return this.#known("taskDocument", "task");
  }

  /** Its tags, from DescribeTasks: pairs of key and value. */
  tags(): [string, string][] {
    return this.#known("tags", "task-details");
  }

  /** The task as DescribeTasks knows it. */
  taskDetailsDocument(): Document {
    return this.#known("taskDetailsDocument", "task-details");
  }

  /** The essentials of its task definition. */
  taskDefinition(): TaskDefinition {
    return this.#known("taskDefinition", "task-definition");
  }

  /** The task definition as DescribeTaskDefinition knows it. */
  taskDefinitionDocument(): Document {
    return this.#known("taskDefinitionDocument", "task-definition");
  }

  /** Its network interfaces, or those of its container instance. */
  interfaces(): NetworkInterface[] {
    return this.#known("interfaces", "interfaces");
  }

  /** The same as DescribeNetworkInterfaces knows them. */
  interfaceDocuments(): Document[] {
    return this.#known("interfaceDocuments", "interfaces");
  }

  /** The subnets of those interfaces. */
  subnets(): Subnet[] {
    return this.#known("subnets", "subnets");
  }

  /** The same with their route tables, as DescribeSubnets and DescribeRouteTables know them. */
  subnetDocuments(): Document[] {
    return this.#known("subnetDocuments", "subnets");
  }

  /** The addresses under which the internet may find the task. */
  exposedAddresses(): ExposedAddress[] {
    return this.#known("exposedAddresses", "interfaces");
  }

  /** The rules of its security groups. */
  securityGroupRules(): SecurityGroupRule[] {
    return this.#known("securityGroupRules", "security-groups");
  }

  /** The security groups as DescribeSecurityGroups knows them. */
  securityGroupDocuments(): Document[] {
    return this.#known("securityGroupDocuments", "security-groups");
  }

  /** The essentials of its service. */
  service(): Service {
    return this.#known("service", "service");
  }

  /** The service as DescribeServices knows it. */
  serviceDocument(): Document {
    return this.#known("serviceDocument", "service");
  }

  /** The essentials of its cluster. */
  cluster(): Cluster {
    return this.#known("cluster", "cluster");
  }

  /** The cluster as DescribeClusters knows it. */
  clusterDocument(): Document {
    return this.#known("clusterDocument", "cluster");
  }

  #known<Fact extends keyof Known>(fact: Fact, family: Family): Known[Fact] {
    const value = this.#source(fact);
    if (value instanceof Unavailable) {
      throw new Unknown(family, value);
    }
    return value;
  }
}
