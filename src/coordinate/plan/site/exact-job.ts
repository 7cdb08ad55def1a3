import type { JobPlan, Prepared } from "./prepare.ts";
import type { RelaxedMarket } from "./relaxed-job.ts";
import type { Duties } from "./job-search.ts";

const NEVER = 1e15;
/** Parts of a step's work at full power that are told apart. */
const PARTS = 50;

/**
 * The least that one job costs at given prices, with its amount of work kept: a recursion over the work that is done, running
 * and standing still, that knows what a suspension costs and that the last step may be used in part. Work done is rounded up
 * and work asked for down, to a fiftieth of a step: so it is never dearer than a run in a plan. Slow; a proof for later.
 */
export class ExactJob {
  readonly #prepared: Prepared;
  readonly #duties: Duties;
  #run = new Float64Array(0);
  #idle = new Float64Array(0);
  #next = new Float64Array(0);

  constructor(prepared: Prepared, duties: Duties) {
    this.#prepared = prepared;
    this.#duties = duties;
  }

  /** @param unfinishedCny of an hour of work left at the end @returns CNY; infinite when the duties cannot be kept */
  cost(index: number, market: RelaxedMarket, unfinishedCny: number): number {
    const { places } = this.#prepared.jobs[index] as JobPlan;
    return Math.min(...[...places.keys()].map((place) => this.#at(index, place, market, unfinishedCny)));
  }

  #at(index: number, place: number, market: RelaxedMarket, unfinishedCny: number): number {
    const { steps, stepH, clusters, jobs, weight, request } = this.#prepared;
    const plan = jobs[index] as JobPlan;
    const { cluster, pace } = plan.places[place] ?? { cluster: -1, pace: 0 };
    const own = clusters[cluster];
    const [kwCny, heldCny] = [market.kwCny[own?.hall ?? -1], market.heldCny[cluster]];
    if (!own || !kwCny || !heldCny) return 0;
    const need = plan.job.accelerators;
    const occupancyCny = weight.occupancy * request.objective.occupancyCnyPerAcceleratorH * stepH;
    const unitH = (pace * stepH) / PARTS;
    const units = own.levels.map(({ speed }) => Math.ceil(speed * PARTS - 1e-9));
    const down = (hours: number): number => Math.floor(hours / unitH + 1e-9);
    const ran = plan.job.state === "running";
    const lost = down(plan.lostH);
    // The work of a job that ran before may fall below what it has now.
    const offset = ran ? lost : 0;
    const all = down(plan.job.remainingH) + offset;
    const owed = Math.min(all, down(this.#duties.mustDoH[index] ?? 0) + offset);
    const end = Math.min(steps, this.#duties.mustEnd[index] ?? 0);
    const top = Math.max(...units);
    const stopCny = plan.suspendable ? plan.suspendCny : NEVER;
    const size = all + 1;
    if (this.#run.length < size)
      [this.#run, this.#idle, this.#next] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
    let [run, next] = [this.#run, this.#next];
    const idle = this.#idle;
    run.fill(NEVER, 0, size);
    idle.fill(NEVER, 0, size);
    (ran ? run : idle)[offset] = 0;
    let done = all <= offset ? 0 : NEVER;
    let reached = offset;
    for (let step = plan.earliest; step < end && all > offset; step++) {
      // With less than this now, the work owed cannot be done any more.
      const needed = Math.max(0, owed - (end - step) * top);
      if (stopCny < NEVER)
        for (let k = needed; k <= reached; k++) {
          const value = (run[k] as number) + stopCny;
          const to = k >= lost ? k - lost : 0;
          if (value < (idle[to] as number)) idle[to] = value;
        }
      next.fill(NEVER, 0, Math.min(size, reached + top + 1));
      const late = step > plan.due ? plan.tardinessCnyPerH * stepH : 0;
      const held = need * (heldCny[step] ?? 0);
      for (const [level, { addKw }] of own.levels.entries()) {
        const unit = units[level] ?? 1;
        const free = need * (addKw * (kwCny[step] ?? 0) + occupancyCny);
        const whole = Math.min(reached, all - unit - 1);
        for (let k = needed; k <= whole; k++) {
          const [a, b] = [run[k] as number, idle[k] as number];
          const value = (a < b ? a : b) + held + free;
          if (value < (next[k + unit] as number)) next[k + unit] = value;
        }
        for (let k = Math.max(needed, all - unit); k <= reached; k++) {
          const value = Math.min(run[k] as number, idle[k] as number) + held + (free * (all - k)) / unit;
          if (value < done) done = value;
        }
      }
      reached = Math.min(all - 1, reached + top);
      if (late > 0)
        for (let k = 0; k <= reached; k++) {
          idle[k] = (idle[k] as number) + late;
          next[k] = (next[k] as number) + late;
        }
      [run, next] = [next, run];
    }
    let best = done;
    for (let k = owed; k <= Math.min(reached, all - 1); k++) {
      const value = Math.min(run[k] as number, idle[k] as number) + (all - k) * unitH * unfinishedCny;
      if (value < best) best = value;
    }
    return best < NEVER / 2 ? best : Number.POSITIVE_INFINITY;
  }
}
