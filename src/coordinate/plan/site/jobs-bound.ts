import type { Prepared } from "./prepare.ts";
import { ExactJob } from "./exact-job.ts";
import { RelaxedJob, type RelaxedMarket } from "./relaxed-job.ts";
import type { DoNothing } from "./search.ts";

/** `quick` takes the prices of work as they are; `thorough` seeks each job's best one and counts its work exactly, in minutes. */
export type BoundEffort = "quick" | "thorough";

/** The least that the jobs cost together at prices of power and accelerators, what they leave undone included, CNY. */
export function jobsBound(
  prepared: Prepared,
  { owed, yardstick }: Pick<DoNothing, "owed" | "yardstick">,
  market: RelaxedMarket,
  workCny: Float64Array,
  effort: BoundEffort,
): number {
  const relaxed = new RelaxedJob(prepared, owed);
  const exact = effort === "thorough" ? new ExactJob(prepared, owed) : undefined;
  let sum = 0;
  for (const [index, { job }] of prepared.jobs.entries()) {
    const base = yardstick.unfinishedCnyPerH[index] ?? 0;
    const leastH = owed.mustDoH[index] ?? 0;
    const at = (earns: number): { value: number; workH: number } => {
      const { cost, workH } = relaxed.answer(index, market, earns);
      const value = cost + base * job.remainingH + (earns - base) * (earns > base ? leastH : job.remainingH);
      return { value, workH };
    };
    const own = at(base);
    let best = Math.max(own.value, at(workCny[index] ?? base).value);
    if (exact) {
      const more = own.workH < leastH;
      let [low, high] = more ? [base, 2 * Math.max(1, base, workCny[index] ?? 0)] : [0, base];
      for (let round = 0; round < 24; round++) {
        const middle = (low + high) / 2;
        const { value, workH } = at(middle);
        best = Math.max(best, value);
        if (workH < (more ? leastH : job.remainingH)) low = middle;
        else high = middle;
      }
      best = Math.max(best, exact.cost(index, market, base));
    }
    sum += best;
  }
  return sum;
}
