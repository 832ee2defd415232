import assert from "node:assert/strict";
import { test } from "node:test";
import { Facts, Unavailable, type UnavailableKind, Verdict, type Violation } from "../gatecheck";

const violation: Violation = { object: "web", attribute: "user", message: "runs as root" };

const lacking = (kind: UnavailableKind) => Facts.given({ service: new Unavailable(kind, "why") });

test("a rule without a violation has passed", () => {
  const verdict = new Verdict();
  verdict.rule("user", () => {});
  assert.deepEqual({ ...verdict }, { violations: [], undecided: [], passed: ["user"] });
});

test("a violation belongs to its rule, and is medium unless it says otherwise", () => {
  const verdict = new Verdict();
  verdict.rule("user", (rule) => {
    rule.violated({ ...violation, severity: undefined });
    rule.violated({ ...violation, severity: "high", found: null });
  });
  assert.deepEqual(verdict.violations, [
    { ...violation, rule: "user", severity: "medium" },
    { ...violation, rule: "user", severity: "high", found: null },
  ]);
  assert.deepEqual(verdict.passed, []);
});

test("a fact that is not known makes the rule undecided, and what was found before stays", () => {
  for (const kind of ["not-yet", "denied", "failed", "other"] as const) {
    const verdict = new Verdict();
    verdict.rule("service", (rule) => {
      rule.violated(violation);
      lacking(kind).service();
    });
    assert.equal(verdict.violations.length, 1);
    assert.deepEqual(verdict.passed, []);
    const reason = new Unavailable(kind, "why");
    assert.deepEqual(verdict.undecided, [{ rule: "service", unavailable: [{ family: "service", reason }] }]);
  }
});

test("a fact that does not apply ends the rule without a word, and what was found before stays", () => {
  const verdict = new Verdict();
  verdict.rule("service", () => void lacking("not-applicable").service());
  assert.deepEqual({ ...verdict }, { violations: [], undecided: [], passed: [] });
  verdict.rule("service", (rule) => {
    rule.violated(violation);
    lacking("not-applicable").service();
  });
  assert.equal(verdict.violations.length, 1);
});

test("any other error is not swallowed", () => {
  const verdict = new Verdict();
  const error = new RangeError("too far");
  assert.throws(
    () =>
      verdict.rule("user", () => {
        throw error;
      }),
    error,
  );
});

test("an asynchronous rule would find nothing in time, and is a mistake", () => {
  assert.throws(() => new Verdict().rule("user", async () => {}), /^TypeError: the rule `user` is asynchronous/);
});

test("what is no text is told by its name", () => {
  const broken = (wrong: object) => () =>
    new Verdict().rule("user", (rule) => rule.violated({ ...violation, ...wrong }));
  assert.throws(broken({ object: undefined }), /^TypeError: `object` of a violation must be text, and is `undefined`/);
  assert.throws(broken({ message: ["a"] }), /^TypeError: `message` of a violation must be text, and is `\["a"\]`/);
  assert.throws(broken({ severity: "bad" }), /^TypeError: `bad` is no severity/);
});
