import assert from "node:assert/strict";
import { test } from "node:test";
import {
  array,
  boolean,
  integer,
  number,
  object,
  oneOf,
  optional,
  pattern,
  read,
  record,
  SettingsError,
  string,
  type Type,
  type TypeOf,
} from "../gatecheck/settings";

const settings = object({
  users: array(string(), "Who may run"),
  limits: optional(record(object({ max: integer(), share: optional(number()) }))),
  mode: optional(oneOf(["strict", "loose"])),
  image: optional(pattern()),
  dry: optional(boolean()),
});

function problems(type: Type<unknown>, value: unknown): [pointer: string, message: string][] {
  try {
    read(type, value);
    return [];
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.problems.map(({ pointer, message }) => [pointer, message]);
  }
}

test("what is sound is read as it is, with its static type", () => {
  const value = { users: ["app"], limits: { a: { max: 1, share: 0.5 } }, mode: "loose", image: "^web", dry: true };
  const sound: TypeOf<typeof settings> = read(settings, value);
  assert.deepEqual(sound, value);
  const users: string[] = sound.users;
  const mode: "strict" | "loose" | undefined = sound.mode;
  const max: number | undefined = sound.limits?.a.max;
  assert.deepEqual([users, mode, max], [["app"], "loose", 1]);
  assert.deepEqual(problems(settings, { users: [] }), []);
});

test("all mistakes are told, with their JSON pointers", () => {
  const value = JSON.parse(`{
    "users": ["app", 7, null],
    "limits": {"a/b~c": {"max": 1.5}, "d": {}, "e": []},
    "mode": "weak", "image": "(", "dry": "yes", "user": [], "__proto__": {}
  }`);
  assert.deepEqual(problems(settings, value), [
    ["/users/1", "invalid type: number, expected string"],
    ["/users/2", "invalid type: null, expected string"],
    ["/limits/a~1b~0c/max", "invalid type: number, expected integer"],
    ["/limits/d", "missing field `max`"],
    ["/limits/e", "invalid type: array, expected object"],
    ["/mode", "unknown value `weak`"],
    ["/image", "not a regular expression: Invalid regular expression: /(/: Unterminated group"],
    ["/dry", "invalid type: string, expected boolean"],
    ["/user", "unknown field `user`"],
    ["/__proto__", "unknown field `__proto__`"],
  ]);
  assert.deepEqual(problems(settings, []), [["", "invalid type: array, expected object"]]);
  assert.deepEqual(problems(settings, { constructor: 1 }), [
    ["", "missing field `users`"],
    ["/constructor", "unknown field `constructor`"],
  ]);
  assert.deepEqual(problems(number(), "1"), [["", "invalid type: string, expected number"]]);
});

test("the remedy names what is known", () => {
  const type = object({ mode: oneOf(["strict", "loose"]) });
  assert.throws(() => read(type, { mode: "weak", mod: 1 }), {
    problems: [
      { pointer: "/mode", message: "unknown value `weak`", remedy: "use one of `strict`, `loose`" },
      { pointer: "/mod", message: "unknown field `mod`", remedy: "use one of `mode`" },
    ],
  });
});

test("what is declared is a JSON Schema", () => {
  const type = object({
    users: array(string(), "Who may run"),
    limits: optional(record(integer())),
    mode: oneOf(["a"]),
  });
  assert.deepEqual(JSON.parse(JSON.stringify(type)), {
    type: "object",
    properties: {
      users: { type: "array", items: { type: "string" }, description: "Who may run" },
      limits: { type: "object", additionalProperties: { type: "integer" } },
      mode: { type: "string", enum: ["a"] },
    },
    required: ["users", "mode"],
    additionalProperties: false,
  });
});
