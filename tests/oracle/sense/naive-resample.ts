import type { Quality, SeriesDefinition } from "../../../src/coordinate/index.ts";

/** A reading with the order in which it was acknowledged. */
export interface Said {
  readonly atMs: number;
  /** In eighths, so that it is exact as a float and as an integer. */
  readonly eighths: number | undefined;
  readonly quality: Quality;
}

export interface NaiveValue {
  readonly value: number | undefined;
  readonly quality: Quality;
  readonly coverage: number;
  readonly stale: number;
}

const RANK: readonly Quality[] = ["measured", "estimated", "stale", "missing"];
const rank = (quality: Quality): number => RANK.indexOf(quality);

/** An exact fraction. */
type Fraction = readonly [bigint, bigint];
const plus = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * d + c * b, b * d];
const toNumber = ([a, b]: Fraction): number => {
  // Sixty bits behind the point are more than a double holds of what is compared here.
  const scaled = (a << 60n) / b;
  return Number(scaled) / 2 ** 60;
};

/** What is known of one moment: how good, and a value or a share of energy a millisecond. */
interface Known {
  readonly quality: number;
  readonly eighths: number;
  /** Milliseconds over which the amount is spread; undefined of a value that holds. */
  readonly spreadMs: number | undefined;
}

/** Of readings for one instant the best counts, and among equals the first. */
function counted(said: readonly Said[]): Said[] {
  const best = new Map<number, Said>();
  for (const one of said) {
    const other = best.get(one.atMs);
    if (!other || rank(one.quality) < rank(other.quality)) best.set(one.atMs, one);
  }
  return [...best.values()].sort((a, b) => a.atMs - b.atMs);
}

/** What is known of the moment `at`, by looking through all readings. */
function knownAt(
  at: number,
  series: SeriesDefinition,
  all: readonly Said[],
  usable: readonly Said[],
): Known | undefined {
  const { kind, everyMs, holdMs, rollover } = series;
  if (kind === "energy-counter") {
    const before = usable.filter(({ atMs }) => atMs <= at).at(-1);
    const after = usable.find(({ atMs }) => atMs > at);
    if (before?.eighths === undefined || after?.eighths === undefined) return undefined;
    const spreadMs = after.atMs - before.atMs;
    if (spreadMs > holdMs) return undefined;
    const top = rollover === undefined ? undefined : rollover * 8;
    const fell = after.eighths < before.eighths;
    const rolled = fell && top !== undefined && before.eighths * 10 >= 9 * top && after.eighths * 10 <= top;
    const eighths = !fell
      ? after.eighths - before.eighths
      : rolled
        ? after.eighths - before.eighths + (top ?? 0)
        : after.eighths;
    const guessed = (fell && !rolled) || spreadMs > 2 * everyMs ? 1 : 0;
    return { quality: Math.max(rank(before.quality), rank(after.quality), guessed), eighths, spreadMs };
  }
  const last = all.filter(({ atMs }) => atMs <= at).at(-1);
  if (last?.eighths === undefined) return undefined;
  if (kind === "energy-interval") {
    const next = all.find(({ atMs }) => atMs > last.atMs);
    const spreadMs = Math.min(everyMs, (next?.atMs ?? Number.POSITIVE_INFINITY) - last.atMs);
    return at < last.atMs + spreadMs ? { quality: rank(last.quality), eighths: last.eighths, spreadMs } : undefined;
  }
  if (at >= last.atMs + holdMs) return undefined;
  const old = at >= last.atMs + 2 * everyMs ? 2 : 0;
  return { quality: Math.max(rank(last.quality), old), eighths: last.eighths, spreadMs: undefined };
}

/**
 * Resampling by its definition, moment by moment and in whole numbers: between two instants at which anything can change,
 * what is known of the first of them is known of all.
 * @param edges [n + 1] where intervals begin, and the end
 */
export function naiveResample(said: readonly Said[], series: SeriesDefinition, edges: readonly number[]): NaiveValue[] {
  const all = counted(said);
  const usable = all.filter(({ eighths }) => eighths !== undefined);
  const { everyMs, holdMs, kind } = series;
  const changes = new Set(edges);
  for (const { atMs } of all) for (const later of [0, everyMs, 2 * everyMs, holdMs]) changes.add(atMs + later);
  const moments = [...changes].sort((a, b) => a - b);
  return edges.slice(0, -1).map((from, index) => {
    const to = edges[index + 1]!;
    let amount: Fraction = [0n, 1n];
    let [covered, stale, worst] = [0, 0, 0];
    let last: number | undefined;
    for (const [which, moment] of moments.entries()) {
      if (moment < from || moment >= to) continue;
      const length = moments[which + 1]! - moment;
      const known = knownAt(moment, series, all, usable);
      if (!known) continue;
      covered += length;
      if (known.quality >= 2) stale += length;
      worst = Math.max(worst, known.quality);
      last = known.eighths;
      amount = plus(amount, [BigInt(known.eighths) * BigInt(length), BigInt(known.spreadMs ?? 1)]);
    }
    if (covered === 0) return { value: undefined, quality: "missing", coverage: 0, stale: 0 };
    const per = kind.startsWith("energy") ? 8n : 8n * BigInt(covered);
    return {
      value: kind === "state" ? (last ?? 0) / 8 : toNumber([amount[0], amount[1] * per]),
      quality: RANK[worst]!,
      coverage: covered / (to - from),
      stale: stale / (to - from),
    };
  });
}

/** Where local days begin, found by asking the calendar every quarter of an hour. */
export function naiveDays(fromMs: number, toMs: number, timeZone: string): number[] {
  const calendar = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  const starts: number[] = [];
  const quarter = 900_000;
  const dayAt = (at: number): string => calendar.format(new Date(at));
  for (
    let at = Math.floor(fromMs / quarter) * quarter - 26 * 3_600_000;
    starts.at(-1) === undefined || starts.at(-1)! < toMs;
    at += quarter
  )
    if (dayAt(at) !== dayAt(at - quarter)) starts.push(at);
  const first = starts.filter((at) => at <= fromMs).at(-1)!;
  return starts.filter((at) => at >= first);
}
