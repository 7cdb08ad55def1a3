import type { Text } from "../../ground/issue/index.ts";
import type { Period, Quantity } from "../../ground/quantity/index.ts";
import type { Filter } from "./formula.ts";

/** The time that records hold: how much, and its first and last instant, ms UTC. */
export interface TimeHeld {
  /** NaN where sums cannot tell: there are gaps between the records, or some overlap. */
  readonly ms: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The time that records of some sites hold, at each of them. */
export interface SitesHeld {
  readonly sites: readonly string[];
  readonly held: TimeHeld;
}

/** One group of records, summed by an engine: the only form in which records reach a formula. */
export interface RecordGroup {
  readonly activity: string;
  /**
   * The sites of its records, by name, at least one. Several stand together only where no formula tells them apart: of one region and
   * time zone, with one share, in the boundary from and to the same days.
   */
  readonly sites: readonly string[];
  readonly dims: Filter;
  /** Exact sum in whole 10⁻⁹ of the base unit. */
  readonly units: bigint;
  readonly count: number;
  readonly estimated: number;
  readonly derived: number;
  /** Records that overlap the period without lying in it; they are not in the sum. */
  readonly straddling: number;
  /** Records in the sum that nobody has approved yet. */
  readonly pending: number;
  /** The time that the records in the sum hold; nothing for stocks, and where there are none. */
  readonly times: readonly SitesHeld[];
}

/** Spans of a period that the records of one series, an activity's at a site with some dimensions, leave open. */
export interface SeriesGaps {
  readonly site: string;
  readonly dims: Filter;
  /** ms UTC, ascending, half-open. */
  readonly spans: readonly (readonly [fromMs: number, toMs: number])[];
}

/** What a formula needs read: an activity's flow inside a period, or its stock at the period's end. */
export interface RecordRequest {
  readonly activity: string;
  readonly measure: "flow" | "stock";
  readonly period: Period;
  /** Every site by itself, where one of them is asked for. */
  readonly bySite?: boolean;
}

/** The port through which records come in; one call for many requests, so that engines work set-wise. */
export interface RecordSource {
  read(requests: readonly RecordRequest[]): Promise<readonly (readonly RecordGroup[])[]>;
  /** The gaps of flows; asked for only where the time that records hold shows that there are some. */
  gaps(requests: readonly RecordRequest[]): Promise<readonly (readonly SeriesGaps[])[]>;
}

/** Why there is no value: never zero, never a silent default. */
export interface Missing {
  readonly kind: "records" | "factor" | "division-by-zero";
  readonly activity?: string;
  readonly site?: string;
  readonly factorKind?: string;
  readonly indicator: string;
  readonly period: string;
  readonly where: Filter;
}

/** What a careful reader must know about a value beside the number. */
export interface Caveat {
  readonly kind:
    | "estimated"
    | "derived"
    | "straddling"
    | "incomplete"
    | "pending"
    | "factor-of-other-years"
    | "factor-unverified"
    | "site-outside-boundary";
  readonly detail: string;
  readonly count: number;
  /** Of an incomplete sum: which series lack which time. */
  readonly open?: readonly OpenTime[];
}

/** Time of a period for which a series has no records in the sum. */
export interface OpenTime {
  readonly site: string;
  readonly where: Filter;
  /** Local days, `2025-04-01 – 2025-12-31`, or local times within them; the first few. */
  readonly spans: readonly string[];
  /** How many spans more there are. */
  readonly more: number;
}

/** Where in a computation a part stands. */
export interface Place {
  readonly indicator: string;
  readonly period: Period;
  readonly where: Filter;
  /** Path of the lineage node. */
  readonly path: string;
}

/** A node of the tree from a value down to records and factors. */
export interface LineageNode {
  /** Stable path in the tree, `ghg.scope1/1/0`. */
  readonly id: string;
  readonly kind: "indicator" | "operation" | "records" | "factor" | "constant";
  readonly label: Text;
  readonly value?: string;
  readonly unit?: string;
  readonly detail: Readonly<Record<string, string>>;
  readonly children: readonly LineageNode[];
}

export type ValueStatus = "complete" | "partial" | "preliminary" | "missing";

/** The value of an indicator: exact amount in its display unit, unrounded, with everything it rests on. */
export interface IndicatorValue {
  readonly indicator: string;
  readonly method: string;
  readonly period: Period;
  readonly where: Filter;
  readonly status: ValueStatus;
  /** In the indicator's unit; undefined when missing. */
  readonly amount?: Quantity;
  /** The parts of a ratio; aggregates are taken over these, never over ratios. */
  readonly parts?: { readonly numerator: Quantity; readonly denominator: Quantity };
  readonly missing: readonly Missing[];
  readonly caveats: readonly Caveat[];
  /** Activities that it rests on, directly or through others. */
  readonly activities: readonly string[];
  /** Made when it is first opened, from what the value was computed from. */
  readonly lineage: LineageNode;
}
