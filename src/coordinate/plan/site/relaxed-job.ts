import type { JobPlan, Prepared } from "./prepare.ts";
import type { Duties } from "./job-search.ts";

/** What steps cost a job, nothing of what others take being in its way. */
export interface RelaxedMarket {
  /** [halls][T] CNY per kW of IT power in the step. */
  readonly kwCny: readonly Float64Array[];
  /** [clusters][T] CNY per accelerator in the step. */
  readonly heldCny: readonly Float64Array[];
}

/** What of a prepared request the recursion reads; steps may be blocks of the plan's own. */
export type JobSteps = Pick<Prepared, "steps" | "stepH" | "clusters" | "jobs" | "request" | "weight">;

/** A job's cheapest answer when an hour of its work earns a price. */
export interface RelaxedAnswer {
  /** Cost less what its work earns, CNY; never more than that of any run. */
  readonly cost: number;
  readonly place: number;
  readonly workH: number;
}

/**
 * The cheapest run of one job by itself: a recursion over running and not running in each step, in which the amount of work is
 * free but earns a price. Without the others' capacity and without its own amount it is never dearer than a run in a plan.
 */
export class RelaxedJob {
  readonly #prepared: JobSteps;
  readonly #duties: Duties;
  readonly #run: Float64Array;
  readonly #idle: Float64Array;
  readonly #chosen: Int8Array;
  readonly #after: Uint8Array;
  readonly #starts: Uint8Array;
  /** kW and hours of work in a step, by level, of the recursion at hand. */
  #addKw = new Float64Array(0);
  #workH = new Float64Array(0);
  #stopsAtOnce = false;

  constructor(prepared: JobSteps, duties: Duties) {
    const { steps } = prepared;
    this.#prepared = prepared;
    this.#duties = duties;
    this.#run = new Float64Array(steps + 1);
    this.#idle = new Float64Array(steps + 1);
    this.#chosen = new Int8Array(steps + 1);
    this.#after = new Uint8Array(steps + 1);
    this.#starts = new Uint8Array(steps + 1);
  }

  /**
   * @param workCny what an hour of work earns
   * @param usedKw  [halls][T] and @param held [clusters][T]: what the answer takes is added to them
   */
  answer(
    index: number,
    market: RelaxedMarket,
    workCny: number,
    usedKw?: readonly Float64Array[],
    held?: readonly Float64Array[],
  ): RelaxedAnswer {
    const plan = this.#prepared.jobs[index] as JobPlan;
    let [cost, place] = [Number.POSITIVE_INFINITY, 0];
    for (const one of plan.places.keys()) {
      const here = this.#recursion(index, plan, one, market, workCny);
      if (here < cost) [cost, place] = [here, one];
    }
    if (plan.places.length > 1) this.#recursion(index, plan, place, market, workCny);
    return { cost, place, workH: this.#walk(index, plan, place, usedKw, held) };
  }

  #end(index: number): number {
    return Math.min(this.#prepared.steps, this.#duties.mustEnd[index] ?? 0);
  }

  #recursion(index: number, plan: JobPlan, place: number, market: RelaxedMarket, workCny: number): number {
    const { stepH, request, weight, clusters } = this.#prepared;
    const { cluster, pace } = plan.places[place] ?? { cluster: -1, pace: 0 };
    const own = clusters[cluster];
    const kwCny = market.kwCny[own?.hall ?? -1];
    const heldCny = market.heldCny[cluster];
    if (!own || !kwCny || !heldCny) return 0;
    const need = plan.job.accelerators;
    const occupancyCny = weight.occupancy * request.objective.occupancyCnyPerAcceleratorH * stepH;
    const addKw = Float64Array.from(own.levels, (one) => one.addKw);
    const workH = Float64Array.from(own.levels, (one) => pace * one.speed * stepH);
    const earns = workH.map((hours) => (workCny * hours) / need);
    [this.#addKw, this.#workH] = [addKw, workH];
    const count = addKw.length;
    const [run, idle, chosen, then, starts] = [this.#run, this.#idle, this.#chosen, this.#after, this.#starts];
    const stopCny = plan.suspendable ? plan.suspendCny + workCny * plan.lostH : Number.POSITIVE_INFINITY;
    const lateCny = plan.tardinessCnyPerH * stepH;
    const end = this.#end(index);
    const { due, earliest } = plan;
    let [runNext, idleNext] = [0, 0];
    run[end] = 0;
    idle[end] = 0;
    for (let step = end - 1; step >= earliest; step--) {
      const price = kwCny[step] as number;
      let best = Number.POSITIVE_INFINITY;
      let level = 0;
      for (let one = 0; one < count; one++) {
        const here = (addKw[one] as number) * price - (earns[one] as number);
        if (here < best) {
          best = here;
          level = one;
        }
      }
      // Being late is counted from the first whole step past the deadline in which the job is not done yet.
      const late = step > due ? lateCny : 0;
      const stop = stopCny + idleNext;
      // Go on, stop for a while, or be done.
      let after = runNext + late;
      let what = 0;
      if (stop + late < after) {
        after = stop + late;
        what = 1;
      }
      if (after > 0) {
        after = 0;
        what = 2;
      }
      const running = need * (best + occupancyCny + (heldCny[step] as number)) + after;
      const waiting = idleNext + late;
      chosen[step] = level;
      then[step] = what;
      starts[step] = running < waiting ? 1 : 0;
      run[step] = running;
      runNext = running;
      idleNext = running < waiting ? running : waiting;
      idle[step] = idleNext;
    }
    const [goesOn, stands] = [run[earliest] ?? 0, idle[earliest] ?? 0];
    if (plan.job.state !== "running") return stands;
    this.#stopsAtOnce = stopCny + stands < goesOn;
    return this.#stopsAtOnce ? stopCny + stands : goesOn;
  }

  #walk(
    index: number,
    plan: JobPlan,
    place: number,
    usedKw: readonly Float64Array[] | undefined,
    held: readonly Float64Array[] | undefined,
  ): number {
    const { cluster } = plan.places[place] ?? { cluster: -1 };
    const kw = usedKw?.[this.#prepared.clusters[cluster]?.hall ?? -1];
    const count = held?.[cluster];
    const [chosen, then, starts, addKw, workH] = [this.#chosen, this.#after, this.#starts, this.#addKw, this.#workH];
    const need = plan.job.accelerators;
    const end = this.#end(index);
    const ran = plan.job.state === "running";
    let step = plan.earliest;
    let running = ran && !this.#stopsAtOnce;
    let [work, stops] = [0, ran && this.#stopsAtOnce ? 1 : 0];
    while (step < end) {
      if (!running) {
        if (starts[step] !== 1) {
          step++;
          continue;
        }
        running = true;
      }
      const level = chosen[step] as number;
      work += workH[level] as number;
      if (kw) kw[step] = (kw[step] as number) + need * (addKw[level] as number);
      if (count) count[step] = (count[step] as number) + need;
      const what = then[step];
      step++;
      if (what === 2) break;
      if (what === 1) {
        running = false;
        stops++;
      }
    }
    return work - stops * plan.lostH;
  }
}
