import { StoreFailure, type Store } from "../../ground/store/index.ts";
import type { Period } from "../../ground/quantity/index.ts";
import type { Boundary } from "../boundary/index.ts";
import type { RecordGroup, RecordRequest, RecordSource } from "../indicators/index.ts";
import { sumGroups } from "./aggregate.ts";
import { findGaps } from "./find-gaps.ts";
import { recordReader } from "./reader.ts";
import type { Scope } from "./scope.ts";
import type { SiteCalendar } from "./site-calendar.ts";

/** The time zones of a boundary; a site outside it is read in the zone of the first. */
export function calendarOf(boundary: Boundary): SiteCalendar {
  return { sites: boundary.sites, otherwise: boundary.sites[0]?.timeZone ?? "UTC" };
}

/** The sites that no formula tells apart, where it is not asked for one of them. */
function alikeSites({ sites }: Boundary): string[][] {
  const alike = new Map<string, string[]>();
  for (const { id, region, timeZone, share, from, to } of sites) {
    const key = JSON.stringify([region, timeZone, share, from, to]);
    alike.set(key, [...(alike.get(key) ?? []), id]);
  }
  return [...alike.values()];
}

const periodKey = ({ start, end }: Period): string => `${start}..${end}`;

/** The port of the indicators: many requests, at most one statement for flows and one for stocks, and as many where sites are told apart. */
export function ledgerRecordSource(
  store: Store,
  scope: Scope,
  boundary: Boundary,
  engine?: "postgres" | "columnar",
  onProgress?: (text: string) => void,
): RecordSource {
  const reader = recordReader(store, scope, { ...(engine ? { engine } : {}), ...(onProgress ? { onProgress } : {}) });
  const alike = alikeSites(boundary);
  const readSome = async (requests: readonly RecordRequest[]): Promise<Map<string, RecordGroup[]>> => {
    const [first] = requests;
    const groups = new Map<string, RecordGroup[]>();
    if (!first) return groups;
    const periods = [...new Map(requests.map(({ period }) => [periodKey(period), period])).values()];
    const activities = [...new Set(requests.map(({ activity }) => activity))];
    const request = { measure: first.measure, periods, activities, calendar: calendarOf(boundary) };
    const sums = await sumGroups(reader, scope, request, first.bySite ? [] : alike);
    if (!sums.ok) throw new StoreFailure(sums.issues);
    for (const [index, period] of periods.entries()) {
      for (const group of sums.value[index] ?? []) {
        const key = `${group.activity} ${periodKey(period)}`;
        const known = groups.get(key);
        if (known) known.push(group);
        else groups.set(key, [group]);
      }
    }
    return groups;
  };
  return {
    gaps: (requests) => findGaps(reader, scope, calendarOf(boundary), requests),
    async read(requests) {
      const kindOf = ({ measure, bySite }: RecordRequest): string => `${measure}${bySite ? " by site" : ""}`;
      const found = new Map<string, Map<string, RecordGroup[]>>();
      for (const kind of new Set(requests.map(kindOf)))
        found.set(kind, await readSome(requests.filter((request) => kindOf(request) === kind)));
      return requests.map(
        (request) => found.get(kindOf(request))?.get(`${request.activity} ${periodKey(request.period)}`) ?? [],
      );
    },
  };
}
