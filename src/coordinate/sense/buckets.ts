import { addDays, localDateOf, periodInstants } from "../../ground/quantity/index.ts";

/** Lengths to which readings are resampled; a day is the site's local one, of 23 to 25 hours. */
export const STEPS = ["15min", "hour", "day"] as const;

export type Step = (typeof STEPS)[number];

const MS = { "15min": 900_000, hour: 3_600_000 } as const;

/**
 * Where intervals begin from the one that holds `fromMs` to the one that holds the last moment before `toMs`, and the end.
 * @returns [n + 1] milliseconds UTC
 */
export function bucketsOf(fromMs: number, toMs: number, step: Step, timeZone: string): number[] {
  const edges: number[] = [];
  if (step !== "day") {
    const length = MS[step];
    for (let at = Math.floor(fromMs / length) * length; at < toMs; at += length) edges.push(at);
    return edges.length === 0 ? [] : [...edges, (edges.at(-1) ?? 0) + length];
  }
  const startOf = (date: string): number =>
    periodInstants({ start: date, end: addDays(date, 1), label: date }, timeZone).start.getTime();
  let date = localDateOf(new Date(fromMs), timeZone);
  for (; startOf(date) < toMs; date = addDays(date, 1)) edges.push(startOf(date));
  return edges.length === 0 ? [] : [...edges, startOf(date)];
}
