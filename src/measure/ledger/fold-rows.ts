import { fail, type Issue, ok, type Result } from "../../ground/issue/index.ts";
import type { Period } from "../../ground/quantity/index.ts";
import type { TimeHeld } from "../indicators/index.ts";
import type { AggregateRequest, AggregateRow } from "./aggregate-request.ts";
import type { PlanRows } from "./aggregate-plan.ts";
import { dateOf, dayNumberOf } from "./compile-plan.ts";
import { AMOUNT_DIGITS } from "./tables.ts";

const LIMIT = 10n ** BigInt(AMOUNT_DIGITS);

/** Places of a period's first instant and of the one after it among a part's instants; −1 where an end is none of them. */
interface PeriodSpan {
  readonly from: number;
  readonly to: number;
}

/** Where each period lies among the instants of a part. */
export function periodSpans(
  instants: readonly number[],
  bounds: readonly (readonly [number, number])[],
): readonly PeriodSpan[] {
  const place = new Map(instants.map((instant, index) => [instant, index]));
  return bounds.map(([start, end]) => ({ from: place.get(start) ?? -1, to: place.get(end) ?? -1 }));
}

/** A group while it is put together. */
type Open = Writable<AggregateRow>;
type Writable<T> = { -readonly [key in keyof T]: T[key] };

/** Groups of an engine, with what their numbers stand for. */
export interface PlannedRows {
  readonly rows: PlanRows;
  /** For each part of the plan, where the periods lie. */
  readonly spans: readonly (readonly PeriodSpan[])[];
  readonly name: (id: number) => string;
}

/**
 * Puts the engine's slots together to periods, in the same order whatever the engine: by period, activity, site, dimensions,
 * bucket. Only whole numbers are added here. There may be many groups: series come one after the other, so that few are open
 * at a time and each is found by a number.
 * @issues LEDGER-020
 */
export function foldRows({ rows, spans, name }: PlannedRows, request: AggregateRequest): Result<AggregateRow[]> {
  const { periods, bucket } = request;
  const inPeriods = concernedPeriods(rows, spans, request.measure);
  const found = periods.map((): AggregateRow[] => []);
  const issues: Issue[] = [];
  for (const series of seriesOf(rows, name)) {
    const first = series[0] as number;
    const [activity, site] = [name(rows.activity[first] as number), name(rows.site[first] as number)];
    const dims = name(rows.dims[first] as number);
    const open = new Map<number, Open>();
    // Groups with records that reach over several slots: those may overlap others.
    const wide = new Set<object>();
    for (const row of series) {
      for (const { periodIndex, inside } of inPeriods(row)) {
        const day = bucket && inside ? bucketDay(rows, row, bucket) : 0;
        const key = day * periods.length + periodIndex;
        let into = open.get(key);
        if (!into) {
          into = emptyGroup(periods[periodIndex] as Period, activity, site, dims);
          if (bucket) into.bucket = day === 0 ? null : dateOf(day);
          open.set(key, into);
        }
        if (inside) addRow(into, rows, row, wide);
        else into.straddling += rows.count[row] as number;
      }
    }
    for (const key of bucket ? [...open.keys()].sort((a, b) => a - b) : open.keys()) {
      const group = open.get(key) as Open;
      if (group.count + group.superseded + group.straddling > 0) found[key % periods.length]?.push(group);
      if (hasTooManyDigits(group.units)) issues.push(tooManyDigits(group, group.period));
    }
  }
  if (issues.length > 0) return fail(...issues);
  const order = periods.map((period, index) => ({ key: `${period.start} ${period.end}`, index }));
  order.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return ok(order.flatMap(({ index }) => found[index] ?? []));
}

/** Whether a sum has more digits than are kept exactly. */
export const hasTooManyDigits = (units: bigint): boolean => units >= LIMIT || units <= -LIMIT;

/** Which periods a group lies in, or reaches into; found out once for each of the few different slots. */
export function concernedPeriods(
  { part, startSlot, endSlot }: PlanRows,
  spans: readonly (readonly PeriodSpan[])[],
  measure: AggregateRequest["measure"],
): (row: number) => readonly { readonly periodIndex: number; readonly inside: boolean }[] {
  const slots = 2 + Math.max(0, ...spans.flat().flatMap(({ from, to }) => [from, to]));
  const known = new Map<number, { periodIndex: number; inside: boolean }[]>();
  return (row) => {
    const [index, start, end] = [part[row] as number, startSlot[row] as number, endSlot[row] as number];
    const key = (index * slots + start) * slots + end;
    let concerned = known.get(key);
    if (!concerned) {
      concerned = [];
      // Many slots meet many periods here: nothing is made of those that do not concern each other.
      const ofPart = spans[index] ?? [];
      for (let periodIndex = 0; periodIndex < ofPart.length; periodIndex += 1) {
        const { from, to } = ofPart[periodIndex] as PeriodSpan;
        const inside = measure === "stock" ? end === to : start > from && end <= to;
        const touches = measure === "flow" && start <= to && end > from;
        if (inside || touches) concerned.push({ periodIndex, inside });
      }
      known.set(key, concerned);
    }
    return concerned;
  };
}

/** The rows of each series, the series in the order of the names of their activity, site and dimensions. Names are compared once each, not once a row. */
function seriesOf({ length, activity, site, dims }: PlanRows, name: (id: number) => string): number[][] {
  const [activities, sites, dimensions] = [ranks(activity, name), ranks(site, name), ranks(dims, name)];
  const series = new Map<number, number[]>();
  for (let row = 0; row < length; row += 1) {
    const rank = (of: ReadonlyMap<number, number>, ids: Float64Array): number => of.get(ids[row] as number) as number;
    const place =
      (rank(activities, activity) * sites.size + rank(sites, site)) * dimensions.size + rank(dimensions, dims);
    const one = series.get(place);
    if (one) one.push(row);
    else series.set(place, [row]);
  }
  return [...series].sort(([a], [b]) => a - b).map(([, of]) => of);
}

/** The ids in a column: few, many times each. A loop, as an iterator makes an object a row. */
export function distinctIds(ids: Float64Array): Set<number> {
  const distinct = new Set<number>();
  for (let row = 0; row < ids.length; row += 1) distinct.add(ids[row] as number);
  return distinct;
}

function ranks(ids: Float64Array, name: (id: number) => string): Map<number, number> {
  const named = [...distinctIds(ids)].map((id): [number, string] => [id, name(id)]);
  named.sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0));
  return new Map(named.map(([id], place) => [id, place]));
}

function emptyGroup(period: Period, activity: string, site: string, dims: string): Open {
  return {
    period,
    activity,
    site,
    dims,
    units: 0n,
    count: 0,
    estimated: 0,
    derived: 0,
    pending: 0,
    superseded: 0,
    straddling: 0,
    held: undefined,
  };
}

function addRow(into: Open, rows: PlanRows, row: number, wide: Set<object>): void {
  into.units += rows.sum[row] as bigint;
  into.count += rows.count[row] as number;
  into.estimated += rows.estimated[row] as number;
  into.derived += rows.derived[row] as number;
  into.pending += rows.pending[row] as number;
  into.superseded += rows.superseded[row] as number;
  const tiled = rows.tiled[row];
  if (tiled === null) return;
  const [fromMs, toMs] = [rows.fromMs[row] as number, rows.toMs[row] as number];
  const ms = tiled ? toMs - fromMs : Number.NaN;
  if (rows.startSlot[row] !== rows.endSlot[row]) wide.add(into);
  const held: Writable<TimeHeld> | undefined = into.held;
  if (!held) {
    into.held = { ms, fromMs, toMs };
    return;
  }
  held.ms = wide.has(into) ? Number.NaN : held.ms + ms;
  held.fromMs = Math.min(held.fromMs, fromMs);
  held.toMs = Math.max(held.toMs, toMs);
}

/** The number of the first day of the bucket in which a group of records lies; 0 when it lies across. */
function bucketDay({ startDay, endDay }: PlanRows, row: number, bucket: "day" | "month"): number {
  const [start, end] = [startDay[row] as number, endDay[row] as number];
  if (bucket === "day") return start === end ? start : 0;
  const month = dateOf(start).slice(0, 7);
  return month === dateOf(end).slice(0, 7) ? dayNumberOf(`${month}-01`) : 0;
}

export function tooManyDigits(
  { activity, site, dims, units }: Pick<AggregateRow, "activity" | "site" | "dims" | "units">,
  period: Period,
): Issue {
  const at = { record: `${activity}, ${site}, ${dims}`, period: period.label };
  const actual = String(String(units).replace("-", "").length);
  return { code: "LEDGER-020", severity: "error", at, expected: String(AMOUNT_DIGITS), actual };
}
