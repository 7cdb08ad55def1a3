import type { Issue, Where } from "../../ground/issue/index.ts";
import type { SeriesKind } from "./series.ts";

/** How good a value is, best first. The number is what files and tables hold. */
export const QUALITIES = ["measured", "estimated", "stale", "missing"] as const;

export type Quality = (typeof QUALITIES)[number];

/** What one sensor or feed said at one instant. */
export interface Reading {
  readonly series: string;
  /** Milliseconds since 1970 UTC; of interval energy, the beginning of the interval. */
  readonly atMs: number;
  /** In the unit of the series; undefined when there was none, and then the quality is missing. */
  readonly value: number | undefined;
  readonly quality: Quality;
}

/** Clocks differ a little; a reading from later than this is from no clock of ours. */
export const FUTURE_MS = 5 * 60_000;
/** Before it nobody has metered a data centre: an instant in seconds read as milliseconds ends here. */
const EARLIEST_MS = Date.UTC(2000, 0, 1);

/**
 * Readings that can be kept, and an issue for each that cannot. One bad reading does not keep the others out.
 * @param whereOf where the reading at an index stands
 * @param kindOf what a series measures: energy has one direction and is not below zero
 * @issues SENSE-004 (not a finite number), SENSE-005 (an instant in the future), SENSE-006 (an instant before 2000 or none),
 *   SENSE-019 (energy below zero)
 */
export function checkReadings(
  readings: readonly Reading[],
  nowMs: number,
  whereOf: (index: number) => Where,
  kindOf: (series: string) => SeriesKind | undefined,
): { readonly good: readonly Reading[]; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const good = readings.filter(({ atMs, value, series, quality }, index) => {
    const refuse = (code: string, actual: string, expected?: string): false => {
      issues.push({
        code,
        severity: "error",
        at: whereOf(index),
        actual,
        ...(expected === undefined ? {} : { expected }),
        values: { series },
      });
      return false;
    };
    if (!Number.isSafeInteger(atMs) || atMs < EARLIEST_MS)
      return refuse("SENSE-006", Number.isSafeInteger(atMs) ? new Date(atMs).toISOString() : String(atMs));
    if (atMs > nowMs + FUTURE_MS)
      return refuse("SENSE-005", new Date(Math.min(atMs, 8.64e15)).toISOString(), new Date(nowMs).toISOString());
    if (value === undefined ? quality !== "missing" : !Number.isFinite(value) || quality === "missing")
      return refuse("SENSE-004", String(value));
    if (value !== undefined && value < 0 && kindOf(series)?.startsWith("energy") === true)
      return refuse("SENSE-019", String(value));
    return true;
  });
  return { good, issues };
}
