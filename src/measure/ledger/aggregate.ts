import { fail, type Issue, ok, type Result } from "../../ground/issue/index.ts";
import type { Period } from "../../ground/quantity/index.ts";
import type { AggregatePlan, PlanPart, PlanRow, RecordEngine } from "./aggregate-plan.ts";
import { dateOf } from "./compile-plan.ts";
import type { TimeHeld } from "../indicators/index.ts";
import type { Scope } from "./scope.ts";
import { type SiteCalendar, type SiteGroup, siteGroups } from "./site-calendar.ts";
import { AMOUNT_DIGITS, type Queries } from "./tables.ts";
import { findTerms, type TermNames } from "./terms.ts";

/** What records are read with. */
export interface RecordReader {
  readonly engine: RecordEngine;
  /** The database, for names. */
  readonly db: Queries;
  readonly names: TermNames;
}

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

/**
 * Sums records set-wise: one statement whatever the number of periods.
 * @issues LEDGER-020 (a sum has more digits than are kept exactly)
 */
export async function aggregate(
  reader: RecordReader,
  scope: Scope,
  request: AggregateRequest,
): Promise<Result<AggregateRow[]>> {
  const { measure, periods, calendar, bucket } = request;
  if (bucket && measure === "stock") throw new Error("stocks have no buckets");
  const activities = request.activities && [...(await findTerms(reader.db, "activity", request.activities)).values()];
  if (scope.batches.length === 0 || periods.length === 0 || activities?.length === 0) return ok([]);
  const groups = siteGroups(calendar, periods, bucket !== undefined);
  const plan: AggregatePlan = {
    measure,
    batches: scope.batches.map(({ id }) => id),
    pending: scope.batches.filter(({ pending }) => pending).map(({ id }) => id),
    excluded: excludedRecords(scope),
    ...(activities ? { activities } : {}),
    parts: await planParts(reader.db, groups, measure),
    days: bucket !== undefined,
  };
  const rows = await reader.engine.aggregate(plan);
  const folded = fold(rows, plan, groups, request);
  const name = await reader.names.keys(reader.db, termsOf(folded));
  return finish(folded, request, name);
}

function excludedRecords(scope: Scope): Scope["excluded"] {
  const ids = new Set(scope.batches.map(({ id }) => id));
  return scope.excluded.filter(({ batch }) => ids.has(batch));
}

async function planParts(db: Queries, groups: readonly SiteGroup[], measure: "flow" | "stock"): Promise<PlanPart[]> {
  const named = groups.flatMap(({ sites }) => (sites === "all" ? [] : "in" in sites ? sites.in : sites.notIn));
  const ids = await findTerms(db, "site", [...new Set(named)]);
  const known = (sites: readonly string[]): number[] => sites.flatMap((site) => ids.get(site) ?? []);
  return groups.map(({ sites, bounds, shifts }) => ({
    sites: sites === "all" ? "all" : "in" in sites ? { in: known(sites.in) } : { notIn: known(sites.notIn) },
    instants: instantsOf(bounds, measure),
    shifts,
  }));
}

function instantsOf(bounds: SiteGroup["bounds"], measure: "flow" | "stock"): number[] {
  const all = measure === "flow" ? bounds.flat() : bounds.map(([, end]) => end);
  return [...new Set(all)].sort((a, b) => a - b);
}

interface Folded {
  readonly periodIndex: number;
  readonly activity: number;
  readonly site: number;
  readonly dims: number;
  readonly bucket: string | null;
  sum: bigint;
  count: number;
  estimated: number;
  derived: number;
  pending: number;
  superseded: number;
  straddling: number;
  /** Groups of the engine that were put together, and whether one of them reaches over several slots: those may overlap. */
  pieces: number;
  wide: boolean;
  heldMs: number;
  fromMs: number;
  toMs: number;
}

/** Finds what was folded already; keys of numbers, as there is one look-up a group. */
class Folds {
  readonly all: Folded[] = [];
  readonly #byPlace = new Map<string, Map<number, Map<number, Folded>>>();
  #last = "";
  #place: Map<number, Map<number, Folded>> | undefined;

  find(periodIndex: number, activity: number, site: number, dims: number, bucket: string | null): Folded | undefined {
    const place = `${periodIndex} ${activity} ${bucket}`;
    if (place !== this.#last) {
      this.#last = place;
      this.#place = this.#byPlace.get(place);
    }
    return this.#place?.get(site)?.get(dims);
  }

  add(one: Folded): void {
    const place = `${one.periodIndex} ${one.activity} ${one.bucket}`;
    const sites = this.#byPlace.get(place) ?? new Map<number, Map<number, Folded>>();
    this.#byPlace.set(place, sites);
    if (place === this.#last) this.#place = sites;
    const dims = sites.get(one.site) ?? new Map<number, Folded>();
    sites.set(one.site, dims);
    dims.set(one.dims, one);
    this.all.push(one);
  }
}

/** Puts the engine's slots together to periods. Only whole numbers are added here, so the order does not matter. */
function fold(
  rows: readonly PlanRow[],
  plan: AggregatePlan,
  groups: readonly SiteGroup[],
  request: AggregateRequest,
): Folded[] {
  const folded = new Folds();
  const spans = groups.map(({ bounds }, part) => {
    const place = new Map((plan.parts[part] as PlanPart).instants.map((instant, index) => [instant, index]));
    return bounds.map(([start, end]) => ({ from: place.get(start) ?? -1, to: place.get(end) ?? -1 }));
  });
  // There are few different slots and many rows: which periods those concern is found out once.
  const concerned = new Map<string, { periodIndex: number; inside: boolean }[]>();
  const periodsOf = ({ part, startSlot, endSlot }: PlanRow): { periodIndex: number; inside: boolean }[] => {
    const key = `${part} ${startSlot} ${endSlot}`;
    const known = concerned.get(key);
    if (known) return known;
    const found = (spans[part] ?? []).flatMap(({ from, to }, periodIndex) => {
      const inside = request.measure === "stock" ? endSlot === to : startSlot > from && endSlot <= to;
      const touches = request.measure === "flow" && startSlot <= to && endSlot > from;
      return inside || touches ? [{ periodIndex, inside }] : [];
    });
    concerned.set(key, found);
    return found;
  };
  for (const row of rows) {
    for (const { periodIndex, inside } of periodsOf(row)) {
      const { activity, site, dims } = row;
      const bucket = inside ? bucketOf(row, request.bucket) : null;
      let into = folded.find(periodIndex, activity, site, dims, bucket);
      if (!into) {
        into = {
          periodIndex,
          activity,
          site,
          dims,
          bucket,
          sum: 0n,
          count: 0,
          estimated: 0,
          derived: 0,
          pending: 0,
          superseded: 0,
          straddling: 0,
          pieces: 0,
          wide: false,
          heldMs: 0,
          fromMs: Number.POSITIVE_INFINITY,
          toMs: Number.NEGATIVE_INFINITY,
        };
        folded.add(into);
      }
      if (inside) {
        into.sum += row.sum;
        into.count += row.count;
        into.estimated += row.estimated;
        into.derived += row.derived;
        into.pending += row.pending;
        into.superseded += row.superseded;
        if (row.held) {
          into.pieces += 1;
          into.wide ||= row.startSlot !== row.endSlot;
          into.heldMs += row.held.ms;
          into.fromMs = Math.min(into.fromMs, row.held.fromMs);
          into.toMs = Math.max(into.toMs, row.held.toMs);
        }
      } else into.straddling += row.count;
    }
  }
  return folded.all.filter(({ count, superseded, straddling }) => count + superseded + straddling > 0);
}

const dates = new Map<number, string>();
const DATES_REMEMBERED = 50_000;

/** The first day of the bucket in which a group of records lies; null when it lies across. */
function bucketOf({ startDay, endDay }: PlanRow, bucket: "day" | "month" | undefined): string | null {
  if (bucket === undefined) return null;
  if (bucket === "day") return startDay === endDay ? dateText(startDay) : null;
  const [start, end] = [dateText(startDay), dateText(endDay)];
  return start.slice(0, 7) === end.slice(0, 7) ? `${start.slice(0, 7)}-01` : null;
}

function dateText(day: number): string {
  let text = dates.get(day);
  if (text === undefined) {
    if (dates.size >= DATES_REMEMBERED) dates.clear();
    text = dateOf(day);
    dates.set(day, text);
  }
  return text;
}

const LIMIT = 10n ** BigInt(AMOUNT_DIGITS);

function finish(
  folded: readonly Folded[],
  request: AggregateRequest,
  name: (id: number) => string,
): Result<AggregateRow[]> {
  const issues: Issue[] = [];
  const rows = inOrder(folded, request, name).map((row): AggregateRow => {
    const { sum, bucket, count, estimated, derived, pending, superseded, straddling } = row;
    const period = request.periods[row.periodIndex] as Period;
    const [activity, site, dims] = [name(row.activity), name(row.site), name(row.dims)];
    if (sum >= LIMIT || sum <= -LIMIT) {
      const at = { record: `${activity}, ${site}, ${dims}`, period: period.label };
      const digits = String(sum).replace("-", "").length;
      issues.push({
        code: "LEDGER-020",
        severity: "error",
        at,
        expected: String(AMOUNT_DIGITS),
        actual: String(digits),
      });
    }
    const { pieces, wide, heldMs, fromMs, toMs } = row;
    const held = pieces > 0 ? { ms: wide && pieces > 1 ? Number.NaN : heldMs, fromMs, toMs } : undefined;
    const units = sum;
    return request.bucket === undefined
      ? { period, activity, site, dims, units, count, estimated, derived, pending, superseded, straddling, held }
      : {
          period,
          activity,
          site,
          dims,
          bucket,
          units,
          count,
          estimated,
          derived,
          pending,
          superseded,
          straddling,
          held,
        };
  });
  return issues.length > 0 ? fail(...issues) : ok(rows);
}

/** The same order whatever the engine: by period, activity, site, dimensions, bucket. Names are compared once each, not once a row. */
function inOrder(folded: readonly Folded[], request: AggregateRequest, name: (id: number) => string): Folded[] {
  const periods = ranks([...request.periods.keys()], (index) => {
    const { start, end } = request.periods[index] as Period;
    return `${start} ${end}`;
  });
  const terms = ranks([...termsOf(folded)], name);
  const rank = (of: ReadonlyMap<number, number>, id: number): number => of.get(id) ?? 0;
  return [...folded].sort(
    (a, b) =>
      rank(periods, a.periodIndex) - rank(periods, b.periodIndex) ||
      rank(terms, a.activity) - rank(terms, b.activity) ||
      rank(terms, a.site) - rank(terms, b.site) ||
      rank(terms, a.dims) - rank(terms, b.dims) ||
      ((a.bucket ?? "") < (b.bucket ?? "") ? -1 : 1),
  );
}

function termsOf(folded: readonly Folded[]): Set<number> {
  const ids = new Set<number>();
  for (const { activity, site, dims } of folded) ids.add(activity).add(site).add(dims);
  return ids;
}

function ranks(ids: readonly number[], text: (id: number) => string): Map<number, number> {
  const named = ids.map((id): [number, string] => [id, text(id)]).sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0));
  return new Map(named.map(([id], place) => [id, place]));
}
