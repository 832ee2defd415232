import assert from "node:assert/strict";
import { test } from "node:test";
import { judge, recorded } from "../gatecheck/testing";
import policy, { regExp } from "../policy";

test("a placeholder has the same value all over a task", () => {
  const settings = { names: { cluster: ["{env}"], image: ["{registry}/{env}-{name}:{tag}"] }, placeholders: {} };
  const facts = recorded("fargate-private");
  const [container] = facts.containers();
  const running = (image: string) => judge(policy, settings, facts.with({ containers: [{ ...container, image }] }));

  assert.deepEqual(running("local/prod-web:1").passed, ["cluster", "image"]);
  const [violation] = running("local/test-web:1").violations;
  assert.equal(violation.found, "local/test-web:1");
  assert.deepEqual(violation.allowed, ["{registry}/prod-{name}:{tag}"]);
});

test("what has no name is not judged", () => {
  const settings = { names: { service: ["{service}"], image: ["none"] }, placeholders: {} };
  const facts = recorded("fargate-private");
  const injected = { ...facts.containers()[0], image: null };
  const standalone = facts.with({ task: { ...facts.task(), service: null }, containers: [injected] });
  assert.deepEqual(judge(policy, settings, standalone).violations, []);
});

test("a form is a regular expression with named groups", () => {
  const form = regExp("{team}.{service}-{team}", { team: "[a-z]{2}" }, { service: "a+b" });
  assert.deepEqual({ ...form.exec("xy.a+b-xy")?.groups }, { team: "xy" });
  for (const name of ["xy.a+b-zz", "xy.aab-xy", "xyz.a+b-xyz", "xy-a+b-xy", "xy.a+b-xy "]) {
    assert.equal(form.exec(name), null, name);
  }
});
