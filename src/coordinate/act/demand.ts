import { localDateOf } from "../../ground/quantity/index.ts";
import type { Measured } from "./state.ts";

/** The demand of a site as its bill counts it: means over demand intervals, the highest of a local month. */
export interface Demand {
  /** Local, `2025-07`. */
  readonly month: string;
  /** Highest mean of the month so far, kW. */
  readonly peakKw: number;
  /** How far demand has gone above what was planned, kW; a tenth of it is forgotten in a day. */
  readonly marginKw: number;
  /** Instant of the last reading, ms. */
  readonly readAt?: number;
  /** The interval under way: begin ms, energy kW·ms, and for how many ms it is known. */
  readonly interval?: { readonly from: number; readonly kwMs: number; readonly knownMs: number };
}

/** How demand is counted. */
export interface DemandRules {
  readonly timeZone: string;
  readonly intervalH: number;
  /** A gap between two readings that is longer than this is not filled. */
  readonly staleS: number;
  /** What a plan said of an instant, kW; nothing where none was in force. */
  readonly plannedKw: (at: number) => number | undefined;
}

const HOUR_MS = 3_600_000;
const DAILY_MEMORY = 0.9;

const monthOf = (at: number, { timeZone }: DemandRules): string => localDateOf(new Date(at), timeZone).slice(0, 7);

/**
 * Takes in one reading of the grid's meter, which stands for the time since the one before. An interval of which less than
 * half is known does not count; a new local month begins without a peak.
 * @param now ms; in its month the demand is
 */
export function followDemand(
  before: Demand | undefined,
  gridKw: Measured | undefined,
  now: number,
  rules: DemandRules,
): Demand {
  const month = monthOf(now, rules);
  const known = before ?? { month, peakKw: 0, marginKw: 0 };
  let { peakKw, marginKw, interval, readAt } = known;
  if (known.month !== month) peakKw = 0;
  const lengthMs = rules.intervalH * HOUR_MS;
  const close = (): void => {
    if (!interval || interval.knownMs < lengthMs / 2) return;
    const meanKw = interval.kwMs / interval.knownMs;
    if (monthOf(interval.from, rules) === month) peakKw = Math.max(peakKw, meanKw);
    const planned = rules.plannedKw(interval.from);
    marginKw *= DAILY_MEMORY ** (rules.intervalH / 24);
    if (planned !== undefined) marginKw = Math.max(marginKw, meanKw - planned);
  };
  if (gridKw && gridKw.at > (readAt ?? Number.NEGATIVE_INFINITY)) {
    const gapMs = gridKw.at - (readAt ?? gridKw.at);
    for (let at = gapMs <= rules.staleS * 1000 ? gridKw.at - gapMs : gridKw.at; at < gridKw.at; ) {
      const from = Math.floor(at / lengthMs) * lengthMs;
      if (interval?.from !== from) {
        close();
        interval = { from, kwMs: 0, knownMs: 0 };
      }
      const to = Math.min(gridKw.at, from + lengthMs);
      interval = {
        from,
        kwMs: interval.kwMs + gridKw.value * (to - at),
        knownMs: interval.knownMs + to - at,
      };
      at = to;
    }
    readAt = gridKw.at;
  }
  if (interval && now >= interval.from + lengthMs) {
    close();
    interval = undefined;
  }
  return { month, peakKw, marginKw, ...(readAt === undefined ? {} : { readAt }), ...(interval ? { interval } : {}) };
}
