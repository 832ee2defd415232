// What a policy says: rules, each with its violations, passed, or undecided.

import { Unknown } from "./facts";
import type { Family, Unavailable } from "./types";

/** How bad a violation is. */
export type Severity = (typeof SEVERITIES)[number];

const SEVERITIES = ["info", "low", "medium", "high", "critical"] as const;

/** What one object does against a rule. */
export interface Violation {
  /** What broke the rule: the name of a container, the id of an interface or subnet, or `task`. */
  object: string;
  attribute: string;
  /** One sentence for the person who reads it. */
  message: string;
  /** What was found, as any JSON value. */
  found?: unknown;
  /** What is allowed, as any JSON value. */
  allowed?: unknown;
  /** How found and allowed were compared, such as `exact`, `pattern` or `range`. */
  check?: string;
  /** `medium` unless given. */
  severity?: Severity;
  /** What to do about it. */
  remediation?: string;
}

/** A rule that could not be judged, and the facts that it needed and did not get. */
export interface Undecided {
  rule: string;
  unavailable: { family: Family; reason: Unavailable }[];
}

/** A rule while it is judged. */
export interface Rule {
  /** Reports that the rule is broken. */
  violated(violation: Violation): void;
}

/** What a policy says about a task. */
export class Verdict {
  /** Rules that were broken, in the order in which that was found. */
  readonly violations: (Violation & { rule: string; severity: Severity })[] = [];
  /** Rules that could not be judged. */
  readonly undecided: Undecided[] = [];
  /** Rules that were judged and found nothing wrong. */
  readonly passed: string[] = [];

  /**
   * Judges one rule: `judge` reports violations, and reads facts. One that is not known ends it, and leaves the rule
   * undecided, unless the fact does not apply to this task. What it found before that stays.
   */
  rule(name: string, judge: (rule: Rule) => void): void {
    const before = this.violations.length;
    try {
      const result: unknown = judge({
        violated: (violation) => {
          this.violations.push({ ...violation, severity: severityOf(violation), rule: name });
        },
      });
      if (result instanceof Promise) {
        throw new TypeError(`the rule \`${name}\` is asynchronous, and what it finds would come too late`);
      }
    } catch (error) {
      if (!(error instanceof Unknown)) {
        throw error;
      }
      if (error.reason.kind !== "not-applicable") {
        this.undecided.push({ rule: name, unavailable: [{ family: error.family, reason: error.reason }] });
      }
      return;
    }
    if (this.violations.length === before) {
      this.passed.push(name);
    }
  }
}

/**
 * The severity of a violation that is sound. What comes from a document or plain JavaScript has no type, and a value of the
 * wrong one would trap where it crosses into the host, without a word about the place.
 */
function severityOf({
  object,
  attribute,
  message,
  check = "",
  severity = "medium",
  remediation = "",
}: Violation): Severity {
  for (const [key, value] of Object.entries({ object, attribute, message, check, remediation })) {
    if (typeof value !== "string") {
      throw new TypeError(`\`${key}\` of a violation must be text, and is \`${JSON.stringify(value)}\``);
    }
  }
  if (!SEVERITIES.includes(severity)) {
    throw new TypeError(`\`${severity}\` is no severity`);
  }
  return severity;
}
