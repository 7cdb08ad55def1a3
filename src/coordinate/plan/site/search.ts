import { evaluate, type Decision, type Evaluation, type Yardstick } from "./evaluate.ts";
import { type JobRun, lateHours, Occupancy, runAtOnce } from "./job-run.ts";
import { compareConflicts, conflictsOf } from "./limits.ts";
import { type Duties, JobSearch } from "./job-search.ts";
import { ownControl, planModes } from "./modes.ts";
import { moveJobs } from "./move-jobs.ts";
import { raisePrices, type ScarcityPrices } from "./price-ascent.ts";
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
  /** Rounds of answers after the first. */
  readonly rounds: number;
  /** Rounds in which prices are raised before jobs move, 0 for none. */
  readonly ascents: number;
  /** Whether the time is up; it is asked before each piece of work. */
  readonly timeIsUp?: () => boolean;
  /** What happens without a plan, where it is known already. */
  readonly without?: DoNothing;
  /** Offers of demand response that are kept. */
  readonly accepted?: ReadonlySet<number>;
}

export interface SearchResult {
  readonly best: Candidate;
  readonly without: DoNothing;
  readonly rounds: number;
  /** The last prices of what is scarce: at them a bound can be proven. */
  readonly prices: ScarcityPrices;
  /** [T] the last prices of power, CNY per kWh at the grid. */
  readonly marginal: Float64Array;
  /** Whether time ended the search: what was found is the best so far. */
  readonly cutOff: boolean;
}

/** How often each job takes its place anew near the mean of the answers. */
const SWEEPS = 2;

/**
 * Prices and answers in turn. First the prices of what is scarce are raised until the answers of batteries and jobs, each by
 * itself, fit together; then each job takes its place near the mean of those answers, and batteries, modes and jobs answer one
 * another's prices. Each round's decision is evaluated as a whole and held against every limit, with its batteries and without;
 * the best stays, doing nothing among them.
 * @source own method, prices and answers in turn, as docs/guides/planning.md says
 */
export function searchPlan(
  prepared: Prepared,
  { rounds, ascents, timeIsUp = () => false, without = doNothing(prepared), accepted = new Set() }: SearchOptions,
): SearchResult {
  const { steps, stepH, price } = prepared;
  const { yardstick, owed } = without;
  const runs = [...without.decision.runs];
  const occupancy = copyOf(prepared, runs);
  const search = new JobSearch(prepared);
  const waterCnyPerL = (prepared.weight.water * (prepared.site.water?.priceCnyPerM3 ?? 0)) / 1000;

  let marginal: Float64Array = Float64Array.from(price);
  let prices: ScarcityPrices = {
    drawnCny: new Float64Array(steps),
    heldCny: prepared.clusters.map(() => new Float64Array(steps)),
    workCny: Float64Array.from(yardstick.unfinishedCnyPerH),
  };
  let best: Candidate = without;
  let made = 0;
  let cutOff = false;
  for (let round = 0; round <= rounds; round++) {
    cutOff = timeIsUp();
    if (cutOff) break;
    const modes = planModes(prepared, occupancy, marginal, waterCnyPerL);
    const net = netLoad(prepared, occupancy, modes);
    const power = planPower(prepared, net, accepted);
    const still = {
      runs: [...runs],
      occupancy: copyOf(prepared, runs),
      modes,
      batteryKw: without.decision.batteryKw,
      accepted,
    };
    for (const decision of [still, { ...still, batteryKw: power.batteryKw }]) {
      const found = candidate(prepared, without, decision, net);
      if (beats(found, best)) best = found;
    }
    made = round;
    if (round === rounds) break;
    let goalKw: readonly Float64Array[] | undefined;
    if (round > 0) marginal = power.marginal.map((value, step) => 0.5 * value + 0.5 * (marginal[step] ?? value));
    else {
      prices = { ...prices, drawnCny: power.marginal.map((cny, step) => (cny - (price[step] ?? 0)) * stepH) };
      const risen = raisePrices(prepared, {
        net,
        duties: owed,
        unfinishedCnyPerH: yardstick.unfinishedCnyPerH,
        prices,
        jobsKw: occupancy.jobsKw,
        rounds: ascents,
        timeIsUp,
      });
      prices = risen.prices;
      marginal = prices.drawnCny.map((cny, step) => (price[step] ?? 0) + cny / stepH);
      goalKw = risen.meanKw;
    }
    for (let sweep = 0; prepared.jobs.length > 0 && sweep < (goalKw ? SWEEPS : 1); sweep++)
      moveJobs(prepared, search, { owed, net, marginal, prices, yardstick, goalKw, timeIsUp }, runs, occupancy);
  }
  return { best, without, rounds: made, prices, marginal, cutOff };
}

function copyOf(prepared: Prepared, runs: readonly JobRun[]): Occupancy {
  const copy = new Occupancy(prepared);
  for (const [index, run] of runs.entries()) copy.put(prepared.jobs[index] as JobPlan, run);
  return copy;
}
