import assert from "node:assert/strict";
import { test } from "node:test";
import { object, policy } from "../gatecheck";
import { Facts, judge, recorded, SettingsError, Unavailable } from "../gatecheck/testing";

test("nothing is known but what is given", () => {
  const facts = Facts.given({ tags: [["team", "web"]], cluster: new Unavailable("failed", "timed out") });
  assert.deepEqual(facts.tags(), [["team", "web"]]);
  assert.throws(() => facts.cluster(), { family: "cluster", reason: new Unavailable("failed", "timed out") });
  const reason = new Unavailable("other", "not given in this test");
  assert.throws(() => facts.exposedAddresses(), { name: "Unknown", family: "interfaces", reason });
});

test("facts are replaced, and nobody changes those of another", () => {
  const before = Facts.given({ tags: [["team", "web"]], containers: [] });
  const after = before.with({ tags: [] });
  assert.deepEqual([before.tags().length, after.tags().length], [1, 0]);
  assert.deepEqual(after.containers(), []);
  before.tags().pop();
  assert.equal(before.tags().length, 1);
});

test("records of a recording have the names of TypeScript", () => {
  const facts = recorded("fargate-private");
  const { clusterArn, containerInstanceArn, executeCommand, revision } = facts.task();
  assert.deepEqual([clusterArn, containerInstanceArn], ["arn:aws:ecs:us-west-2:111122223333:cluster/prod", null]);
  assert.deepEqual([executeCommand, revision], [false, 42]);
  assert.equal(facts.attachments()[0].privateIpv4Address, "10.0.0.139");
  assert.equal(facts.taskDefinition().containers[0].readOnlyRootFilesystem, true);
  assert.deepEqual(facts.interfaces()[0].addresses, [{ ip: "10.0.0.139", scope: "private" }]);
  assert.equal(facts.subnets()[0].publicIpv4, false);
  assert.equal(facts.securityGroupRules()[0].egress, false);
  assert.ok(facts.tags().every((tag) => tag.length === 2));
  assert.equal(facts.service().name, "web");
});

test("documents of a recording are those of AWS", () => {
  const facts = recorded("fargate-private");
  assert.equal(facts.taskDocument().taskDefinitionArn, facts.task().taskDefinitionArn);
  assert.equal(facts.taskDefinitionDocument().containerDefinitions[0].readonlyRootFilesystem, true);
  assert.deepEqual(Object.keys(facts.subnetDocuments()[0]).sort(), ["RouteTable", "Subnet"]);
});

test("what a recording lacks is not known, and why", () => {
  const { kind } = thrown(() => recorded("fargate-provisioning").interfaces()).reason;
  assert.equal(kind, "not-yet");
  assert.equal(thrown(() => recorded("ec2-bridge").attachments()).reason.kind, "not-applicable");
});

test("a recording that cannot be had says what to do", () => {
  assert.throws(() => recorded("no-such-recording"), /`.*gatecheck facts no-such-recording` failed: error: /);
  const { GATECHECK } = process.env;
  process.env.GATECHECK = "./no-such-program";
  try {
    assert.throws(
      () => recorded("ec2-bridge"),
      /^Error: `\.\/no-such-program facts ec2-bridge` failed: it is not there; put /,
    );
  } finally {
    process.env.GATECHECK = GATECHECK;
  }
});

test("settings of a test are read strictly", () => {
  const nothing = policy({ settings: object({}), evaluate() {} });
  assert.deepEqual(judge(nothing, {}, Facts.given({})).passed, []);
  assert.throws(() => judge(nothing, { users: [] }, Facts.given({})), SettingsError);
});

function thrown(run: () => unknown): { reason: Unavailable } {
  try {
    run();
  } catch (error) {
    return error as { reason: Unavailable };
  }
  return assert.fail("nothing was thrown");
}
