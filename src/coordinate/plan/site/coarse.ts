import type { Prepared } from "./prepare.ts";
import type { Duties } from "./job-search.ts";

/** A prepared request in blocks of several steps, as far as the search for prices reads it. */
export type Coarse = Pick<
  Prepared,
  "steps" | "stepH" | "price" | "clusters" | "jobs" | "request" | "weight" | "batteries" | "months" | "monthOf" | "site"
>;

/** The mean of every block. */
export function blockMeans(list: ArrayLike<number>, stride: number): Float64Array {
  return Float64Array.from({ length: Math.ceil(list.length / stride) }, (_, block) => {
    const to = Math.min(list.length, (block + 1) * stride);
    let sum = 0;
    for (let step = block * stride; step < to; step++) sum += list[step] ?? 0;
    return sum / (to - block * stride);
  });
}

/** Values of blocks, each given to all its steps. */
export function bySteps(list: ArrayLike<number>, stride: number, steps: number, share: number): Float64Array {
  return Float64Array.from({ length: steps }, (_, step) => share * (list[Math.floor(step / stride)] ?? 0));
}

/** Blocks of `stride` steps: means of prices and of what is in service, windows of jobs a block wider at most. */
export function coarsen(prepared: Prepared, duties: Duties, stride: number): { coarse: Coarse; owed: Duties } {
  const { stepH, clusters, jobs, batteries } = prepared;
  const steps = Math.ceil(prepared.steps / stride);
  return {
    coarse: {
      ...prepared,
      steps,
      stepH: stepH * stride,
      price: blockMeans(prepared.price, stride),
      monthOf: Uint8Array.from({ length: steps }, (_, block) => prepared.monthOf[block * stride] ?? 0),
      clusters: clusters.map((one) => ({ ...one, capacity: blockMeans(one.capacity, stride) })),
      jobs: jobs.map((plan) => ({
        ...plan,
        earliest: Math.floor(plan.earliest / stride),
        due: Math.ceil(plan.due / stride),
      })),
      batteries: batteries.map((plan) => ({ ...plan, powerKw: blockMeans(plan.powerKw, stride) })),
    },
    owed: { mustDoH: duties.mustDoH, mustEnd: duties.mustEnd.map((step) => Math.ceil(step / stride)) },
  };
}
