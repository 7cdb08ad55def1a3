import { Decimal } from "../../../src/ground/quantity/index.ts";
import { holds, type Interval, intersect, middle, over, printed, times } from "./interval.ts";

/** A published intensity: amount ÷ revenue in million yuan. */
export interface Intensity {
  readonly amount: string;
  readonly intensity: string;
  /** How many of the intensity's units one unit of the amount is: 1000 for tonnes printed as kilograms per million yuan. */
  readonly scale: number;
}

/**
 * The revenue in million yuan that all intensities of a year agree on, rounding of both printed figures allowed for.
 * @returns undefined when they do not agree on any
 */
export function revenueInterval(intensities: readonly Intensity[]): Interval | undefined {
  const each = intensities.map(({ amount, intensity, scale }) =>
    over(times(printed(amount), new Decimal(scale)), printed(intensity)),
  );
  return each.reduce<Interval | undefined>((common, next) => common && intersect(common, next), each[0]);
}

/** The middle of an interval to one decimal, as revenue in million yuan is usually stated; undefined when that falls outside. */
export function middleToOneDecimal(interval: Interval): Decimal | undefined {
  const candidate = middle(interval).toDecimalPlaces(1, Decimal.ROUND_HALF_UP);
  return holds(interval, candidate) ? candidate : undefined;
}
