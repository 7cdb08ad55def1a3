import type { Period } from "../../ground/quantity/index.ts";
import type { TimeHeld } from "../indicators/index.ts";
import type { SiteCalendar } from "./site-calendar.ts";

/** Which records, in which periods, how finely. */
export interface AggregateRequest {
  /** Flows: records that lie in a period. Stocks: records whose end is the period's end. */
  readonly measure: "flow" | "stock";
  readonly periods: readonly Period[];
  readonly calendar: SiteCalendar;
  /** Every activity when absent. */
  readonly activities?: readonly string[];
  /** Local days or months; for flows. */
  readonly bucket?: "day" | "month";
}

/** The records of one activity, site and set of dimensions in one period, summed. */
export interface AggregateRow {
  readonly period: Period;
  readonly activity: string;
  readonly site: string;
  /** Canonical JSON. */
  readonly dims: string;
  /** First day of the bucket, `YYYY-MM-DD`; null for records that lie across buckets. Absent when none were asked for. */
  readonly bucket?: string | null;
  /** Exact, in whole 10⁻⁹ of the base unit. */
  readonly units: bigint;
  readonly count: number;
  /** Of `count`, how many are estimated, derived, not yet approved. */
  readonly estimated: number;
  readonly derived: number;
  readonly pending: number;
  /** Records that would be here if no correction had superseded them. */
  readonly superseded: number;
  /** Records that overlap the period without lying in it; they are not in the sum. */
  readonly straddling: number;
  /** The time that the counted records hold; undefined for stocks, and where none counts. */
  readonly held: TimeHeld | undefined;
}
