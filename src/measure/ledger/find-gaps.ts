import { type Period, periodInstants } from "../../ground/quantity/index.ts";
import type { SeriesGaps } from "../indicators/index.ts";
import type { RecordReader } from "./aggregate.ts";
import type { Scope } from "./scope.ts";
import type { SiteCalendar } from "./site-calendar.ts";
import { findTerms } from "./terms.ts";

/** Gaps of a series beyond these are not told one by one. */
const MOST_GAPS = 1000;

export interface GapsRequest {
  readonly activity: string;
  readonly period: Period;
}

/**
 * The times of periods that records of an activity leave open, by site and dimensions; series that leave none are left out.
 * One statement whatever the number of requests.
 */
export async function findGaps(
  reader: RecordReader,
  scope: Scope,
  calendar: SiteCalendar,
  requests: readonly GapsRequest[],
): Promise<SeriesGaps[][]> {
  const zones = new Map(calendar.sites.map(({ id, timeZone }) => [id, timeZone]));
  const bounds = (period: Period, timeZone: string): readonly [number, number] => {
    const { start, end } = periodInstants(period, timeZone);
    return [start.getTime(), end.getTime()];
  };
  const all = requests.flatMap(({ period }) =>
    [calendar.otherwise, ...new Set(zones.values())].map((timeZone) => bounds(period, timeZone)),
  );
  const terms = await findTerms(reader.db, "activity", [...new Set(requests.map(({ activity }) => activity))]);
  if (terms.size === 0 || scope.batches.length === 0) return requests.map(() => []);
  const rows = await reader.engine.gaps({
    batches: scope.batches.map(({ id }) => id),
    excluded: scope.excluded.filter(({ batch }) => scope.batches.some(({ id }) => id === batch)),
    activities: [...terms.values()],
    fromMs: Math.min(...all.map(([from]) => from)),
    toMs: Math.max(...all.map(([, to]) => to)),
    most: MOST_GAPS,
  });
  const name = await reader.names.keys(reader.db, new Set(rows.flatMap(({ site, dims }) => [site, dims])));
  return requests.map(({ activity, period }) => {
    const series = new Map<string, { site: string; dims: SeriesGaps["dims"]; spans: [number, number][] }>();
    for (const row of rows) {
      if (row.activity !== terms.get(activity)) continue;
      const site = name(row.site);
      const [from, to] = bounds(period, zones.get(site) ?? calendar.otherwise);
      const span: [number, number] = [Math.max(from, row.fromMs), Math.min(to, row.toMs)];
      if (span[0] >= span[1]) continue;
      const key = `${row.site} ${row.dims}`;
      const one = series.get(key) ?? { site, dims: JSON.parse(name(row.dims)) as SeriesGaps["dims"], spans: [] };
      one.spans.push(span);
      series.set(key, one);
    }
    return [...series.values()];
  });
}
