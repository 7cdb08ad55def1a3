import { changeOfPower } from "./battery-dispatch.ts";
import { type JobRun, lateHours, type Occupancy } from "./job-run.ts";
import { itPower, type Modes } from "./modes.ts";
import type { ObjectivePart } from "./plan-request.ts";
import type { JobPlan, Prepared } from "./prepare.ts";
import type { PlanCost } from "./site-plan.ts";

/** All that a plan decides. */
export interface Decision {
  readonly runs: readonly JobRun[];
  readonly occupancy: Occupancy;
  readonly modes: Modes;
  /** [batteries][T] kW at the meter. */
  readonly batteryKw: readonly Float64Array[];
  /** Indices of accepted offers. */
  readonly accepted: ReadonlySet<number>;
}

/** What is compared with: how unfinished work is valued, the same for every plan of a request. */
export interface Yardstick {
  /** [jobs] CNY per hour of work that is left. */
  readonly unfinishedCnyPerH: Float64Array;
}

/** Series of an evaluated decision, means over the scenarios unless said. */
export interface Evaluation {
  readonly cost: PlanCost;
  /** [scenarios][T] */
  readonly gridKw: readonly Float64Array[];
  readonly facilityOf: readonly Float64Array[];
  readonly facilityKw: Float64Array;
  readonly itKw: Float64Array;
  readonly coolingKw: Float64Array;
  readonly pvKw: Float64Array;
  readonly curtailedKw: Float64Array;
  /** [contracts][T] */
  readonly greenKwh: readonly Float64Array[];
  /** [batteries][T] kWh in the cells at the end of a step. */
  readonly storedKwh: readonly Float64Array[];
  /** [scenarios][plants] highest heat over capacity, and [scenarios] L/kWh of the year so far with the plan. */
  readonly wueOf: readonly number[];
}

const HOUR_MS = 3_600_000;

/** Green energy that a contract may give in the plan: what is left of the year, evenly. */
function greenBudget(prepared: Prepared, contract: number): number {
  const { site, request, steps, stepH } = prepared;
  const one = site.grid.greenContracts[contract];
  if (!one) return 0;
  const year = new Date(request.from).getUTCFullYear();
  const leftH = Math.max(steps * stepH, (Date.UTC(year + 1, 0, 1) - request.from) / HOUR_MS);
  const leftKwh = Math.max(0, one.energyKwhPerYear - (request.state.greenUsedKwh.get(one.id) ?? 0));
  return (leftKwh * steps * stepH) / leftH;
}

/** Contracted energy goes to the steps of most carbon, never more than is drawn in any scenario. */
function useGreen(prepared: Prepared, gridKw: readonly Float64Array[]): Float64Array[] {
  const { site, request, steps, stepH } = prepared;
  const room = Float64Array.from(
    { length: steps },
    (_, step) => stepH * Math.max(0, Math.min(...gridKw.map((grid) => grid[step] ?? 0))),
  );
  const carbon = Float64Array.from({ length: steps }, (_, step) =>
    request.scenarios.reduce((sum, one) => sum + one.probability * (one.carbonKgPerKwh[step] ?? 0), 0),
  );
  const order = [...room.keys()].sort((a, b) => (carbon[b] ?? 0) - (carbon[a] ?? 0) || a - b);
  return site.grid.greenContracts.map((contract, index) => {
    const use = new Float64Array(steps);
    let left = greenBudget(prepared, index);
    if (contract.premiumCnyPerKwh > 0 && request.objective.greenCnyPerKwh < contract.premiumCnyPerKwh) return use;
    for (const step of order) {
      const take = Math.min(left, room[step] ?? 0);
      if (take <= 0) continue;
      use[step] = take;
      room[step] = (room[step] ?? 0) - take;
      left -= take;
    }
    return use;
  });
}

/** Cells of every battery over a plan, kWh at the end of each step. */
export function storedEnergy(prepared: Prepared, batteryKw: readonly Float64Array[]): Float64Array[] {
  return prepared.batteries.map((plan, index) => {
    let stored = plan.startKwh;
    return Float64Array.from({ length: prepared.steps }, (_, step) => {
      stored += changeOfPower(plan, batteryKw[index]?.[step] ?? 0, prepared.stepH);
      return stored;
    });
  });
}

/** What a decision costs in every scenario, as an expectation; nothing is repaired here. */
export function evaluate(prepared: Prepared, yardstick: Yardstick, decision: Decision): Evaluation {
  const { site, request, steps, stepH, probability, loads, weight } = prepared;
  const { objective, state } = request;
  const zero = (): Float64Array => new Float64Array(steps);
  const [facilityKw, itKw, coolingKw, pvMean, curtailed] = [zero(), zero(), zero(), zero(), zero()];
  const gridKw = loads.map(zero);
  const facilityOf = loads.map(zero);
  const raw = { energy: 0, demand: 0, carbon: 0, water: 0 };
  const sums = { gridKwh: 0, itKwh: 0, facilityKwh: 0, carbonKg: 0, waterL: 0, peakKw: 0 };
  const wueOf: number[] = [];
  const it = new Float64Array(site.halls.length);
  const { water, grid } = site;
  for (const [s, load] of loads.entries()) {
    const p = probability[s] ?? 0;
    const scenario = request.scenarios[s];
    const peaks = new Float64Array(prepared.months);
    let [ownWater, ownIt] = [0, 0];
    for (let step = 0; step < steps; step++) {
      itPower(prepared, decision.occupancy, s, step, it);
      const {
        facilityKw: facility,
        coolingKw: cooling,
        waterLPerH,
      } = load.at(
        step,
        it,
        (plant) => decision.modes.cooling[plant]?.[step] ?? 0,
        (ups) => decision.modes.ups[ups]?.[step] ?? 0,
      );
      let itSum = 0;
      for (const one of it) itSum += one;
      let battery = 0;
      for (const one of decision.batteryKw) battery += one[step] ?? 0;
      const offered = prepared.pvKw[s]?.[step] ?? 0;
      const price = prepared.priceOf[s]?.[step] ?? 0;
      // Exported energy earns nothing; at a negative price PV is switched off.
      const pv = Math.min(offered, price < 0 ? 0 : Math.max(0, facility + battery) + grid.exportLimitKw);
      const power = facility + battery - pv;
      (gridKw[s] as Float64Array)[step] = power;
      (facilityOf[s] as Float64Array)[step] = facility;
      const drawn = Math.max(0, power);
      raw.energy += p * stepH * drawn * (scenario?.priceCnyPerKwh[step] ?? 0);
      const carbonKg = stepH * drawn * (scenario?.carbonKgPerKwh[step] ?? 0);
      sums.carbonKg += p * carbonKg;
      const month = prepared.monthOf[step] ?? 0;
      peaks[month] = Math.max(peaks[month] ?? 0, drawn);
      ownWater += stepH * waterLPerH;
      ownIt += stepH * itSum;
      sums.gridKwh += p * stepH * drawn;
      sums.facilityKwh += p * stepH * facility;
      facilityKw[step] = (facilityKw[step] ?? 0) + p * facility;
      itKw[step] = (itKw[step] ?? 0) + p * itSum;
      coolingKw[step] = (coolingKw[step] ?? 0) + p * cooling;
      pvMean[step] = (pvMean[step] ?? 0) + p * pv;
      curtailed[step] = (curtailed[step] ?? 0) + p * (offered - pv);
    }
    for (const [month, peak] of peaks.entries())
      raw.demand +=
        p *
        ((grid.tariff.demandChargeCnyPerKw ?? 0) + objective.peakCnyPerKw) *
        Math.max(0, peak - (month === 0 ? state.monthPeakKw : 0));
    sums.peakKw += p * Math.max(...peaks);
    sums.waterL += p * ownWater;
    sums.itKwh += p * ownIt;
    const wue = (state.waterL + ownWater) / Math.max(1e-9, state.itKwh + ownIt);
    wueOf.push(wue);
    if (water) {
      raw.water += (p * ownWater * water.priceCnyPerM3) / 1000;
      const limit = water.wueLimitLPerKwh;
      if (limit !== undefined && water.treatment === "priced")
        raw.water += (p * Math.max(0, wue - limit) * (state.itKwh + ownIt) * water.excessPriceCnyPerM3) / 1000;
    }
  }
  raw.carbon = objective.carbonCnyPerKg * sums.carbonKg;
  const greenKwh = useGreen(prepared, gridKw);
  const green = greenKwh.reduce((sum, use, index) => {
    const premium = site.grid.greenContracts[index]?.premiumCnyPerKwh ?? 0;
    return sum + use.reduce((kwh, one) => kwh + one, 0) * (premium - objective.greenCnyPerKwh);
  }, 0);
  let wear = 0;
  for (const [index, { battery }] of prepared.batteries.entries())
    for (const kw of decision.batteryKw[index] ?? []) wear += Math.max(0, -kw) * stepH * battery.wearCnyPerKwh;
  let [tardiness, suspending, occupancy, unfinished, lateH] = [0, 0, 0, 0, 0];
  for (const [index, run] of decision.runs.entries()) {
    const plan = prepared.jobs[index] as JobPlan;
    const late = lateHours(prepared, plan, run);
    lateH += late;
    const workload = site.workloads.find(({ id }) => id === plan.job.workload);
    tardiness += late * objective.tardinessWeight * (workload?.tardinessCnyPerH ?? 0);
    suspending += run.suspensions * plan.suspendCny;
    unfinished += run.remainingH * (yardstick.unfinishedCnyPerH[index] ?? 0);
    let stepsBusy = 0;
    for (let step = run.from; step < run.to; step++)
      if ((run.level[step] ?? -1) >= 0) stepsBusy += step === run.to - 1 ? run.lastShare : 1;
    occupancy += stepsBusy * stepH * plan.job.accelerators * objective.occupancyCnyPerAcceleratorH;
  }
  let switching = 0;
  for (const [index, sequence] of decision.modes.cooling.entries()) {
    const plant = site.plants[index];
    let mode = plant?.modes.findIndex(({ id }) => id === state.plants.get(plant.id)?.mode.id) ?? -1;
    for (const next of sequence) {
      if (mode >= 0 && next !== mode) switching += plant?.switchingCostCny ?? 0;
      mode = next;
    }
  }
  let response = 0;
  for (const index of decision.accepted) response += request.offers[index]?.paymentCny ?? 0;
  const parts: Record<ObjectivePart, number> = {
    ...raw,
    green,
    wear: wear * objective.wearWeight,
    tardiness,
    suspending,
    occupancy,
    switching,
  };
  const total =
    (Object.keys(parts) as ObjectivePart[]).reduce((sum, part) => sum + weight[part] * parts[part], 0) -
    weight.energy * response +
    unfinished;
  return {
    cost: { parts, responseCny: response, unfinishedCny: unfinished, total, ...sums, lateH },
    gridKw,
    facilityOf,
    facilityKw,
    itKw,
    coolingKw,
    pvKw: pvMean,
    curtailedKw: curtailed,
    greenKwh,
    storedKwh: storedEnergy(prepared, decision.batteryKw),
    wueOf,
  };
}
