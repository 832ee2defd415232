import assert from "node:assert/strict";
import { test } from "node:test";
import { Facts, judge, recorded, Unavailable } from "../gatecheck/testing";
import policy, { hasFixedVersion } from "../policy";

const settings = { registries: ["111122223333.dkr.ecr."], tags: ["team"], public: ["service:edge"] };

const broken = (facts: Facts) => judge(policy, settings, facts).violations.map(({ rule }) => rule);

test("a public task is exposed unless it may be", () => {
  const facts = recorded("fargate-public");
  assert.ok(broken(facts).includes("exposed"));
  const edge = facts.with({ task: { ...facts.task(), group: "service:edge" } });
  assert.ok(!broken(edge).includes("exposed"));
});

test("a fixed version is a tag or a digest", () => {
  for (const image of [
    "nginx:1.27",
    "localhost:5000/web:1",
    "web@sha256:0123",
    "web:latest@sha256:0123",
    "web:latest-1",
  ]) {
    assert.ok(hasFixedVersion(image), image);
  }
  for (const image of ["nginx", "nginx:latest", "localhost:5000/web", "web:"]) {
    assert.ok(!hasFixedVersion(image), image);
  }
});

test("root is root by any name, and what is found before a fact is missing stays", () => {
  const facts = recorded("fargate-private");
  const definition = facts.taskDefinition();
  const [container] = definition.containers;
  for (const user of [null, "", "root", "0", "0:0", "root:app", ":app"]) {
    const containers = [{ ...container, user }];
    assert.deepEqual(broken(facts.with({ taskDefinition: { ...definition, containers } })), ["root"], String(user));
  }
  for (const user of ["1000", "rooted", "00", "app:0"]) {
    const containers = [{ ...container, user }];
    assert.deepEqual(broken(facts.with({ taskDefinition: { ...definition, containers } })), [], user);
  }
});

test("nothing passes because AWS did not tell", () => {
  const verdict = judge(
    policy,
    settings,
    Facts.given({ containers: [], tags: new Unavailable("failed", "timed out") }),
  );
  assert.deepEqual(verdict.passed, ["registry", "version"]);
  assert.deepEqual(
    verdict.undecided.map(({ rule }) => rule),
    ["root", "role", "exposed", "tags"],
  );
});
