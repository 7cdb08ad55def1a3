import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir, totalmem, version } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { goals } from "./goals.ts";
import { measureRows, PEERS } from "./measure-rows.ts";
import { resultTables } from "./result-tables.ts";
import type { Results, RowsResult } from "./results.ts";

const HELP = `npm run bench:ledger -- [--rows 1e4,1e5,1e6] [--candela-rows 1e7] [--without impact-framework,…] [--out FOLDER] [--guide]

Measures Candela's ledger against @grnsft/if, @cloud-carbon-footprint/core and a bare columnar scan on the same rows:
N hourly readings of 320 sites × 32 regional factors → total and by-day totals. Candela alone at --candela-rows (0: not at all).
Writes DATE.json and DATE.md to FOLDER (bench/ledger/results), with --guide the tables into docs/guides/benchmarks.md too, and
prints them. Exit 1 when results differ.`;

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`not a number of rows: ${text}`);
  return value;
}

function systemName(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? version();
  } catch {
    return version();
  }
}

const GUIDE = /(<!-- measured -->\n)[^]*?(\n<!-- \/measured -->)/;

/** Puts the tables between the marks of the guide. */
function intoGuide(guide: string, tables: string): void {
  const text = readFileSync(guide, "utf8");
  if (!GUIDE.test(text)) throw new Error(`${guide} has no place for the tables`);
  writeFileSync(
    guide,
    text.replace(GUIDE, (_, open: string, close: string) => `${open}\n${tables.trim()}\n${close}`),
  );
}

function machine(): Results["machine"] {
  const [cpu] = cpus();
  return {
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    cpu: cpu?.model ?? "",
    system: systemName(),
    node: process.versions.node,
    load: loadavg()[0] ?? 0,
  };
}

function commitOf(folder: string): string {
  try {
    const git = (...words: string[]): string => execFileSync("git", words, { cwd: folder, encoding: "utf8" }).trim();
    return (
      git("rev-parse", "--short", "HEAD") +
      (git("status", "--porcelain", "../src", "../content") ? " with changes" : "")
    );
  } catch {
    return "unknown";
  }
}

/** The whole bench: rows → contenders → comparison → tables. @returns the exit code */
export async function benchLedger(given: { bench: string; out: string; arguments: string[] }): Promise<number> {
  const { values } = parseArgs({
    args: given.arguments,
    options: {
      rows: { type: "string", default: "1e4,1e5,1e6" },
      "candela-rows": { type: "string", default: "1e7" },
      without: { type: "string", default: "" },
      out: { type: "string", default: join(given.bench, "ledger/results") },
      guide: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const without = new Set(values.without.split(","));
  const peers = PEERS.filter((peer) => !without.has(peer));
  const plans = values.rows
    .split(",")
    .filter(Boolean)
    .map((text) => ({ rows: count(text), peers, alone: false }));
  const alone = count(values["candela-rows"]);
  if (alone > 0) plans.push({ rows: alone, peers: [], alone: true });

  const temporary = await mkdtemp(join(tmpdir(), "candela-bench-"));
  // The database server may run as a plain user of its own, who has to pass through here.
  await chmod(temporary, 0o755);
  // Who stops it gets the disk back; the children hear the same signal.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
      process.exit(130);
    });
  }
  const started = new Date();
  const before = machine();
  const measured: RowsResult[] = [];
  try {
    for (const plan of plans) measured.push(await measureRows({ ...given, temporary, ...plan }));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  const results: Results = {
    date: started.toISOString(),
    minutes: (Date.now() - started.getTime()) / 60_000,
    commit: commitOf(given.bench),
    machine: before,
    measured,
  };
  const tables = `${resultTables(results)}\n${goals(results)}`;
  mkdirSync(values.out, { recursive: true });
  const name = join(values.out, results.date.slice(0, 10));
  writeFileSync(`${name}.json`, `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(`${name}.md`, tables);
  if (values.guide) intoGuide(join(given.bench, "../docs/guides/benchmarks.md"), tables);
  console.log(`\n${tables}\nwritten: ${name}.json, ${name}.md`);
  return measured.every(({ differences }) => differences.length === 0) ? 0 : 1;
}
