import type { Battery } from "./battery.ts";
import type { BatteryPolicy } from "./rolling.ts";
import { bestCharge, endValue, hourBack } from "./stored-value.ts";

/** Values foreseen at an hour: element `k` is the hour `hour + 1 + k`. Knows nothing later than `hour`. */
export type Foresight = (hour: number) => ArrayLike<number>;

/** Owing at this price makes the charge at the end of a horizon a hard limit. */
const HARD = 1e6;

/**
 * Plans on one forecast as if it were certain, ends the horizon as full as the battery began, and applies the first hour.
 * @param lastHour  end of the range that is lived through; a horizon is cut there
 */
export function planOnForecast(
  battery: Battery,
  price: Float64Array,
  lastHour: number,
  foresee: Foresight,
): BatteryPolicy {
  return (hour, charge) => {
    const foreseen = foresee(hour);
    let value = endValue(battery, HARD);
    for (let k = Math.min(foreseen.length, lastHour - 1 - hour) - 1; k >= 0; k--)
      value = hourBack(battery, value, foreseen[k] ?? 0);
    return bestCharge(battery, value, price[hour] ?? 0, charge);
  };
}
