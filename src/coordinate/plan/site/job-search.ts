import { lateHours, type JobRun, makeRun, type Occupancy } from "./job-run.ts";
import type { JobPlan, Level, Prepared } from "./prepare.ts";

/** What every plan owes each job. */
export interface Duties {
  /** Steps before which each job must be done, whatever it costs. */
  readonly mustEnd: Int32Array;
  /** Work in hours that each job must have done at the end of the plan. */
  readonly mustDoH: Float64Array;
}

/** What running costs, as a job sees it. */
export interface JobMarket extends Duties {
  /** [halls][T] CNY per kWh of IT power, losses and cooling included. */
  readonly priceOf: readonly Float64Array[];
  /** [clusters][T] CNY per accelerator that is held in the step. */
  readonly heldCny: readonly Float64Array[];
  /** [jobs] CNY per hour of work: where the search for it begins. */
  readonly workCny: Float64Array;
  /** [clusters] CNY per hour of work left at the end and per accelerator, as in `unfinishedCnyPerH`. */
  readonly unfinished: (plan: JobPlan) => number;
}

const HUGE = 1e12;
const DONE_H = 1e-9;
/** Prices of work that are tried for a job in one place. */
const PROBES = 14;

/** Costs of the levels of a job by step, and which fit. */
interface Choices {
  readonly levels: readonly Level[];
  /** [levels × T] CNY of a step, or HUGE where it does not fit. */
  readonly cost: Float64Array;
  /** [levels] hours of work of a step. */
  readonly work: Float64Array;
  readonly first: number;
  readonly end: number;
}

/** Buffers of the recursion, one set for a whole search. */
export class JobSearch {
  readonly #prepared: Prepared;
  readonly #run: Float64Array;
  readonly #idle: Float64Array;
  readonly #runs: Int8Array;
  readonly #stops: Uint8Array;
  readonly #starts: Uint8Array;

  constructor(prepared: Prepared) {
    this.#prepared = prepared;
    this.#run = new Float64Array(prepared.steps + 1);
    this.#idle = new Float64Array(prepared.steps + 1);
    this.#runs = new Int8Array(prepared.steps + 1);
    this.#stops = new Uint8Array(prepared.steps + 1);
    this.#starts = new Uint8Array(prepared.steps + 1);
  }

  #choices(plan: JobPlan, place: number, market: JobMarket, occupancy: Occupancy, end: number): Choices {
    const { steps, stepH, request, weight } = this.#prepared;
    const cluster = plan.places[place]?.cluster ?? -1;
    const pace = plan.places[place]?.pace ?? 0;
    const { levels, hall } = this.#prepared.clusters[cluster] ?? { levels: [], hall: -1 };
    const need = plan.job.accelerators;
    const price = market.priceOf[hall] ?? new Float64Array(steps);
    const occupancyCny = weight.occupancy * request.objective.occupancyCnyPerAcceleratorH;
    const heldCny = market.heldCny[cluster];
    const cost = new Float64Array(levels.length * steps).fill(HUGE);
    for (let step = plan.earliest; step < end; step++) {
      if (occupancy.free(cluster, step) < need - 1e-9) continue;
      const room = occupancy.freeKw(hall, step) + 1e-6;
      for (const [level, { addKw }] of levels.entries())
        if (need * addKw <= room)
          cost[level * steps + step] =
            need * (stepH * (addKw * (price[step] ?? 0) + occupancyCny) + (heldCny?.[step] ?? 0));
    }
    return {
      levels,
      cost,
      work: Float64Array.from(levels, ({ speed }) => pace * speed * stepH),
      first: plan.earliest,
      end,
    };
  }

  /** The run that costs least when an hour of work earns `value`; levels by step. */
  #recursion(plan: JobPlan, choices: Choices, value: number): Int8Array {
    const { steps, stepH } = this.#prepared;
    const { cost, work, first, end } = choices;
    const levels = work.length;
    const [run, idle, runs, stops, starts] = [this.#run, this.#idle, this.#runs, this.#stops, this.#starts];
    const stopCost = plan.suspendable ? plan.suspendCny + value * plan.lostH : HUGE;
    run[end] = 0;
    idle[end] = 0;
    for (let step = end - 1; step >= first; step--) {
      const late = step >= plan.due ? plan.tardinessCnyPerH * stepH : 0;
      let best = HUGE;
      let bestLevel = -1;
      for (let level = 0; level < levels; level++) {
        const here = (cost[level * steps + step] ?? HUGE) - value * (work[level] ?? 0);
        if (here < best) {
          best = here;
          bestLevel = level;
        }
      }
      // After this step: go on, be done (costs nothing more), or stop for a while.
      const goOn = run[step + 1] ?? 0;
      const stop = stopCost + (idle[step + 1] ?? 0);
      const after = Math.min(goOn, 0, stop);
      run[step] = best >= HUGE / 2 ? HUGE : late + best + after;
      runs[step] = bestLevel;
      stops[step] = after === goOn ? 0 : after === 0 ? 2 : 1;
      const wait = idle[step + 1] ?? 0;
      const start = run[step] ?? 0;
      idle[step] = Math.min(wait + late, start);
      starts[step] = start < wait + late ? 1 : 0;
    }
    const wanted = new Int8Array(steps).fill(-1);
    let step = first;
    let running = plan.job.state === "running";
    if (running && plan.suspendable && stopCost + (idle[step] ?? 0) < (run[step] ?? 0)) running = false;
    while (step < end) {
      if (!running) {
        if (starts[step] !== 1) {
          step++;
          continue;
        }
        running = true;
      }
      if ((run[step] ?? HUGE) >= HUGE / 2) break;
      wanted[step] = runs[step] ?? -1;
      const then = stops[step] ?? 0;
      if (then === 2) break;
      running = then === 0;
      step++;
    }
    return wanted;
  }

  #workOf(plan: JobPlan, choices: Choices, wanted: Int8Array): number {
    let work = 0;
    let runs = plan.job.state === "running";
    let open = 0;
    for (let step = choices.first; step < choices.end; step++) {
      const level = wanted[step] ?? -1;
      if (level >= 0) {
        work += choices.work[level] ?? 0;
        if (!runs) work -= open * plan.lostH;
        runs = true;
      } else {
        if (runs) open = 1;
        runs = false;
      }
    }
    return work;
  }

  /** Cost of a run in this market, its unfinished work included. */
  costOf(plan: JobPlan, run: JobRun, choices: Choices, market: JobMarket): number {
    const { steps } = this.#prepared;
    let cost = 0;
    for (let step = run.from; step < run.to; step++) {
      const level = run.level[step] ?? -1;
      if (level >= 0) cost += (choices.cost[level * steps + step] ?? HUGE) * (step === run.to - 1 ? run.lastShare : 1);
    }
    return (
      cost +
      run.suspensions * plan.suspendCny +
      lateHours(this.#prepared, plan, run) * plan.tardinessCnyPerH +
      run.remainingH * market.unfinished(plan)
    );
  }

  /** The best run found for a job in the room that is left; undefined when none keeps what must be kept. */
  best(index: number, plan: JobPlan, market: JobMarket, occupancy: Occupancy): JobRun | undefined {
    let best: { run: JobRun; cost: number } | undefined;
    for (const place of plan.places.keys()) {
      const end = Math.min(this.#prepared.steps, market.mustEnd[index] ?? 0);
      const choices = this.#choices(plan, place, market, occupancy, end);
      const run = this.#search(index, plan, place, choices, market);
      if (!run) continue;
      const cost = this.costOf(plan, run, choices, market);
      if (cost < HUGE / 2 && (!best || cost < best.cost)) best = { run, cost };
    }
    return best?.run;
  }

  #search(index: number, plan: JobPlan, place: number, choices: Choices, market: JobMarket): JobRun | undefined {
    const left = plan.job.remainingH;
    const mustDoH = market.mustDoH[index] ?? 0;
    const base = market.unfinished(plan);
    const asRun = (wanted: Int8Array): JobRun => makeRun(this.#prepared, plan, place, wanted);
    const least = this.#recursion(plan, choices, base);
    const leastWork = this.#workOf(plan, choices, least);
    // What is left may be left where it pays as well later; of a job that would do more than all, the cheapest hours are sought.
    if (leastWork <= left + DONE_H && leastWork >= mustDoH - DONE_H) {
      const run = asRun(least);
      if (plan.job.remainingH - run.remainingH >= mustDoH - 1e-6) return this.#unbroken(plan, run) ? run : undefined;
    }
    const tooMuch = leastWork > left + DONE_H;
    const goalH = tooMuch ? left : mustDoH;
    let [low, high] = tooMuch ? [0, base] : [base, Math.max(1, 2 * base)];
    let [few, many] = [least, least];
    let enough = tooMuch;
    if (tooMuch) few = this.#recursion(plan, choices, 0);
    for (let round = 0; round < 40 && !enough; round++) {
      many = this.#recursion(plan, choices, high);
      enough = this.#workOf(plan, choices, many) >= goalH - DONE_H;
      if (!enough) {
        low = high;
        few = many;
        high *= 4;
      }
    }
    if (!enough) return undefined;
    const guess = market.workCny[index] ?? base;
    const probes = [0.98 * guess, 1.02 * guess];
    for (let round = 0; round < PROBES && high - low > 1e-4 * high; round++) {
      const probe = probes[round] ?? (low + high) / 2;
      if (probe <= low || probe >= high) continue;
      const wanted = this.#recursion(plan, choices, probe);
      const work = this.#workOf(plan, choices, wanted);
      if (work >= goalH - DONE_H) {
        [high, many] = [probe, wanted];
        if (work < goalH + (choices.work[0] ?? 0)) break;
      } else [low, few] = [probe, wanted];
    }
    const candidates = [asRun(Int8Array.from(many))];
    const mixes = [this.#mixed(plan, choices, many, few, goalH), this.#mixed(plan, choices, few, many, goalH)];
    if (tooMuch && this.#workOf(plan, choices, few) >= mustDoH) candidates.push(asRun(Int8Array.from(few)));
    for (const mixed of mixes) if (mixed) candidates.push(asRun(mixed));
    const whole = candidates.filter((run) => left - run.remainingH >= mustDoH - 1e-6 && this.#unbroken(plan, run));
    let best: JobRun | undefined;
    let bestCost = HUGE;
    for (const run of whole) {
      const cost = this.costOf(plan, run, choices, market);
      if (cost < bestCost) [best, bestCost] = [run, cost];
    }
    return best;
  }

  /** A job that may not be stopped must run until it is done or the plan ends. */
  #unbroken(plan: JobPlan, run: JobRun): boolean {
    if (plan.suspendable) return true;
    return run.suspensions === 0 && (run.remainingH <= DONE_H || run.to === this.#prepared.steps || run.to === 0);
  }

  /** One list of levels up to a step and the other after it, so that the work is just enough; undefined without such a step. */
  #mixed(plan: JobPlan, choices: Choices, before: Int8Array, after: Int8Array, mustDoH: number): Int8Array | undefined {
    let [low, high] = [choices.first, choices.end];
    const at = (turn: number): Int8Array => {
      const mixed = Int8Array.from(after);
      mixed.set(before.subarray(0, turn), 0);
      return mixed;
    };
    const rises = this.#workOf(plan, choices, before) >= mustDoH;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      const enough = this.#workOf(plan, choices, at(middle)) >= mustDoH - DONE_H;
      if (enough === rises) high = middle;
      else low = middle;
    }
    for (const turn of [low, high]) {
      const mixed = at(turn);
      if (this.#workOf(plan, choices, mixed) >= mustDoH - DONE_H) return mixed;
    }
    return undefined;
  }
}
