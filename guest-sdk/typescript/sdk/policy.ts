// A policy: what it is, its settings, and the function that judges.

import type { Facts } from "./facts";
import type { Type } from "./settings";
import type { Verdict } from "./verdict";

/** A policy. */
export interface Policy<Settings> {
  /** As in package.json unless given, like `version` and `summary`. */
  readonly name?: string;
  readonly version?: string;
  /** One sentence; the `description` of package.json. */
  readonly summary?: string;
  /** Where more is written. */
  readonly documentation?: string;
  readonly settings: Type<Settings>;
  /** Judges a task. What it throws is a fault of the policy; `verdict.rule` catches facts that are not known. */
  evaluate(settings: Settings, facts: Facts, verdict: Verdict): void;
}

/** Declares a policy. It must be the default export of `policy.ts`. */
export const policy = <Settings>(policy: Policy<Settings>): Policy<Settings> => policy;
