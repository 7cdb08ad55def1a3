import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensurePackages, root } from "./ensure-packages.mjs";
import { SERIES_FOLDER, SUITES, SYSTEM_PACKAGES } from "./suites.mjs";

const deep = process.argv.includes("--deep");
const system = process.argv.includes("--system") || process.env.CI === "true";
const only = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));

const installed = (name) => existsSync(name === "series" ? SERIES_FOLDER : SYSTEM_PACKAGES[name]);

function installSystemPackages() {
  const missing = Object.keys(SYSTEM_PACKAGES).filter((name) => !installed(name));
  if (missing.length === 0) return;
  console.log(`Installing Debian packages that are missing: ${missing.join(", ")} …`);
  const options = { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  spawnSync("apt-get", ["update", "-qq"], options);
  const result = spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], options);
  if (result.status !== 0) process.exit(3);
}

function run(command, extraEnvironment = {}) {
  return new Promise((resolve) => {
    const child = spawn(join(root, "node_modules/.bin", command[0]), command.slice(1), {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, ...extraEnvironment, FORCE_COLOR: process.stdout.isTTY ? "1" : "0" },
    });
    child.on("close", (status) => resolve(status ?? 1));
  });
}

/** Counts of a vitest run from its JSON report; a run that executed nothing has failed. */
function counts(file) {
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  const report = JSON.parse(readFileSync(file, "utf8"));
  const skipped = report.numPendingTests + report.numTodoTests;
  if (skipped > 0) console.error(`${skipped} tests were skipped; none may be`);
  const failed =
    report.numFailedTests +
    skipped +
    report.testResults.filter((suite) => suite.status === "failed" && suite.assertionResults.length === 0).length;
  return { passed: report.numPassedTests, failed: report.numPassedTests === 0 ? Math.max(1, failed) : failed };
}

async function runSuite(suite, folder) {
  if (suite.command) {
    const status = await run(suite.command);
    return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 };
  }
  const report = join(folder, `${suite.name}.json`);
  const arguments_ = ["run", ...suite.vitest, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const status = await run(["vitest", ...arguments_], deep ? { CANDELA_DEEP: "1" } : {});
  const result = counts(report);
  return status === 0 || result.failed > 0 ? result : { ...result, failed: 1 };
}

ensurePackages();
if (system) installSystemPackages();
const folder = mkdtempSync(join(tmpdir(), "candela-test-"));
const chosen = SUITES.filter((suite) => only.length === 0 || only.includes(suite.name));
const rows = [];
const left = [];
/** A package that is still missing after it was to be installed fails the run; public series are nobody's duty. */
let wantedPackages = false;
for (const [index, suite] of chosen.entries()) {
  const wanting = suite.needs.filter((name) => !installed(name));
  if (wanting.length > 0) {
    const remedy = wanting.includes("series")
      ? `put the public series into ${SERIES_FOLDER}`
      : "run npm test -- --system";
    left.push(`${suite.name} (needs ${wanting.join(", ")}: ${remedy})`);
    if (!wanting.includes("series")) wantedPackages = true;
    continue;
  }
  const budget = deep ? suite.budgetSeconds * 10 : suite.budgetSeconds;
  console.log(`\n── ${index + 1}/${chosen.length} ${suite.name} (budget ${budget} s)`);
  const started = Date.now();
  const result = await runSuite(suite, folder);
  rows.push({ ...suite, ...result, budget, seconds: (Date.now() - started) / 1000 });
}
rmSync(folder, { recursive: true, force: true });

console.log("\nsuite        passed  failed  seconds  budget");
for (const row of rows) {
  const over = row.seconds > row.budget ? "  over its budget" : "";
  console.log(
    `${row.name.padEnd(12)} ${String(row.passed).padStart(6)}  ${String(row.failed).padStart(6)}  ${row.seconds.toFixed(1).padStart(7)}  ${String(row.budget).padStart(6)}${over}`,
  );
}
for (const line of left) console.log(`not run: ${line}`);
const total = (key) => rows.reduce((sum, row) => sum + row[key], 0);
console.log(`\n${total("passed")} passed, ${total("failed")} failed`);
process.exit(total("failed") > 0 || rows.length === 0 || (system && wantedPackages) ? 1 : 0);
