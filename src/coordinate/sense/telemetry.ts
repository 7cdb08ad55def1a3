import type { Result } from "../../ground/issue/index.ts";
import type { Quality, Reading } from "./reading.ts";
import type { SeriesDefinition } from "./series.ts";
import type { Step } from "./buckets.ts";

/** A value of an interval, with how good it is. */
export interface Resampled {
  readonly fromMs: number;
  readonly toMs: number;
  /** Mean of what holds a value, sum of energy, last of a state; undefined where nothing is known. */
  readonly value: number | undefined;
  /** The worst of what went into it. */
  readonly quality: Quality;
  /** Share of the interval about which something is known, 0–1. */
  readonly coverage: number;
  /** Share of the interval for which an old value was held. */
  readonly stale: number;
}

export interface Latest {
  readonly atMs: number;
  readonly value: number | undefined;
  /** Stale from two intervals on, missing beyond what the series may hold. */
  readonly quality: Quality;
}

/** A series of the store with what is known of it. */
export interface StoredSeries extends SeriesDefinition {
  /** Readings that lie in sealed days and that wait, before doubles are told apart. */
  readonly waiting: number;
}

/** A day that was sealed, again where readings came late. */
export interface SealedDay {
  readonly day: string;
  readonly revision: number;
  readonly readings: number;
  /** Values that differ from the one that counts, all kept. */
  readonly conflicts: number;
}

/** What readings of a time rest on: the files of its sealed days, and how many readings wait to be sealed. */
export interface SealedTime {
  readonly days: readonly {
    /** UTC. */
    readonly day: string;
    readonly revision: number;
    /** Of the file of its readings. */
    readonly sha256: string;
  }[];
  readonly waiting: number;
}

/** A table of intervals that is to be written. */
export interface TableRequest {
  /** Names; all series that there are where none is named. */
  readonly series: readonly string[] | undefined;
  readonly fromMs: number;
  readonly toMs: number;
  readonly step: Step;
  readonly file: string;
  readonly format: "parquet" | "csv";
}

/** A table that was written. */
export interface ExportedTable {
  readonly file: string;
  readonly rows: number;
  /** Rows of which nothing is known, with quality missing and no value. */
  readonly missing: number;
}

/** Readings of a site: put, sealed by day, read back resampled. Every write is an actor's who may do it. */
export interface Telemetry {
  /**
   * Makes series known.
   * @issues ACTOR-001; SENSE-003 (a series is known already as something else)
   */
  register(definitions: readonly SeriesDefinition[]): Promise<Result<void>>;
  /**
   * Keeps readings durably, in one transaction: when it returns they are on the disk. A reading may come twice, late and
   * out of order.
   * @param readings all at once, or piece by piece; when a piece cannot be had, none of them is kept
   * @param source who says so, `file meters.csv`, `prometheus http://…`
   * @issues ACTOR-001; SENSE-007 (a series that nobody registered)
   */
  put(source: string, readings: readonly Reading[] | AsyncIterable<readonly Reading[]>): Promise<Result<void>>;
  /**
   * Seals every day (UTC) that ended before an instant and has readings that wait.
   * @issues ACTOR-001; SENSE-021 (a day that was sealed before is damaged: its new readings go on waiting)
   */
  seal(beforeMs: number): Promise<Result<readonly SealedDay[]>>;
  /**
   * Values of a series at a step; intervals are those that touch [from, to).
   * @issues SENSE-007; SENSE-021 (a day's readings are not as they were sealed: no answer rests on them)
   */
  range(series: string, fromMs: number, toMs: number, step: Step): Promise<Result<readonly Resampled[]>>;
  /**
   * Values of many series at a step as one file, a row for each series and interval: series, from (UTC), value, quality,
   * coverage, stale. A CSV is ordered by series and time; the rows of a Parquet file are in no order.
   * @issues SENSE-007, SENSE-014 (no series or no interval), SENSE-021, FILE-003 (it cannot be written)
   */
  table(request: TableRequest): Promise<Result<ExportedTable>>;
  /** The last reading of a series; undefined when it never had one. @issues SENSE-007 */
  latest(series: string): Promise<Result<Latest | undefined>>;
  /** The sealed days (UTC) that touch [from, to), and the readings of that time that lie in no file yet. */
  sealed(fromMs: number, toMs: number): Promise<SealedTime>;
  list(): Promise<readonly StoredSeries[]>;
  close(): Promise<void>;
}
