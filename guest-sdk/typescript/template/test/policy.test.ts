import assert from "node:assert/strict";
import { test } from "node:test";
import { type Facts, judge, recorded, Unavailable } from "../gatecheck/testing";
import policy from "../policy";

const settings = { users: ["app"] };

/** The recorded task, with containers that run as `user`. */
function runningAs(user: string | null): Facts {
  const facts = recorded("fargate-private");
  const taskDefinition = facts.taskDefinition();
  for (const container of taskDefinition.containers) {
    container.user = user;
  }
  return facts.with({ taskDefinition });
}

test("an allowed user passes", () => {
  const verdict = judge(policy, settings, runningAs("app"));
  assert.deepEqual(verdict.passed, ["user"]);
});

test("another user and none at all do not", () => {
  for (const user of ["root", null]) {
    const [violation] = judge(policy, settings, runningAs(user)).violations;
    assert.equal(violation.object, "web");
    assert.equal(violation.found, user);
  }
});

test("without the task definition it is undecided", () => {
  const denied = new Unavailable("denied", "ecs:DescribeTaskDefinition");
  const verdict = judge(policy, settings, recorded("fargate-private").with({ taskDefinition: denied }));
  assert.equal(verdict.undecided[0].rule, "user");
});
