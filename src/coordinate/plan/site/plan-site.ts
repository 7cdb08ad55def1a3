import { ok, type Result } from "../../../ground/issue/index.ts";
import { actionsOf } from "./actions.ts";
import { alarmsOf } from "./alarms.ts";
import { checkRequest } from "./check-request.ts";
import { type JobRun, lateHours } from "./job-run.ts";
import { canBeBounded, lowerBound } from "./lower-bound.ts";
import type { PlanRequest } from "./plan-request.ts";
import { withOffers } from "./offers.ts";
import { type JobPlan, prepare, type Prepared } from "./prepare.ts";
import { relieve } from "./relieve.ts";
import { type Candidate, searchPlan } from "./search.ts";
import type { JobOrder, JobOutcome, PlanStep, SitePlan } from "./site-plan.ts";
import { withinWater } from "./water.ts";

const ROUNDS = 3;
const ASCENTS = 100;

function ordersOf(prepared: Prepared, runs: readonly JobRun[]): JobOrder[] {
  const orders: JobOrder[] = [];
  for (const [index, run] of runs.entries()) {
    const { job } = prepared.jobs[index] as JobPlan;
    const { cluster, levels } = prepared.clusters[run.cluster] ?? { cluster: undefined, levels: [] };
    let share = job.state === "running" ? 1 : 0;
    let begun = job.state !== "waiting";
    for (let step = 0; step < prepared.steps; step++) {
      const done = run.remainingH <= 1e-9 && step >= run.to;
      if (done) break;
      const next = (run.level[step] ?? -1) < 0 ? 0 : (levels[run.level[step] ?? 0]?.share ?? 1);
      if (next === share) continue;
      const order = next === 0 ? "suspend" : share > 0 ? "cap" : begun ? "resume" : "start";
      orders.push({ job: job.id, order, step, cluster: cluster?.id ?? "", powerShare: next });
      begun = true;
      share = next;
    }
  }
  return orders.sort((a, b) => a.step - b.step);
}

function outcomesOf(prepared: Prepared, runs: readonly JobRun[]): JobOutcome[] {
  return runs.map((run, index): JobOutcome => {
    const plan = prepared.jobs[index] as JobPlan;
    const runsAtAll = run.to > run.from;
    return {
      job: plan.job.id,
      cluster: prepared.clusters[run.cluster]?.cluster.id ?? "",
      startStep: runsAtAll ? run.from : undefined,
      endStep: runsAtAll && run.remainingH <= 1e-9 ? run.to : undefined,
      remainingH: run.remainingH,
      lateH: lateHours(prepared, plan, run),
      suspensions: run.suspensions,
    };
  });
}

function stepsOf(prepared: Prepared, { decision, evaluation }: Candidate): PlanStep[] {
  const { site, request, batteries } = prepared;
  const mean = (of: (scenario: number) => number): number =>
    prepared.probability.reduce((sum, p, scenario) => sum + p * of(scenario), 0);
  const byId = <T>(list: readonly { id: string }[], of: (index: number) => T): Record<string, T> =>
    Object.fromEntries(list.map(({ id }, index) => [id, of(index)]));
  const cells = batteries.map(({ battery }) => battery);
  return Array.from(
    { length: prepared.steps },
    (_, step): PlanStep => ({
      at: request.from + step * request.stepMinutes * 60_000,
      batteryKw: byId(cells, (i) => decision.batteryKw[i]?.[step] ?? 0),
      batteryKwh: byId(cells, (i) => evaluation.storedKwh[i]?.[step] ?? 0),
      cooling: byId(site.plants, (i) => site.plants[i]?.modes[decision.modes.cooling[i]?.[step] ?? 0]?.id ?? ""),
      ups: byId(site.ups, (i) => site.ups[i]?.modes[decision.modes.ups[i]?.[step] ?? 0]?.id ?? ""),
      pvKw: evaluation.pvKw[step] ?? 0,
      curtailedKw: evaluation.curtailedKw[step] ?? 0,
      greenKwh: byId(site.grid.greenContracts, (i) => evaluation.greenKwh[i]?.[step] ?? 0),
      gridKw: mean((s) => evaluation.gridKw[s]?.[step] ?? 0),
      itKw: evaluation.itKw[step] ?? 0,
      coolingKw: evaluation.coolingKw[step] ?? 0,
      facilityKw: evaluation.facilityKw[step] ?? 0,
      priceCnyPerKwh: mean((s) => request.scenarios[s]?.priceCnyPerKwh[step] ?? 0),
      carbonKgPerKwh: mean((s) => request.scenarios[s]?.carbonKgPerKwh[step] ?? 0),
    }),
  );
}

/** What limits a search by the clock; without it a plan depends on nothing but its request. */
export interface PlanTime {
  /** ms that have passed since some instant. */
  readonly monotonicMs: () => number;
  readonly limitMs: number;
}

/**
 * A plan of the whole site. It keeps every limit in every scenario that doing nothing keeps, and is never worse than doing
 * nothing under its own forecast: else doing nothing is the plan. The limits that it cannot keep are named.
 * @param madeAt ms UTC, for the record
 * @param time   when it is up, the best found so far is the plan, doing nothing among them, and `solver.timeLimit` and
 *               `solver.reproducible` say so; it is overrun by no more than one evaluation
 * @issues PLAN-001 … PLAN-004
 */
export function planSite(request: PlanRequest, madeAt: number, time?: PlanTime): Result<SitePlan> {
  const checked = checkRequest(request);
  if (!checked.ok) return checked;
  const begun = time?.monotonicMs() ?? 0;
  const timeIsUp = (): boolean => time !== undefined && time.monotonicMs() - begun >= time.limitMs;
  const prepared = prepare(request);
  const options = { rounds: ROUNDS, ascents: ASCENTS, timeIsUp };
  const found = searchPlan(prepared, options);
  const { without, rounds, prices, marginal } = found;
  const relieved = relieve(prepared, without, found.best, options);
  const { best, offers } = withOffers(prepared, without, relieved, options);
  const chosen = withinWater(prepared, without, best, marginal, timeIsUp);
  const cutOff = found.cutOff || timeIsUp();
  const { conflicts } = chosen;
  const better = chosen !== without;
  const bound =
    conflicts.length === 0 && !cutOff && canBeBounded(prepared)
      ? lowerBound(prepared, { without, near: chosen, prices, effort: "quick" })
      : undefined;
  const total = chosen.evaluation.cost.total;
  return ok({
    site: request.site.id,
    madeAt,
    from: request.from,
    stepMinutes: request.stepMinutes,
    steps: stepsOf(prepared, chosen),
    orders: ordersOf(prepared, chosen.decision.runs),
    jobs: outcomesOf(prepared, chosen.decision.runs),
    accepted: [...chosen.decision.accepted].map((index) => request.offers[index]?.id ?? ""),
    offers,
    cost: chosen.evaluation.cost,
    doNothing: without.evaluation.cost,
    doNothingJobs: outcomesOf(prepared, without.decision.runs),
    actions: better ? actionsOf({ prepared, plan: chosen, without, offers }) : [],
    alarms: alarmsOf(prepared, chosen.decision, chosen.evaluation),
    conflicts,
    doNothingConflicts: without.conflicts,
    solver: {
      name: "prices and answers",
      status: conflicts.length > 0 ? "infeasible" : better ? "feasible" : "do-nothing",
      rounds,
      iterations: 0,
      bound,
      gap: bound === undefined ? undefined : Math.max(0, total - bound) / Math.max(1, Math.abs(total)),
      timeLimit: cutOff,
      reproducible: !cutOff,
    },
  });
}
