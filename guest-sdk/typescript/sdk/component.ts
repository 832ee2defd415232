// What becomes the component: the policy of the project, with the host as the source of its facts. The only module that imports
// from the host, so that everything else runs natively.

import cluster from "gatecheck:policy/cluster@1.0.0";
import network from "gatecheck:policy/network@1.0.0";
import securityGroups from "gatecheck:policy/security-groups@1.0.0";
import service from "gatecheck:policy/service@1.0.0";
import task from "gatecheck:policy/task@1.0.0";
import taskDefinition from "gatecheck:policy/task-definition@1.0.0";
import taskDetails from "gatecheck:policy/task-details@1.0.0";

import manifest from "../package.json";
import policy from "../policy";
import type { Known, Source } from "./facts";
import { exports } from "./guest";
import { Unavailable, type UnavailableKind } from "./types";

const json = (document: string) => JSON.parse(document);

const HOST: { [Fact in keyof Known]: () => Known[Fact] } = {
  task: task.get,
  containers: task.containers,
  attachments: task.attachments,
  taskDocument: () => json(task.document()),
  tags: taskDetails.tags,
  taskDetailsDocument: () => json(taskDetails.document()),
  taskDefinition: taskDefinition.get,
  taskDefinitionDocument: () => json(taskDefinition.document()),
  interfaces: network.interfaces,
  interfaceDocuments: () => network.interfaceDocuments().map(json),
  subnets: network.subnets,
  subnetDocuments: () => network.subnetDocuments().map(json),
  exposedAddresses: network.exposedAddresses,
  securityGroupRules: securityGroups.rules,
  securityGroupDocuments: () => securityGroups.documents().map(json),
  service: service.get,
  serviceDocument: () => json(service.document()),
  cluster: cluster.get,
  clusterDocument: () => json(cluster.document()),
};

const source: Source = (fact) => {
  try {
    return HOST[fact]();
  } catch (error) {
    if (error instanceof Error && "payload" in error) {
      const { tag, val } = error.payload as { tag: UnavailableKind; val: string };
      return new Unavailable(tag, val);
    }
    throw error;
  }
};

export const { describe, configure, evaluate } = exports(policy, manifest, source, PLACES);
