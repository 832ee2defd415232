import assert from "node:assert/strict";
import { test } from "node:test";
import { array, object, policy, string, Unavailable } from "../gatecheck";
import type { Source } from "../gatecheck/facts";
import { exports } from "../gatecheck/guest";

const manifest = { name: "users", version: "1.2.3", description: "Who may run" };

const users = policy({
  settings: object({ users: array(string()) }),
  evaluate({ users }, facts, verdict) {
    verdict.rule("group", (rule) => {
      const { group } = facts.task();
      if (group === null || !users.includes(group)) {
        rule.violated({ object: "task", attribute: "group", message: "not allowed", found: group, allowed: users });
      }
    });
    verdict.rule("tags", () => void facts.tags());
  },
});

const denied: Source = () => new Unavailable("denied", "ecs:DescribeTasks");

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
}

test("what a policy does not say of itself is in its manifest", () => {
  const settingsSchema = JSON.stringify(users.settings);
  const described = {
    name: "users",
    version: "1.2.3",
    summary: "Who may run",
    documentation: undefined,
    settingsSchema,
  };
  assert.deepEqual(exports(users, manifest, denied, {}).describe(), described);
  const named = { ...users, name: "other", version: "2.0.0", summary: "Others", documentation: "https://example.com" };
  const { name, version, summary, documentation } = named;
  const other = { name, version, summary, documentation, settingsSchema };
  assert.deepEqual(exports(named, manifest, denied, {}).describe(), other);
});

test("mistakes in the settings are the error of configure", () => {
  const { configure } = exports(users, manifest, denied, {});
  assert.deepEqual(configure('{"users": []}'), []);
  assert.deepEqual(
    thrown(() => configure('{"users": [1]}')),
    [{ pointer: "/users/0", message: "invalid type: number, expected string" }],
  );
  const [{ pointer, message }] = thrown(() => configure("{")) as { pointer: string; message: string }[];
  assert.equal(pointer, "");
  assert.match(message, /^not JSON: /);
});

test("an answer has the names and values of the interface", () => {
  const task = { group: null } as never;
  const source = ((fact) => (fact === "task" ? task : denied(fact))) as Source;
  const { configure, evaluate } = exports(users, manifest, source, {});
  configure('{"users": ["service:web"]}');
  assert.deepEqual(evaluate(), {
    violations: [
      {
        rule: "group",
        severity: "medium",
        object: "task",
        attribute: "group",
        message: "not allowed",
        found: "null",
        allowed: '["service:web"]',
      },
    ],
    undecided: [
      { rule: "tags", unavailable: [{ family: "task-details", reason: { tag: "denied", val: "ecs:DescribeTasks" } }] },
    ],
    passed: [],
  });
});

test("an error is a fault with its type, message and place in the sources", () => {
  const fault = (evaluate: () => unknown, places = {}) => {
    const component = exports(
      policy({ settings: object({}), evaluate: evaluate as () => void }),
      manifest,
      denied,
      places,
    );
    component.configure("{}");
    return thrown(component.evaluate);
  };
  const error = Object.assign(new RangeError("too far"), {
    stack: "    at fail (componentize-qjs:user.js:3:9)\n    at judge (componentize-qjs:user.js:40:1)\n",
  });
  const fail = () => {
    throw error;
  };
  assert.equal(fault(fail), "RangeError: too far");
  assert.equal(fault(fail, { 40: "policy.ts:4" }), "RangeError: too far (policy.ts:4)");
  assert.equal(
    fault(() => {
      throw "a text";
    }),
    "thrown: a text",
  );
  assert.equal(
    fault(async () => {}),
    "TypeError: `evaluate` is asynchronous, and what it finds would come too late",
  );
});

test("a fact that is read outside of a rule says why it is not known", () => {
  const reading = policy({ settings: object({}), evaluate: (_, facts) => void facts.tags() });
  const { configure, evaluate } = exports(reading, manifest, denied, {});
  configure("{}");
  assert.equal(thrown(evaluate), "Unknown: task-details is not known, denied: ecs:DescribeTasks");
});

test("evaluating needs settings", () => {
  const { evaluate } = exports(users, manifest, denied, {});
  assert.equal(thrown(evaluate), "Error: `evaluate` was called before `configure`");
});
