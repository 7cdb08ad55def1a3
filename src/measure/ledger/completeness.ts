import { expectOk, type Result, ok } from "../../ground/issue/index.ts";
import { monthsOf, type Period } from "../../ground/quantity/index.ts";
import { aggregate, type RecordReader } from "./aggregate.ts";
import type { Scope } from "./scope.ts";
import type { SiteCalendar } from "./site-calendar.ts";

/** What records an activity has at a site in a month. */
export interface MonthOfRecords {
  readonly activity: string;
  readonly site: string;
  /** `2025-03`. */
  readonly month: string;
  /** Records that lie in the month. */
  readonly inside: number;
  /** Records that cover some of it and reach beyond: a quarter's, a year's. */
  readonly across: number;
}

/**
 * Which activities have records at which sites in which months of a period; months without any are left out.
 * @issues LEDGER-020
 */
export async function monthsWithRecords(
  reader: RecordReader,
  scope: Scope,
  request: { readonly period: Period; readonly calendar: SiteCalendar; readonly activities?: readonly string[] },
): Promise<Result<MonthOfRecords[]>> {
  const { period, calendar, activities } = request;
  const found = await aggregate(reader, scope, {
    measure: "flow",
    periods: monthsOf(period),
    calendar,
    ...(activities ? { activities } : {}),
  });
  if (!found.ok) return found;
  const months = new Map<string, MonthOfRecords>();
  for (const row of expectOk(found)) {
    const month = row.period.start.slice(0, 7);
    const key = `${row.activity} ${row.site} ${month}`;
    const before = months.get(key) ?? { activity: row.activity, site: row.site, month, inside: 0, across: 0 };
    months.set(key, { ...before, inside: before.inside + row.count, across: before.across + row.straddling });
  }
  return ok([...months.values()].filter(({ inside, across }) => inside + across > 0));
}

/** The months of a period that have no record of an activity at a site, for all activities and sites that have any. */
export function missingMonths(
  months: readonly MonthOfRecords[],
  period: Period,
): { readonly activity: string; readonly site: string; readonly month: string }[] {
  const series = new Map<string, { activity: string; site: string; months: Set<string> }>();
  for (const { activity, site, month } of months) {
    const key = `${activity} ${site}`;
    const one = series.get(key) ?? { activity, site, months: new Set<string>() };
    one.months.add(month);
    series.set(key, one);
  }
  const wanted = monthsOf(period).map(({ start }) => start.slice(0, 7));
  return [...series.values()].flatMap(({ activity, site, months: held }) =>
    wanted.filter((month) => !held.has(month)).map((month) => ({ activity, site, month })),
  );
}
