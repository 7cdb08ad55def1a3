import { runCluster } from "./cluster-run.ts";
import { FORESIGHT_PAST_H, foreseenCarbon } from "./foreseen-carbon.ts";
import { queuesOf, type ShiftableJob } from "./job.ts";
import type { JobPolicy } from "./job-policy.ts";
import { outlookOf } from "./outlook.ts";
import { shiftAndSuspend, shiftStarts } from "./shift-policies.ts";
import { runAtOnce, START_POLICIES } from "./start-policies.ts";
import { ecovisor, waitAwhile } from "./suspend-policies.ts";

/** What a policy saved, over all weeks of a zone. */
export interface ShiftingResult {
  readonly policy: string;
  /** Share of the carbon of running at once, by the true values. */
  readonly saved: number;
  readonly meanWaitH: number;
  readonly suspensions: number;
}

/** A point of the frontier: a higher price of waiting saves less and waits less. */
export interface FrontierPoint extends ShiftingResult {
  /** Carbon that an hour of waiting must save, as a share of the carbon of a CPU's mean hour. */
  readonly waitPrice: number;
}

/** A rival, and the best point of ours that waits no longer. */
export interface SameWait {
  readonly rival: ShiftingResult;
  readonly ours: FrontierPoint | undefined;
}

export interface ZoneShifting {
  readonly zone: string;
  /** Starts of the weeks, one every four weeks of the last year. */
  readonly weeks: number;
  /** Every value known, as many CPUs as wanted: how the rivals are published. */
  readonly unlimited: readonly ShiftingResult[];
  /** Wait under the capacity when every job starts as soon as it can. */
  readonly atOnceWaitH: number;
  /** Foreseen values, the given capacity. */
  readonly limited: readonly ShiftingResult[];
  readonly frontiers: { readonly starts: readonly FrontierPoint[]; readonly suspends: readonly FrontierPoint[] };
  /** Rivals that start jobs once against ours that does; rivals that suspend against ours that does. */
  readonly sameWait: readonly SameWait[];
}

const WAITS = { shortH: 6, longH: 24 } as const;
const WEEKS_APART_H = 672;
const WAIT_PRICES = [0, 0.01, 0.02, 0.03, 0.045, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 1] as const;

/** CPUs on average, if the jobs came again and again. */
function meanCpus(jobs: readonly ShiftableJob[]): number {
  const span = Math.max(1, (jobs.at(-1)?.arrivalH ?? 0) - (jobs[0]?.arrivalH ?? 0));
  return jobs.reduce((sum, { lengthH, cpus }) => sum + lengthH * cpus, 0) / span;
}

/** A capacity that is a real limit: half as much again as the jobs need on average, and enough for the widest. */
export function usualCapacity(jobs: readonly ShiftableJob[]): number {
  return Math.ceil(Math.max(1.5 * meanCpus(jobs), ...jobs.map(({ cpus }) => cpus)));
}

/** Hours of the series at which the jobs begin: every four weeks of its last year, as long as all can end within it. */
function beginnings(jobs: readonly ShiftableJob[], hours: number): number[] {
  const room = Math.max(...jobs.map(({ arrivalH, lengthH }) => arrivalH + lengthH)) + 3 * WAITS.longH;
  const first = Math.max(FORESIGHT_PAST_H, hours - 8784);
  const begins: number[] = [];
  for (let hour = Math.ceil(first / 24) * 24; hour + room <= hours; hour += WEEKS_APART_H) begins.push(hour);
  return begins;
}

/**
 * Shifts the same jobs at many times of a zone's last year: the published policies with everything known, then they and ours under a
 * capacity with foreseen carbon only.
 * @param values  [T] carbon per kWh, hourly
 * @param report  called with each policy's name
 * @returns       undefined when the series is too short for the jobs
 */
export function benchmarkShifting(
  zone: string,
  jobs: readonly ShiftableJob[],
  values: Float64Array,
  capacityCpus: number,
  report: (policy: string) => void,
): ZoneShifting | undefined {
  const begins = beginnings(jobs, values.length);
  if (begins.length === 0) return undefined;
  const queueOf = queuesOf(jobs, WAITS);
  const actual = outlookOf(values, 0);
  const foreseen = foreseenCarbon(values);
  const measure = (policy: JobPolicy, capacity: number, known: boolean): ShiftingResult & { carbon: number } => {
    report(policy.name);
    const runs = begins.map((hour) =>
      runCluster(
        jobs.map((job) => ({ ...job, arrivalH: job.arrivalH + hour })),
        queueOf,
        capacity,
        policy,
        known ? () => actual : foreseen,
        actual,
      ),
    );
    return {
      policy: policy.name,
      saved: 0,
      carbon: runs.reduce((sum, run) => sum + run.carbon, 0),
      meanWaitH: runs.reduce((sum, run) => sum + run.meanWaitH, 0) / runs.length,
      suspensions: runs.reduce((sum, run) => sum + run.suspensions, 0),
    };
  };
  const against = (atOnce: { carbon: number }, one: ShiftingResult & { carbon: number }): ShiftingResult => {
    const { policy, meanWaitH, suspensions, carbon } = one;
    return { policy, saved: 1 - carbon / atOnce.carbon, meanWaitH, suspensions };
  };
  const rivals = [...START_POLICIES, ecovisor, waitAwhile];
  const free = measure(runAtOnce, Number.POSITIVE_INFINITY, true);
  const unlimited = rivals.map((policy) => against(free, measure(policy, Number.POSITIVE_INFINITY, true)));
  const atOnce = measure(runAtOnce, capacityCpus, false);
  const limited = rivals.map((policy) => against(atOnce, measure(policy, capacityCpus, false)));
  const meanValue = actual.between(begins[0] ?? 0, values.length) / (values.length - (begins[0] ?? 0));
  const frontier = (ours: (waitPrice: number) => JobPolicy): FrontierPoint[] =>
    WAIT_PRICES.map((waitPrice) => ({
      ...against(atOnce, measure(ours(waitPrice * meanValue), capacityCpus, false)),
      waitPrice,
    }));
  const frontiers = { starts: frontier(shiftStarts), suspends: frontier(shiftAndSuspend) };
  const sameWait = limited.map((rival, index): SameWait => {
    const points = index < START_POLICIES.length ? frontiers.starts : frontiers.suspends;
    const within = points.filter((point) => point.meanWaitH <= rival.meanWaitH);
    return {
      rival,
      ours: within.reduce<FrontierPoint | undefined>(
        (best, one) => (best && best.saved >= one.saved ? best : one),
        undefined,
      ),
    };
  });
  return { zone, weeks: begins.length, unlimited, atOnceWaitH: atOnce.meanWaitH, limited, frontiers, sameWait };
}
