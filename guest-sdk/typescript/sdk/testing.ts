// Unit tests of a policy without WebAssembly: facts that are recorded or made up, judged natively.

import { execFileSync } from "node:child_process";
import { Facts, type Given, type Known } from "./facts";
import { judged } from "./guest";
import type { Policy } from "./policy";
import { read } from "./settings";
import { Unavailable, type UnavailableKind } from "./types";
import type { Verdict } from "./verdict";

export { Facts } from "./facts";
export { SettingsError } from "./settings";
export { Unavailable } from "./types";

/**
 * Judges `facts` as the host would have it done. `settings` are those of a policy entry: they are read strictly, and mistakes
 * are thrown as a `SettingsError`.
 */
export function judge<S>(policy: Policy<S>, settings: unknown, facts: Facts): Verdict {
  return judged(policy, read(policy.settings, settings), facts);
}

/**
 * The facts of a recording: one that comes with gatecheck (`fargate-public`, `fargate-private`, `fargate-provisioning`,
 * `ec2-bridge`), or the path of a file. The program is `gatecheck` on the PATH, or what the environment variable GATECHECK names.
 */
export function recorded(nameOrPath: string): Facts {
  const given = Object.entries(JSON.parse(printed(["facts", nameOrPath])) as { [fact: string]: Recorded });
  return Facts.given(Object.fromEntries(given.map(([fact, recorded]) => [camelCase(fact), value(fact, recorded)])));
}

type Recorded = { known: unknown } | { unavailable: { [Kind in UnavailableKind]?: string } };

function printed(args: string[]): string {
  const program = process.env.GATECHECK ?? "gatecheck";
  try {
    return execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: string };
    const reason =
      code === "ENOENT" ? "it is not there; put it on the PATH, or its path into GATECHECK" : stderr?.trim();
    throw new Error(`\`${program} ${args.join(" ")}\` failed: ${reason ?? error}`);
  }
}

function value(fact: string, recorded: Recorded): Given[keyof Known] {
  if ("unavailable" in recorded) {
    const [[kind, text]] = Object.entries(recorded.unavailable) as [[UnavailableKind, string]];
    return new Unavailable(kind, text);
  }
  // The keys of documents are those of AWS.
  const isDocument = fact.endsWith("_document") || fact.endsWith("_documents");
  return (isDocument ? recorded.known : renamed(recorded.known)) as Known[keyof Known];
}

/** A value whose records have the names of TypeScript. */
function renamed(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(renamed);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, value]) => [camelCase(key), renamed(value)]));
  }
  return value;
}

const camelCase = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
