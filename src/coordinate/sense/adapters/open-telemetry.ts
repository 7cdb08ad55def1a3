import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chown, mkdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { sql } from "kysely";
import type pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import type { Actor, Rights } from "../../../ground/actor/index.ts";
import { fail, type Issue, ok, type Result } from "../../../ground/issue/index.ts";
import { append, type Clock } from "../../../ground/journal/index.ts";
import type { Store } from "../../../ground/store/index.ts";
import { ColumnarEngine } from "../../../ground/store/mirror/index.ts";
import { QUALITIES, type Reading } from "../reading.ts";
import { differences, type SeriesDefinition, type SeriesKind } from "../series.ts";
import type { Latest, Resampled, SealedDay, StoredSeries, Telemetry } from "../telemetry.ts";
import { bucketsOf, type Step } from "../buckets.ts";
import { binaryRows, type ReadingRow } from "./binary-copy.ts";
import {
  DAY_MS,
  type DayFiles,
  dayFilesSchema,
  dayText,
  filesOf,
  type NumberedSeries,
  text,
  writeDay,
} from "./day-files.ts";
import { rangeSql, toResampled } from "./range-sql.ts";

export const TELEMETRY_STREAM = "telemetry";
export const TELEMETRY_FOLDER = "telemetry";

export interface TelemetryOptions {
  readonly store: Store;
  readonly actor: Actor;
  readonly rights: Rights;
  readonly now: Clock;
  /** Of local days. */
  readonly timeZone: string;
  /** What the columnar engine may take; 1024 unless said otherwise. */
  readonly memoryMb?: number;
  readonly onProgress?: (text: string) => void;
}

/** "candela" and "seal": one seals at a time, in whatever process. */
const SEAL_LOCK = [0x63616e64, 0x7365616c] as const;
const READING_COLUMNS = "number, at_ms, value, quality, batch, row";

interface DayRow {
  readonly day: number;
  readonly revision: number;
  readonly files: DayFiles;
}

/** Opens the readings of a store; nothing is read before it is asked for. */
export function openTelemetry(options: TelemetryOptions): Telemetry {
  return new StoreTelemetry(options);
}

class StoreTelemetry implements Telemetry {
  readonly #options: TelemetryOptions;
  readonly #folder: string;
  #engine: Promise<ColumnarEngine> | undefined;
  #known = new Map<string, NumberedSeries>();

  constructor(options: TelemetryOptions) {
    this.#options = options;
    this.#folder = path.join(options.store.folder, TELEMETRY_FOLDER);
  }

  #refusal(action: string, id?: string): Issue | undefined {
    const { rights, actor } = this.#options;
    const may = rights.may(actor, action, { kind: "reading", ...(id === undefined ? {} : { id }) });
    return may === true ? undefined : may;
  }

  async register(definitions: readonly SeriesDefinition[]): Promise<Result<void>> {
    const refused = this.#refusal("reading.put");
    if (refused) return fail(refused);
    await this.#load();
    const compare = (): Issue[] =>
      definitions.flatMap((one) => {
        const known = this.#known.get(one.id);
        return known ? differences(known, one, {}) : [];
      });
    const issues = compare();
    if (issues.length > 0) return fail(...issues);
    const fresh = definitions.filter(({ id }) => !this.#known.has(id));
    if (fresh.length === 0) return ok(undefined);
    const { store, actor, now } = this.#options;
    await store.transaction(async (tx) => {
      const added: string[] = [];
      for (const { id, kind, unit, everyMs, holdMs, rollover } of fresh) {
        const inserted = await sql`
          insert into candela.series (id, kind, unit, every_ms, hold_ms, rollover)
          values (${id}, ${kind}, ${unit}, ${everyMs}, ${holdMs}, ${rollover ?? null}) on conflict (id) do nothing`.execute(
          tx,
        );
        if (inserted.numAffectedRows === 1n) added.push(id);
      }
      const series = fresh.filter(({ id }) => added.includes(id)).map(({ id, kind, unit }) => ({ id, kind, unit }));
      if (series.length > 0)
        await append(
          tx,
          { stream: TELEMETRY_STREAM, actor: actor.id, kind: "series.registered", body: { series } },
          now,
        );
    });
    await this.#load();
    // Another process may have been quicker, with another definition.
    const after = compare();
    return after.length > 0 ? fail(...after) : ok(undefined);
  }

  async #load(): Promise<void> {
    const { rows } = await this.#options.store.pool().query<{
      number: number;
      id: string;
      kind: SeriesKind;
      unit: string;
      every_ms: number;
      hold_ms: number;
      rollover: number | null;
    }>("select * from candela.series order by number");
    this.#known = new Map(
      rows.map((row) => [
        row.id,
        {
          number: row.number,
          id: row.id,
          kind: row.kind,
          unit: row.unit,
          everyMs: row.every_ms,
          holdMs: row.hold_ms,
          rollover: row.rollover ?? undefined,
        },
      ]),
    );
  }

  async #series(id: string): Promise<Result<NumberedSeries>> {
    if (!this.#known.has(id)) await this.#load();
    const known = this.#known.get(id);
    return known
      ? ok(known)
      : fail({
          code: "SENSE-007",
          severity: "error",
          at: {},
          expected: [...this.#known.keys()].slice(0, 20).join(", ") || "–",
          actual: id,
        });
  }

  async put(source: string, readings: readonly Reading[] | AsyncIterable<readonly Reading[]>): Promise<Result<void>> {
    const refused = this.#refusal("reading.put");
    if (refused) return fail(refused);
    const pieces = Symbol.asyncIterator in readings ? readings : [readings];
    const { store, actor, now } = this.#options;
    const client = await store.pool().connect();
    let broken: Error | undefined;
    try {
      await client.query("begin");
      const inserted = await client.query<{ batch: number }>(
        "insert into candela.reading_batch (actor, source, received_at, readings) values ($1, $2, $3, 0) returning batch",
        [actor.id, source.slice(0, 500), now()],
      );
      const batch = inserted.rows[0]?.batch ?? 0;
      let count = 0;
      for await (const piece of pieces) {
        const rows = await this.#rows(piece);
        if (!rows.ok) {
          await client.query("rollback");
          return rows;
        }
        if (rows.value.length === 0) continue;
        const target = client.query(copyFrom(`copy candela.reading (${READING_COLUMNS}) from stdin (format binary)`));
        await pipeline(binaryRows(rows.value, batch, count), target);
        count += rows.value.length;
      }
      await client.query("update candela.reading_batch set readings = $2 where batch = $1", [batch, count]);
      await client.query(count === 0 ? "rollback" : "commit");
      return ok(undefined);
    } catch (error) {
      // With its connection the transaction ends, in whatever state the copy left it.
      broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** Readings as rows, by the numbers of their series. */
  async #rows(readings: readonly Reading[]): Promise<Result<ReadingRow[]>> {
    const numbers = new Map<string, number>();
    for (const id of new Set(readings.map(({ series }) => series))) {
      const known = await this.#series(id);
      if (!known.ok) return known;
      numbers.set(id, known.value.number);
    }
    return ok(
      readings.map(({ series, atMs, value, quality }) => ({
        number: numbers.get(series) ?? 0,
        atMs,
        value,
        quality: QUALITIES.indexOf(quality),
      })),
    );
  }

  async seal(beforeMs: number): Promise<Result<readonly SealedDay[]>> {
    const refused = this.#refusal("reading.seal");
    if (refused) return fail(refused);
    await this.#load();
    const client = await this.#options.store.pool().connect();
    let broken: Error | undefined;
    try {
      await client.query("select pg_advisory_lock($1, $2)", [...SEAL_LOCK]);
      const found = await client.query<{ day: number }>(
        "select distinct (at_ms / $1::bigint)::int as day from candela.reading where at_ms < $2 order by 1",
        [DAY_MS, Math.floor(beforeMs / DAY_MS) * DAY_MS],
      );
      const sealed: SealedDay[] = [];
      for (const [index, { day }] of found.rows.entries()) {
        this.#options.onProgress?.(`seal ${dayText(day)}, ${index + 1} of ${found.rows.length} days`);
        sealed.push(await this.#sealDay(client, day));
      }
      await client.query("select pg_advisory_unlock($1, $2)", [...SEAL_LOCK]);
      return ok(sealed);
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async #sealDay(client: pg.PoolClient, day: number): Promise<SealedDay> {
    const { store, actor, now } = this.#options;
    const [before] = await this.#days(day, day);
    const [from, to] = [day * DAY_MS, (day + 1) * DAY_MS];
    await this.#makeFolder(path.join(this.#folder, dayText(day).slice(0, 4)));
    const engine = await this.#opened();
    const waiting = await this.#export(client, "at_ms >= $1 and at_ms < $2", [from, to]);
    try {
      const old = [before?.files.readings, before?.files.conflicts].filter((file) => file !== undefined);
      const sealed = old.map(({ file }) => this.#readings(file));
      const revision = (before?.revision ?? 0) + 1;
      const arrived = [...sealed, readTsv(waiting.file)].join(" union all ");
      const series = [...this.#known.values()];
      const written = await writeDay(engine, this.#folder, day, revision, series, arrived);
      for (const { file } of filesOf(written.files)) await this.#give(path.join(this.#folder, file));
      const { files, readings, conflicts } = written;
      const date = dayText(day);
      await store.transaction(async (tx) => {
        const { conflicts: other, ...rest } = files;
        const body = {
          day: date,
          revision,
          readings,
          conflicts,
          files: { ...rest, ...(other ? { conflicts: other } : {}) },
          batches: waiting.batches.length,
        };
        const { position } = await append(
          tx,
          { stream: TELEMETRY_STREAM, actor: actor.id, kind: "day.sealed", body },
          now,
        );
        await sql`
          insert into candela.telemetry_day (day, revision, position, readings, conflicts, files)
          values (${date}, ${revision}, ${position}, ${readings}, ${conflicts}, ${JSON.stringify(files)})
          on conflict (day) do update set revision = excluded.revision, position = excluded.position,
            readings = excluded.readings, conflicts = excluded.conflicts, files = excluded.files`.execute(tx);
        // Batches that came while we wrote are not in the files, and stay.
        await sql`
          delete from candela.reading where at_ms >= ${from} and at_ms < ${to} and batch = any(${waiting.batches}::int[])`.execute(
          tx,
        );
      });
      return { day: date, revision, readings, conflicts };
    } finally {
      await rm(waiting.file, { force: true });
    }
  }

  /** Readings that wait, as a file for the columnar engine, and the batches that were seen: a batch is seen whole or not. */
  async #export(
    client: pg.PoolClient,
    where: string,
    values: readonly number[],
  ): Promise<{ file: string; batches: number[]; rows: number }> {
    await this.#makeFolder(this.#folder);
    const file = path.join(this.#folder, `.waiting-${process.pid}-${randomBytes(6).toString("hex")}.tmp`);
    await client.query("begin isolation level repeatable read read only");
    try {
      // COPY takes no parameters; these are numbers of ours.
      const condition = where.replace(/\$(\d)/g, (_, n: string) => String(Math.trunc(values[Number(n) - 1] ?? 0)));
      const seen = await client.query<{ batch: number; rows: string }>(
        `select batch, count(*) as rows from candela.reading where ${condition} group by batch`,
      );
      const stream = client.query(
        copyTo(`copy (select ${READING_COLUMNS} from candela.reading where ${condition}) to stdout`),
      );
      await pipeline(stream, createWriteStream(file, { mode: 0o600, highWaterMark: 1 << 20 }));
      await client.query("commit");
      await this.#give(file);
      return {
        file,
        batches: seen.rows.map(({ batch }) => batch),
        rows: seen.rows.reduce((sum, { rows }) => sum + Number(rows), 0),
      };
    } catch (error) {
      await client.query("rollback").catch(() => {});
      await rm(file, { force: true });
      throw error;
    }
  }

  #readings(file: string): string {
    return `select number, epoch_ms(instant) as ms, value, quality, batch, row from read_parquet(${text(path.join(this.#folder, file))})`;
  }

  async #days(first: number, last: number): Promise<DayRow[]> {
    const { rows } = await this.#options.store
      .pool()
      .query<{ day: number; revision: number; files: string }>(
        "select day - date '1970-01-01' as day, revision, files from candela.telemetry_day where day between date '1970-01-01' + $1::int and date '1970-01-01' + $2::int order by day",
        [first, last],
      );
    return rows.map(({ day, revision, files }) => ({
      day,
      revision,
      files: dayFilesSchema.parse(JSON.parse(files)),
    }));
  }

  async range(id: string, fromMs: number, toMs: number, step: Step): Promise<Result<readonly Resampled[]>> {
    const series = await this.#series(id);
    if (!series.ok) return series;
    const buckets = bucketsOf(fromMs, toMs, step, this.#options.timeZone);
    if (buckets.length === 0) return ok([]);
    const cells = await this.#cells(series.value, buckets, step);
    return ok(toResampled(series.value, buckets, cells));
  }

  async #cells(series: NumberedSeries, buckets: readonly number[], step: Step) {
    const [first = 0, last = 0] = [buckets[0], buckets.at(-1)];
    // A value before the range may hold into it, and a counter's next value may lie behind it.
    const [firstDay, lastDay] = [Math.floor(first / DAY_MS) - 1, Math.floor(last / DAY_MS) + 1];
    const engine = await this.#opened();
    const client = await this.#options.store.pool().connect();
    let waiting: { file: string; rows: number } | undefined;
    try {
      waiting = await this.#export(client, "number = $1 and at_ms >= $2 and at_ms < $3", [
        series.number,
        firstDay * DAY_MS,
        (lastDay + 1) * DAY_MS,
      ]);
    } finally {
      client.release();
    }
    try {
      // Read after the readings that wait: a day that was sealed in between is then in both, which changes nothing.
      const days = await this.#days(firstDay, lastDay);
      const late =
        waiting.rows === 0
          ? new Set<number>()
          : new Set(
              (await engine.rows(`select distinct ms // ${DAY_MS} from (${readTsv(waiting.file)})`)).map(([day]) =>
                Number(day),
              ),
            );
      const files = (all: readonly DayRow[], part: "readings" | "hours" | "edges"): string[] =>
        all.map((day) => path.join(this.#folder, day.files[part].file));
      const query = rangeSql({
        series: [series],
        buckets,
        step,
        waiting: waiting.rows > 0 ? readTsv(waiting.file) : undefined,
        whole: (whole) => {
          const rolled = days.filter(({ day }) => whole && !late.has(day));
          const raw = days.filter((day) => !rolled.includes(day));
          return { readings: files(raw, "readings"), hours: files(rolled, "hours"), edges: files(rolled, "edges") };
        },
      });
      return await engine.rows(query);
    } finally {
      await rm(waiting.file, { force: true });
    }
  }

  async latest(id: string): Promise<Result<Latest | undefined>> {
    const series = await this.#series(id);
    if (!series.ok) return series;
    const { number, everyMs, holdMs } = series.value;
    const waiting = await this.#options.store
      .pool()
      .query<{ at_ms: string; value: number | null; quality: number }>(
        "select at_ms, value, quality from candela.reading where number = $1 order by at_ms desc, quality, batch, row limit 1",
        [number],
      );
    const found = waiting.rows[0];
    const candidates = found ? [{ atMs: Number(found.at_ms), value: found.value, quality: found.quality }] : [];
    const sealed = await this.#lastSealed(number, candidates[0]?.atMs);
    const last = [...sealed, ...candidates].reduce<(typeof candidates)[number] | undefined>(
      (best, one) =>
        !best || one.atMs > best.atMs || (one.atMs === best.atMs && one.quality < best.quality) ? one : best,
      undefined,
    );
    if (!last) return ok(undefined);
    const age = this.#options.now().getTime() - last.atMs;
    const worst = Math.max(last.quality, age > holdMs ? 3 : age > 2 * everyMs ? 2 : 0);
    return ok({ atMs: last.atMs, value: last.value ?? undefined, quality: QUALITIES[worst] ?? "missing" });
  }

  /** The last reading of a series in sealed days, where one could be later than an instant. */
  async #lastSealed(number: number, atMs: number | undefined) {
    const first = atMs === undefined ? -100_000 : Math.floor(atMs / DAY_MS);
    const days = await this.#days(first, 1_000_000);
    const engine = await this.#opened();
    for (const { files } of days.reverse()) {
      const [row] = await engine.rows(
        `select last_ms, last_value, last_quality from read_parquet(${text(path.join(this.#folder, files.edges.file))}) where number = ${number}`,
      );
      if (row)
        return [{ atMs: Number(row[0]), value: row[1] === null ? null : Number(row[1]), quality: Number(row[2]) }];
    }
    return [];
  }

  async list(): Promise<readonly StoredSeries[]> {
    await this.#load();
    const { rows } = await this.#options.store
      .pool()
      .query<{ number: number; waiting: string }>(
        "select number, count(*) as waiting from candela.reading group by number",
      );
    const waiting = new Map(rows.map((row) => [row.number, Number(row.waiting)]));
    return [...this.#known.values()].map(({ number, ...rest }) => ({ ...rest, waiting: waiting.get(number) ?? 0 }));
  }

  async close(): Promise<void> {
    const engine = await this.#engine;
    this.#engine = undefined;
    engine?.close();
    if (engine) await rm(path.join(this.#folder, `spill-${process.pid}`), { recursive: true, force: true });
  }

  #opened(): Promise<ColumnarEngine> {
    return (this.#engine ??= this.#makeFolder(this.#folder).then(() =>
      ColumnarEngine.open(this.#folder, this.#options.memoryMb ?? 1024),
    ));
  }

  async #makeFolder(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await this.#give(folder);
  }

  /** As root in a plain user's folder, what we make is that user's. */
  async #give(file: string): Promise<void> {
    if (process.getuid?.() !== 0) return;
    const { uid, gid } = await stat(this.#options.store.folder);
    if (uid !== 0) await chown(file, uid, gid);
  }
}

/** Rows that PostgreSQL's COPY wrote, as a query. */
function readTsv(file: string): string {
  return `select number, ms, value, quality, batch, row from read_csv(${text(file)}, delim='\\t', header=false, nullstr='\\N', quote='', escape='', auto_detect=false,
    columns={'number': 'INTEGER', 'ms': 'BIGINT', 'value': 'DOUBLE', 'quality': 'UTINYINT', 'batch': 'INTEGER', 'row': 'INTEGER'})`;
}
