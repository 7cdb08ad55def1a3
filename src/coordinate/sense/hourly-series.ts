/** Readings of one quantity at every hour from `firstHour` on, without a hole. */
export interface HourlySeries {
  /** Hours since 1970-01-01T00:00Z of the first value. */
  readonly firstHour: number;
  /** [T] one value an hour; a gap holds a stand-in and is marked in `missing`. */
  readonly values: Float64Array;
  /** [T] 1 where the file had no reading and the value is a stand-in. */
  readonly missing: Uint8Array;
  /** [T] hours to add to UTC for local time, as the file says; 0 throughout when it does not say. */
  readonly offsetHours: Float64Array;
}

const HOUR_MS = 3_600_000;

/** The hour of an instant in UTC, since 1970. */
export function hourOf(instant: Date): number {
  return Math.floor(instant.getTime() / HOUR_MS);
}

/** The instant at which an hour begins. */
export function instantOf(hour: number): Date {
  return new Date(hour * HOUR_MS);
}

/** Index range of a calendar year (UTC) within a series, cut to what there is; undefined when nothing of it is there. */
export function yearRange(series: HourlySeries, year: number): { from: number; to: number } | undefined {
  const from = Math.max(0, Date.UTC(year, 0, 1) / HOUR_MS - series.firstHour);
  const to = Math.min(series.values.length, Date.UTC(year + 1, 0, 1) / HOUR_MS - series.firstHour);
  return to > from ? { from, to } : undefined;
}

/** Local hour of the day of every element. */
export function localHours(series: HourlySeries): Int8Array {
  return Int8Array.from(series.values, (_, i) => {
    const local = series.firstHour + i + Math.floor(series.offsetHours[i] ?? 0);
    return ((local % 24) + 24) % 24;
  });
}

/** Local day of the week of every element, Monday = 0. */
export function localWeekdays(series: HourlySeries): Int8Array {
  return Int8Array.from(series.values, (_, i) => {
    const day = Math.floor((series.firstHour + i + Math.floor(series.offsetHours[i] ?? 0)) / 24);
    // 1970-01-01 was a Thursday.
    return (((day + 3) % 7) + 7) % 7;
  });
}
