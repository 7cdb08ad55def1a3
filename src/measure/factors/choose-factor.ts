import type { Period } from "../../ground/quantity/index.ts";
import { regionChain } from "../boundary/index.ts";
import type { Factor, Pins } from "./factor.ts";

/** What a factor is wanted for. */
export interface FactorRequest {
  readonly kind: string;
  readonly activity?: string;
  readonly dims: Readonly<Record<string, string>>;
  /** ISO region of the site. */
  readonly region: string;
  readonly period: Period;
}

/** The factor that serves a request, with why: the set that was pinned, and whether its own years cover the period. */
export interface ChosenFactor {
  readonly factor: Factor;
  readonly pinned: boolean;
  /** False when the factor describes other years than the period (grid factors appear two years late): visible, never silent. */
  readonly coversPeriod: boolean;
}

const specificity = (factor: Factor, regions: readonly string[]): number =>
  Object.keys(factor.match).length * 100 + (factor.activity ? 50 : 0) + (10 - regions.indexOf(factor.region));

/** The set pinned for a kind at a place and time; the last pin that fits wins. */
function pinnedSet(pins: Pins, request: FactorRequest, regions: readonly string[]): string | undefined {
  const fitting = pins.factors.filter(
    (pin) =>
      pin.kind === request.kind &&
      (pin.region === undefined || regions.includes(pin.region)) &&
      (pin.from ?? "0000") <= request.period.start &&
      request.period.end <= (pin.to ?? "9999"),
  );
  return fitting.at(-1)?.set;
}

/**
 * Chooses the factor for a group of records: of the pinned set if there is one, else a verified factor; the most
 * specific match first, then the latest year that has begun before the period ends. Unverified factors serve only when
 * they are pinned.
 * @returns undefined when none fits: the value is missing then, and says so
 */
export function chooseFactor(factors: readonly Factor[], pins: Pins, request: FactorRequest): ChosenFactor | undefined {
  const regions = regionChain(request.region);
  const set = pinnedSet(pins, request, regions);
  const fitting = factors.filter(
    (factor) =>
      factor.kind === request.kind &&
      (set === undefined ? factor.status === "verified" : factor.set === set) &&
      (factor.activity === undefined || factor.activity === request.activity) &&
      regions.includes(factor.region) &&
      Object.entries(factor.match).every(([dimension, value]) => request.dims[dimension] === value) &&
      (factor.valid?.from ?? "0000") < request.period.end,
  );
  const order = (a: Factor, b: Factor): number =>
    specificity(b, regions) - specificity(a, regions) ||
    (b.valid?.from ?? "").localeCompare(a.valid?.from ?? "") ||
    a.id.localeCompare(b.id);
  const factor = fitting.sort(order)[0];
  if (!factor) return undefined;
  const coversPeriod = factor.valid?.to === undefined || request.period.start < factor.valid.to;
  return { factor, pinned: set !== undefined, coversPeriod };
}
