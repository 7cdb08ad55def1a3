import type { ModelFit } from "./model-fit.ts";
import { studentT } from "./student-t.ts";

/** One step of what was measured beside what would have been. Power into the site is positive. */
export interface VerifiedStep {
  readonly stepH: number;
  /** Facility: what the site used, storage apart. */
  readonly baselineFacilityKw: number;
  readonly facilityKw: number;
  /** At the meter of the grid, storage and generation included. */
  readonly baselineGridKw: number;
  readonly gridKw: number;
  readonly priceCnyPerKwh: number;
  /** Of this step, for avoided emissions. */
  readonly carbonKgPerKwh: number;
  /** Local month, YYYY-MM: a demand charge is a month's. */
  readonly month: string;
}

/** A value with the half-width of its interval, in the value's unit; undefined where no model's fit is known. */
export interface Uncertain {
  readonly value: number;
  readonly plusMinus: number | undefined;
}

export interface SavingsBasis {
  /** 0.9: in nine of ten cases the truth lies within. */
  readonly confidence: number;
  /** Of the meter of the grid, as a share of its reading at the confidence. */
  readonly meterAccuracy: number;
  readonly fit: ModelFit | undefined;
  readonly demandChargeCnyPerKw: number;
  /** Of a month's charge, what counts; the whole of it where a month is not named. */
  readonly monthShare?: ReadonlyMap<string, number>;
  /** Yearly location-based factor of the inventory. */
  readonly annualFactorKgPerKwh: number;
}

export interface Savings {
  readonly energyKwh: Uncertain;
  readonly costCny: Uncertain;
  /** Of it: energy and demand charge. */
  readonly energyCostCny: number;
  readonly demandCostCny: number;
  readonly carbon: CarbonStatement;
  /** Larger than its uncertainty: else the saving may be none at all. */
  readonly significant: boolean | undefined;
}

/**
 * What a run does to emissions, in two figures that are never added. The inventory counts what the grid delivered by a
 * yearly factor; avoided emissions compare with what did not happen and stand apart from any inventory.
 * @source GHG Protocol, Scope 2 Guidance 2015, 6.9 and ch. 4; Corporate Standard, ch. 8
 */
export interface CarbonStatement {
  /** Change of location-based scope 2 under the yearly factor: of the energy alone, whenever it was used; negative = less. */
  readonly inventoryChangeKg: number;
  /** Σ (baseline − measured) × factor of the step. */
  readonly avoidedKg: Uncertain;
  /** Of `avoidedKg`, what comes from another time of use rather than from less use. */
  readonly avoidedByShiftingKg: number;
  /** What shifting alone changes in the inventory. */
  readonly inventoryChangeByShiftingKg: 0;
  readonly nettedFromInventory: false;
}

/** Empirical factor of the guideline for the error of a baseline's sum. @source ASHRAE Guideline 14-2014, equation 4-7 */
const EMPIRICAL = 1.26;

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

/**
 * Half-width of a baseline's energy as the fit of its model allows: scatter, which averages out over steps as far as errors
 * are independent, and bias, which does not.
 * @param energy sum of the baseline over `steps` steps of the model's resolution
 * @source ASHRAE Guideline 14-2014, 4.2.11.2
 */
export function baselineUncertainty(energy: number, steps: number, fit: ModelFit, confidence: number): number {
  if (!(steps > 0)) return 0;
  const effective = Math.max(1, fit.effectivePoints);
  const share =
    EMPIRICAL *
    quantile(fit, confidence) *
    fit.cvRmse *
    Math.sqrt(((fit.points / effective) * (1 + 2 / effective)) / steps);
  return Math.abs(energy) * Math.hypot(share, fit.nmbe);
}

/** t of as many degrees of freedom as independent errors leave. */
function quantile(fit: ModelFit, confidence: number): number {
  return studentT(confidence, Math.max(1, Math.floor(fit.effectivePoints) - fit.parameters));
}

/** Highest power of each month by its share, added up; power that is fed back is no demand. */
function demandKw(
  steps: readonly VerifiedStep[],
  share: SavingsBasis["monthShare"],
  of: (step: VerifiedStep) => number,
): number {
  const peaks = new Map<string, number>();
  for (const step of steps) peaks.set(step.month, Math.max(peaks.get(step.month) ?? 0, of(step)));
  return sum([...peaks], ([month, peak]) => peak * (share?.get(month) ?? 1));
}

/**
 * Share of each month that a run covers, by which a month's demand charge counts in it: what a part of a month saves is
 * compared with a part of the charge.
 * @param hours by local month, `2025-07`
 */
export function monthShares(hours: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map(
    [...hours].map(([month, covered]) => {
      const [year, number] = month.split("-").map(Number);
      const days = new Date(Date.UTC(year ?? 0, number ?? 1, 0)).getUTCDate();
      return [month, Math.min(1, covered / (24 * days))];
    }),
  );
}

/**
 * What was saved against the baseline, with uncertainty: the meter's accuracy and the model's fit, as root of squares.
 * Energy fed back earns nothing and carries nothing here.
 */
export function savingsOf(steps: readonly VerifiedStep[], basis: SavingsBasis): Savings {
  const { confidence, meterAccuracy, fit, demandChargeCnyPerKw, annualFactorKgPerKwh } = basis;
  const hours = sum(steps, (one) => one.stepH);
  const imported = (kw: number): number => Math.max(0, kw);
  const baselineKwh = sum(steps, (one) => one.stepH * imported(one.baselineGridKw));
  const gridKwh = sum(steps, (one) => one.stepH * imported(one.gridKw));
  const facilityKwh = sum(steps, (one) => one.stepH * one.baselineFacilityKw);
  const energyKwh = baselineKwh - gridKwh;
  const modelKwh = fit && baselineUncertainty(facilityKwh, hours, fit, confidence);
  const halfKwh = modelKwh === undefined ? undefined : Math.hypot(modelKwh, meterAccuracy * gridKwh);

  const priced = (of: (step: VerifiedStep) => number): number =>
    sum(steps, (one) => one.stepH * imported(of(one)) * one.priceCnyPerKwh);
  const energyCostCny = priced((one) => one.baselineGridKw) - priced((one) => one.gridKw);
  const baselineDemandKw = demandKw(steps, basis.monthShare, (one) => one.baselineGridKw);
  const measuredDemandKw = demandKw(steps, basis.monthShare, (one) => one.gridKw);
  const demandCostCny = demandChargeCnyPerKw * (baselineDemandKw - measuredDemandKw);
  const meanPrice = baselineKwh > 0 ? priced((one) => one.baselineGridKw) / baselineKwh : 0;
  // A month's highest demand rests on one step of the model, whose scatter does not average out; months are independent.
  const demandHalf =
    fit &&
    demandChargeCnyPerKw *
      Math.hypot(
        baselineDemandKw * Math.hypot((quantile(fit, confidence) * fit.cvRmse) / Math.sqrt(monthsOf(steps)), fit.nmbe),
        meterAccuracy * measuredDemandKw,
      );
  const halfCny =
    halfKwh === undefined || demandHalf === undefined ? undefined : Math.hypot(halfKwh * meanPrice, demandHalf);

  const avoidedKg = sum(
    steps,
    (one) => one.stepH * (imported(one.baselineGridKw) - imported(one.gridKw)) * one.carbonKgPerKwh,
  );
  const meanCarbon = hours > 0 ? sum(steps, (one) => one.stepH * one.carbonKgPerKwh) / hours : 0;
  return {
    energyKwh: { value: energyKwh, plusMinus: halfKwh },
    costCny: { value: energyCostCny + demandCostCny, plusMinus: halfCny },
    energyCostCny,
    demandCostCny,
    carbon: {
      inventoryChangeKg: -energyKwh * annualFactorKgPerKwh || 0,
      avoidedKg: { value: avoidedKg, plusMinus: halfKwh === undefined ? undefined : halfKwh * meanCarbon },
      avoidedByShiftingKg: avoidedKg - energyKwh * meanCarbon,
      inventoryChangeByShiftingKg: 0,
      nettedFromInventory: false,
    },
    significant: halfKwh === undefined ? undefined : Math.abs(energyKwh) > halfKwh,
  };
}

function monthsOf(steps: readonly VerifiedStep[]): number {
  return Math.max(1, new Set(steps.map(({ month }) => month)).size);
}
