import { openTelemetry } from "../../src/coordinate/index.ts";
import { DAY_MS } from "../../src/coordinate/sense/adapters/day-files.ts";
import { sealDay } from "../../src/coordinate/sense/adapters/seal-day.ts";
import { SealedDays } from "../../src/coordinate/sense/adapters/sealed-days.ts";
import { TelemetryFolder } from "../../src/coordinate/sense/adapters/telemetry-folder.ts";
import type { NumberedSeries } from "../../src/coordinate/sense/resample-sql.ts";
import { expectOk } from "../../src/ground/issue/index.ts";
import { type BenchSite, seriesOf } from "./bench-site.ts";

export const FIRST_DAY = Date.UTC(2025, 0, 1) / DAY_MS;

/** Minutes of a day, each another value: a rack's load, its daily wave and noise, to a tenth of a kW as meters say it. */
const generated = (count: number, day: number): string => `
  select (s + 1)::integer as number, ${day * DAY_MS}::bigint + m * 60000 as ms,
    round(20 + s % 50 + 5 * sin(m / 229.0 + s) + (hash(s * 1000003 + ${day} * 1440 + m) % 1000) / 1000.0, 1)::double as value,
    0::utinyint as quality, 1::integer as batch, (m * ${count} + s)::integer as row
  from range(${count}) a(s), range(1440) b(m)`;

/**
 * Days of minutes as sealed days of the store: sorted, held against doubles, written, rolled up, hashed and journaled by the
 * code that seals days. Only the table in which readings wait is left out: the columnar engine makes them up.
 * @returns bytes of all files
 */
export async function makeYear(site: BenchSite, count: number, days: number): Promise<number> {
  const { store, actor, now } = site.options;
  const telemetry = openTelemetry(site.options);
  const definitions = seriesOf(count);
  expectOk(await telemetry.register(definitions));
  await telemetry.close();
  const known: NumberedSeries[] = definitions.map((one, index) => ({ ...one, number: index + 1 }));
  const folder = new TelemetryFolder(store, 4096);
  const sealed = new SealedDays(store, folder.path);
  const sealing = { store, folder, days: sealed, known: async () => known, actor, now };
  const there = new Set((await sealed.between(FIRST_DAY, FIRST_DAY + days - 1)).map(({ day }) => day));
  const begun = performance.now();
  for (let index = 0; index < days; index++) {
    const day = FIRST_DAY + index;
    if (there.has(day)) continue;
    expectOk(await sealDay(sealing, day, { query: generated(count, day), batches: [] }));
    const took = (performance.now() - begun) / 1000;
    if (index % 10 === 9 || index === days - 1)
      console.error(`made ${index + 1} of ${days} days, ${(took / (index + 1 - there.size)).toFixed(2)} s a day`);
  }
  await folder.close();
  const files = await sealed.between(FIRST_DAY, FIRST_DAY + days - 1);
  return files.reduce(
    (sum, { files: { readings, hours, edges } }) => sum + readings.bytes + hours.bytes + edges.bytes,
    0,
  );
}
