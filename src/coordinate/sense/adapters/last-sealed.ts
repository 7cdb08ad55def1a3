import { sqlText as text } from "../resample-sql.ts";
import { DAY_MS } from "./day-files.ts";
import type { KnownSeries, SealedDays } from "./sealed-days.ts";
import type { TelemetryFolder } from "./telemetry-folder.ts";

/** A reading as files and tables hold it. */
export interface LastReading {
  readonly atMs: number;
  readonly value: number | null;
  /** Its number, 0 measured to 3 missing. */
  readonly quality: number;
}

/** The last reading of a series in sealed days, where one could be later than an instant. */
export async function lastSealed(
  folder: TelemetryFolder,
  days: SealedDays,
  known: KnownSeries,
  number: number,
  atMs: number | undefined,
): Promise<LastReading[]> {
  const first = atMs === undefined ? -100_000 : Math.floor(atMs / DAY_MS);
  const sealed = await days.between(first, 1_000_000);
  for (const day of sealed.reverse()) {
    const rollups = (await days.rollups([day], folder, known)).get(day.day);
    if (!rollups) continue;
    const [row] = await (await folder.engine()).rows(
      `select last_ms, last_value, last_quality from read_parquet(${text(days.pathOf(rollups.edges))}) where number = ${number}`,
    );
    if (row) return [{ atMs: Number(row[0]), value: row[1] === null ? null : Number(row[1]), quality: Number(row[2]) }];
  }
  return [];
}
