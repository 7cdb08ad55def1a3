import { Decimal } from "../../../src/ground/quantity/index.ts";
import { type Interval, minus, over, printed, sum, times } from "./interval.ts";

/** Printed electricity (MWh), emissions (tCO2e) and national factors (kg/kWh) of a year. */
export interface ScopeTwoYear {
  readonly purchased: string;
  readonly renewable?: string;
  readonly location: string;
  readonly market?: string;
  readonly average: string;
  readonly residual?: string;
}

/** Tonnes by which all electricity at the national average exceeds the printed location-based figure. */
export function locationGap(year: ScopeTwoYear): Interval {
  const electricity = year.renewable ? sum(printed(year.purchased), printed(year.renewable)) : printed(year.purchased);
  return minus(times(electricity, new Decimal(year.average)), printed(year.location));
}

/** Tonnes by which the purchased electricity at the factor without traded non-fossil power exceeds the printed market-based figure. */
export function marketGap(year: ScopeTwoYear): Interval | undefined {
  if (!year.market || !year.residual) return undefined;
  return minus(times(printed(year.purchased), new Decimal(year.residual)), printed(year.market));
}

/**
 * If some of the electricity was used outside mainland China at one other factor under both methods, both gaps fix how
 * much and at which factor.
 * @returns MWh and kg/kWh; undefined when the market-based figure is not printed
 */
export function electricityAbroad(
  year: ScopeTwoYear,
): { readonly mwh: Interval; readonly factor: Interval } | undefined {
  const market = marketGap(year);
  if (!market || !year.residual) return undefined;
  const step = new Decimal(year.residual).minus(year.average);
  const mwh = times(minus(market, locationGap(year)), new Decimal(1).div(step));
  const reduction = over(locationGap(year), mwh);
  const average = new Decimal(year.average);
  return { mwh, factor: { low: average.minus(reduction.high), high: average.minus(reduction.low) } };
}

/** MWh outside mainland China that a year's location-based gap asks for at a given factor. */
export function mwhAbroadAt(year: ScopeTwoYear, factor: Interval): Interval {
  const average = new Decimal(year.average);
  return over(locationGap(year), { low: average.minus(factor.high), high: average.minus(factor.low) });
}
