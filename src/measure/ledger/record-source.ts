import { StoreFailure, type Store } from "../../ground/store/index.ts";
import type { Period } from "../../ground/quantity/index.ts";
import type { Boundary } from "../boundary/index.ts";
import type { RecordGroup, RecordRequest, RecordSource } from "../indicators/index.ts";
import { aggregateWith } from "./aggregate.ts";
import { findGaps } from "./find-gaps.ts";
import { recordReader } from "./reader.ts";
import type { Scope } from "./scope.ts";
import type { SiteCalendar } from "./site-calendar.ts";

/** The time zones of a boundary; a site outside it is read in the zone of the first. */
export function calendarOf(boundary: Boundary): SiteCalendar {
  return { sites: boundary.sites, otherwise: boundary.sites[0]?.timeZone ?? "UTC" };
}

const periodKey = ({ start, end }: Period): string => `${start}..${end}`;

/** The port of the indicators: many requests, at most one statement for flows and one for stocks. */
export function ledgerRecordSource(
  store: Store,
  scope: Scope,
  boundary: Boundary,
  engine?: "postgres" | "columnar",
  onProgress?: (text: string) => void,
): RecordSource {
  const reader = recordReader(store, scope, { ...(engine ? { engine } : {}), ...(onProgress ? { onProgress } : {}) });
  const readMeasure = async (
    requests: readonly RecordRequest[],
    measure: "flow" | "stock",
  ): Promise<Map<string, RecordGroup[]>> => {
    const mine = requests.filter((request) => request.measure === measure);
    const periods = [...new Map(mine.map(({ period }) => [periodKey(period), period])).values()];
    const activities = [...new Set(mine.map(({ activity }) => activity))];
    const groups = new Map<string, RecordGroup[]>();
    if (mine.length === 0) return groups;
    const request = { measure, periods, activities, calendar: calendarOf(boundary) };
    // There are few different sets of dimensions, and each is read once.
    const dims = new Map<string, RecordGroup["dims"]>();
    const dimsOf = (text: string): RecordGroup["dims"] => {
      const known = dims.get(text) ?? (JSON.parse(text) as Record<string, string>);
      dims.set(text, known);
      return known;
    };
    const sums = await aggregateWith(reader, scope, request, dimsOf);
    if (!sums.ok) throw new StoreFailure(sums.issues);
    let last: { readonly period: Period; readonly activity: string; readonly groups: RecordGroup[] } | undefined;
    for (const row of sums.value) {
      // They come by period and activity.
      if (last?.period !== row.period || last.activity !== row.activity) {
        last = { period: row.period, activity: row.activity, groups: [] };
        groups.set(`${row.activity} ${periodKey(row.period)}`, last.groups);
      }
      last.groups.push(row);
    }
    return groups;
  };
  return {
    gaps: (requests) => findGaps(reader, scope, calendarOf(boundary), requests),
    async read(requests) {
      const found = { flow: await readMeasure(requests, "flow"), stock: await readMeasure(requests, "stock") };
      return requests.map(
        ({ activity, measure, period }) => found[measure].get(`${activity} ${periodKey(period)}`) ?? [],
      );
    },
  };
}
