import type { RowRange } from "./scope.ts";
import type { Shift } from "./site-calendar.ts";

/**
 * What engines are asked for: filter, count and sum, nothing else. Records fall into slots between the instants at which
 * periods begin and end, so one scan serves any number of periods, and what lies across a bound shows by itself.
 */
export interface AggregatePlan {
  readonly measure: "flow" | "stock";
  /** Ids of the batches that count. */
  readonly batches: readonly number[];
  /** Those of them that nobody has decided on. */
  readonly pending: readonly number[];
  /** Rows that are superseded: they are counted, not summed. */
  readonly excluded: readonly RowRange[];
  /** Ids of terms; every activity when absent. */
  readonly activities?: readonly number[];
  readonly parts: readonly PlanPart[];
  /** Whether local days are told apart. */
  readonly days: boolean;
  /**
   * Sites, ids of terms, that need not be told apart where their records tile the same time: their groups are added up. Every site
   * stands by itself when absent.
   */
  readonly alike?: readonly (readonly number[])[];
}

/** One group of sites with the instants that matter there. */
export interface PlanPart {
  /** Ids of terms. */
  readonly sites: "all" | { readonly in: readonly number[] } | { readonly notIn: readonly number[] };
  /** Ascending, distinct, ms UTC. */
  readonly instants: readonly number[];
  readonly shifts: readonly Shift[];
}

/** Groups of records, as both engines give them: a column each, as there are many groups and each is looked at once. */
export interface PlanRows {
  readonly length: number;
  /** Index into the plan's parts. */
  readonly part: Numbers;
  readonly activity: Numbers;
  /** The site; where several stand together, the first of them. */
  readonly site: Numbers;
  readonly dims: Numbers;
  /** For flows, how many instants lie at or before the records' start; for stocks 0. */
  readonly startSlot: Numbers;
  /** For flows, how many instants lie before the records' end; for stocks the index of the instant that is their end. */
  readonly endSlot: Numbers;
  /** Numbers of the local days on which the records start and end; 0 when days were not asked for. */
  readonly startDay: Numbers;
  readonly endDay: Numbers;
  /** In units of 10⁻⁹ of the base unit. */
  readonly sum: readonly bigint[];
  readonly count: Numbers;
  readonly estimated: Numbers;
  readonly derived: Numbers;
  readonly pending: Numbers;
  readonly superseded: Numbers;
  /** For flows, whether the counted records follow each other without gap or overlap; null where none counts, and for stocks. */
  readonly tiled: readonly (boolean | null)[];
  /** First and last instant of the counted records, ms UTC. */
  readonly fromMs: Numbers;
  readonly toMs: Numbers;
  /** The sites that stand together, ascending, one array for the same sites; absent where every site stands by itself. */
  readonly together?: readonly (readonly number[])[];
}

type Numbers = Float64Array;

/** Which series leave which time open, of everything that a scope counts between two instants. */
export interface GapsPlan extends Pick<AggregatePlan, "batches" | "excluded"> {
  readonly activities: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
  /** At most so many gaps of a series, the first. */
  readonly most: number;
}

/** A time between two instants that no record of a series holds, ms UTC. */
export interface GapRow {
  readonly activity: number;
  readonly site: number;
  readonly dims: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Runs plans over records; two engines that differ in one digit are a defect. */
export interface RecordEngine {
  readonly name: "postgres" | "columnar";
  aggregate(plan: AggregatePlan): Promise<PlanRows>;
  gaps(plan: GapsPlan): Promise<GapRow[]>;
}
