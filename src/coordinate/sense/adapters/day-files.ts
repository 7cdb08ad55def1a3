import { randomBytes } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { type ColumnarEngine, fileHash } from "../../../ground/store/mirror/index.ts";
import { cellsSql, edgesSql, type NumberedSeries, rulesSql, segmentsSql, sqlText as text } from "../resample-sql.ts";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

const fileSchema = z.strictObject({
  /** Path below the folder `telemetry`. */
  file: z.string().regex(/^\d{4}\/[a-z0-9.-]+\.parquet$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int(),
});

export type DayFile = z.infer<typeof fileSchema>;

/** What a year is read from without its minutes: made from the readings of a day, and made again where it was lost. */
export const rollupFilesSchema = z.strictObject({ hours: fileSchema, edges: fileSchema });

export type RollupFiles = z.infer<typeof rollupFilesSchema>;

/** The files of a sealed day. `readings` and `conflicts` are the truth; the roll-ups are made from them. */
export const dayFilesSchema = rollupFilesSchema.extend({ readings: fileSchema, conflicts: fileSchema.optional() });

export type DayFiles = z.infer<typeof dayFilesSchema>;

/** The files of a day that nothing can make again. */
export function truthOf({ readings, conflicts }: DayFiles): DayFile[] {
  return [readings, ...(conflicts ? [conflicts] : [])];
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

export interface WrittenDay {
  readonly files: DayFiles;
  readonly readings: number;
  readonly conflicts: number;
}

const STORED = "format parquet, compression zstd";

/** A day (UTC) and its revision, which the names of its files begin with. */
interface Drafting {
  readonly folder: string;
  readonly day: number;
  readonly revision: number;
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
  return withDrafts({ folder, day, revision }, async ({ table, draft, keep }) => {
    try {
      // One sort finds what comes again; a partition an instant would be more than a million partitions.
      await engine.rows(`create or replace table ${table} as
        select *, lag(ms) over w is not distinct from ms as again from (${arrived})
        window w as (partition by number order by ms, quality, batch, row)`);
      const [counts] = await engine.rows(
        `select count(*) filter (where not again)::bigint, count(*) filter (where again)::bigint from ${table}`,
      );
      const [readings, repeated] = [Number(counts?.[0] ?? 0), Number(counts?.[1] ?? 0)];
      const conflicts = repeated === 0 ? 0 : await countOf(engine, `(${conflictsSql(table)})`);
      const those = await seriesIn(engine, table, series);
      const columns =
        "rules.id as series, number, epoch_ms(ms) as instant, value, quality::utinyint as quality, batch, row";
      const grouped = `${STORED}, row_group_size 122880`;
      await engine.rows(`copy (select ${columns} from ${table} join ${rulesSql(those)} using (number) where not again order by number, ms)
        to ${draft("readings")} (${grouped}, kv_metadata {quality: '0 measured, 1 estimated, 2 stale, 3 missing'})`);
      if (conflicts > 0)
        await engine.rows(`copy (select ${columns} from (${conflictsSql(table)}) join ${rulesSql(those)} using (number)
          order by number, ms, quality, batch, row) to ${draft("conflicts")} (${grouped})`);
      await writeRollups(engine, `(select number, ms, value, quality from ${table} where not again)`, those, draft);
      return { files: dayFilesSchema.parse(await keep()), readings, conflicts };
    } finally {
      await engine.rows(`drop table if exists ${table}`);
    }
  });
}

/** Makes the roll-ups of a sealed day again, from its readings and nothing else. */
export async function remakeRollups(
  engine: ColumnarEngine,
  folder: string,
  day: number,
  revision: number,
  series: readonly NumberedSeries[],
  readings: DayFile,
): Promise<RollupFiles> {
  return withDrafts({ folder, day, revision }, async ({ draft, keep }) => {
    const points = `(select number, epoch_ms(instant) as ms, value, quality from read_parquet(${text(path.join(folder, readings.file))}))`;
    await writeRollups(engine, points, await seriesIn(engine, points, series), draft);
    return rollupFilesSchema.parse(await keep());
  });
}

interface Drafts {
  /** A name for a table that nobody else uses. */
  readonly table: string;
  /** The file that a part is written to, as SQL. */
  readonly draft: (part: string) => string;
  /** Makes the parts durable under their names. */
  readonly keep: () => Promise<Record<string, DayFile>>;
}

/** Files are written under a temporary name and get theirs when they are whole; what is left of them is removed. */
async function withDrafts<T>({ folder, day, revision }: Drafting, work: (drafts: Drafts) => Promise<T>): Promise<T> {
  const table = `day_${randomBytes(8).toString("hex")}`;
  const files = new Map<string, string>();
  try {
    return await work({
      table,
      draft: (part) => {
        const file = path.join(folder, dayText(day).slice(0, 4), `.${table}.${part}.tmp`);
        files.set(part, file);
        return text(file);
      },
      keep: async () => {
        const kept: Record<string, DayFile> = {};
        for (const [part, file] of files) kept[part] = await keep(folder, file, day, revision, part);
        return kept;
      },
    });
  } finally {
    for (const file of files.values()) await rm(file, { force: true });
  }
}

/** The series of which a relation has readings. One that is not known would lose its readings, which must not be. */
async function seriesIn(
  engine: ColumnarEngine,
  relation: string,
  series: readonly NumberedSeries[],
): Promise<NumberedSeries[]> {
  const found = new Set((await engine.rows(`select distinct number from ${relation}`)).map(([number]) => number));
  const known = series.filter(({ number }) => found.has(number));
  if (known.length < found.size) throw new Error(`readings of ${found.size - known.length} series that are not known`);
  return known;
}

/** How many rows a relation has. */
async function countOf(engine: ColumnarEngine, relation: string): Promise<number> {
  const [row] = await engine.rows(`select count(*)::bigint from ${relation}`);
  return Number(row?.[0] ?? 0);
}

/** Another value than the one that counts, each once. */
function conflictsSql(table: string): string {
  return `select distinct on (number, ms, value, quality) other.* exclude (again) from ${table} other
    join ${table} first using (number, ms)
    where other.again and not first.again and other.quality < 3 and other.value is distinct from first.value`;
}

/**
 * Hours and edges of a day's readings: what a year is read from without its minutes. Nothing begins at the last point of a
 * day: what lies behind it is told when the next day is known.
 * @param points relation (number, ms, value, quality), one row an instant
 */
async function writeRollups(
  engine: ColumnarEngine,
  points: string,
  series: readonly NumberedSeries[],
  draft: (part: string) => string,
): Promise<void> {
  await engine.rows(`copy (
    with segments as materialized (${segmentsSql(points, series, "next_ms is not null")})
    select * from (${cellsSql("segments", HOUR_MS)}) order by number, slice) to ${draft("hours")} (${STORED})`);
  await engine.rows(
    `copy (select * from (${edgesSql(points, series)}) order by number) to ${draft("edges")} (${STORED})`,
  );
}
