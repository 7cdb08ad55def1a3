import { evaluate, type Decision, type Evaluation, type Yardstick } from "./evaluate.ts";
import { type JobRun, lateHours, Occupancy, runAtOnce } from "./job-run.ts";
import { compareConflicts, conflictsOf } from "./limits.ts";
import { type JobMarket, JobSearch } from "./job-search.ts";
import { ownControl, planModes } from "./modes.ts";
import { type NetLoad, netLoad, planPower } from "./power.ts";
import type { JobPlan, Prepared } from "./prepare.ts";
import type { PlanConflict } from "./site-plan.ts";

/** A decision with what it costs and the limits that it breaks. */
export interface Candidate {
  readonly decision: Decision;
  readonly evaluation: Evaluation;
  readonly net: NetLoad;
  readonly conflicts: readonly PlanConflict[];
}

/** What happens without a plan, and how it measures plans. */
export interface DoNothing extends Candidate {
  readonly yardstick: Yardstick;
  readonly owed: Duties;
}

/** What every plan owes each job: the step before which it ends, and the hours of work done within the plan. */
export type Duties = Pick<JobMarket, "mustEnd" | "mustDoH">;

/** Batteries stand still, jobs run at once, the plants' own control chooses their modes. */
export function doNothing(prepared: Prepared): DoNothing {
  const { runs, occupancy } = runAtOnce(prepared);
  const modes = ownControl(prepared, occupancy);
  const net = netLoad(prepared, occupancy, modes);
  const yardstick = { unfinishedCnyPerH: unfinishedCosts(prepared, net) };
  const decision: Decision = {
    runs,
    occupancy,
    modes,
    batteryKw: prepared.batteries.map(() => new Float64Array(prepared.steps)),
    accepted: new Set(),
  };
  const owed = duties(prepared, runs);
  return { ...candidate(prepared, { yardstick, owed }, decision, net), yardstick, owed };
}

/** A decision, evaluated and held against every limit. */
export function candidate(
  prepared: Prepared,
  { yardstick, owed }: Pick<DoNothing, "yardstick" | "owed">,
  decision: Decision,
  net: NetLoad,
): Candidate {
  const evaluation = evaluate(prepared, yardstick, decision);
  return { decision, evaluation, net, conflicts: conflictsOf(prepared, decision, evaluation, owed.mustEnd) };
}

/**
 * Whether a decision is better than another: it breaks no limit that the other keeps, and it either keeps one that the
 * other breaks or costs less.
 */
export function beats(one: Candidate, other: Candidate): boolean {
  const { addsNone, relieves } = compareConflicts(one.conflicts, other.conflicts);
  return addsNone && (relieves || one.evaluation.cost.total < other.evaluation.cost.total);
}

/** CNY of an hour of work that is left: its energy at the mean price of the plan, and its accelerators. */
function unfinishedCosts(prepared: Prepared, net: NetLoad): Float64Array {
  const { steps, price, weight, request } = prepared;
  const meanOf = (list: ArrayLike<number>): number => {
    let sum = 0;
    for (let step = 0; step < steps; step++) sum += (list[step] ?? 0) / steps;
    return sum;
  };
  const mean = meanOf(price);
  const slopes = net.gradient.map(meanOf);
  return Float64Array.from(prepared.jobs, ({ job, places }) => {
    const { cluster, pace } = places[0] ?? { cluster: -1, pace: 1 };
    const own = prepared.clusters[cluster];
    if (!own || pace <= 0) return 0;
    const kwhCny = Math.max(0, mean) * (slopes[own.hall] ?? 1) * (own.levels[0]?.addKw ?? 0);
    const heldCny = weight.occupancy * request.objective.occupancyCnyPerAcceleratorH;
    return (job.accelerators * (kwhCny + heldCny)) / pace;
  });
}

/** Share of the time after the plan that a job may still need at full power. */
const LATER_SHARE = 0.8;

/** A deadline that is kept without a plan is kept with it, and no work falls behind. */
function duties(prepared: Prepared, plain: readonly JobRun[]): Duties {
  const { steps, stepH } = prepared;
  const mustEnd = new Int32Array(prepared.jobs.length).fill(steps);
  const mustDoH = new Float64Array(prepared.jobs.length);
  for (const [index, plan] of prepared.jobs.entries()) {
    const run = plain[index] as JobRun;
    const done = plan.job.remainingH - run.remainingH;
    if (plan.due <= steps) {
      mustDoH[index] = done;
      if (run.remainingH <= 1e-9 && lateHours(prepared, plan, run) <= 1e-9) mustEnd[index] = plan.due;
    } else {
      const later = Number.isFinite(plan.due)
        ? LATER_SHARE * (plan.due - steps) * stepH * (plan.places[0]?.pace ?? 0)
        : 0;
      mustDoH[index] = Math.min(done, Math.max(0, plan.job.remainingH - later));
    }
  }
  return { mustEnd, mustDoH };
}

/** How the search works; the defaults are what the benchmark measures. */
export interface SearchOptions {
  readonly rounds: number;
}

export interface SearchResult {
  readonly best: Candidate;
  readonly without: DoNothing;
  readonly rounds: number;
}

/**
 * Prices and answers in turn: batteries answer the load with a price of power for every step, modes and jobs answer that
 * price one by one, and the load that they make is priced anew. Each round's decision is evaluated as a whole and held
 * against every limit, with its batteries and without; the best stays, doing nothing among them.
 * @source own method, prices and answers in turn, as docs/guides/planning.md says
 */
export function searchPlan(prepared: Prepared, { rounds }: SearchOptions): SearchResult {
  const without = doNothing(prepared);
  const { yardstick, owed } = without;
  const runs = [...without.decision.runs];
  const occupancy = new Occupancy(prepared);
  for (const [index, run] of runs.entries()) occupancy.put(prepared.jobs[index] as JobPlan, run);
  const search = new JobSearch(prepared);
  const waterCnyPerL = (prepared.weight.water * (prepared.site.water?.priceCnyPerM3 ?? 0)) / 1000;

  let marginal: Float64Array = Float64Array.from(prepared.price);
  let best: Candidate = without;
  let made = 0;
  for (let round = 0; round <= rounds; round++) {
    const modes = planModes(prepared, occupancy, marginal, waterCnyPerL);
    const net = netLoad(prepared, occupancy, modes);
    const power = planPower(prepared, net, new Set());
    const still = {
      runs: [...runs],
      occupancy: copyOf(prepared, runs),
      modes,
      batteryKw: without.decision.batteryKw,
      accepted: new Set<number>(),
    };
    for (const decision of [still, { ...still, batteryKw: power.batteryKw }]) {
      const found = candidate(prepared, without, decision, net);
      if (beats(found, best)) best = found;
    }
    made = round;
    if (round === rounds || prepared.jobs.length === 0) break;
    const mix = round === 0 ? 1 : 0.5;
    marginal = power.marginal.map((value, step) => mix * value + (1 - mix) * (marginal[step] ?? value));
    moveJobs(prepared, search, { owed, net, marginal, yardstick }, runs, occupancy);
  }
  return { best, without, rounds: made };
}

function copyOf(prepared: Prepared, runs: readonly JobRun[]): Occupancy {
  const copy = new Occupancy(prepared);
  for (const [index, run] of runs.entries()) copy.put(prepared.jobs[index] as JobPlan, run);
  return copy;
}

interface Prices {
  readonly owed: Duties;
  readonly net: NetLoad;
  readonly marginal: Float64Array;
  readonly yardstick: Yardstick;
}

/** Takes each job out and puts it back where it costs least; the price of a step rises as load moves there. */
function moveJobs(
  prepared: Prepared,
  search: JobSearch,
  { owed, net, marginal, yardstick }: Prices,
  runs: JobRun[],
  occupancy: Occupancy,
): void {
  const { steps, jobs, price } = prepared;
  const spread = Math.max(...price) - Math.min(...price);
  const flexibleKw = prepared.clusters.reduce(
    (sum, { cluster, levels }) => sum + cluster.count * (levels[0]?.addKw ?? 0),
    0,
  );
  // CNY/kWh per kW.
  const bend = flexibleKw > 0 ? (0.5 * spread) / flexibleKw : 0;
  const priceOf = net.gradient.map((list) => list.map((slope, step) => slope * (marginal[step] ?? 0)));
  const index = new Map(jobs.map((plan, at) => [plan, at]));
  const market: JobMarket = {
    priceOf,
    ...owed,
    unfinished: (plan) => yardstick.unfinishedCnyPerH[index.get(plan) ?? -1] ?? 0,
  };
  const shift = (plan: JobPlan, run: JobRun, sign: number): void => {
    const { hall, levels } = prepared.clusters[run.cluster] ?? { hall: -1, levels: [] };
    for (let step = run.from; step < run.to; step++) {
      const level = run.level[step] ?? -1;
      if (level < 0) continue;
      const kw = sign * plan.job.accelerators * (levels[level]?.addKw ?? 0) * (net.gradient[hall]?.[step] ?? 1);
      for (const [other, list] of priceOf.entries())
        list[step] = (list[step] ?? 0) + (net.gradient[other]?.[step] ?? 1) * bend * kw;
    }
  };
  const slack = (plan: JobPlan): number =>
    Math.min(plan.due, steps) - plan.earliest - plan.job.remainingH / prepared.stepH;
  const order = [...jobs.keys()].sort((a, b) => slack(jobs[a] as JobPlan) - slack(jobs[b] as JobPlan) || a - b);
  for (const at of order) {
    const plan = jobs[at] as JobPlan;
    const old = runs[at] as JobRun;
    occupancy.take(plan, old);
    shift(plan, old, -1);
    const found = search.best(at, plan, market, occupancy) ?? old;
    runs[at] = found;
    occupancy.put(plan, found);
    shift(plan, found, 1);
  }
}
