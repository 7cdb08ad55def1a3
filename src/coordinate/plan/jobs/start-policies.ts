import { eachAlone, type JobPolicy, type LiveJob } from "./job-policy.ts";
import type { Outlook } from "./outlook.ts";

function onceDecided(name: string, startOf: (live: LiveJob, now: number, outlook: Outlook) => number): JobPolicy {
  return eachAlone(name, false, (live, now, outlook) => ({ fromH: startOf(live, now, outlook) }));
}

/** Waits of whole hours up to the longest that the queue allows. */
function waitsOf(live: LiveJob): number[] {
  return Array.from({ length: Math.floor(live.queue.longestWaitH) + 1 }, (_, wait) => wait);
}

/** The first of those with the lowest cost. */
function lowest(options: readonly number[], cost: (option: number) => number): number {
  return options.reduce((best, one) => (cost(one) < cost(best) ? one : best), options[0] ?? 0);
}

/** Every job starts when it comes. */
export const runAtOnce: JobPolicy = onceDecided("run at once", (_, now) => now);

/**
 * Start policies that decide when a job comes and stay with it; they know a job's queue, not its length.
 * @source umassos/GAIA, src/scheduling/carbon_waiting_policy.py (policies `lowest`, `waiting`, `cst_average`)
 */
export const START_POLICIES: readonly JobPolicy[] = [
  onceDecided("lowest slot", (live, now, outlook) => {
    const first = Math.floor(now);
    const last = Math.floor(now + live.queue.longestWaitH);
    const hours = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    return Math.max(
      now,
      lowest(hours, (hour) => outlook.at(hour)),
    );
  }),
  onceDecided("lowest window", (live, now, outlook) => {
    const { meanLengthH } = live.queue;
    return now + lowest(waitsOf(live), (wait) => outlook.between(now + wait, now + wait + meanLengthH));
  }),
  onceDecided("carbon time", (live, now, outlook) => {
    const { meanLengthH } = live.queue;
    const cost = (wait: number): number => outlook.between(now + wait, now + wait + meanLengthH);
    const atOnce = cost(0);
    return now + lowest(waitsOf(live), (wait) => -(atOnce - cost(wait)) / (wait + meanLengthH));
  }),
];
