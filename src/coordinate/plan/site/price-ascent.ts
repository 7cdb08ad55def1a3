import { blockMeans, bySteps, type Coarse, coarsen } from "./coarse.ts";
import { FreeBatteries } from "./free-battery.ts";
import type { NetLoad } from "./power.ts";
import type { Prepared } from "./prepare.ts";
import { RelaxedJob } from "./relaxed-job.ts";
import type { Duties } from "./job-search.ts";

/** Prices of what a site has too little of; at any of them the answers together cost no more than any plan. */
export interface ScarcityPrices {
  /** [T] CNY per kW drawn beyond its energy price: the peak's part of the demand charge (+), or no room to give back (−). */
  readonly drawnCny: Float64Array;
  /** [clusters][T] CNY per accelerator in the step, ≥ 0. */
  readonly heldCny: readonly Float64Array[];
  /** [jobs] CNY per hour of work. */
  readonly workCny: Float64Array;
}

export interface Ascent {
  readonly prices: ScarcityPrices;
  /** [halls][T] the jobs' IT power as the mean of the answers: where a share of each would run, kW. */
  readonly meanKw: readonly Float64Array[];
}

export interface AscentStart {
  readonly net: NetLoad;
  readonly duties: Duties;
  readonly unfinishedCnyPerH: Float64Array;
  readonly prices: ScarcityPrices;
  /** [halls][T] jobs' IT power that is in the net load, kW. */
  readonly jobsKw: readonly Float64Array[];
  readonly rounds: number;
  readonly timeIsUp?: () => boolean;
}

/** How far above the best value the next one is sought, at first. */
const AHEAD = 0.03;
/** Rounds without progress after which steps become half as long. */
const PATIENCE = 8;
/** Share of the last direction that is kept. */
const KEPT = 0.7;
const LEAST_BLEND = 0.05;
/** Steps of a day from which on prices are sought by the hour. */
const FINE_STEPS = 192;

/** The nearest prices of at least 0 whose sum over some steps is at most `most`. */
function onto(list: Float64Array, steps: readonly number[], most: number): void {
  let sum = 0;
  for (const step of steps) {
    list[step] = Math.max(0, list[step] ?? 0);
    sum += list[step] ?? 0;
  }
  if (sum <= most) return;
  if (most <= 0) {
    for (const step of steps) list[step] = 0;
    return;
  }
  const values = steps.map((step) => list[step] ?? 0).sort((a, b) => b - a);
  let [all, cut] = [0, 0];
  for (const [index, value] of values.entries()) {
    all += value;
    const here = (all - most) / (index + 1);
    if (here >= value) break;
    cut = here;
  }
  for (const step of steps) list[step] = Math.max(0, (list[step] ?? 0) - cut);
}

/** What the direction of a price that may not fall below 0 is worth: nothing where it would fall from 0. */
const counts = (direction: number, price: number): number => (direction > 0 || price > 0 ? direction : 0);

/** The state of an ascent, in blocks of steps. */
class PriceSearch {
  readonly #coarse: Coarse;
  readonly #start: AscentStart;
  readonly #owed: Duties;
  readonly #relaxed: RelaxedJob;
  readonly #batteries: FreeBatteries;
  readonly #chargeCny: number;
  readonly #months: readonly (readonly number[])[];
  /** [halls][blocks] */
  readonly #slope: readonly Float64Array[];
  readonly #waterCny: readonly Float64Array[];
  readonly #baseKw: Float64Array;
  readonly #widths: Float64Array;
  readonly #turns: Int8Array;
  readonly up: Float64Array;
  readonly down: Float64Array;
  /** [clusters][blocks] CNY per kW of the accelerators at full power. */
  readonly held: readonly Float64Array[];
  readonly work: Float64Array;
  readonly drawnKw: Float64Array;
  /** [halls][blocks] and [clusters][blocks] what the last answers take. */
  readonly usedKw: readonly Float64Array[];
  readonly usedCount: readonly Float64Array[];
  readonly scale: readonly number[];

  constructor(prepared: Prepared, start: AscentStart, stride: number) {
    const { coarse, owed } = coarsen(prepared, start.duties, stride);
    const { steps, stepH, weight, site, request, clusters } = coarse;
    this.#coarse = coarse;
    this.#owed = owed;
    this.#start = start;
    this.#relaxed = new RelaxedJob(coarse, owed);
    this.#batteries = new FreeBatteries(coarse);
    this.#chargeCny = weight.demand * ((site.grid.tariff.demandChargeCnyPerKw ?? 0) + request.objective.peakCnyPerKw);
    this.#months = Array.from({ length: coarse.months }, (_, month) =>
      [...coarse.monthOf.keys()].filter((block) => coarse.monthOf[block] === month),
    );
    const { net, jobsKw, prices } = start;
    this.#slope = net.gradient.map((list) => blockMeans(list, stride));
    const litreCny = (weight.water * (site.water?.priceCnyPerM3 ?? 0) * stepH) / 1000;
    this.#waterCny = net.waterGradient.map((list) => blockMeans(list, stride).map((litres) => litres * litreCny));
    this.#baseKw = blockMeans(
      net.mostKw.map((kw, step) =>
        jobsKw.reduce((rest, list, hall) => rest - (net.gradient[hall]?.[step] ?? 0) * (list[step] ?? 0), kw),
      ),
      stride,
    );
    this.scale = clusters.map(({ levels }) => levels[0]?.addKw ?? 1);
    const sums = (list: Float64Array): Float64Array => blockMeans(list, stride).map((mean) => mean * stride);
    const drawn = sums(prices.drawnCny);
    this.up = drawn.map((cny) => Math.max(0, cny));
    this.down = drawn.map((cny) => Math.max(0, -cny));
    this.held = prices.heldCny.map((list, cluster) => sums(list).map((cny) => cny / (this.scale[cluster] ?? 1)));
    this.work = Float64Array.from(prices.workCny);
    this.#widths = this.work.map((cny, index) => 0.1 * Math.max(cny, start.unfinishedCnyPerH[index] ?? 0, 1));
    this.#turns = new Int8Array(this.work.length);
    this.drawnKw = new Float64Array(steps);
    this.usedKw = site.halls.map(() => new Float64Array(steps));
    this.usedCount = clusters.map(() => new Float64Array(steps));
    this.project();
  }

  soFarKw(block: number): number {
    return (this.#coarse.monthOf[block] ?? 0) === 0 ? this.#coarse.request.state.monthPeakKw : 0;
  }

  capacityKw(cluster: number, block: number): number {
    return (this.#coarse.clusters[cluster]?.capacity[block] ?? 0) * (this.scale[cluster] ?? 1);
  }

  /** Prices that the demand charge allows: those of a month's steps add up to no more than the charge. */
  project(): void {
    for (const own of this.#months) onto(this.up, own, this.#chargeCny);
    // What is exported earns nothing, so room to give back is worth no more than the energy.
    if (this.#coarse.site.grid.exportLimitKw > 0)
      for (const [block, cny] of this.down.entries())
        this.down[block] = Math.min(cny, Math.max(0, (this.#coarse.price[block] ?? 0) * this.#coarse.stepH));
  }

  /** About what all costs, CNY: by it the length of a step is measured. */
  size(): number {
    const { price, stepH, jobs } = this.#coarse;
    const energy = this.#baseKw.reduce((sum, kw, block) => sum + Math.abs(kw * stepH * (price[block] ?? 0)), 0);
    return jobs.reduce(
      (sum, { job }, index) => sum + job.remainingH * (this.#start.unfinishedCnyPerH[index] ?? 0),
      energy,
    );
  }

  /** What everyone answers; the value of the dual, CNY, with the site's load taken as linear. */
  answers(): number {
    const { steps, stepH, price, jobs } = this.#coarse;
    const { up, down, drawnKw } = this;
    const stepCny = up.map((cny, block) => (price[block] ?? 0) * stepH + cny - (down[block] ?? 0));
    let value = 0;
    for (let block = 0; block < steps; block++) {
      drawnKw[block] = this.#baseKw[block] ?? 0;
      value += (stepCny[block] ?? 0) * (drawnKw[block] ?? 0) - (up[block] ?? 0) * this.soFarKw(block);
      for (const [cluster, list] of this.held.entries()) value -= (list[block] ?? 0) * this.capacityKw(cluster, block);
    }
    value += this.#batteries.answer(stepCny, drawnKw);
    const kwCny = this.#slope.map((list, hall) =>
      list.map((slope, block) => slope * (stepCny[block] ?? 0) + (this.#waterCny[hall]?.[block] ?? 0)),
    );
    const heldCny = this.held.map((list, cluster) => list.map((cny) => cny * (this.scale[cluster] ?? 1)));
    for (const list of this.usedKw) list.fill(0);
    for (const list of this.usedCount) list.fill(0);
    const { unfinishedCnyPerH } = this.#start;
    for (const [index, { job }] of jobs.entries()) {
      const earns = this.work[index] ?? 0;
      const base = unfinishedCnyPerH[index] ?? 0;
      const { cost, workH } = this.#relaxed.answer(index, { kwCny, heldCny }, earns, this.usedKw, this.usedCount);
      const leastH = this.#owed.mustDoH[index] ?? 0;
      value += cost + base * job.remainingH + (earns - base) * (earns > base ? leastH : job.remainingH);
      this.#turn(index, base, workH < leastH - 1e-9 ? 1 : workH > job.remainingH + 1e-9 ? -1 : 0);
    }
    for (const [hall, list] of this.usedKw.entries())
      for (let block = 0; block < steps; block++)
        drawnKw[block] = (drawnKw[block] ?? 0) + (this.#slope[hall]?.[block] ?? 1) * (list[block] ?? 0);
    return value;
  }

  /** The price of a job's work: up where too little is done, down where more than all; else towards what is left undone. */
  #turn(index: number, base: number, wanted: -1 | 0 | 1): void {
    const now = this.work[index] ?? 0;
    const way = wanted !== 0 ? wanted : Math.sign(base - now);
    if (way === 0) return;
    const before = this.#turns[index] ?? 0;
    const width = (this.#widths[index] ?? 0) * (before === way ? 1.3 : before === 0 ? 1 : 0.5);
    this.#widths[index] = Math.min(1e6, Math.max(width, 1e-3 * base));
    const next = Math.max(0, now + way * (this.#widths[index] ?? 0));
    this.work[index] = (now - base) * (next - base) < 0 ? base : next;
    this.#turns[index] = way;
  }
}

/**
 * Raises the prices of what is scarce until the answers of batteries and jobs, each by itself, fit together as well as they
 * can: subgradient steps on the Lagrangian dual, with the load of the site taken as linear in that of the jobs; long plans by the hour.
 * @source Held, Wolfe and Crowder 1974 (step length); Barahona and Anbil 2000 (mean of the answers)
 */
export function raisePrices(prepared: Prepared, start: AscentStart): Ascent {
  const stride = prepared.steps >= FINE_STEPS ? Math.max(1, Math.round(1 / prepared.stepH)) : 1;
  const search = new PriceSearch(prepared, start, stride);
  const { up, down, held, usedKw, usedCount, drawnKw, scale } = search;
  const blocks = up.length;
  const size = search.size();
  const [dUp, dDown] = [new Float64Array(blocks), new Float64Array(blocks)];
  const dHeld = held.map(() => new Float64Array(blocks));
  const meanKw = usedKw.map(() => new Float64Array(blocks));
  // Where nothing is scarce at all, no price is a better beginning than a wrong one.
  const given = [up, down, ...held].map((list) => Float64Array.from(list));
  const withPrices = search.answers();
  for (const list of [up, down, ...held]) list.fill(0);
  if (search.answers() < withPrices)
    for (const [index, list] of [up, down, ...held].entries()) list.set(given[index] ?? list);
  let best = Number.NEGATIVE_INFINITY;
  let kept: ScarcityPrices = start.prices;
  let [pace, dull] = [1, 0];
  const toSteps = (list: ArrayLike<number>): Float64Array => bySteps(list, stride, prepared.steps, 1 / stride);
  for (let round = 0; round < start.rounds && !(start.timeIsUp?.() ?? false); round++) {
    const work = Float64Array.from(search.work);
    const value = search.answers();
    dull = value > best + 1e-5 * Math.abs(best) ? 0 : dull + 1;
    if (value > best) {
      best = value;
      kept = {
        drawnCny: toSteps(up.map((cny, block) => cny - (down[block] ?? 0))),
        heldCny: held.map((list, cluster) => toSteps(list.map((cny) => cny * (scale[cluster] ?? 1)))),
        workCny: work,
      };
    }
    if (dull >= PATIENCE) [pace, dull] = [pace / 2, 0];
    const blend = Math.max(LEAST_BLEND, 1 / (round + 1));
    let norm = 0;
    const steer = (direction: Float64Array, block: number, excess: number, price: number): void => {
      const here = KEPT * (direction[block] ?? 0) + (1 - KEPT) * excess;
      direction[block] = here;
      norm += counts(here, price) ** 2;
    };
    for (let block = 0; block < blocks; block++) {
      const kw = drawnKw[block] ?? 0;
      steer(dUp, block, kw - search.soFarKw(block), up[block] ?? 0);
      steer(dDown, block, -kw, down[block] ?? 0);
      for (const [cluster, list] of dHeld.entries()) {
        const used = (usedCount[cluster]?.[block] ?? 0) * (scale[cluster] ?? 1);
        steer(list, block, used - search.capacityKw(cluster, block), held[cluster]?.[block] ?? 0);
      }
      for (const [hall, list] of meanKw.entries())
        list[block] = (1 - blend) * (list[block] ?? 0) + blend * (usedKw[hall]?.[block] ?? 0);
    }
    if (norm < 1e-9) break;
    const length = (pace * (best + AHEAD * size - value)) / norm;
    for (let block = 0; block < blocks; block++) {
      up[block] = (up[block] ?? 0) + length * (dUp[block] ?? 0);
      down[block] = Math.max(0, (down[block] ?? 0) + length * (dDown[block] ?? 0));
      for (const [cluster, list] of held.entries())
        list[block] = Math.max(0, (list[block] ?? 0) + length * (dHeld[cluster]?.[block] ?? 0));
    }
    search.project();
  }
  return { prices: kept, meanKw: meanKw.map((list) => bySteps(list, stride, prepared.steps, 1)) };
}
