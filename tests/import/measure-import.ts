/**
 * Measures reader and checks alone, without a database: `node --experimental-strip-types` is not needed, run it through esbuild as
 * `npx esbuild tests/import/measure-import.ts --bundle --platform=node --format=esm --packages=external --outfile=out/measure-import.mjs && node out/measure-import.mjs 1000000`.
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
const folder = mkdtempSync(join(tmpdir(), "candela-measure-import-"));
const path = join(folder, "readings.csv");
const sites = 200;

function hour(index: number): string {
  return new Date(Date.UTC(2020, 0, 1) + index * 3_600_000).toISOString().slice(0, 16);
}

function write(): void {
  const file = openSync(path, "w");
  let text = "activity,site,start,end,amount,unit\n";
  const perSite = Math.ceil(rows / sites);
  for (let index = 0; index < rows; index += 1) {
    const [site, at] =
      order === "by-site" ? [Math.floor(index / perSite), index % perSite] : [index % sites, Math.floor(index / sites)];
    text += `electricity.purchased,site-${site},${hour(at)},${hour(at + 1)},${(100 + ((index * 7919) % 10_007) / 100).toFixed(2)},kWh\n`;
    if (text.length > 1 << 20) {
      writeSync(file, text);
      text = "";
    }
  }
  writeSync(file, text);
  closeSync(file);
}

write();
const units = expectOk(createUnitTable(parse(readFileSync("content/units/units.yaml", "utf8")) as UnitDefinition[]));
const issues = new IssueSink();
const started = performance.now();
let peak = 0;
const table = await readTable(fileSource(path), {}, issues);
if (!table) throw new Error(JSON.stringify(issues.listed));
const prepared = prepareRecords(
  table,
  {
    activities: [{ id: "electricity.purchased", unit: "MWh", measure: "flow", minimum: "0" }],
    sites: Array.from({ length: sites }, (_, index) => ({ id: `site-${index}`, timeZone: "Asia/Shanghai" })),
    units,
    evidence: () => ok({ type: "file", name: "readings.csv", sha256: "0".repeat(64) }),
  },
  {},
  issues,
);
let count = 0;
for await (const chunk of prepared.chunks) {
  count += chunk.length;
  peak = Math.max(peak, process.memoryUsage.rss());
}
const seconds = (performance.now() - started) / 1000;
const megabytes = statSync(path).size / 1e6;
rmSync(folder, { recursive: true });
console.log(
  `${count} of ${rows} rows (${order}), ${megabytes.toFixed(0)} MB in ${seconds.toFixed(2)} s: ${((seconds * 1e6) / rows).toFixed(2)} µs a row, peak ${(peak / 1048576).toFixed(0)} MiB`,
);
console.log(
  JSON.stringify(issues.counts()),
  JSON.stringify(issues.listed.slice(0, 3)),
  JSON.stringify(prepared.outcome()),
);
