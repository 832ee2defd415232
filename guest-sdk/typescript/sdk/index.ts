// Everything that a policy is written with. What its tests need besides is in testing.ts.

export { Facts, Unknown } from "./facts";
export { type Policy, policy } from "./policy";
export {
  array,
  boolean,
  integer,
  number,
  object,
  oneOf,
  optional,
  pattern,
  type Problem,
  record,
  string,
  type Type,
  type TypeOf,
} from "./settings";
export * from "./types";
export { type Rule, type Severity, type Undecided, Verdict, type Violation } from "./verdict";
