import { periodInstants, type Period } from "../../ground/quantity/index.ts";
import type { Site } from "../boundary/index.ts";
import type { Activity } from "./definition.ts";
import { inSeriesOrder, type Series } from "./series.ts";
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
interface OpenSeries extends Series {
  readonly timeZone: string;
  readonly spans: SeriesGaps["spans"];
}

/** Tells of each series which time it leaves open; sites that leave the same share its text, as it takes long to make. */
function openTimes(series: readonly OpenSeries[]): OpenTime[] {
  const texts = new Map<OpenSeries["spans"], readonly string[]>();
  return series.map(({ site, timeZone, dims, spans }) => {
    const text = texts.get(spans) ?? spans.slice(0, SPANS_SHOWN).map((span) => spanText(span, timeZone));
    texts.set(spans, text);
    return { site, where: dims, spans: text, more: Math.max(0, spans.length - SPANS_SHOWN) };
  });
}

const sameDims = (a: object, b: object): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** Sites that had records in the period before and have none now, by name. */
function absentSites(groups: readonly RecordGroup[], before: readonly RecordGroup[]): string[] {
  // Mostly the same sites stand together in both.
  const told = new Set(groups.map(({ sites }) => sites));
  const had = before.filter(({ count, sites }) => count > 0 && !told.has(sites)).flatMap(({ sites }) => sites);
  if (had.length === 0) return [];
  const present = new Set(groups.flatMap(({ sites }) => sites));
  return [...new Set(had)].filter((site) => !present.has(site)).sort();
}

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
    if (activity.measure === "stock") break;
    for (const { sites: alike, held } of group.times) {
      const { timeZone } = sites.get(alike[0] ?? "") ?? {};
      if (timeZone === undefined || holdsWhole(held, period, timeZone)) continue;
      const ends = openEnds(held, period, timeZone);
      for (const id of alike) {
        const spans = ends ?? gaps.find((one) => one.site === id && sameDims(one.dims, group.dims))?.spans ?? [];
        // Overlapping records hold more time than there is, and leave none open.
        if (spans.length > 0) series.push({ site: id, timeZone, dims: group.dims, spans });
      }
    }
  }
  const open = inSeriesOrder(series);
  const absent = absentSites(groups, before);
  for (const id of absent) {
    const site = sites.get(id);
    if (site) open.push({ site: id, timeZone: site.timeZone, dims: {}, spans: [boundsOf(period, site.timeZone)] });
  }
  if (open.length === 0) return [];
  return [
    {
      kind: "incomplete",
      detail: activity.id,
      count: open.length,
      open: openTimes(open.slice(0, SERIES_SHOWN)),
    },
  ];
}
