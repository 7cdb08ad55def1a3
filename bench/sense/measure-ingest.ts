import { mkdtempSync, openSync, closeSync, fsyncSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { senseImport } from "../../src/app/sense-import.ts";
import { openSensedSite } from "../../src/app/sense-site.ts";
import { openWorkspace } from "../../src/app/workspace.ts";
import type { Reading } from "../../src/coordinate/index.ts";
import { expectOk } from "../../src/ground/issue/index.ts";
import { median, openBenchSite, seconds, seriesOf, whole } from "./bench-site.ts";

const DAY = Date.UTC(2026, 0, 5);
const MINUTES = 1440;

/** Readings of all series for some minutes of a day, in the order in which a collector has them. */
function minutesOf(ids: readonly string[], from: number, to: number): Reading[] {
  const readings: Reading[] = [];
  for (let minute = from; minute < to; minute++)
    for (const [index, series] of ids.entries())
      readings.push({
        series,
        atMs: DAY + minute * 60_000,
        value: Math.round((20 + (index % 50) + 5 * Math.sin(minute / 229 + index)) * 10) / 10,
        quality: "measured",
      });
  return readings;
}

/** The same rows into bare columnar files: no transaction, no rights, no series that could be wrong; one Parquet a part. */
async function bare(parts: readonly (readonly Reading[])[], numbers: ReadonlyMap<string, number>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "candela-bench-bare-"));
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const { took } = await seconds(async () => {
    for (const [index, part] of parts.entries()) {
      await connection.run("create or replace table part (number integer, ms bigint, value double, quality utinyint)");
      const appender = await connection.createAppender("part");
      for (const { series, atMs, value } of part) {
        appender.appendInteger(numbers.get(series) ?? 0);
        appender.appendBigInt(BigInt(atMs));
        appender.appendDouble(value ?? 0);
        appender.appendUTinyInt(0);
        appender.endRow();
      }
      appender.closeSync();
      const file = join(folder, `${index}.parquet`);
      await connection.run(`copy part to '${file}' (format parquet, compression zstd)`);
      const handle = openSync(file, "r+");
      fsyncSync(handle);
      closeSync(handle);
    }
  });
  connection.closeSync();
  rmSync(folder, { recursive: true, force: true });
  return took;
}

/** A file as a meter's export, one series. */
async function importRate(folder: string, rows: number): Promise<number> {
  const file = join(folder, "meter.csv");
  const lines = Array.from(
    { length: rows },
    (_, i) => `${new Date(Date.UTC(2024, 0, 1) + i * 60_000).toISOString().slice(0, 19)}Z,${(i * 7919) % 1000}.5`,
  );
  writeFileSync(file, `instant,kW\n${lines.join("\n")}\n`);
  const workspace = expectOk(await openWorkspace({ folder: join(folder, "import") }));
  const sensed = expectOk(await openSensedSite(workspace, undefined));
  const { took, value } = await seconds(() =>
    senseImport(workspace, sensed, file, { series: "meter", kind: "power", unit: "kW", everyMs: 60_000 }),
  );
  if (expectOk(value).kept !== rows) throw new Error(`${expectOk(value).kept} of ${rows} rows were kept`);
  await sensed.telemetry.close();
  await workspace.close();
  return rows / took;
}

export interface Ingest {
  readonly readings: number;
  /** Readings per second by how many come in one transaction. */
  readonly rates: ReadonlyMap<number, number>;
  readonly best: number;
}

/** A day of minutes, acknowledged when it is on the disk; then sealed. */
export async function measureIngest(folder: string, count: number, repeats: number): Promise<Ingest> {
  const definitions = seriesOf(count);
  const ids = definitions.map(({ id }) => id);
  const numbers = new Map(ids.map((id, index) => [id, index + 1]));
  const site = await openBenchSite(join(folder, "ingest"));
  const { rows } = await site.store
    .pool()
    .query(
      "select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes') order by name",
    );
  console.log(`PostgreSQL: ${rows.map(({ name, setting }) => `${name} ${setting}`).join(", ")}`);
  const telemetry = site.open();
  expectOk(await telemetry.register(definitions));
  const rates = new Map<number, number>();
  console.log("minutes a transaction   readings      seconds   readings/s   bare Parquet/s   ratio");
  for (const minutes of [60, 10, 1]) {
    // A minute a transaction is told by a part of the day: it is the waiting for the disk that counts.
    const until = minutes === 1 ? 240 : MINUTES;
    const parts: Reading[][] = [];
    for (let from = 0; from < until; from += minutes) parts.push(minutesOf(ids, from, from + minutes));
    const readings = count * until;
    const own: number[] = [];
    const others: number[] = [];
    for (let turn = 0; turn < repeats; turn++) {
      await site.store.pool().query("truncate candela.reading");
      const { took } = await seconds(async () => {
        for (const part of parts) expectOk(await telemetry.put("bench", part));
      });
      own.push(readings / took);
      others.push(readings / (await bare(parts, numbers)));
    }
    const [rate, other] = [median(own), median(others)];
    rates.set(minutes, rate);
    console.log(
      `${String(minutes).padStart(21)} ${whole(readings).padStart(10)} ${(readings / rate).toFixed(2).padStart(12)} ${whole(rate).padStart(12)} ${whole(other).padStart(16)} ${(rate / other).toFixed(2).padStart(7)}`,
    );
  }
  await site.store.pool().query("truncate candela.reading");
  for (let from = 0; from < MINUTES; from += 60)
    expectOk(await telemetry.put("bench", minutesOf(ids, from, from + 60)));
  const sealed = await seconds(() => telemetry.seal(Date.now()));
  const readings = expectOk(sealed.value).reduce((sum, day) => sum + day.readings, 0);
  if (readings !== count * MINUTES) throw new Error(`${readings} of ${count * MINUTES} readings were sealed`);
  console.log(
    `sealing that day: ${whole(readings)} readings in ${sealed.took.toFixed(2)} s, ${whole(readings / sealed.took)} a second`,
  );
  await telemetry.close();
  await site.store.close();
  const imported = await importRate(folder, 525_600);
  console.log(`candela sense import of a CSV of 525,600 minutes: ${whole(imported)} readings a second`);
  return { readings: count * MINUTES, rates, best: Math.max(...rates.values()) };
}
