import { sql } from "kysely";
import type { Actor } from "../../../ground/actor/index.ts";
import { fail, ok, type Result } from "../../../ground/issue/index.ts";
import { append, type Clock } from "../../../ground/journal/index.ts";
import type { Store } from "../../../ground/store/index.ts";
import { sqlText as text } from "../resample-sql.ts";
import type { SealedDay } from "../telemetry.ts";
import { DAY_MS, dayText, truthOf, writeDay } from "./day-files.ts";
import type { KnownSeries, SealedDays } from "./sealed-days.ts";
import type { TelemetryFolder } from "./telemetry-folder.ts";

export const TELEMETRY_STREAM = "telemetry";

export interface Sealing {
  readonly store: Store;
  readonly folder: TelemetryFolder;
  readonly days: SealedDays;
  readonly known: KnownSeries;
  readonly actor: Actor;
  readonly now: Clock;
}

/** Readings of a day that are to be sealed. */
export interface ArrivedReadings {
  /** Query (number, ms, value, quality, batch, row). */
  readonly query: string;
  /** The batches that are in it whole, and no longer wait once it is sealed. */
  readonly batches: readonly number[];
}

/**
 * Seals a day: what was sealed of it before and what arrived → its files → journal, table of days, and nothing waits any
 * more, in one transaction.
 * @param day since 1970, UTC
 * @issues SENSE-021 (what was sealed before is damaged)
 */
export async function sealDay(
  { store, folder, days, known, actor, now }: Sealing,
  day: number,
  { query, batches }: ArrivedReadings,
): Promise<Result<SealedDay>> {
  const [before] = await days.between(day, day);
  const old = before ? truthOf(before.files) : [];
  const damaged = await days.damaged(before ? [before] : [], truthOf);
  if (damaged.length > 0) return fail(...damaged);
  await folder.make(dayText(day).slice(0, 4));
  const revision = (before?.revision ?? 0) + 1;
  const arrived = [...old.map((file) => readingsSql(days.pathOf(file))), query].join(" union all ");
  const engine = await folder.engine();
  // Another process may have made series known whose readings are among these.
  const written = await writeDay(engine, folder.path, day, revision, await known(), arrived);
  const { files, readings, conflicts } = written;
  for (const file of [...truthOf(files), files.hours, files.edges]) await folder.give(days.pathOf(file));
  const date = dayText(day);
  await store.transaction(async (tx) => {
    const { conflicts: other, ...rest } = files;
    const named = { ...rest, ...(other ? { conflicts: other } : {}) };
    const body = { day: date, revision, readings, conflicts, files: named, batches: batches.length };
    const { position } = await append(tx, { stream: TELEMETRY_STREAM, actor: actor.id, kind: "day.sealed", body }, now);
    await sql`
      insert into candela.telemetry_day (day, revision, position, readings, conflicts, files)
      values (${date}, ${revision}, ${position}, ${readings}, ${conflicts}, ${JSON.stringify(files)})
      on conflict (day) do update set revision = excluded.revision, position = excluded.position,
        readings = excluded.readings, conflicts = excluded.conflicts, files = excluded.files`.execute(tx);
    // Batches that came while we wrote are not in the files, and stay.
    if (batches.length > 0)
      await sql`
        delete from candela.reading where at_ms >= ${day * DAY_MS} and at_ms < ${(day + 1) * DAY_MS} and batch = any(${batches}::int[])`.execute(
        tx,
      );
    if (before)
      await sql`delete from candela.telemetry_rollup where readings = ${before.files.readings.sha256}`.execute(tx);
  });
  return ok({ day: date, revision, readings, conflicts });
}

/** Readings of a sealed file, as they arrived. */
function readingsSql(file: string): string {
  return `select number, epoch_ms(instant) as ms, value, quality, batch, row from read_parquet(${text(file)})`;
}
