import type { RecordGroup } from "./value.ts";

/** An activity's records at one site with some dimensions. */
export interface Series {
  readonly site: string;
  readonly dims: RecordGroup["dims"];
}

/** Brings what is told of series into one order, by site and dimensions, in whatever groups they were summed. */
export function inSeriesOrder<T extends Series>(series: readonly T[]): T[] {
  const keyed = series.map((one) => ({ one, dims: JSON.stringify(one.dims) }));
  keyed.sort((a, b) => compare(a.one.site, b.one.site) || compare(a.dims, b.dims));
  return keyed.map(({ one }) => one);
}

/** The series of groups, in order. */
export function seriesOf(groups: readonly RecordGroup[]): Series[] {
  return inSeriesOrder(groups.flatMap(({ sites, dims }) => sites.map((site) => ({ site, dims }))));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
