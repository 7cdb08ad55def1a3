import { effectiveness, type Effectiveness, energyPriceAt, type Site } from "../site/index.ts";
import { type StorageAccount, storageAccount } from "../verify/index.ts";
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
  /** The bill: energy and demand. */
  readonly costCny: number;
  readonly wearCny: number;
  readonly carbonKg: number;
  readonly peakKw: number;
  readonly freeCoolingHours: number;
  readonly storage: StorageAccount;
}

/**
 * Sums a run. Storage losses are facility energy where the site's file says so. A month's demand is charged in full also
 * where the run covers a part of it.
 */
export function summariseRun(site: Site, steps: readonly SimulatedStep[]): RunSummary {
  const stepH = SIMULATED.stepS / 3600;
  const { tariff, carbon } = site.grid;
  const sum = (of: (step: SimulatedStep) => number): number =>
    stepH * steps.reduce((total, step) => total + of(step), 0);
  const peaks = new Map<string, number>();
  for (const { date, gridKw } of steps) peaks.set(date.slice(0, 7), Math.max(peaks.get(date.slice(0, 7)) ?? 0, gridKw));
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
    (tariff.demandChargeCnyPerKw ?? 0) * [...peaks.values()].reduce((total, kw) => total + Math.max(0, kw), 0);
  const wear = site.batteries[0]?.wearCnyPerKwh ?? 0;
  return {
    ...use,
    ...effectiveness(use, site.measurement.category),
    gridKwh,
    energyCostCny,
    demandCostCny,
    costCny: energyCostCny + demandCostCny,
    wearCny: wear * storage.dischargedKwh,
    peakKw: Math.max(0, ...peaks.values()),
    freeCoolingHours: stepH * steps.filter(({ freeCooling }) => freeCooling).length,
    storage,
  };
}
