import { localHourOf } from "../../ground/quantity/index.ts";
import { type Cluster, type Site, uniform, type Workload } from "../site/index.ts";

/** A job that a simulated user submits. */
export interface SubmittedJob {
  readonly id: string;
  readonly workload: string;
  readonly cluster: string;
  readonly accelerators: number;
  /** ms UTC, on a step. */
  readonly submitAt: number;
  /** s that it runs once it is started. */
  readonly lengthS: number;
  readonly deadlineAt: number;
}

/** Of the power that a hall's accelerators take above idle, what batch jobs take on average unless said otherwise. */
export const BATCH_SHARE = 0.2;
const SIZES = [64, 128, 256, 512];
const LENGTHS_H = [1, 2, 3, 4, 6, 8];
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
/** Twice as many by day as by night. */
export const pace = (hour: number): number => (hour >= 8 && hour < 20 ? 4 / 3 : 2 / 3);
const HOUR_MS = 3_600_000;

/**
 * Mean power of batch jobs on a cluster, kW above idle.
 * @param batchShare of the power above idle
 */
export function meanBatchKw(site: Site, cluster: Cluster, batchShare: number): number {
  const hall = site.halls.find(({ id }) => id === cluster.hall);
  const own = site.clusters.filter(({ hall: at }) => at === cluster.hall);
  const batch = batchOf(site);
  if (!hall || !batch || !cluster.speed.has(batch.id)) return 0;
  const idleKw = own.reduce((sum, one) => sum + one.count * one.idleKw, 0);
  const share = cluster.count / own.reduce((sum, one) => sum + one.count, 0);
  return Math.max(0, hall.loadKw - idleKw) * batchShare * share;
}

function batchOf(site: Site): (Workload & { readonly deadlineH: number }) | undefined {
  const batch = site.workloads.find((one) => one.class === "batch" && one.deadlineH !== undefined);
  return batch?.deadlineH === undefined ? undefined : { ...batch, deadlineH: batch.deadlineH };
}

/**
 * Batch jobs of a site over some time, the same from the same seed: arrivals at random, more by day, at whole hours.
 * @param from to ms UTC, on the hour
 * @returns by time of submission
 */
export function simulatedJobs(
  site: Site,
  from: number,
  to: number,
  seed: number,
  batchShare = BATCH_SHARE,
): SubmittedJob[] {
  const next = uniform(seed * 7919 + 17);
  const pick = <T>(list: readonly T[], otherwise: T): T => list[Math.floor(next() * list.length)] ?? otherwise;
  const batch = batchOf(site);
  if (!batch) return [];
  const jobs: SubmittedJob[] = [];
  for (let at = from; at < to; at += HOUR_MS) {
    const hour = localHourOf(new Date(at), site.timeZone);
    for (const cluster of site.clusters) {
      const busy = meanBatchKw(site, cluster, batchShare) / (cluster.fullKw - cluster.idleKw);
      const arrivals = (busy / (mean(SIZES) * mean(LENGTHS_H))) * pace(hour);
      // Poisson by the product of uniform numbers.
      const left = Math.exp(-arrivals);
      for (let product = next(); product > left; product *= next()) {
        jobs.push({
          id: `batch-${jobs.length + 1}`,
          workload: batch.id,
          cluster: cluster.id,
          accelerators: Math.min(cluster.count, pick(SIZES, 64)),
          submitAt: at,
          lengthS: pick(LENGTHS_H, 1) * 3600,
          deadlineAt: at + batch.deadlineH * HOUR_MS,
        });
      }
    }
  }
  return jobs;
}
