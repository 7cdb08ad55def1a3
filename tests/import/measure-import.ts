/**
 * Measures reading and checking alone, without a database, and prints one line of JSON:
 * `npx esbuild tests/import/measure-import.ts --bundle --platform=node --format=esm --packages=external --outfile=out/measure-import.mjs`
 * `node out/measure-import.mjs 1000000 by-site|by-hour|shuffled`
 */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { expectOk, ok } from "../../src/ground/issue/index.ts";
import { createUnitTable, type UnitDefinition } from "../../src/ground/quantity/index.ts";
import { fileSource, IssueSink, prepareRecords, readTable } from "../../src/measure/ledger/import/index.ts";

const rows = Number(process.argv[2] ?? 1_000_000);
const order = process.argv[3] ?? "by-site";
const SITES = 200;

function hour(index: number): string {
  return new Date(Date.UTC(2020, 0, 1) + index * 3_600_000).toISOString().slice(0, 16);
}

/** Which site and which hour a row is of. */
function placeOf(index: number): [site: number, hour: number] {
  const perSite = Math.ceil(rows / SITES);
  if (order === "by-hour") return [index % SITES, Math.floor(index / SITES)];
  // A step that shares no factor with the number of rows meets every row once, in no order to speak of.
  const at = order === "shuffled" ? (index * 7_368_787) % rows : index;
  return [Math.floor(at / perSite), at % perSite];
}

function write(path: string): void {
  const file = openSync(path, "w");
  let text = "activity,site,start,end,amount,unit\n";
  for (let index = 0; index < rows; index += 1) {
    const [site, at] = placeOf(index);
    const amount = (100 + ((index * 7919) % 10_007) / 100).toFixed(2);
    text += `electricity.purchased,site-${site},${hour(at)},${hour(at + 1)},${amount},kWh\n`;
    if (text.length < 1 << 20) continue;
    writeSync(file, text);
    text = "";
  }
  writeSync(file, text);
  closeSync(file);
}

const folder = mkdtempSync(join(tmpdir(), "candela-measure-import-"));
const path = join(folder, "readings.csv");
try {
  write(path);
  const units = expectOk(createUnitTable(parse(readFileSync("content/units/units.yaml", "utf8")) as UnitDefinition[]));
  const issues = new IssueSink();
  let reports = 0;
  let peak = 0;
  const cpu = process.cpuUsage();
  const started = performance.now();
  const table = await readTable(fileSource(path), { onProgress: () => (reports += 1) }, issues);
  if (!table) throw new Error(JSON.stringify(issues.listed));
  const sites = Array.from({ length: SITES }, (_, index) => ({ id: `site-${index}`, timeZone: "Asia/Shanghai" }));
  const activities = [{ id: "electricity.purchased", unit: "MWh", measure: "flow" as const, minimum: "0" }];
  const evidence = () => ok({ type: "file", name: "readings.csv", sha256: "0".repeat(64) });
  const prepared = prepareRecords(table, { activities, sites, units, evidence }, {}, issues);
  for await (const _ of prepared.chunks) peak = Math.max(peak, process.memoryUsage.rss());
  const used = process.cpuUsage(cpu);
  const seconds = (performance.now() - started) / 1000;
  const found = {
    rows,
    order,
    megabytes: Math.round(statSync(path).size / 1e6),
    microsecondsPerRow: Number(((seconds * 1e6) / rows).toFixed(2)),
    // Of all threads, so that a busy machine does not count.
    cpuMicrosecondsPerRow: Number(((used.user + used.system) / rows).toFixed(2)),
    peakMiB: Math.round(peak / 1_048_576),
    reports,
    ...prepared.outcome(),
    issues: issues.counts(),
  };
  console.log(JSON.stringify(found));
} finally {
  rmSync(folder, { recursive: true });
}
