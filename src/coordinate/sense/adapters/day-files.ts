import { createHash } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { type ColumnarEngine, fileHash } from "../../../ground/store/mirror/index.ts";
import type { SeriesDefinition } from "../series.ts";
import { cellsSql, edgesSql, segmentsSql } from "../resample-sql.ts";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

const fileSchema = z.strictObject({
  /** Path below the folder `telemetry`. */
  file: z.string().regex(/^\d{4}\/[a-z0-9.-]+\.parquet$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int(),
});

export type DayFile = z.infer<typeof fileSchema>;

/** The files of a sealed day. `readings` and `conflicts` are the truth; `hours` and `edges` are made from them. */
export const dayFilesSchema = z.strictObject({
  readings: fileSchema,
  conflicts: fileSchema.optional(),
  hours: fileSchema,
  edges: fileSchema,
});

export type DayFiles = z.infer<typeof dayFilesSchema>;

/** All files of a day. */
export function filesOf({ readings, conflicts, hours, edges }: DayFiles): DayFile[] {
  return [readings, ...(conflicts ? [conflicts] : []), hours, edges];
}

/** A series as the files know it. */
export interface NumberedSeries extends SeriesDefinition {
  readonly number: number;
}

export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** The rules of series as a relation (number, id, kind, every_ms, hold_ms, rollover). */
export function rulesSql(series: readonly NumberedSeries[]): string {
  const rows = series.map(
    ({ number, id, kind, everyMs, holdMs, rollover }) =>
      `(${number}, ${text(id)}, ${text(kind)}, ${everyMs}::bigint, ${holdMs}::bigint, ${rollover ?? "null"}::double)`,
  );
  return `(values ${rows.join(", ")}) as rules(number, id, kind, every_ms, hold_ms, rollover)`;
}

/** A day (UTC) as text. */
export const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Makes a file's bytes durable, and gives it the name that carries its hash. */
async function keep(folder: string, draft: string, day: number, revision: number, part: string): Promise<DayFile> {
  const handle = await open(draft, "r+");
  await handle.sync();
  await handle.close();
  const sha256 = await fileHash(draft);
  const { size } = await stat(draft);
  const date = dayText(day);
  const file = `${date.slice(0, 4)}/${date}.r${revision}.${part}-${sha256.slice(0, 16)}.parquet`;
  await rename(draft, path.join(folder, file));
  return { file, sha256, bytes: size };
}

/** How many rows a relation has. */
async function countOf(engine: ColumnarEngine, relation: string): Promise<number> {
  const [row] = await engine.rows(`select count(*)::bigint from ${relation}`);
  return Number(row?.[0] ?? 0);
}

export interface WrittenDay {
  readonly files: DayFiles;
  readonly readings: number;
  readonly conflicts: number;
}

/**
 * Writes the files of one day from everything that is known of it. Of several values for one instant the best in quality
 * counts, and among equals the one that was acknowledged first; another value is kept in `conflicts`.
 * @param arrived relation (number, ms, value, quality, batch, row)
 */
export async function writeDay(
  engine: ColumnarEngine,
  folder: string,
  day: number,
  revision: number,
  series: readonly NumberedSeries[],
  arrived: string,
): Promise<WrittenDay> {
  const table = `day_${createHash("sha256").update(`${day} ${revision} ${process.pid}`).digest("hex").slice(0, 16)}`;
  const drafts = new Map<string, string>();
  const draft = (part: string): string => {
    const file = path.join(folder, dayText(day).slice(0, 4), `.${table}.${part}.tmp`);
    drafts.set(part, file);
    return text(file);
  };
  const rules = rulesSql(series);
  const order = "quality, batch, row";
  const stored = "format parquet, compression zstd, row_group_size 122880";
  try {
    await engine.rows(`create or replace table ${table} as
      select *, row_number() over (partition by number, ms order by ${order}) as place from (${arrived})`);
    const conflicts = await countOf(engine, `(${conflictsSql(table)})`);
    const readings = await countOf(engine, `${table} where place = 1`);
    const columns =
      "rules.id as series, number, epoch_ms(ms) as instant, value, quality::utinyint as quality, batch, row";
    await engine.rows(`copy (select ${columns} from ${table} join ${rules} using (number) where place = 1 order by number, ms)
      to ${draft("readings")} (${stored}, kv_metadata {quality: '0 measured, 1 estimated, 2 stale, 3 missing'})`);
    if (conflicts > 0)
      await engine.rows(`copy (select ${columns} from (${conflictsSql(table)}) join ${rules} using (number) order by number, ms, ${order})
        to ${draft("conflicts")} (${stored})`);
    await writeDerived(engine, `(select * from ${table} where place = 1)`, rules, draft);
    const kept = new Map<string, DayFile>();
    for (const [part, file] of drafts) kept.set(part, await keep(folder, file, day, revision, part));
    const files = dayFilesSchema.parse(Object.fromEntries(kept));
    return { files, readings, conflicts };
  } finally {
    await engine.rows(`drop table if exists ${table}`);
    for (const file of drafts.values()) await rm(file, { force: true });
  }
}

/** Another value than the one that counts, each once. */
function conflictsSql(table: string): string {
  return `select distinct on (number, ms, value, quality) other.* exclude (place) from ${table} other
    join ${table} first using (number, ms)
    where other.place > 1 and first.place = 1 and other.quality < 3 and other.value is distinct from first.value`;
}

/**
 * Hours and edges of a day's readings: what a year is read from without its minutes. Nothing begins at the last point of a
 * day: what lies behind it is told when the next day is known.
 */
async function writeDerived(
  engine: ColumnarEngine,
  readings: string,
  rules: string,
  draft: (part: string) => string,
): Promise<void> {
  const points = `(select number, kind, every_ms, hold_ms, rollover, ms, value, quality,
    ms = max(ms) over (partition by number) as closed from ${readings} join ${rules} using (number))`;
  const stored = "format parquet, compression zstd";
  await engine.rows(`copy (with segments as materialized (${segmentsSql(points)})
    select * from (${cellsSql("segments", HOUR_MS)}) order by number, slice) to ${draft("hours")} (${stored})`);
  await engine.rows(`copy (select * from (${edgesSql(points)}) order by number) to ${draft("edges")} (${stored})`);
}
