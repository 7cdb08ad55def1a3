import { rmSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { DAY_MS } from "../../src/coordinate/sense/adapters/day-files.ts";
import { expectOk } from "../../src/ground/issue/index.ts";
import type { Step, Telemetry } from "../../src/coordinate/index.ts";
import { median, openBenchSite, seconds, seriesOf, whole } from "./bench-site.ts";
import { FIRST_DAY, makeYear } from "./make-year.ts";

/** Days whose minutes are summed by nothing but the columnar engine, to be held against what the product says. */
const HELD = 3;

async function bareEngine() {
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: "4096MB",
    preserve_insertion_order: "false",
  });
  const connection = await instance.connect();
  return {
    rows: async (text: string) => (await connection.runAndReadAll(text)).getRowsJson(),
    close: () => connection.closeSync(),
  };
}

export interface Year {
  readonly readings: number;
  /** Seconds of the first time, by a process that has seen no file; and of the median. */
  readonly first: number;
  readonly median: number;
}

/** A year of minutes of all series, to hours and to days. */
export async function measureYear(folder: string, count: number, days: number, repeats: number): Promise<Year> {
  const home = join(folder, "year");
  const site = await openBenchSite(home);
  const making = await seconds(() => makeYear(site, count, days));
  const readings = count * days * 1440;
  console.log(
    `${whole(readings)} readings in sealed days: ${(making.value / 1e9).toFixed(2)} GB, made in ${making.took.toFixed(0)} s`,
  );
  const [fromMs, toMs] = [FIRST_DAY * DAY_MS, (FIRST_DAY + days) * DAY_MS];
  const file = join(folder, "table.parquet");
  const measure = async (step: Step): Promise<{ first: number; median: number }> => {
    const request: Parameters<Telemetry["table"]>[0] = {
      series: undefined,
      fromMs,
      toMs,
      step,
      file,
      format: "parquet",
    };
    const times: number[] = [];
    for (let turn = 0; turn < repeats; turn++) {
      // Each time a new engine that has seen no file, as a command has.
      const telemetry = site.open();
      const { took, value } = await seconds(() => telemetry.table(request));
      const { rows, missing } = expectOk(value);
      if (missing > 0 || rows !== (count * (toMs - fromMs)) / (step === "day" ? DAY_MS : 3_600_000))
        throw new Error(`${rows} rows of step ${step}, ${missing} missing`);
      times.push(took);
      await telemetry.close();
    }
    return { first: times[0] ?? Number.NaN, median: median(times) };
  };
  const daily = await measure("day");
  const hourly = await measure("hour");
  const told = ({ first, median: usual }: { first: number; median: number }): string =>
    `first ${first.toFixed(2)} s, median of ${repeats} ${usual.toFixed(2)} s`;
  console.log(`all series to days, into a file: ${told(daily)}`);
  console.log(
    `all series to hours, into a file: ${told(hourly)}, ${whole(readings / hourly.median)} readings a second`,
  );
  const one = site.open();
  const [series] = seriesOf(1);
  const single = await seconds(() => one.range(series?.id ?? "", fromMs, toMs, "hour"));
  console.log(
    `one series to hours, into memory: ${single.took.toFixed(2)} s for ${expectOk(single.value).length} hours`,
  );
  await one.close();

  const engine = await bareEngine();
  const minutes = join(home, "telemetry", "**", "*.readings-*.parquet");
  const held = Math.min(HELD, days);
  // At this many rows a minute holds for a minute: the mean of a whole hour is the mean of its minutes.
  const [compared] = await engine.rows(`
    select count(*), max(abs(t.value - m.value) / m.value) from read_parquet('${file}') t
    join (select series, date_trunc('hour', instant) as "from", avg(value) as value from read_parquet('${minutes}')
      where instant < make_timestamp(${(fromMs + held * DAY_MS) * 1000}) group by 1, 2) m using (series, "from")`);
  const [hours, apart] = [Number(compared?.[0]), Number(compared?.[1])];
  console.log(
    `held against the minutes of ${held} days: ${whole(hours)} hours, at most ${apart.toExponential(1)} apart`,
  );
  if (hours !== held * 24 * count || !(apart < 1e-9)) throw new Error("the hours are not the means of their minutes");
  const some = Math.min(30, days);
  const bare = await seconds(() =>
    engine.rows(`select count(*) from (select number, date_trunc('hour', instant) as hour, avg(value) from read_parquet('${minutes}')
      where instant < make_timestamp(${(fromMs + some * DAY_MS) * 1000}) group by 1, 2)`),
  );
  console.log(
    `the same hours from minutes, bare, without roll-ups: ${bare.took.toFixed(2)} s for ${some} of ${days} days`,
  );
  engine.close();
  rmSync(file);
  await site.store.close();
  return { readings, ...hourly };
}
