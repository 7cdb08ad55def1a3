import type { Decision, Evaluation } from "./evaluate.ts";
import { busy, lateHours } from "./job-run.ts";
import { itPower } from "./modes.ts";
import type { JobPlan, Prepared } from "./prepare.ts";
import type { PlanConflict } from "./site-plan.ts";

/** Rounding that breaks no limit, in the limit's own unit. */
const ROUNDING = 0.01;
/** Of power drawn: conversion curves and peaks are met to half a kW. */
const ROUNDING_KW = 0.5;

interface Breach {
  readonly limit: PlanConflict["limit"];
  readonly component: string;
  readonly unit: PlanConflict["unit"];
  /** Whether the worst value is the smallest. */
  readonly below?: boolean;
}

/** Joins neighbouring steps that break the same limit into one conflict with its worst value. */
class Conflicts {
  readonly found: PlanConflict[] = [];
  readonly #steps: number;

  constructor(steps: number) {
    this.#steps = steps;
  }

  over(
    breach: Breach,
    at: (step: number) => { actual: number; allowed: number } | undefined,
    rounding = ROUNDING,
  ): void {
    let open: PlanConflict | undefined;
    for (let step = 0; step <= this.#steps; step++) {
      const here = step < this.#steps ? at(step) : undefined;
      const by = here ? (breach.below ? here.allowed - here.actual : here.actual - here.allowed) : 0;
      if (!here || by <= rounding) {
        if (open) this.found.push(open);
        open = undefined;
        continue;
      }
      const { limit, component, unit } = breach;
      const worse = open && Math.abs(open.actual - open.allowed) >= by;
      open = {
        limit,
        component,
        unit,
        fromStep: open?.fromStep ?? step,
        toStep: step + 1,
        actual: open && worse ? open.actual : here.actual,
        allowed: open && worse ? open.allowed : here.allowed,
      };
    }
  }
}

/** Every limit of the site that a decision breaks in any scenario; none in a plan that is handed out as feasible. */
export function conflictsOf(
  prepared: Prepared,
  decision: Decision,
  evaluation: Evaluation,
  mustEnd: ArrayLike<number>,
): PlanConflict[] {
  const { site, steps, stepH, request, clusters, batteries } = prepared;
  const conflicts = new Conflicts(steps);
  const most = (of: (scenario: number) => number): number =>
    Math.max(...prepared.loads.map((_, scenario) => of(scenario)));
  const least = (of: (scenario: number) => number): number =>
    Math.min(...prepared.loads.map((_, scenario) => of(scenario)));
  const contracted = site.grid.contractedDemandKw ?? Number.POSITIVE_INFINITY;
  const byContract = contracted < site.grid.importLimitKw;
  conflicts.over(
    { limit: byContract ? "contracted-demand" : "import-limit", component: site.id, unit: "kW" },
    (step) => ({ actual: most((s) => evaluation.gridKw[s]?.[step] ?? 0), allowed: prepared.limitKw[step] ?? 0 }),
    ROUNDING_KW,
  );
  conflicts.over(
    { limit: "export-limit", component: site.id, unit: "kW" },
    (step) => ({ actual: -least((s) => evaluation.gridKw[s]?.[step] ?? 0), allowed: site.grid.exportLimitKw }),
    ROUNDING_KW,
  );
  for (const index of decision.accepted) {
    const offer = request.offers[index];
    if (offer)
      conflicts.over(
        { limit: "import-limit", component: offer.id, unit: "kW" },
        (step) =>
          step < offer.fromStep || step >= offer.toStep
            ? undefined
            : {
                actual: most((s) => evaluation.gridKw[s]?.[step] ?? 0),
                allowed: offer.baselineKw - offer.reductionKw,
              },
        ROUNDING_KW,
      );
  }
  for (const [index, plan] of batteries.entries()) {
    const { id: component } = plan.battery;
    const kw = (step: number): number => decision.batteryKw[index]?.[step] ?? 0;
    const stored = (step: number): number => evaluation.storedKwh[index]?.[step] ?? 0;
    conflicts.over({ limit: "battery-power", component, unit: "kW" }, (step) => ({
      actual: Math.abs(kw(step)),
      allowed: plan.powerKw[step] ?? 0,
    }));
    conflicts.over({ limit: "reserve", component, unit: "kWh", below: true }, (step) => ({
      actual: stored(step),
      allowed: plan.floorKwh,
    }));
    conflicts.over(
      { limit: "end-energy", component, unit: "kWh", below: true },
      (step) => (step === steps - 1 ? { actual: stored(step), allowed: plan.endKwh } : undefined),
      1,
    );
    conflicts.over({ limit: "battery-energy", component, unit: "kWh" }, (step) => ({
      actual: stored(step),
      allowed: plan.ceilingKwh,
    }));
  }
  for (const [index, { cluster, capacity }] of clusters.entries())
    conflicts.over({ limit: "cluster-capacity", component: cluster.id, unit: "accelerators" }, (step) => ({
      actual: decision.occupancy.used[index]?.[step] ?? 0,
      allowed: capacity[step] ?? 0,
    }));
  for (const [index, hall] of site.halls.entries())
    conflicts.over({ limit: "hall-capacity", component: hall.id, unit: "kW" }, (step) => ({
      actual: decision.occupancy.hallKw[index]?.[step] ?? 0,
      allowed: hall.capacityKw,
    }));
  plantsAndUps(prepared, decision, conflicts);
  for (const [index, run] of decision.runs.entries()) {
    const plan = prepared.jobs[index] as JobPlan;
    const component = plan.job.id;
    conflicts.over({ limit: "job-window", component, unit: "h" }, (step) =>
      step < plan.earliest && busy(run, step) > 0
        ? { actual: step * stepH, allowed: plan.earliest * stepH - 2 * ROUNDING }
        : undefined,
    );
    const due = mustEnd[index] ?? steps;
    const late = due < steps ? lateHours(prepared, plan, run) : 0;
    if (late > ROUNDING)
      conflicts.found.push({
        limit: "job-deadline",
        component,
        fromStep: due,
        toStep: steps,
        actual: due * stepH + late,
        allowed: due * stepH,
        unit: "h",
      });
  }
  const limit = site.water?.treatment === "hard" ? site.water.wueLimitLPerKwh : undefined;
  const wue = Math.max(...evaluation.wueOf);
  if (limit !== undefined && wue > limit * (1 + 1e-9))
    conflicts.found.push({
      limit: "water",
      component: site.id,
      fromStep: 0,
      toStep: steps,
      actual: wue,
      allowed: limit,
      unit: "L/kWh",
    });
  return conflicts.found;
}

function plantsAndUps(prepared: Prepared, decision: Decision, conflicts: Conflicts): void {
  const { site, steps, stepH, request } = prepared;
  const it = new Float64Array(site.halls.length);
  const heat = site.plants.map(() => new Float64Array(steps));
  const output = site.ups.map(() => new Float64Array(steps));
  const ruled = site.ups.map(() => new Uint8Array(steps));
  for (const [scenario, load] of prepared.loads.entries())
    for (let step = 0; step < steps; step++) {
      itPower(prepared, decision.occupancy, scenario, step, it);
      const one = load.at(
        step,
        it,
        (plant) => decision.modes.cooling[plant]?.[step] ?? 0,
        (ups) => decision.modes.ups[ups]?.[step] ?? 0,
      );
      for (const [index, list] of heat.entries()) list[step] = Math.max(list[step] ?? 0, one.heatKw[index] ?? 0);
      for (const [index, list] of output.entries()) {
        const out = one.outputKw[index] ?? 0;
        list[step] = Math.max(list[step] ?? 0, out);
        const ups = site.ups[index];
        const mode = decision.modes.ups[index]?.[step] ?? 0;
        const safe = ups?.modes[mode]?.kind === "double-conversion";
        const fits =
          ups !== undefined && load.upsAllowed(ups, mode, out, step) && (safe || prepared.upsSafe[index]?.[step] !== 1);
        if (!fits) (ruled[index] as Uint8Array)[step] = 1;
      }
    }
  for (const [index, plant] of site.plants.entries()) {
    const sequence = decision.modes.cooling[index] ?? new Int8Array(steps);
    conflicts.over({ limit: "plant-capacity", component: plant.id, unit: "kW" }, (step) => ({
      actual: heat[index]?.[step] ?? 0,
      allowed: prepared.plantKw[index]?.[step] ?? 0,
    }));
    const forbidden = (mode: number, step: number): boolean =>
      prepared.loads.some((load) => !load.coolingAllowed(index, mode, step));
    conflicts.over({ limit: "cooling-mode", component: plant.id, unit: "°C" }, (step) =>
      forbidden(sequence[step] ?? 0, step) ? { actual: 1, allowed: 0 } : undefined,
    );
    const state = request.state.plants.get(plant.id);
    let mode = plant.modes.findIndex(({ id }) => id === state?.mode.id);
    let heldH = state?.heldH ?? 0;
    conflicts.over({ limit: "cooling-dwell", component: plant.id, unit: "h", below: true }, (step) => {
      const next = sequence[step] ?? 0;
      const early = mode >= 0 && next !== mode && heldH < plant.dwellH - 1e-9 && !forbidden(mode, step);
      const result = early ? { actual: heldH, allowed: plant.dwellH } : undefined;
      heldH = next === mode ? heldH + stepH : stepH;
      mode = next;
      return result;
    });
  }
  for (const [index, ups] of site.ups.entries()) {
    conflicts.over({ limit: "ups-capacity", component: ups.id, unit: "kW" }, (step) => ({
      actual: output[index]?.[step] ?? 0,
      allowed: ups.capacityKw,
    }));
    conflicts.over({ limit: "ups-mode", component: ups.id, unit: "kW" }, (step) =>
      ruled[index]?.[step] === 1 ? { actual: output[index]?.[step] ?? 0, allowed: 0 } : undefined,
    );
  }
}

/** How far each limit of each component is exceeded: worst excess by steps, added up. */
function excessOf(conflicts: readonly PlanConflict[]): Map<string, number> {
  const excess = new Map<string, number>();
  for (const { limit, component, fromStep, toStep, actual, allowed } of conflicts) {
    const key = `${limit} ${component}`;
    const by = Math.abs(actual - allowed) * Math.max(1, toStep - fromStep);
    excess.set(key, (excess.get(key) ?? 0) + by);
  }
  return excess;
}

/**
 * Whether conflicts add nothing to those that there are anyhow, and whether they are fewer: a limit that is broken without
 * a plan speaks against no plan that breaks it no more.
 */
export function compareConflicts(
  own: readonly PlanConflict[],
  plain: readonly PlanConflict[],
): { readonly addsNone: boolean; readonly relieves: boolean } {
  const [mine, theirs] = [excessOf(own), excessOf(plain)];
  const moreThan = (one: number, other: number): boolean => one > other * (1 + 1e-6) + ROUNDING;
  return {
    addsNone: [...mine].every(([key, by]) => !moreThan(by, theirs.get(key) ?? 0)),
    relieves: [...theirs].some(([key, by]) => moreThan(by, mine.get(key) ?? 0)),
  };
}
