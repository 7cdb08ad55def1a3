import type { Dims } from "./figure.ts";

/** Why a computed value is not the whole of its period, or is not there. */
export interface Incomplete {
  readonly indicator: string;
  /** Label of the period. */
  readonly period: string;
  /** Time without records, records that reach beyond the period and are left out, or none at all where the period before had some. */
  readonly kind: "incomplete" | "straddling" | "absent";
  readonly activity: string;
  /** Series that lack time, or records that are left out; 0 where there are none. */
  readonly count: number;
  /** The period before, where that had records and this one has none. */
  readonly before?: string;
  /** The series that lack time, and which. */
  readonly open: readonly {
    readonly site: string;
    readonly where: Dims;
    readonly spans: readonly string[];
    /** How many spans more there are. */
    readonly more: number;
  }[];
}

/** How many computed values were looked at for completeness, and which of them are not complete. */
export interface Completeness {
  readonly values: number;
  readonly incomplete: readonly Incomplete[];
}
