import { addDays, type Period, periodInstants } from "../../ground/quantity/index.ts";

/** The time zones in which sites' periods begin and end. */
export interface SiteCalendar {
  readonly sites: readonly { readonly id: string; readonly timeZone: string }[];
  /** For sites that are not among them. */
  readonly otherwise: string;
}

/** Sites whose days begin at the same instants: all of them, some, or all but some. */
export interface SiteGroup {
  readonly timeZone: string;
  readonly sites: "all" | { readonly in: readonly string[] } | { readonly notIn: readonly string[] };
  /** Per period its first instant and the first one after it, ms UTC. */
  readonly bounds: readonly (readonly [number, number])[];
  /** For buckets: the spans in which local time is UTC plus a fixed shift, ascending. */
  readonly shifts: readonly Shift[];
}

/** Until an instant, local time is UTC plus `shiftMs`; or, on a day when the clocks change, all of it is that one day. */
export type Shift = { readonly untilMs: number } & ({ readonly shiftMs: number } | { readonly day: string });

/**
 * Parts sites by where their periods and days begin. Time zones that agree on all of it, as Shanghai and Hong Kong do, are
 * one group: mostly there is one, and nothing needs to be asked of a record's site.
 */
export function siteGroups(calendar: SiteCalendar, periods: readonly Period[], withBuckets: boolean): SiteGroup[] {
  const zones = new Map<string, string[]>([[calendar.otherwise, []]]);
  for (const { id, timeZone } of calendar.sites) zones.set(timeZone, [...(zones.get(timeZone) ?? []), id]);
  const merged = new Map<
    string,
    { timeZone: string; sites: string[]; others: boolean; group: Pick<SiteGroup, "bounds" | "shifts"> }
  >();
  for (const [timeZone, sites] of zones) {
    const bounds = periods.map((period): [number, number] => {
      const { start, end } = periodInstants(period, timeZone);
      return [start.getTime(), end.getTime()];
    });
    const group = { bounds, shifts: withBuckets ? shiftsOver(periods, timeZone) : [] };
    const key = JSON.stringify(group);
    const same = merged.get(key) ?? { timeZone, sites: [], others: false, group };
    same.sites.push(...sites);
    same.others ||= timeZone === calendar.otherwise;
    merged.set(key, same);
  }
  const elsewhere = [...merged.values()].filter(({ others }) => !others).flatMap(({ sites }) => sites);
  return [...merged.values()].map(({ timeZone, sites, others, group }) => ({
    timeZone,
    sites: !others ? { in: sites } : elsewhere.length === 0 ? ("all" as const) : { notIn: elsewhere },
    ...group,
  }));
}

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;

/** Walks the days from the first to the last, a week at a time where the clocks stay as they are. */
function shiftsOver(periods: readonly Period[], timeZone: string): Shift[] {
  const first = periods.reduce((least, { start }) => (start < least ? start : least), "9999-12-31");
  const last = periods.reduce((most, { end }) => (end > most ? end : most), "0000-01-01");
  const startOf = (date: string): number =>
    periodInstants({ start: date, end: addDays(date, 1), label: date }, timeZone).start.getTime();
  const shifts: Shift[] = [];
  const push = (shift: Shift): void => {
    const before = shifts.at(-1);
    if (before && "shiftMs" in before && "shiftMs" in shift && before.shiftMs === shift.shiftMs) shifts.pop();
    shifts.push(shift);
  };
  let date = first;
  let start = startOf(date);
  while (date < last) {
    const week = addDays(date, WEEK_DAYS);
    const weekStart = startOf(week);
    const days = weekStart - start === WEEK_DAYS * DAY_MS ? WEEK_DAYS : 1;
    const next = days === 1 ? addDays(date, 1) : week;
    const untilMs = days === 1 ? startOf(next) : weekStart;
    push(untilMs - start === days * DAY_MS ? { untilMs, shiftMs: Date.parse(date) - start } : { untilMs, day: date });
    [date, start] = [next, untilMs];
  }
  return shifts;
}
