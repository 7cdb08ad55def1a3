import { effectiveness, type Effectiveness, energyPriceAt, type Site, valueOn } from "../site/index.ts";
import { monthShares, type StorageAccount, storageAccount } from "../verify/index.ts";
import { SIMULATED } from "./levers.ts";
import type { SimulatedStep } from "./simulated-site.ts";

/** A run in figures: energy kWh, money CNY, carbon kg, water L. */
export interface RunSummary extends Effectiveness {
  readonly itKwh: number;
  readonly facilityKwh: number;
  readonly gridKwh: number;
  readonly waterL: number;
  readonly energyCostCny: number;
  readonly demandCostCny: number;
  /** Work and charge that the run leaves to the time after it, at its mean price; negative where it leaves more charge than it found. */
  readonly owedCny: number;
  /** The bill: energy, demand and what is owed. */
  readonly costCny: number;
  readonly wearCny: number;
  readonly carbonKg: number;
  readonly peakKw: number;
  readonly freeCoolingHours: number;
  readonly storage: StorageAccount;
}

/**
 * Sums a run. Storage losses are facility energy where the site's file says so. Where a run covers a part of a month, that
 * part of the charge for its highest demand counts. So that no run looks cheap by what it leaves undone, work and charge
 * that are missing at its end are bought.
 * @param leftKwh what accelerators still take for jobs that have not ended
 */
export function summariseRun(site: Site, steps: readonly SimulatedStep[], leftKwh: number): RunSummary {
  const stepH = SIMULATED.stepS / 3600;
  const { tariff, carbon } = site.grid;
  const sum = (of: (step: SimulatedStep) => number): number =>
    stepH * steps.reduce((total, step) => total + of(step), 0);
  const peaks = new Map<string, number>();
  const hours = new Map<string, number>();
  for (const { date, gridKw } of steps) {
    const month = date.slice(0, 7);
    peaks.set(month, Math.max(peaks.get(month) ?? 0, gridKw));
    hours.set(month, (hours.get(month) ?? 0) + stepH);
  }
  const shares = monthShares(hours);
  const first = steps[0];
  const start = site.batteries.reduce((total, battery) => total + battery.energyKwh / 2, 0);
  const storage = storageAccount(
    steps.map(({ batteryKw }) => batteryKw),
    stepH,
    first ? (steps.at(-1)?.storedKwh ?? start) - start : 0,
  );
  const itKwh = sum(({ itKw }) => Object.values(itKw).reduce((total, kw) => total + kw, 0));
  const losses = site.measurement.storageLosses === "facility" ? storage.lossKwh : 0;
  const imported = (step: SimulatedStep): number => Math.max(0, step.gridKw);
  const gridKwh = sum(imported);
  const use = {
    hours: steps.length * stepH,
    itKwh,
    pduLossKwh: 0,
    facilityKwh: sum(({ facilityKw }) => facilityKw) + losses,
    waterL: steps.reduce((total, { waterL }) => total + waterL, 0),
    carbonKg: gridKwh * carbon.factorKgPerKwh,
  };
  const energyCostCny = sum((step) => imported(step) * energyPriceAt(tariff, step));
  const demandCostCny =
    (tariff.demandChargeCnyPerKw ?? 0) *
    [...peaks].reduce((total, [month, kw]) => total + Math.max(0, kw) * (shares.get(month) ?? 1), 0);
  const meanPrice = gridKwh > 0 ? energyCostCny / gridKwh : 0;
  const [battery] = site.batteries;
  const missingKwh = start - (steps.at(-1)?.storedKwh ?? start);
  const chargeKwh = battery ? missingKwh / valueOn(battery.chargeEfficiency, 1) : 0;
  const workKwh = itKwh > 0 ? (leftKwh * use.facilityKwh) / itKwh : 0;
  const owedCny = meanPrice * (workKwh + chargeKwh);
  const wear = site.batteries[0]?.wearCnyPerKwh ?? 0;
  return {
    ...use,
    ...effectiveness(use, site.measurement.category),
    gridKwh,
    energyCostCny,
    demandCostCny,
    owedCny,
    costCny: energyCostCny + demandCostCny + owedCny,
    wearCny: wear * storage.dischargedKwh,
    peakKw: Math.max(0, ...peaks.values()),
    freeCoolingHours: stepH * steps.filter(({ freeCooling }) => freeCooling).length,
    storage,
  };
}
