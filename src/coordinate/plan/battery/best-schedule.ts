import { type Battery, costOfChange } from "./battery.ts";
import { bestCharge, endValue, hourBack, type StoredValue } from "./stored-value.ts";

/** A schedule of a battery and what it saves against leaving the battery alone. */
export interface Schedule {
  /** [T] MWh in the cells at the end of each hour. */
  readonly chargeMwh: readonly number[];
  /** What is saved, in price unit × MWh; positive = earned. */
  readonly saving: number;
}

/** A price no real hour reaches; owing at it makes the end charge a hard limit. */
const HARD = 1e6;

/**
 * The schedule that saves most when every price is known, ending no emptier than it began.
 * @param price  [T] per MWh, any sign
 * @source       coordination benchmark; exact: its values of stored energy are piecewise linear
 */
export function bestSchedule(battery: Battery, price: ArrayLike<number>): Schedule {
  const values: StoredValue[] = [];
  let value = endValue(battery, HARD);
  for (let hour = price.length - 1; hour >= 0; hour--) {
    values[hour] = value;
    value = hourBack(battery, value, price[hour] ?? 0);
  }
  const chargeMwh: number[] = [];
  let charge = battery.startMwh;
  let cost = 0;
  for (let hour = 0; hour < price.length; hour++) {
    const next = bestCharge(battery, values[hour] ?? value, price[hour] ?? 0, charge);
    cost += costOfChange(battery, next - charge, price[hour] ?? 0);
    charge = next;
    chargeMwh.push(charge);
  }
  return { chargeMwh, saving: -cost };
}
