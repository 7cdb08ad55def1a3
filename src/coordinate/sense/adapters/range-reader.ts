import { randomBytes } from "node:crypto";
import { copyFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../../ground/issue/index.ts";
import type { Store } from "../../../ground/store/index.ts";
import type { ColumnarEngine } from "../../../ground/store/mirror/index.ts";
import type { Step } from "../buckets.ts";
import { type NumberedSeries, rulesSql, sqlText as text } from "../resample-sql.ts";
import type { ExportedTable, Resampled } from "../telemetry.ts";
import { DAY_MS } from "./day-files.ts";
import { type RangeQuery, rangeSql, rollupsServe, tableSql, toResampled } from "./range-sql.ts";
import type { KnownSeries, SealedDays } from "./sealed-days.ts";
import type { TelemetryFolder } from "./telemetry-folder.ts";
import { type WaitingReadings, waitingSql, writeWaiting } from "./waiting-readings.ts";

/** What is asked of the readings. */
export interface Asked {
  readonly series: readonly NumberedSeries[];
  /** Whether none of those that there are has to be left out. */
  readonly all: boolean;
  readonly known: KnownSeries;
  /** [n + 1] where intervals begin, and the end; at least one interval. */
  readonly buckets: readonly number[];
  readonly step: Step;
}

/** The file that a table of intervals is written to. */
export interface TableFile {
  readonly file: string;
  readonly format: "parquet" | "csv";
}

/** Reads intervals from sealed days and from the readings that wait. */
export class RangeReader {
  readonly #store: Store;
  readonly #folder: TelemetryFolder;
  readonly #days: SealedDays;

  constructor(store: Store, folder: TelemetryFolder, days: SealedDays) {
    this.#store = store;
    this.#folder = folder;
    this.#days = days;
  }

  /** Every interval of one series. @issues SENSE-021 */
  async values(asked: Asked, series: NumberedSeries): Promise<Result<readonly Resampled[]>> {
    return this.#reading(asked, async (engine, query) =>
      toResampled(series, asked.buckets, await engine.rows(rangeSql(query))),
    );
  }

  /** Every interval of some series, into one file: series, from, value, quality, coverage, stale. @issues SENSE-021, FILE-003 */
  async table(asked: Asked, { file, format }: TableFile): Promise<Result<ExportedTable>> {
    const name = (part: string): string =>
      path.join(this.#folder.path, `.table-${process.pid}-${randomBytes(6).toString("hex")}.${part}.tmp`);
    const [known, whole] = [name("known"), name("whole")];
    const stored = format === "parquet" ? "format parquet, compression zstd" : "format csv, header";
    const intervals = asked.buckets.length - 1;
    try {
      const written = await this.#reading(asked, async (engine, query) => {
        await engine.rows(`copy (${tableSql(query)}) to ${text(known)} (format parquet, compression zstd)`);
        const counts = await engine.rows(
          `select series, count(*)::bigint from read_parquet(${text(known)}) group by 1`,
        );
        const rows = new Map(counts.map(([id, count]) => [String(id), Number(count)]));
        const gappy = asked.series.filter(({ id }) => rows.get(id) !== intervals);
        const missing = gappy.reduce((sum, { id }) => sum + intervals - (rows.get(id) ?? 0), 0);
        const there = `read_parquet(${text(known)})`;
        // Most series have no gap: only of those that have one is every interval looked for.
        const gaps = `select id, epoch_ms(begun), null::double, 'missing', 0::double, 0::double
          from ${rulesSql(gappy)}, (select unnest([${asked.buckets.slice(0, -1).join(", ")}]::bigint[]) as begun)
          where not exists (select 1 from ${there} t where t.series = id and t."from" = epoch_ms(begun))`;
        const all = missing === 0 ? there : `(select * from ${there} union all ${gaps})`;
        if (format === "parquet" && missing === 0) await rename(known, whole);
        else {
          const order = format === "csv" ? 'order by series, "from"' : "";
          await engine.rows(`copy (select * from ${all} ${order}) to ${text(whole)} (${stored})`);
        }
        return { file, rows: intervals * asked.series.length, missing };
      });
      if (!written.ok) return written;
      // The engine writes in its own folder alone.
      const unwritable = await copyFile(whole, file).then(
        () => undefined,
        (error: NodeJS.ErrnoException) => error.code ?? error.message,
      );
      return unwritable === undefined
        ? written
        : fail({ code: "FILE-003", severity: "error", at: { file }, actual: unwritable });
    } finally {
      for (const draft of [known, whole]) await rm(draft, { force: true });
    }
  }

  /** Gathers what a query rests on, holds it against its hashes, and removes what was made for it. */
  async #reading<T>(
    { series, all, known, buckets, step }: Asked,
    read: (engine: ColumnarEngine, query: RangeQuery) => Promise<T>,
  ): Promise<Result<T>> {
    const [first = 0, last = 0] = [buckets[0], buckets.at(-1)];
    // A value before the range may hold into it, and a counter's next value may lie behind it.
    const [firstDay, lastDay] = [Math.floor(first / DAY_MS) - 1, Math.floor(last / DAY_MS) + 1];
    const engine = await this.#folder.engine();
    const waiting = await this.#waiting(series, firstDay * DAY_MS, (lastDay + 1) * DAY_MS);
    try {
      // Read after the readings that wait: a day that was sealed in between is then in both, which changes nothing.
      const days = await this.#days.between(firstDay, lastDay);
      const late = await daysOf(engine, waiting);
      const serve = rollupsServe(buckets, step) ? days.filter(({ day }) => !late.has(day)) : [];
      const rollups = await this.#days.rollups(serve, this.#folder, known);
      const minutes = days.filter(({ day }) => !rollups.has(day));
      const damaged = await this.#days.damaged(minutes, ({ readings }) => [readings]);
      if (damaged.length > 0) return fail(...damaged);
      const rolled = [...rollups.values()];
      return ok(
        await read(engine, {
          series,
          all,
          buckets,
          step,
          waiting: waiting.rows > 0 ? waitingSql(waiting) : undefined,
          files: {
            readings: minutes.map(({ files }) => this.#days.pathOf(files.readings)),
            hours: rolled.map(({ hours }) => this.#days.pathOf(hours)),
            edges: rolled.map(({ edges }) => this.#days.pathOf(edges)),
          },
        }),
      );
    } finally {
      await rm(waiting.file, { force: true });
    }
  }

  async #waiting(series: readonly NumberedSeries[], fromMs: number, toMs: number): Promise<WaitingReadings> {
    const client = await this.#store.pool().connect();
    const [only] = series.length === 1 ? series : [];
    try {
      return await writeWaiting(client, this.#folder, { fromMs, toMs, ...(only ? { number: only.number } : {}) });
    } finally {
      client.release();
    }
  }
}

/** The days of which readings wait. */
async function daysOf(engine: ColumnarEngine, waiting: WaitingReadings): Promise<ReadonlySet<number>> {
  if (waiting.rows === 0) return new Set();
  const rows = await engine.rows(`select distinct ms // ${DAY_MS} from (${waitingSql(waiting)})`);
  return new Set(rows.map(([day]) => Number(day)));
}
