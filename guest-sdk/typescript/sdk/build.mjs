// Builds the policy into dist/policy.wasm. `gatecheck build` runs it, and closes what WASI the engine of JavaScript asks for.

import { mkdir, writeFile } from "node:fs/promises";
import { SourceMap } from "node:module";
import { relative } from "node:path";
import { componentize } from "componentize-qjs";
import { build } from "esbuild";

const { outputFiles } = await build({
  entryPoints: ["gatecheck/component.ts"],
  outfile: "dist/policy.js",
  bundle: true,
  external: ["gatecheck:*"],
  format: "esm",
  target: "es2023",
  sourcemap: "external",
  sourcesContent: false,
  write: false,
});
const [map = "", bundle = ""] = outputFiles.map((file) => file.text);

// The engine knows lines of the bundle. Faults should name those of the policy's own sources.
const sources = new SourceMap(JSON.parse(map));
const places = bundle.split("\n").flatMap((_, line) => {
  const entry = sources.findEntry(line, Number.MAX_SAFE_INTEGER);
  const place = "originalSource" in entry ? `${relative("..", entry.originalSource)}:${entry.originalLine + 1}` : "";
  return place && !place.startsWith("gatecheck/") ? [[line + 1, place]] : [];
});

await mkdir("dist", { recursive: true });
const { component } = await componentize({
  jsSource: `const PLACES = ${JSON.stringify(Object.fromEntries(places))}; ${bundle}`,
  witPath: "gatecheck/wit",
  world: "policy",
  sync: true,
  optSize: true,
});
await writeFile("dist/policy.wasm", component);
