import type { JobPlan, Prepared } from "./prepare.ts";

/** Where and when a job runs. */
export interface JobRun {
  /** Index of the cluster. */
  readonly cluster: number;
  /** [T] index of the level, −1 while it does not run. */
  readonly level: Int8Array;
  /** Share of its last running step that it needs. */
  readonly lastShare: number;
  /** First running step and the step after the last; `from` = T when it never runs. */
  readonly from: number;
  readonly to: number;
  /** Hours of work at full power left at the end of the plan. */
  readonly remainingH: number;
  /** Times that it stops before its work is done, the end of a run without an end within the plan included. */
  readonly suspensions: number;
}

const DONE_H = 1e-9;

/** Share of a step that a run is busy. */
export function busy(run: JobRun, step: number): number {
  if ((run.level[step] ?? -1) < 0) return 0;
  return step === run.to - 1 ? run.lastShare : 1;
}

/**
 * A run from wanted levels: it ends as soon as its work is done, and loses work at each suspension.
 * @param wanted [T] level by step, −1 = does not run; changed in place
 */
export function makeRun(prepared: Prepared, plan: JobPlan, place: number, wanted: Int8Array): JobRun {
  const { steps, stepH } = prepared;
  const { cluster, pace } = plan.places[place] ?? { cluster: -1, pace: 0 };
  const levels = prepared.clusters[cluster]?.levels ?? [];
  let left = plan.job.remainingH;
  let from = steps;
  let to = steps;
  let last = -1;
  let lastShare = 1;
  let suspensions = 0;
  let begun = plan.job.state !== "waiting";
  let runs = plan.job.state === "running";
  for (let step = 0; step < steps; step++) {
    const level = wanted[step] ?? -1;
    if (level < 0) {
      if (runs) {
        suspensions++;
        // A job loses no more than it has done; one that ran before the plan has done more than the plan sees.
        left = plan.job.state === "running" ? left + plan.lostH : Math.min(plan.job.remainingH, left + plan.lostH);
      }
      runs = false;
      continue;
    }
    if (!begun || from === steps) from = Math.min(from, step);
    begun = true;
    runs = true;
    last = step;
    const work = pace * (levels[level]?.speed ?? 0) * stepH;
    if (work >= left - DONE_H) {
      lastShare = Math.min(1, left / work);
      left = 0;
      wanted.fill(-1, step + 1);
      break;
    }
    left -= work;
  }
  to = last + 1;
  return { cluster, level: wanted, lastShare, from, to: last < 0 ? 0 : to, remainingH: left, suspensions };
}

/** Hours that a run ends after its deadline; of one that does not end, the hours of the plan past the deadline. */
export function lateHours(prepared: Prepared, plan: JobPlan, run: JobRun): number {
  if (plan.due >= prepared.steps && run.remainingH <= DONE_H) return 0;
  const end = run.remainingH <= DONE_H ? run.to - 1 + run.lastShare : prepared.steps;
  const { deadline } = plan.job;
  const due = deadline === undefined ? Number.POSITIVE_INFINITY : (deadline - prepared.request.from) / 3_600_000;
  return Math.max(0, end * prepared.stepH - due);
}

/** A run's energy on top of idle, kW at the input of the equipment, as the mean of a step. */
export function addedKw(prepared: Prepared, plan: JobPlan, run: JobRun, step: number): number {
  const share = busy(run, step);
  if (share === 0) return 0;
  const level = prepared.clusters[run.cluster]?.levels[run.level[step] ?? 0];
  return share * plan.job.accelerators * (level?.addKw ?? 0);
}

/** Accelerators in use by cluster and IT power by hall, as runs are put in and taken out. */
export class Occupancy {
  readonly #prepared: Prepared;
  /** [clusters][T] */
  readonly used: readonly Float64Array[];
  /** [halls][T] IT power in the heaviest scenario, kW. */
  readonly hallKw: readonly Float64Array[];
  /** [halls][T] of jobs alone. */
  readonly jobsKw: readonly Float64Array[];

  constructor(prepared: Prepared) {
    this.#prepared = prepared;
    this.used = prepared.clusters.map(() => new Float64Array(prepared.steps));
    this.jobsKw = prepared.site.halls.map(() => new Float64Array(prepared.steps));
    this.hallKw = prepared.site.halls.map((_, hall) =>
      Float64Array.from({ length: prepared.steps }, (__, step) =>
        Math.max(...prepared.rigidKw.map((halls) => halls[hall]?.[step] ?? 0)),
      ),
    );
  }

  #change(plan: JobPlan, run: JobRun, sign: 1 | -1): void {
    const used = this.used[run.cluster];
    const hall = this.#prepared.clusters[run.cluster]?.hall ?? -1;
    const [all, jobs] = [this.hallKw[hall], this.jobsKw[hall]];
    if (!used || !all || !jobs) return;
    for (let step = Math.min(run.from, run.to); step < run.to; step++) {
      if ((run.level[step] ?? -1) < 0) continue;
      const kw = sign * addedKw(this.#prepared, plan, run, step);
      used[step] = (used[step] ?? 0) + sign * plan.job.accelerators;
      all[step] = (all[step] ?? 0) + kw;
      jobs[step] = (jobs[step] ?? 0) + kw;
    }
  }

  put(plan: JobPlan, run: JobRun): void {
    this.#change(plan, run, 1);
  }

  take(plan: JobPlan, run: JobRun): void {
    this.#change(plan, run, -1);
  }

  /** Accelerators that are free. */
  free(cluster: number, step: number): number {
    return (this.#prepared.clusters[cluster]?.capacity[step] ?? 0) - (this.used[cluster]?.[step] ?? 0);
  }

  /** IT power that a hall may still take, kW. */
  freeKw(hall: number, step: number): number {
    return (this.#prepared.hallKw[hall]?.[step] ?? 0) - (this.hallKw[hall]?.[step] ?? 0);
  }
}

/**
 * What happens without a plan: jobs run at full power as soon as they may and fit, those that run first, then in the order
 * of their earliest start; none is stopped.
 */
export function runAtOnce(prepared: Prepared): { runs: JobRun[]; occupancy: Occupancy } {
  const { steps, jobs } = prepared;
  const occupancy = new Occupancy(prepared);
  const rank = (plan: JobPlan): number => (plan.job.state === "running" ? -1 : plan.earliest);
  const order = jobs
    .map((_, index) => index)
    .sort((a, b) => {
      const [first, second] = [jobs[a], jobs[b]];
      return first && second ? rank(first) - rank(second) || a - b : 0;
    });
  const runs: JobRun[] = [];
  for (const index of order) {
    const plan = jobs[index] as JobPlan;
    let best: JobRun | undefined;
    for (const place of plan.places.keys()) {
      const run = firstFit(prepared, plan, place, occupancy);
      const end = (one: JobRun): number => (one.remainingH > DONE_H ? steps + one.remainingH : one.to);
      if (!best || end(run) < end(best)) best = run;
      if (best.from <= plan.earliest) break;
    }
    const run = best ?? makeRun(prepared, plan, 0, new Int8Array(steps).fill(-1));
    occupancy.put(plan, run);
    runs[index] = run;
  }
  return { runs, occupancy };
}

/** The first steps in a row in which a job fits at full power. */
function firstFit(prepared: Prepared, plan: JobPlan, place: number, occupancy: Occupancy): JobRun {
  const { steps, stepH } = prepared;
  const { cluster, pace } = plan.places[place] ?? { cluster: -1, pace: 0 };
  const hall = prepared.clusters[cluster]?.hall ?? -1;
  const need = plan.job.accelerators;
  const needKw = need * (prepared.clusters[cluster]?.levels[0]?.addKw ?? 0);
  const length = Math.max(1, Math.ceil(plan.job.remainingH / (pace * stepH) - 1e-9));
  const fits = (step: number): boolean =>
    occupancy.free(cluster, step) >= need && occupancy.freeKw(hall, step) >= needKw - 1e-6;
  const wanted = new Int8Array(steps).fill(-1);
  if (plan.job.state === "running") {
    // It runs already: whatever else is wrong, the room is its own.
    wanted.fill(0, 0, Math.min(steps, length));
    return makeRun(prepared, plan, place, wanted);
  }
  let start = plan.earliest;
  for (let step = start; step < Math.min(steps, start + length); step++) if (!fits(step)) start = step + 1;
  if (start < steps) wanted.fill(0, start, Math.min(steps, start + length));
  return makeRun(prepared, plan, place, wanted);
}
