import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { sql } from "kysely";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { Actor, Rights } from "../../../ground/actor/index.ts";
import { fail, type Issue, ok, type Result } from "../../../ground/issue/index.ts";
import { append, type Clock } from "../../../ground/journal/index.ts";
import type { Store } from "../../../ground/store/index.ts";
import { QUALITIES, type Reading } from "../reading.ts";
import type { NumberedSeries } from "../resample-sql.ts";
import { differences, type SeriesDefinition, type SeriesKind } from "../series.ts";
import type {
  ExportedTable,
  Latest,
  Resampled,
  SealedDay,
  SealedTime,
  StoredSeries,
  TableRequest,
  Telemetry,
} from "../telemetry.ts";
import { bucketsOf, type Step } from "../buckets.ts";
import { binaryRows, type ReadingRow } from "./binary-copy.ts";
import { DAY_MS, dayText } from "./day-files.ts";
import { RangeReader } from "./range-reader.ts";
import { lastSealed } from "./last-sealed.ts";
import { type KnownSeries, SealedDays } from "./sealed-days.ts";
import { sealDay, TELEMETRY_STREAM } from "./seal-day.ts";
import { TelemetryFolder } from "./telemetry-folder.ts";
import { READING_COLUMNS, waitingSql, writeWaiting } from "./waiting-readings.ts";

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

/** Opens the readings of a store; nothing is read before it is asked for. */
export function openTelemetry(options: TelemetryOptions): Telemetry {
  return new StoreTelemetry(options);
}

class StoreTelemetry implements Telemetry {
  readonly #options: TelemetryOptions;
  readonly #folder: TelemetryFolder;
  readonly #days: SealedDays;
  readonly #ranges: RangeReader;
  #known = new Map<string, NumberedSeries>();

  constructor(options: TelemetryOptions) {
    this.#options = options;
    this.#folder = new TelemetryFolder(options.store, options.memoryMb ?? 1024);
    this.#days = new SealedDays(options.store, this.#folder.path);
    this.#ranges = new RangeReader(options.store, this.#folder, this.#days);
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

  readonly #everySeries: KnownSeries = async () => {
    await this.#load();
    return [...this.#known.values()];
  };

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
      const issues: Issue[] = [];
      for (const [index, { day }] of found.rows.entries()) {
        this.#options.onProgress?.(`seal ${dayText(day)}, ${index + 1} of ${found.rows.length} days`);
        const done = await this.#sealDay(client, day);
        if (done.ok) sealed.push(done.value);
        else issues.push(...done.issues);
      }
      await client.query("select pg_advisory_unlock($1, $2)", [...SEAL_LOCK]);
      return issues.length > 0 ? fail(...issues) : ok(sealed);
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async #sealDay(client: pg.PoolClient, day: number): Promise<Result<SealedDay>> {
    const { store, actor, now } = this.#options;
    const waiting = await writeWaiting(client, this.#folder, { fromMs: day * DAY_MS, toMs: (day + 1) * DAY_MS });
    try {
      const sealing = { store, folder: this.#folder, days: this.#days, known: this.#everySeries, actor, now };
      return await sealDay(sealing, day, { query: waitingSql(waiting), batches: waiting.batches });
    } finally {
      await rm(waiting.file, { force: true });
    }
  }

  async range(id: string, fromMs: number, toMs: number, step: Step): Promise<Result<readonly Resampled[]>> {
    const series = await this.#series(id);
    if (!series.ok) return series;
    const buckets = bucketsOf(fromMs, toMs, step, this.#options.timeZone);
    if (buckets.length === 0) return ok([]);
    const asked = { series: [series.value], all: false, known: this.#everySeries, buckets, step };
    return this.#ranges.values(asked, series.value);
  }

  async table({ series: ids, fromMs, toMs, step, file, format }: TableRequest): Promise<Result<ExportedTable>> {
    await this.#load();
    const found = await Promise.all([...new Set(ids ?? this.#known.keys())].map((id) => this.#series(id)));
    const issues = found.flatMap((one) => (one.ok ? [] : one.issues));
    if (issues.length > 0) return fail(...issues);
    const series = found.flatMap((one) => (one.ok ? [one.value] : []));
    if (series.length === 0) return fail({ code: "SENSE-014", severity: "error", at: { file } });
    const buckets = bucketsOf(fromMs, toMs, step, this.#options.timeZone);
    if (buckets.length === 0) return fail({ code: "SENSE-014", severity: "error", at: { file } });
    const asked = { series, all: ids === undefined, known: this.#everySeries, buckets, step };
    return this.#ranges.table(asked, { file, format });
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
    const sealed = await lastSealed(this.#folder, this.#days, this.#everySeries, number, candidates[0]?.atMs);
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

  async sealed(fromMs: number, toMs: number): Promise<SealedTime> {
    const days = await this.#days.between(Math.floor(fromMs / DAY_MS), Math.floor((toMs - 1) / DAY_MS));
    const { rows } = await this.#options.store
      .pool()
      .query<{ waiting: string }>("select count(*) as waiting from candela.reading where at_ms >= $1 and at_ms < $2", [
        fromMs,
        toMs,
      ]);
    return {
      days: days.map(({ day, revision, files }) => ({
        day: dayText(day),
        revision,
        sha256: files.readings.sha256,
      })),
      waiting: Number(rows[0]?.waiting ?? 0),
    };
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
    await this.#folder.close();
  }
}
