import { periodInstants, type Period } from "../../ground/quantity/index.ts";
import type { Site } from "../boundary/index.ts";
import type { Activity } from "./definition.ts";
import type { Caveat, OpenTime, RecordGroup, SeriesGaps, TimeHeld } from "./value.ts";

const SPANS_SHOWN = 5;
const SERIES_SHOWN = 50;

type Bounds = readonly [number, number];

const instants = new WeakMap<Period, Map<string, Bounds>>();
/** What was asked last: of many groups in a row, the same. */
let last: { readonly period: Period; readonly timeZone: string; readonly bounds: Bounds } | undefined;

/** First instant of a period in a time zone and the first one after it, ms UTC. */
function boundsOf(period: Period, timeZone: string): Bounds {
  if (last?.period === period && last.timeZone === timeZone) return last.bounds;
  const known = instants.get(period) ?? new Map<string, Bounds>();
  instants.set(period, known);
  let bounds = known.get(timeZone);
  if (!bounds) {
    const { start, end } = periodInstants(period, timeZone);
    bounds = [start.getTime(), end.getTime()];
    known.set(timeZone, bounds);
  }
  last = { period, timeZone, bounds };
  return bounds;
}

/** Whether records hold the whole of a period, each time of it once. */
export function holdsWhole(held: TimeHeld | undefined, period: Period, timeZone: string): boolean {
  const [from, to] = boundsOf(period, timeZone);
  return held !== undefined && held.fromMs === from && held.toMs === to && held.ms === to - from;
}

/**
 * What records leave open of a period when they follow each other without a gap: its beginning, its end, or both. Undefined
 * when there is something open between them (or records overlap), which only the records themselves can tell.
 */
function openEnds(held: TimeHeld, period: Period, timeZone: string): [number, number][] | undefined {
  if (held.ms !== held.toMs - held.fromMs) return undefined;
  const [from, to] = boundsOf(period, timeZone);
  const ends: [number, number][] = [
    [from, held.fromMs],
    [held.toMs, to],
  ];
  return ends.filter(([first, after]) => first < after);
}

/** Whether only the records themselves can tell what they leave open of a period. */
export function needsGaps(held: TimeHeld | undefined, period: Period, timeZone: string): boolean {
  return held !== undefined && !holdsWhole(held, period, timeZone) && openEnds(held, period, timeZone) === undefined;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  formats.set(timeZone, made);
  return made;
}

/** A local moment, `2025-04-01 03:00`. */
function localMoment(ms: number, timeZone: string): string {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(new Date(ms))
      .map(({ type, value }) => [type, value]),
  );
  return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}`;
}

/** A span in local days, both named, where it begins and ends with a day, else in local times. */
export function spanText([from, to]: readonly [number, number], timeZone: string): string {
  const [first, after] = [localMoment(from, timeZone), localMoment(to, timeZone)];
  if (!first.endsWith("00:00") || !after.endsWith("00:00")) return `${first} – ${after}`;
  const [day, last] = [first.slice(0, 10), localMoment(to - 1, timeZone).slice(0, 10)];
  return day === last ? day : `${day} – ${last}`;
}

/** One series that leaves time open. */
interface OpenSeries {
  readonly site: Site;
  readonly dims: RecordGroup["dims"];
  readonly spans: SeriesGaps["spans"];
}

function openTime({ site, dims, spans }: OpenSeries): OpenTime {
  return {
    site: site.id,
    where: dims,
    spans: spans.slice(0, SPANS_SHOWN).map((span) => spanText(span, site.timeZone)),
    more: Math.max(0, spans.length - SPANS_SHOWN),
  };
}

const sameSeries = (a: { site: string; dims: object }, b: { site: string; dims: object }): boolean =>
  a.site === b.site && JSON.stringify(a.dims) === JSON.stringify(b.dims);

/**
 * What a sum lacks of its period: series whose records do not hold all of it, and sites that had records in the period
 * before and have none now. Nothing is told of occasional activities.
 * @param groups  the groups in the sum
 * @param before  the groups of the period before, for the same filter
 * @param gaps    what is known of the gaps of the activity in the period
 */
export function incompleteness(
  activity: Activity,
  period: Period,
  sites: ReadonlyMap<string, Site>,
  groups: readonly RecordGroup[],
  before: readonly RecordGroup[],
  gaps: readonly SeriesGaps[],
): Caveat[] {
  if (activity.occurrence === "occasional" || groups.length === 0) return [];
  const series: OpenSeries[] = [];
  for (const group of groups) {
    const site = sites.get(group.site);
    if (!site || activity.measure === "stock" || holdsWhole(group.held, period, site.timeZone)) continue;
    const ends = group.held && openEnds(group.held, period, site.timeZone);
    const spans = ends ?? gaps.find((one) => sameSeries(one, group))?.spans ?? [];
    // Overlapping records hold more time than there is, and leave none open.
    if (spans.length > 0) series.push({ site, dims: group.dims, spans });
  }
  const present = new Set(groups.map(({ site }) => site));
  for (const id of new Set(before.filter(({ count }) => count > 0).map(({ site }) => site))) {
    const site = sites.get(id);
    if (site && !present.has(id)) series.push({ site, dims: {}, spans: [boundsOf(period, site.timeZone)] });
  }
  if (series.length === 0) return [];
  return [
    {
      kind: "incomplete",
      detail: activity.id,
      count: series.length,
      open: series.slice(0, SERIES_SHOWN).map(openTime),
    },
  ];
}
