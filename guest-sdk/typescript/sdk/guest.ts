// A policy as the exports of a component: what crosses into the host, and what its errors look like there.

import { Facts, type Source } from "./facts";
import type { Policy } from "./policy";
import { read, SettingsError } from "./settings";
import { Verdict } from "./verdict";

/** What package.json says of a policy. */
export interface Manifest {
  name: string;
  version: string;
  description?: string;
}

/** The lines of the bundle that the policy's own sources are on, and where in those: `policy.ts:12`. */
export interface Places {
  readonly [line: string]: string;
}

/** The exports of the world `policy`. Errors of the interface are values that are thrown. */
export function exports<S>(policy: Policy<S>, manifest: Manifest, source: Source, places: Places) {
  let configured: { settings: S } | undefined;
  return {
    describe: () => ({
      name: policy.name ?? manifest.name,
      version: policy.version ?? manifest.version,
      summary: policy.summary ?? manifest.description ?? "",
      documentation: policy.documentation,
      settingsSchema: JSON.stringify(policy.settings),
    }),

    configure(settings: string) {
      try {
        configured = { settings: read(policy.settings, parsed(settings)) };
        return [];
      } catch (error) {
        throw error instanceof SettingsError ? error.problems : error;
      }
    },

    evaluate() {
      try {
        if (!configured) {
          throw new Error("`evaluate` was called before `configure`");
        }
        return answer(judged(policy, configured.settings, new Facts(source)));
      } catch (error) {
        throw fault(error, places);
      }
    },
  };
}

/** Has a policy judge what is known about a task. */
export function judged<S>(policy: Policy<S>, settings: S, facts: Facts): Verdict {
  const verdict = new Verdict();
  const result: unknown = policy.evaluate(settings, facts, verdict);
  if (result instanceof Promise) {
    throw new TypeError("`evaluate` is asynchronous, and what it finds would come too late");
  }
  return verdict;
}

function parsed(settings: string): unknown {
  try {
    return JSON.parse(settings);
  } catch (error) {
    throw new SettingsError([{ pointer: "", message: `not JSON: ${(error as Error).message}` }]);
  }
}

function answer({ violations, undecided, passed }: Verdict) {
  return {
    violations: violations.map((violation) => ({
      ...violation,
      found: JSON.stringify(violation.found),
      allowed: JSON.stringify(violation.allowed),
    })),
    undecided: undecided.map(({ rule, unavailable }) => ({
      rule,
      unavailable: unavailable.map(({ family, reason }) => ({
        family,
        reason: { tag: reason.kind, val: reason.text },
      })),
    })),
    passed,
  };
}

function fault(error: unknown, places: Places): string {
  if (!(error instanceof Error)) {
    return `thrown: ${String(error)}`;
  }
  const lines = [...(error.stack ?? "").matchAll(/user\.js:(\d+)/g)].map(([, line]) => places[line ?? ""]);
  const place = lines.find((place) => place !== undefined);
  return `${error.name}: ${error.message}${place ? ` (${place})` : ""}`;
}
