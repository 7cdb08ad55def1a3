// How fast readings are taken in, sealed and summed: `node bench/sense/run.mjs --help`.
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
// The bundle lies beside the product's, so that packages and content are found as the product finds them.
const made = join(root, "dist/bench/sense-bench.mjs");
await build({
  entryPoints: [join(root, "bench/sense/sense-bench.ts")],
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  target: "node20",
  outfile: made,
  logLevel: "warning",
});
const { benchSense } = await import(pathToFileURL(made).href);
process.exitCode = await benchSense(process.argv.slice(2));
