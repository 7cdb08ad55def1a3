import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Readies what the bench of the ledger needs and starts it: `node bench/ledger/run.mjs --help`. */
const ledger = dirname(fileURLToPath(import.meta.url));
const bench = dirname(ledger);
const root = dirname(bench);

for (const folder of [root, bench]) {
  if (existsSync(join(folder, "node_modules"))) continue;
  console.error(`installing the packages of ${folder} (npm ci)`);
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder, stdio: "inherit" });
}

// The bundles lie beside the product's, so that packages resolve as the product's do, not as the peers'.
const { build } = await import("esbuild");
const out = join(root, "dist/bench");
await build({
  entryPoints: [
    join(ledger, "ledger-bench.ts"),
    ...["candela", "impact-framework", "cloud-carbon-footprint", "bare-scan"].map((name) =>
      join(ledger, `contenders/${name}.ts`),
    ),
  ],
  outdir: out,
  entryNames: "[name]",
  outExtension: { ".js": ".mjs" },
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20",
  sourcemap: true,
  logLevel: "warning",
});
const { benchLedger } = await import(pathToFileURL(join(out, "ledger-bench.mjs")).href);
process.exitCode = await benchLedger({ bench, out, arguments: process.argv.slice(2) });
