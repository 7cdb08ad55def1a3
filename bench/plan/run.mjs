// Time and gap of the site planner: `node bench/plan/run.mjs --help`.
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
// The bundle lies beside the product's, so that packages and content are found as the product finds them.
const made = join(root, "dist/bench/plan-bench.mjs");
await build({
  entryPoints: [join(root, "bench/plan/plan-bench.ts")],
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  target: "node20",
  outfile: made,
});
const { benchPlan } = await import(pathToFileURL(made).href);
process.exitCode = await benchPlan(root, process.argv.slice(2));
